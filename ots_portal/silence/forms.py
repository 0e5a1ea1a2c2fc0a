"""The forms of the silence procedure; what must hold is a constraint of the models first."""

from collections.abc import Iterable
from datetime import datetime
from typing import Any
from zoneinfo import ZoneInfo

from django import forms
from django.core.exceptions import ValidationError
from django.utils.dateparse import parse_datetime
from django.utils.translation import gettext_lazy as _

from ots_portal import plugs
from ots_portal.participants.models import Participant
from ots_portal.silence.models import REASON_LENGTH, ObjectionKind
from ots_portal.silence.statuses import ProcedureStatus
from ots_portal.texts.fields import MAX_LENGTH, validate_plain_text
from ots_portal.ui.forms import LongText
from ots_portal.ui.moments import in_zone, offset_label

LAST_YEAR = 2100


def instant_at(moment: datetime, zone: str) -> datetime:
    """
    Return the instant at which the clocks of ``zone`` show ``moment`` (naive).

    :raises ValidationError: for an hour that is left out when clocks go forward, and for one that comes twice when
        they go back: an exact instant is never guessed
    """
    place = ZoneInfo(zone)
    first, second = moment.replace(tzinfo=place, fold=0), moment.replace(tzinfo=place, fold=1)
    if first.utcoffset() == second.utcoffset():
        return first
    # Of a skipped hour, the offset before the change is the smaller one; of a doubled one, the larger.
    if (first.utcoffset() or 0) < (second.utcoffset() or 0):  # type: ignore[operator]
        raise ValidationError(
            _("The clocks of %(zone)s go forward at that hour: it does not exist. Choose another."),
            params={"zone": zone},
        )
    raise ValidationError(
        _("The clocks of %(zone)s go back at that hour: it comes twice. Choose another."),
        params={"zone": zone},
    )


class LocalMomentField(forms.Field):
    """A day and hour by the clocks of a place: naive until the zone is known."""

    widget = forms.DateTimeInput(attrs={"type": "datetime-local"}, format="%Y-%m-%dT%H:%M")

    def to_python(self, value: Any) -> datetime | None:
        if value in self.empty_values:
            return None
        try:
            moment = parse_datetime(str(value).strip())
        except ValueError:
            moment = None
        if moment is None or moment.tzinfo is not None:
            raise ValidationError(_("Enter a day and a time, such as 2026-11-20 09:30."))
        if moment.year > LAST_YEAR:
            raise ValidationError(_("Check the year."))
        return moment.replace(second=0, microsecond=0)


class StartForm(forms.Form):
    """Until when silence lasts, by whose clock."""

    expires_at = LocalMomentField(
        label=_("Under silence until"),
        help_text=_("At this very moment it is adopted; whoever objects does so before."),
    )
    time_zone = forms.ChoiceField(label=_("By the clock of"))

    def __init__(
        self,
        *args: Any,
        asked: Iterable[Participant],
        zones: Iterable[str],
        at: datetime,
        **kw: Any,
    ) -> None:
        super().__init__(*args, **kw)
        self.fields["time_zone"].choices = _zone_choices(asked, zones, at=at)  # type: ignore[attr-defined]

    def clean(self) -> dict[str, Any]:
        data = super().clean() or {}
        if data.get("expires_at") and data.get("time_zone"):
            try:
                data["instant"] = instant_at(data["expires_at"], data["time_zone"])
            except ValidationError as error:
                self.add_error("expires_at", error)
        return data

    @property
    def instant(self) -> datetime:
        moment = self.cleaned_data["instant"]
        assert isinstance(moment, datetime)
        return moment

    @property
    def zone(self) -> str:
        return str(self.cleaned_data["time_zone"])


def _zone_choices(
    asked: Iterable[Participant], zones: Iterable[str], *, at: datetime
) -> list[tuple[str, str]]:
    """Return each zone once, with the places whose clocks it is and its offset now."""
    places: dict[str, list[str]] = {}
    for participant in asked:
        places.setdefault(participant.time_zone, []).append(participant.name)
    for zone in (*zones, "UTC"):
        places.setdefault(zone, [])
    return [
        (zone, f"{', '.join(sorted(names)) or zone} ({offset_label(in_zone(at, zone))})")
        for zone, names in places.items()
    ]


class ObjectionForm(forms.Form):
    """How a State breaks the silence, and why."""

    kind = forms.ChoiceField(
        label=_("How your State breaks the silence"),
        choices=ObjectionKind.choices,
        widget=forms.RadioSelect,
        initial=ObjectionKind.OBJECTION,
    )
    reason = forms.CharField(
        label=_("Reason"),
        max_length=REASON_LENGTH,
        widget=LongText(rows=5),
        validators=[validate_plain_text],
        help_text=_("Everybody who reads the text reads it, too."),
    )
    proposed_text = forms.CharField(
        label=_("The text that your State would have instead"),
        required=False,
        max_length=MAX_LENGTH,
        widget=LongText(rows=6),
        validators=[validate_plain_text],
        help_text=_("For an amendment only."),
    )

    def clean(self) -> dict[str, Any]:
        data = super().clean() or {}
        is_amendment = data.get("kind") == ObjectionKind.AMENDMENT
        if is_amendment and "proposed_text" not in self.errors and not data.get("proposed_text"):
            self.add_error("proposed_text", _("Write the text that your State would have instead."))
        return data


class WithdrawForm(forms.Form):
    reason = forms.CharField(
        label=_("Reason"),
        max_length=REASON_LENGTH,
        widget=LongText(rows=4),
        validators=[validate_plain_text],
        help_text=_("Those who were asked are told it."),
    )


class SilenceFilter(forms.Form):
    """What the list may be narrowed by."""

    status = forms.ChoiceField(
        label=_("Status"), required=False, choices=[("", _("Any")), *ProcedureStatus.choices]
    )
    subject_type = forms.ChoiceField(label=_("What it is about"), required=False)
    mine = forms.ChoiceField(
        label=_("Who may object"),
        required=False,
        choices=[("", _("Anybody")), ("yes", _("My State"))],
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        kinds = [(plug.model, plug.title) for plug in plugs.silent_subjects.values()]
        self.fields["subject_type"].choices = [("", _("Anything")), *kinds]  # type: ignore[attr-defined]

    def wishes(self) -> dict[str, Any]:
        """Return what is asked for; what cannot be asked for narrows nothing."""
        self.is_valid()
        return {name: value for name, value in self.cleaned_data.items() if value}
