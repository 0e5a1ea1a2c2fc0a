"""The forms of rounds, of closing a text, of confirming it, and of looking through its history."""

from datetime import date, datetime, time, timedelta
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from agreements.models import Instrument, TextRevision
from agreements.models.confirmations import REASON_LENGTH
from agreements.queries.histories import Wishes
from agreements.queries.rounds import base_for, chairs_for
from agreements.statuses import RevisionStatus, SilencePurpose
from ots_portal import plugs
from ots_portal.clock import moment_of
from ots_portal.participants.models import Participant
from ots_portal.texts.fields import validate_plain_text
from ots_portal.ui.forms import DayInput, LongText, MomentInput


class RoundForm(forms.Form):
    version = forms.IntegerField(widget=forms.HiddenInput, required=False)
    chair = forms.ModelChoiceField(
        label=_("Chair"),
        queryset=Participant.objects.none(),
        help_text=_("The delegation that leads the round."),
    )
    base_revision = forms.ModelChoiceField(
        label=_("Text to begin with"),
        queryset=TextRevision.objects.none(),
        required=False,
        empty_label=_("The text that is frozen when it begins"),
    )

    def __init__(self, *args: Any, instrument: Instrument, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        frozen = TextRevision.objects.filter(instrument=instrument, status=RevisionStatus.FROZEN)
        self.fields["chair"].queryset = chairs_for(instrument)  # type: ignore[attr-defined]
        self.fields["base_revision"].queryset = frozen  # type: ignore[attr-defined]
        if (base := base_for(instrument)) and "base_revision" not in self.initial:
            self.initial["base_revision"] = base.pk


def _moment() -> forms.DateTimeField:
    return forms.DateTimeField(
        label=_("To be confirmed by"),
        widget=MomentInput,
        help_text=_("Silence confirms nothing: a State that has not answered by then is reminded."),
    )


def _reason() -> forms.CharField:
    return forms.CharField(
        label=_("Reason"),
        max_length=REASON_LENGTH,
        widget=LongText,
        validators=[validate_plain_text],
    )


class ClosingForm(forms.Form):
    confirm_by = _moment()


class ReasonForm(forms.Form):
    reason = _reason()


class SubstanceForm(forms.Form):
    reason = _reason()
    confirm_by = _moment()


class ConfirmForm(forms.Form):
    """Nothing is filled in: the page shows the text and its hash, the button is the word of the State."""


class TextSilenceForm(forms.Form):
    purpose = forms.ChoiceField(
        label=_("What silence says"), choices=SilencePurpose.choices, widget=forms.RadioSelect
    )


class HistoryForm(forms.Form):
    """What of the history is shown."""

    kind = forms.MultipleChoiceField(
        label=_("Kinds"), required=False, widget=forms.CheckboxSelectMultiple
    )
    participant = forms.ModelChoiceField(
        label=pgettext_lazy("participant", "State"),
        queryset=Participant.objects.none(),
        required=False,
        empty_label=_("All"),
    )
    since = forms.DateField(label=_("From"), required=False, widget=DayInput)
    until = forms.DateField(label=_("Until"), required=False, widget=DayInput)
    order = forms.ChoiceField(
        label=_("Order"),
        required=False,
        choices=[("newest", _("Newest first")), ("oldest", _("Oldest first"))],
    )

    def __init__(self, *args: Any, instrument: Instrument, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        kinds = [(name, source.title) for name, source in plugs.histories.items()]
        self.fields["kind"].choices = kinds  # type: ignore[attr-defined]
        self.fields["participant"].queryset = chairs_for(instrument)  # type: ignore[attr-defined]

    def clean(self) -> dict[str, Any]:
        told = super().clean() or {}
        since, until = told.get("since"), told.get("until")
        if since and until and until < since:
            raise ValidationError({"until": _("The period ends before it begins.")})
        return told

    def wishes(self) -> Wishes:
        """Return what is asked for; days are those of the reader's zone, the last one included."""
        told = self.cleaned_data
        return Wishes(
            kinds=tuple(told["kind"]),
            participant=told["participant"].pk if told["participant"] else "",
            since=day_begins(told["since"]),
            until=day_begins(told["until"], days=1),
            is_oldest_first=told["order"] == "oldest",
        )


def day_begins(day: date | None, *, days: int = 0) -> datetime | None:
    """Return the first moment of that day, or of ``days`` after it, in the reader's zone; None for no day."""
    if day is None:
        return None
    try:
        return moment_of(day + timedelta(days=days), time())
    except OverflowError:
        return None
