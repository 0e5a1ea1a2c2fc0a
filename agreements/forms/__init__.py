from typing import Any

from django import forms
from django.conf import settings
from django.utils import timezone
from django.utils.translation import get_language, pgettext_lazy
from django.utils.translation import gettext_lazy as _

from agreements.models import DomesticStep, Instrument, Milestone, Provision, ProvisionText
from agreements.queries import states_of
from agreements.queries.languages import original_tag
from agreements.statuses import (
    DomesticStepKind,
    InstrumentKind,
    InstrumentStatus,
    MilestoneKind,
)
from ots_portal.participants.models import Confidence, Participant
from ots_portal.texts import say
from ots_portal.texts.fields import MAX_LENGTH, validate_plain_text
from ots_portal.ui.forms import DayInput, LongText, SourcesField

ENOUGH_TO_CONFIRM = 2


class FilterForm(forms.Form):
    """What the list can be narrowed by; anything else in the address is ignored."""

    q = forms.CharField(label=_("Title"), required=False, max_length=200)
    status = forms.ChoiceField(label=_("Status"), required=False)
    kind = forms.ChoiceField(label=_("Kind"), required=False)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        everything = ("", _("All"))
        self.fields["status"].choices = [everything, *InstrumentStatus.choices]  # type: ignore[attr-defined]
        self.fields["kind"].choices = [everything, *InstrumentKind.choices]  # type: ignore[attr-defined]

    @property
    def asked(self) -> dict[str, str]:
        """The filters that hold; an unknown value narrows nothing."""
        self.is_valid()
        return {name: value for name, value in self.cleaned_data.items() if value}


class RecordForm(forms.Form):
    """What is known of a step and where it stands; ``corrects`` is the record it takes the place of."""

    kind = forms.ChoiceField(label=_("Kind"))
    on_date = forms.DateField(
        label=_("Day"), widget=DayInput, help_text=_("The day it happened; not a day to come.")
    )
    date_note = forms.CharField(
        label=_("Note on the day"),
        required=False,
        max_length=200,
        validators=[validate_plain_text],
        help_text=_("For example: the day of the report, not of the act."),
    )
    language = forms.ChoiceField(label=_("Language of the text"), choices=settings.LANGUAGES)
    text = forms.CharField(
        label=_("What happened"),
        widget=LongText(rows=3),
        max_length=1000,
        validators=[validate_plain_text],
        help_text=_("In your own words, in one sentence."),
    )
    sources = SourcesField(
        label=_("Sources"),
        help_text=_("Web addresses that begin with https://, one in each line."),
    )
    confidence = forms.ChoiceField(
        label=_("How well it is attested"),
        choices=[(c.value, c.label) for c in Confidence if c != Confidence.COMPUTED],
    )

    def __init__(
        self, *args: Any, corrects: Milestone | DomesticStep | None = None, **kwargs: Any
    ) -> None:
        self.corrects = corrects
        super().__init__(*args, **kwargs)
        self.initial = self._first_values()
        if corrects:
            self.fields["reason"] = forms.CharField(
                label=_("Why it is corrected"), max_length=500, validators=[validate_plain_text]
            )

    def _first_values(self) -> dict[str, Any]:
        if not self.corrects:
            language = (get_language() or "en").split("-")[0]
            return {"language": language, "confidence": Confidence.SINGLE}
        said = say(self.corrects.texts)
        return {
            "kind": self.corrects.kind,
            "on_date": self.corrects.on_date,
            "date_note": say(self.corrects.date_note, said.language).text,
            "language": said.language,
            "text": said.text,
            "sources": self.corrects.sources,
            "confidence": self.corrects.confidence,
        }

    def clean_on_date(self) -> Any:
        day = self.cleaned_data["on_date"]
        if day > timezone.localdate():
            raise forms.ValidationError(_("The day lies in the future."))
        return day

    def clean(self) -> dict[str, Any]:
        data: dict[str, Any] = super().clean() or {}
        confirmed = data.get("confidence") == Confidence.CONFIRMED
        if confirmed and 0 < len(data.get("sources", [])) < ENOUGH_TO_CONFIRM:
            self.add_error("confidence", _("A confirmed fact has two sources or more."))
        return data

    @property
    def fields_of_record(self) -> dict[str, Any]:
        """What the services take: the record's own fields."""
        data = self.cleaned_data
        language, note = data["language"], data["date_note"]
        return {
            "kind": data["kind"],
            "on_date": data["on_date"],
            "date_note": {language: note} if note else {},
            "texts": {language: data["text"]},
            "sources": data["sources"],
            "confidence": data["confidence"],
            **({"reason": data["reason"]} if self.corrects else {}),
        }


class MilestoneForm(RecordForm):
    def __init__(self, *args: Any, instrument: Instrument, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["kind"].choices = MilestoneKind.choices  # type: ignore[attr-defined]


class DomesticStepForm(RecordForm):
    """The same for a step at home; the States are those that negotiated or signed the instrument."""

    participant = forms.ModelChoiceField(
        label=pgettext_lazy("participant", "State"), queryset=Participant.objects.none()
    )
    field_order = ["participant"]

    def __init__(self, *args: Any, instrument: Instrument, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["kind"].choices = DomesticStepKind.choices  # type: ignore[attr-defined]
        self.fields["participant"].queryset = states_of(instrument)  # type: ignore[attr-defined]

    def _first_values(self) -> dict[str, Any]:
        state = {"participant": self.corrects.participant_id} if self.corrects else {}  # type: ignore[union-attr]
        return {**super()._first_values(), **state}

    @property
    def fields_of_record(self) -> dict[str, Any]:
        return {**super().fields_of_record, "participant": self.cleaned_data["participant"]}


class ProvisionForm(forms.Form):
    """The words of a provision in one language; ``version`` is what they were written on."""

    language = forms.CharField(widget=forms.HiddenInput, max_length=10)
    version = forms.IntegerField(widget=forms.HiddenInput, required=False)
    heading = forms.CharField(
        label=_("Heading"), required=False, max_length=300, validators=[validate_plain_text]
    )
    text = forms.CharField(
        label=_("Text"),
        required=False,
        max_length=MAX_LENGTH,
        widget=LongText(rows=10),
        validators=[validate_plain_text],
    )

    def __init__(self, *args: Any, provision: Provision, **kwargs: Any) -> None:
        # Here the text itself is written; a translation has a page of its own, beside the original.
        original = original_tag(provision.instrument)
        own = {text.language: text for text in provision.texts.all()}
        words = own.get(original) or provision.shown_text or ProvisionText(language=original)
        self._languages = {words.language, original}
        super().__init__(*args, **kwargs)
        self.initial = {
            "language": words.language,
            "version": provision.version,
            "heading": words.heading,
            "text": words.text,
        }

    def clean_version(self) -> int:
        """Return the version the person saw; one that is missing is none that stands."""
        return self.cleaned_data["version"] or 0

    def clean_language(self) -> str:
        language: str = self.cleaned_data["language"]
        if language not in self._languages:
            raise forms.ValidationError(_("The text does not exist in this language."))
        return language
