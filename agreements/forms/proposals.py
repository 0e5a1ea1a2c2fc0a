"""The forms of proposals: what is to change, and what becomes of it."""

from collections.abc import Mapping, Sequence
from typing import Any

from django import forms
from django.conf import settings
from django.utils.translation import get_language, pgettext_lazy
from django.utils.translation import gettext_lazy as _

from agreements.formats.docx import MOST_DOCX_BYTES
from agreements.models import Instrument, Proposal, Provision, TextRevision
from agreements.models.proposals import LONGEST_RATIONALE
from agreements.queries.anchors import narrowed, words_of
from agreements.queries.comparisons import languages_of, names_of_provisions
from agreements.queries.proposals import proposing_states
from agreements.services.proposal_words import SAID
from agreements.statuses import Placement, ProposalOp, ProposalStatus, ProvisionKind
from ots_portal.texts.fields import MAX_LENGTH, validate_plain_text
from ots_portal.ui.forms import LongText

MOST_FIRST_WORDS = 60


class ProposalFilterForm(forms.Form):
    """What narrows the list of an agreement's proposals; it lives in the address."""

    q = forms.CharField(label=_("Words or number"), required=False, max_length=200)
    participant = forms.ChoiceField(label=pgettext_lazy("participant", "State"), required=False)
    provision = forms.ChoiceField(label=_("Provision"), required=False)
    status = forms.ChoiceField(
        label=_("Status"),
        required=False,
        choices=[("", _("All")), ("open", _("On the table")), *ProposalStatus.choices],
    )
    problem = forms.ChoiceField(
        label=_("To be looked at"),
        required=False,
        choices=[
            ("", _("All")),
            ("collision", _("On the same words as another")),
            ("conflict", _("On words that have changed")),
        ],
    )

    def __init__(
        self, data: Any = None, *, instrument: Instrument, names: Mapping[Any, str]
    ) -> None:
        super().__init__(data)
        states = [(one.pk, one.name) for one in proposing_states(instrument).order_by("pk")]
        provisions = [(str(pk), name) for pk, name in names.items()]
        self.fields["participant"].choices = [("", _("All")), *states]  # type: ignore[attr-defined]
        self.fields["provision"].choices = [("", _("All")), *provisions]  # type: ignore[attr-defined]

    def wishes(self) -> dict[str, Any]:
        """Return the cleaned filters; an impossible one narrows nothing."""
        self.full_clean()
        return dict(getattr(self, "cleaned_data", {}))


class ChangeForm(forms.Form):
    """The first step: what is to be done, and with which provision."""

    op = forms.ChoiceField(label=_("What is proposed"), choices=ProposalOp.choices)
    provision = forms.ChoiceField(label=_("Provision"), required=False)

    def __init__(self, data: Any = None, *, provisions: Sequence[tuple[str, str]]) -> None:
        super().__init__(data)
        self.fields["provision"].choices = [("", "—"), *provisions]  # type: ignore[attr-defined]


class ProposalForm(forms.Form):
    """
    The second step: the fields that this kind of change has, and no others.

    ``provisions`` are those of the present text with their words; ``version`` is the one a draft was read in.
    """

    version = forms.IntegerField(widget=forms.HiddenInput, required=False, min_value=0)
    provision = forms.ChoiceField(label=_("Provision"), required=False)
    quote = forms.CharField(
        label=_("The words that change"),
        required=False,
        max_length=MAX_LENGTH,
        strip=False,
        widget=LongText(rows=3),
        validators=[validate_plain_text],
    )
    other = forms.ChoiceField(label=_("The other provision"), required=False)
    placement = forms.ChoiceField(label=_("Where"), required=False, choices=Placement.choices)
    new_kind = forms.ChoiceField(
        label=_("Kind of the new provision"), required=False, choices=ProvisionKind.choices
    )
    new_number = forms.CharField(
        label=_("Number of the new provision"),
        required=False,
        max_length=20,
        validators=[validate_plain_text],
        help_text=_("As it is written: 5 bis, a, IV. It may be left open."),
    )
    heading = forms.CharField(
        label=_("Heading"), required=False, max_length=300, validators=[validate_plain_text]
    )
    text = forms.CharField(
        label=_("Proposed words"),
        required=False,
        max_length=MAX_LENGTH,
        widget=LongText(rows=8),
        validators=[validate_plain_text],
    )
    language = forms.ChoiceField(label=_("Language of the text"), choices=settings.LANGUAGES)
    rationale = forms.CharField(
        label=_("Why it is proposed"),
        required=False,
        max_length=LONGEST_RATIONALE,
        widget=LongText(rows=4),
        validators=[validate_plain_text],
        help_text=_("It is read with the proposal, once that is tabled."),
    )

    def __init__(  # noqa: PLR0913 -- keywords only
        self,
        data: Any = None,
        *,
        op: str,
        instrument: Instrument,
        provisions: Mapping[str, Provision],
        proposal: Proposal | None = None,
        chosen: str = "",
        is_rebase: bool = False,
    ) -> None:
        self.op, self.provisions, self.proposal = op, provisions, proposal
        super().__init__(data)
        names = names_of_provisions(instrument)
        choices = [(pk, label_of(one, names)) for pk, one in provisions.items()]
        self._offer(choices, languages_of(instrument))
        meant = {*SAID[op], "language", "rationale", "version"}
        if is_rebase:
            meant -= {"language"}
            if op != ProposalOp.INSERT:
                meant -= {"provision"}
        for name in set(self.fields) - meant:
            del self.fields[name]
        self._require()
        self._word()
        self.initial = self._first_values(chosen)

    def _offer(self, choices: list[tuple[str, str]], languages: list[str]) -> None:
        none = ("", "—")
        self.fields["provision"].choices = [none, *choices]  # type: ignore[attr-defined]
        self.fields["other"].choices = [none, *choices]  # type: ignore[attr-defined]
        known = [one for one in settings.LANGUAGES if one[0] in languages]
        self.fields["language"].choices = known or settings.LANGUAGES  # type: ignore[attr-defined]

    def _require(self) -> None:
        """Ask for what this kind of change cannot do without."""
        needed = {
            ProposalOp.INSERT: ("new_kind",),
            ProposalOp.MOVE: ("provision", "other"),
            ProposalOp.MERGE: ("provision", "other"),
            ProposalOp.SPLIT: ("provision", "quote"),
        }
        for name in needed.get(ProposalOp(self.op), ("provision",)):
            if name in self.fields:
                self.fields[name].required = True

    def _word(self) -> None:
        for name, (label, help_text) in _WORDS[self.op].items():
            if name in self.fields:
                self.fields[name].label, self.fields[name].help_text = label, help_text

    def _first_values(self, chosen: str) -> dict[str, Any]:
        if self.proposal:
            proposal = self.proposal
            named = ("quote", "placement", "new_kind", "new_number", "heading", "text")
            values: dict[str, Any] = {name: getattr(proposal, name) for name in named}
            return {
                **values,
                "provision": str(proposal.provision_id or ""),
                "other": str(proposal.other_id or ""),
                "language": proposal.language,
                "rationale": proposal.rationale,
                "version": proposal.version,
            }
        provision = self.provisions.get(chosen)
        language = self._language(provision)
        is_rewritten = self.op == ProposalOp.REPLACE
        words = words_of(provision, language)
        return {
            "provision": chosen,
            "language": language,
            "placement": Placement.AFTER,
            "new_kind": provision.kind if provision else ProvisionKind.ARTICLE,
            "text": words.text if is_rewritten else "",
            "heading": words.heading if is_rewritten else "",
        }

    def _language(self, provision: Provision | None) -> str:
        """Return the reader's language where the provision has words in it, else one in which it has."""
        own = (get_language() or "en").split("-")[0]
        written = [text.language for text in provision.texts.all()] if provision else []
        return own if own in written or not written else written[0]

    def _one(self, name: str) -> Provision | None:
        return self.provisions.get(self.cleaned_data.get(name) or "")

    @property
    def said(self) -> dict[str, Any]:
        """
        What the services take.

        Of words that were written anew as a whole only those that differ: so it is seen what they collide with.
        """
        data: dict[str, Any] = {"op": self.op, **self.cleaned_data}
        data.pop("version", None)
        for name in ("provision", "other"):
            if name in data:
                data[name] = self._one(name)
        if self.op == ProposalOp.REPLACE:
            self._narrow(data)
        return data

    def _narrow(self, data: dict[str, Any]) -> None:
        provision, language = data.get("provision"), data.get("language") or ""
        if self.proposal:
            provision = provision or self.proposal.provision
            language = language or self.proposal.language
        words = words_of(provision, language)
        if data.get("heading") == words.heading:
            data["heading"] = ""
        written = _lines(data.get("text") or "")
        if not data.get("quote") and written and words.text:
            data["quote"], data["text"] = narrowed(words.text, written)
        else:
            data["text"] = written
        data["quote"] = _lines(data.get("quote") or "")


def _lines(text: str) -> str:
    """Return what a browser sent with the line ends that texts have."""
    return text.replace("\r\n", "\n")


def label_of(provision: Provision, names: Mapping[Any, str]) -> str:
    """Return "Article 5 (1): The Parties …", as a list of provisions names it."""
    words = provision.shown_text
    shown = " ".join((words.heading or words.text).split()) if words else ""
    short = f"{shown[:MOST_FIRST_WORDS]}…" if len(shown) > MOST_FIRST_WORDS else shown
    name = names.get(provision.pk) or str(provision)
    return f"{name}: {short}" if short else name


_WHOLE = _("Leave it empty, and write all the words of the provision as they should be.")
_WORDS: Mapping[str, Mapping[str, tuple[Any, Any]]] = {
    ProposalOp.INSERT: {
        "provision": (_("Beside which provision"), _("Empty: at the end of the text.")),
        "text": (_("Words of the new provision"), ""),
    },
    ProposalOp.REPLACE: {
        "quote": (_("The words that change"), _WHOLE),
        "text": (
            _("The words to stand in their place"),
            _("You may also write into the whole provision here: what differs is found."),
        ),
    },
    ProposalOp.DELETE: {
        "quote": (
            _("The words to be left out"),
            _("Empty: the whole provision, with what stands under it."),
        )
    },
    ProposalOp.MOVE: {"other": (_("Beside which provision it is to stand"), "")},
    ProposalOp.SPLIT: {
        "quote": (
            _("The words with which the second part begins"),
            _("Copy them from the text; they must stand in it once."),
        ),
        "new_number": (_("Number of the second part"), ""),
    },
    ProposalOp.MERGE: {
        "other": (
            _("The provision that is joined to it"),
            _("One of the same kind that stands beside it."),
        ),
        "text": (
            _("The words of both together"),
            _("Empty: the words of the one, then those of the other."),
        ),
    },
}


class OutcomeReasonForm(forms.Form):
    reason = forms.CharField(
        label=_("Why"), max_length=1000, widget=LongText(rows=3), validators=[validate_plain_text]
    )


class SuccessorForm(forms.Form):
    """Which other proposal takes its place; ``others`` are those on the table that may."""

    superseded_by = forms.ModelChoiceField(
        label=_("The proposal that takes its place"), queryset=Proposal.objects.none()
    )

    def __init__(self, data: Any = None, *, others: Any) -> None:
        super().__init__(data)
        self.fields["superseded_by"].queryset = others  # type: ignore[attr-defined]


class WordFileForm(forms.Form):
    """A Word document with tracked changes, and the text it was made of where the document does not say."""

    file = forms.FileField(
        label=_("Word document"),
        allow_empty_file=True,  # the service says what is wrong with it
        widget=forms.FileInput(attrs={"accept": ".docx"}),
        help_text=_("A DOCX of up to %(limit)s MB with tracked changes that are not accepted yet.")
        % {"limit": MOST_DOCX_BYTES // 1_000_000},
    )
    revision = forms.ChoiceField(
        label=_("The text it was made of"),
        required=False,
        help_text=_("Only asked where the footer of the document does not say it."),
    )

    def __init__(
        self, data: Any = None, files: Any = None, *, revisions: Sequence[tuple[TextRevision, str]]
    ) -> None:
        self.revisions = {str(one.pk): one for one, _name in revisions}
        super().__init__(data, files)
        choices = [(str(one.pk), name) for one, name in revisions]
        self.fields["revision"].choices = [("", _("As its footer says")), *choices]  # type: ignore[attr-defined]

    def clean_revision(self) -> TextRevision | None:
        return self.revisions.get(self.cleaned_data["revision"])
