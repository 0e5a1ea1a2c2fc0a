"""The forms about participants' parts in an incident."""

from typing import Any

from django import forms
from django.conf import settings
from django.utils.translation import get_language, gettext
from django.utils.translation import gettext_lazy as _

from incidents.models import Incident, Involvement
from incidents.queries import involvements as queries
from incidents.services.involvements import GIVEN_ROLES, Statement
from incidents.statuses import InvolvementStatus
from ots_portal.participants.models import Participant
from ots_portal.texts.fields import MAX_LENGTH, validate_plain_text
from ots_portal.ui.forms import LongText

LANGUAGE_NAMES = dict(settings.LANGUAGES)
ROLES = [(role.value, role.label) for role in GIVEN_ROLES]


class ParticipantField(forms.ModelChoiceField):  # type: ignore[type-arg] # takes none at run time
    """A participant by its name in the reader's language."""

    def label_from_instance(self, obj: Any) -> str:
        return str(obj.name)


class PartForm(forms.Form):
    """Give a participant a part."""

    participant = ParticipantField(
        label=_("Participant"), queryset=Participant.objects.none(), empty_label="—"
    )
    role = forms.ChoiceField(label=_("Part"), choices=ROLES, widget=forms.RadioSelect)


def part_form(incident: Incident, *, data: Any = None) -> PartForm:
    form = PartForm(data)
    choice = form.fields["participant"]
    assert isinstance(choice, ParticipantField)
    choice.queryset = queries.who_may_get_a_part(incident)
    return form


class RoleForm(forms.Form):
    """Give a participant another part than it has."""

    role = forms.ChoiceField(label=_("Part"), choices=ROLES, widget=forms.RadioSelect)


class StatementForm(forms.Form):
    """What a participant says of its own part."""

    status = forms.ChoiceField(
        label=_("Our status"), choices=InvolvementStatus.choices, widget=forms.RadioSelect
    )
    national_class = forms.CharField(
        label=_("National class"),
        max_length=60,
        required=False,
        help_text=_("By your own scale, as in “Level 4”. It is shown as it stands."),
        validators=[validate_plain_text],
    )
    subdivisions = forms.CharField(
        label=_("Regions"),
        max_length=1000,
        required=False,
        help_text=_("ISO 3166-2 codes, with commas between: TR-31, TR-46."),
        validators=[validate_plain_text],
    )
    # One language at a time: the page leads to the others, so that none is emptied by a slip.
    language = forms.ChoiceField(choices=settings.LANGUAGES, widget=forms.HiddenInput)
    public_text = forms.CharField(
        label=_("Public text"),
        max_length=MAX_LENGTH,
        required=False,
        help_text=_("What you tell the public. The texts in other languages stay as they are."),
        widget=LongText(rows=5),
        validators=[validate_plain_text],
    )
    version = forms.IntegerField(widget=forms.HiddenInput, required=False)

    #: What two versions of a part are compared by.
    COMPARED = ("status", "national_class", "subdivisions", "public_text")

    @property
    def text_language(self) -> str:
        return str(self["language"].value())

    def clean_subdivisions(self) -> list[str]:
        codes = self.cleaned_data["subdivisions"].replace(";", ",").split(",")
        return [code.strip().upper() for code in codes if code.strip()]

    def statement(self) -> Statement:
        """Return what was filled in, as the service takes it; only after ``is_valid()``."""
        data = self.cleaned_data
        facts = {name: data[name] for name in ("status", "national_class", "subdivisions")}
        return Statement(facts, language=data["language"], public_text=data["public_text"])


def statement_form(part: Involvement, *, language: str = "", data: Any = None) -> StatementForm:
    """Return the form with what stands now, the text in ``language`` ("": the reader's own)."""
    language = language or (get_language() or "en").split("-")[0]
    initial = {
        "status": part.status,
        "national_class": part.national_class,
        "subdivisions": ", ".join(part.subdivisions),
        "language": language,
        "public_text": part.public_texts.get(language, ""),
        "version": part.version,
    }
    form = StatementForm(data, initial=initial)
    form.fields["public_text"].label = gettext("Public text (%(language)s)") % {
        "language": LANGUAGE_NAMES.get(form.text_language, form.text_language)
    }
    return form
