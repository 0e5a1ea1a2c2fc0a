"""What a secretary fills in during and after a sitting."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any
from zoneinfo import ZoneInfo

from django import forms
from django.core.exceptions import ValidationError
from django.utils.translation import gettext_lazy as _

from meetings.forms import PlaceTimeField, at_the_place
from meetings.models import (
    AgendaItem,
    Attendance,
    Decision,
    Delegate,
    Delegation,
    Intervention,
    Meeting,
    Sitting,
)
from meetings.queries.agenda import Numbered
from meetings.statuses.sittings import AttendanceMode, InterventionKind
from ots_portal.ui.forms import LongText

REASON_LENGTH = 2_000


class HoursForm(forms.Form):
    """
    Two hours by the clocks at the place of the meeting, and why they are put right.

    Seconds that are not shown are kept: an hour that reads as it did before is the one that stood before.
    """

    BEGIN, END = "begins", "ends"

    def __init__(
        self,
        data: Any = None,
        *,
        meeting: Meeting,
        begins_at: datetime,
        ends_at: datetime | None,
        labels: tuple[Any, Any],
    ) -> None:
        super().__init__(data)
        self._zone = meeting.time_zone
        self._standing = {self.BEGIN: begins_at, self.END: ends_at}
        for name, label in zip((self.BEGIN, self.END), labels, strict=True):
            standing = self._standing[name]
            self.fields[name] = PlaceTimeField(
                label=label,
                required=name == self.BEGIN,
                initial=_shown(standing, self._zone),
                help_text=_("By the clocks at the place of the meeting."),
            )
        self.fields["reason"] = forms.CharField(
            label=_("Why it is corrected"), max_length=REASON_LENGTH, widget=LongText(rows=2)
        )

    def clean(self) -> dict[str, Any]:
        data = super().clean() or {}
        for name in (self.BEGIN, self.END):
            if data.get(name):
                self._clean_hour(data, name)
            elif name not in self.errors:
                data[f"{name}_at"] = None
        return data

    def _clean_hour(self, data: dict[str, Any], name: str) -> None:
        standing = self._standing[name]
        if standing and f"{data[name]:%Y-%m-%dT%H:%M}" == _shown(standing, self._zone):
            data[f"{name}_at"] = standing
            return
        try:
            data[f"{name}_at"] = at_the_place(data[name], self._zone)
        except ValidationError as error:
            self.add_error(name, error)


def _shown(moment: datetime | None, zone: str) -> str:
    return f"{moment.astimezone(ZoneInfo(zone)):%Y-%m-%dT%H:%M}" if moment else ""


class SittingHoursForm(HoursForm):
    """When a sitting was called to order and when it rose."""

    version = forms.IntegerField(widget=forms.HiddenInput, required=False)

    def __init__(self, data: Any = None, *, sitting: Sitting) -> None:
        super().__init__(
            data,
            meeting=sitting.meeting,
            begins_at=sitting.started_at,
            ends_at=sitting.ended_at,
            labels=(_("Called to order"), _("Rose")),
        )
        self.fields["version"].initial = sitting.version


class StayHoursForm(HoursForm):
    """When a delegate arrived and left; ``seen`` are the hours that stood when the form was shown."""

    seen = forms.CharField(widget=forms.HiddenInput, required=False)

    def __init__(self, data: Any = None, *, stay: Attendance) -> None:
        super().__init__(
            data,
            meeting=stay.sitting.meeting,
            begins_at=stay.arrived_at,
            ends_at=stay.left_at,
            labels=(_("Arrived"), _("Left")),
        )
        self.fields["seen"].initial = self.mark_of(stay)

    @staticmethod
    def mark_of(stay: Attendance) -> str:
        return f"{stay.arrived_at.isoformat()} {stay.left_at.isoformat() if stay.left_at else ''}"

    def seen_hours(self) -> tuple[datetime, datetime | None] | None:
        """Return the hours that this person saw; None where the form does not say."""
        arrived, _space, left = self.cleaned_data["seen"].partition(" ")
        try:
            return datetime.fromisoformat(arrived), datetime.fromisoformat(left) if left else None
        except ValueError:
            return None


class SpeakerChoice(forms.ModelChoiceField):  # type: ignore[type-arg] # not subscriptable at run time
    """A delegate, with the delegation: the list is of all delegations until one is chosen."""

    def label_from_instance(self, obj: Any) -> str:
        return f"{obj.full_name} ({obj.delegation.participant.name})"


class ForgottenStayForm(HoursForm):
    """A stay that nobody recorded when it happened."""

    field_order = ("delegate", "mode")

    delegate = SpeakerChoice(
        label=_("Delegate"), queryset=Delegate.objects.none(), empty_label=_("Choose a delegate")
    )
    mode = forms.ChoiceField(
        label=_("How"), choices=AttendanceMode.choices, initial=AttendanceMode.IN_ROOM
    )

    def __init__(self, data: Any = None, *, sitting: Sitting, delegates: Any) -> None:
        super().__init__(
            data,
            meeting=sitting.meeting,
            begins_at=sitting.started_at,
            ends_at=sitting.ended_at,
            labels=(_("Arrived"), _("Left")),
        )
        self.fields["delegate"].queryset = delegates  # type: ignore[attr-defined]
        self.fields["reason"].label = _("Why it is added afterwards")


class AskForm(forms.Form):
    """Ask for the floor: the secretariat for any delegation, a delegation for itself."""

    delegation = forms.ModelChoiceField(
        label=_("Delegation"), queryset=Delegation.objects.none(), empty_label=None
    )
    item = forms.TypedChoiceField(label=_("Agenda item"))
    kind = forms.ChoiceField(
        label=_("Kind"), choices=InterventionKind.choices, initial=InterventionKind.STATEMENT
    )
    delegate = SpeakerChoice(
        label=_("Speaker"),
        queryset=Delegate.objects.none(),
        required=False,
        empty_label=_("Not known yet"),
    )
    decision = forms.ModelChoiceField(
        label=_("Decision that is explained"),
        queryset=Decision.objects.none(),
        required=False,
        empty_label=_("None"),
        help_text=_("Only of an explanation of position."),
    )

    def __init__(  # noqa: PLR0913 -- keywords only
        self,
        data: Any = None,
        *,
        delegations: Any,
        delegates: Any,
        decisions: Any,
        agenda: Sequence[Numbered],
        item: AgendaItem | None = None,
    ) -> None:
        super().__init__(data, auto_id="ask_%s")
        self.fields["delegation"].queryset = delegations  # type: ignore[attr-defined]
        self.fields["delegate"].queryset = delegates  # type: ignore[attr-defined]
        self.fields["decision"].queryset = decisions  # type: ignore[attr-defined]
        self._items = {str(entry.item.pk): entry.item for entry in agenda}
        self.fields["item"].choices = [(str(e.item.pk), str(e)) for e in agenda]  # type: ignore[attr-defined]
        if item:
            self.fields["item"].initial = str(item.pk)

    def chosen_item(self) -> AgendaItem:
        return self._items[self.cleaned_data["item"]]


class CorrectInterventionForm(AskForm):
    """On what, as what and for whom somebody speaks: for the secretariat, which has written something else."""

    COMPARED = ("delegation", "item", "kind", "delegate", "decision")

    version = forms.IntegerField(widget=forms.HiddenInput, required=False)

    def __init__(  # noqa: PLR0913 -- keywords only
        self,
        data: Any = None,
        *,
        intervention: Intervention,
        delegations: Any,
        delegates: Any,
        decisions: Any,
        agenda: Sequence[Numbered],
    ) -> None:
        super().__init__(
            data, delegations=delegations, delegates=delegates, decisions=decisions, agenda=agenda,
            item=intervention.item,
        )  # fmt: skip
        for name in ("delegation", "kind", "delegate", "decision"):
            value = getattr(intervention, name)
            self.fields[name].initial = value.pk if hasattr(value, "pk") else value
        self.fields["version"].initial = intervention.version
        self.fields["reason"] = forms.CharField(
            label=_("Why it is corrected"),
            max_length=REASON_LENGTH,
            widget=LongText(rows=2),
            # Who still waits is put right while everybody looks on.
            required=not intervention.is_waiting,
        )


class TieForm(forms.Form):
    """Which decision an explanation of position is about."""

    decision = forms.ModelChoiceField(
        label=_("Decision that is explained"),
        queryset=Decision.objects.none(),
        required=False,
        empty_label=_("None"),
    )

    def __init__(self, data: Any = None, *, decisions: Any) -> None:
        super().__init__(data)
        self.fields["decision"].queryset = decisions  # type: ignore[attr-defined]
