"""The forms of a meeting's documents."""

from collections.abc import Sequence
from typing import Any
from uuid import UUID

from django import forms
from django.utils.translation import gettext_lazy as _

from meetings.forms import TitledForm
from meetings.models import Meeting, Paper
from meetings.queries.agenda import Numbered
from meetings.queries.minutes_texts import language_name
from meetings.queries.papers import visible_to
from meetings.services.papers import PaperFacts
from meetings.statuses.documents import (
    Access,
    PaperKind,
    PaperRelation,
    PaperStatus,
    TranslationState,
)
from ots_portal.documents.forms import UploadForm
from ots_portal.people.models import User
from ots_portal.texts.choice import FALLBACKS
from ots_portal.texts.fields import validate_plain_text
from ots_portal.ui.forms import LongText, MomentInput

LANGUAGES = [(code, language_name(code)) for code in FALLBACKS]
MOST_FILES = 20


class PaperForm(TitledForm):
    """What is said of a document before it is issued; ``parents`` are those it can belong to."""

    kind = forms.ChoiceField(label=_("Kind"), choices=PaperKind.choices, initial=PaperKind.NOTE)
    item = forms.TypedChoiceField(
        label=_("Agenda item"), required=False, coerce=UUID, empty_value=None
    )
    parent = forms.TypedChoiceField(
        label=_("Belongs to"), required=False, coerce=UUID, empty_value=None
    )
    relation = forms.ChoiceField(
        label=_("As its"), required=False, choices=[("", "—"), *PaperRelation.choices]
    )
    access = forms.ChoiceField(
        label=_("Who may read it"),
        choices=Access.choices,
        initial=Access.MEMBERS,
        help_text=_("Nobody but you and the secretariat before it is issued."),
    )
    version = forms.IntegerField(widget=forms.HiddenInput, required=False)

    FACTS = ("kind", "item", "parent", "relation", "access")
    COMPARED = (*TitledForm.TITLES, *FACTS)

    def __init__(
        self,
        data: Any = None,
        *,
        agenda: Sequence[Numbered],
        parents: Sequence[Paper],
        paper: Paper | None = None,
    ) -> None:
        initial = _initial_of(paper) if paper else {}
        super().__init__(data, titles=paper.titles if paper else {}, initial=initial)
        items = [(str(entry.item.pk), str(entry)) for entry in agenda]
        self.fields["item"].choices = [("", _("None")), *items]  # type: ignore[attr-defined]
        of = [(str(other.pk), f"{other.symbol} {other.title}") for other in parents]
        self.fields["parent"].choices = [("", _("None")), *of]  # type: ignore[attr-defined]

    def facts(self) -> PaperFacts:
        data = self.cleaned_data
        return PaperFacts(
            kind=data["kind"],
            titles=self.titles(),
            item_id=data["item"],
            parent_id=data["parent"],
            relation=data["relation"],
            access=data["access"],
        )


def _initial_of(paper: Paper) -> dict[str, Any]:
    return {
        "kind": paper.kind,
        "item": paper.item_id,
        "parent": paper.parent_id,
        "relation": paper.relation,
        "access": paper.access,
        "version": paper.version,
    }


class VersionForm(UploadForm):
    """
    The document in a language; of an issued one only translations are added.

    ``wanted`` are the working languages that it is not in yet; the first of them is offered.
    """

    language = forms.ChoiceField(label=_("Language"), choices=LANGUAGES)
    translation = forms.ChoiceField(label=_("This is"), choices=TranslationState.choices)

    field_order = ("file", "language", "translation")

    def __init__(
        self, *args: Any, is_fixed: bool = False, wanted: Sequence[str] = (), **kwargs: Any
    ) -> None:
        super().__init__(*args, **kwargs)
        del self.fields["title"]  # the document has one
        self.fields["language"].initial = next(iter(wanted), None)
        if is_fixed:
            later = [choice for choice in TranslationState.choices if choice[0] != "none"]
            self.fields["translation"].choices = later  # type: ignore[attr-defined]


class IssueForm(forms.Form):
    """For whom, and from when."""

    access = forms.ChoiceField(label=_("Who may read it"), choices=Access.choices)
    embargo_until = forms.DateTimeField(
        label=_("Embargo until"),
        required=False,
        widget=MomentInput,
        help_text=_("Empty: its readers have it, and are told, at once."),
    )
    symbol = forms.CharField(
        label=_("Symbol it has already"),
        required=False,
        max_length=60,
        validators=[validate_plain_text],
        help_text=_("Only of a document issued elsewhere. Empty: the portal gives the next one."),
    )


class AskToDerestrictForm(forms.Form):
    """To whom, from when, and why."""

    access = forms.ChoiceField(label=_("Open it to"), choices=Access.choices[:-1])
    takes_effect_at = forms.DateTimeField(label=_("From"), widget=MomentInput)
    reason = forms.CharField(
        label=_("Reason"), max_length=300, validators=[validate_plain_text], widget=LongText(rows=3)
    )


class AnswerForm(forms.Form):
    """The second person's answer."""

    answer = forms.ChoiceField(
        label=_("Answer"),
        choices=[("agree", _("Open it as asked")), ("decline", _("Leave it as it is"))],
        widget=forms.RadioSelect,
    )
    reason = forms.CharField(
        label=_("Reason"), max_length=300, validators=[validate_plain_text], widget=LongText(rows=3)
    )


class ExpectForm(forms.Form):
    """A document that the meeting needs."""

    kind = forms.ChoiceField(label=_("Kind"), choices=PaperKind.choices)
    item = forms.TypedChoiceField(
        label=_("Agenda item"), required=False, coerce=UUID, empty_value=None
    )
    languages = forms.MultipleChoiceField(
        label=_("Languages"), choices=LANGUAGES, widget=forms.CheckboxSelectMultiple, required=False
    )

    def __init__(
        self, data: Any = None, *, agenda: Sequence[Numbered], working_languages: Sequence[str]
    ) -> None:
        super().__init__(data)
        names = ", ".join(language_name(code) for code in working_languages)
        self.fields["languages"].required = not working_languages
        self.fields["languages"].help_text = names and _(
            "None chosen: the working languages of the meeting (%(languages)s)."
        ) % {"languages": names}
        items = [(str(entry.item.pk), str(entry)) for entry in agenda]
        self.fields["item"].choices = [("", _("None")), *items]  # type: ignore[attr-defined]


class PaperFilter(forms.Form):
    """What narrows the list of documents; it lives in the address."""

    kind = forms.ChoiceField(
        label=_("Kind"), required=False, choices=[("", _("All kinds")), *PaperKind.choices]
    )
    language = forms.ChoiceField(
        label=_("Language"), required=False, choices=[("", _("All languages")), *LANGUAGES]
    )
    status = forms.ChoiceField(
        label=_("Status"), required=False, choices=[("", _("All statuses")), *PaperStatus.choices]
    )

    def wishes(self) -> dict[str, Any]:
        """Return the cleaned filters; an impossible one narrows nothing and is shown as an error."""
        self.full_clean()
        return dict(getattr(self, "cleaned_data", {}))


class SeveralFilesInput(forms.FileInput):
    allow_multiple_selected = True


class SeveralFilesField(forms.FileField):
    """Several files at once; becomes a list of them."""

    widget = SeveralFilesInput

    def clean(self, data: Any, initial: Any = None) -> Any:
        one = super().clean
        files = data if isinstance(data, list | tuple) else [data]
        if len(files) > MOST_FILES:
            raise forms.ValidationError(_("Send at most 20 files at once."))
        return [one(file, initial) for file in files]


class BulkForm(forms.Form):
    """Several documents, one file each: each becomes a draft that is named after its file."""

    several = SeveralFilesField(label=_("Files"), allow_empty_file=True)
    kind = forms.ChoiceField(label=_("Kind"), choices=PaperKind.choices, initial=PaperKind.NOTE)
    language = forms.ChoiceField(label=_("Language of all of them"), choices=LANGUAGES)


def parents_of(meeting: Meeting, user: User, *, but: Paper | None = None) -> list[Paper]:
    """Return the issued documents that another one can belong to, as far as the user reads them."""
    readable = visible_to(user).filter(meeting=meeting)
    issued = readable.filter(status=PaperStatus.ISSUED).order_by("symbol")
    return [paper for paper in issued if but is None or paper.pk != but.pk]
