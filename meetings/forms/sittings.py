"""What a secretary fills in during and after a sitting."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any
from zoneinfo import ZoneInfo

from django import forms
from django.core.exceptions import ValidationError
from django.utils.translation import gettext_lazy as _

from meetings.forms import PlaceTimeField, at_the_place
from meetings.models import AgendaItem, Attendance, Decision, Delegate, Delegation, Meeting, Sitting
from meetings.queries.agenda import Numbered
from meetings.statuses.sittings import InterventionKind
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
    """When a delegate arrived and left."""

    def __init__(self, data: Any = None, *, stay: Attendance) -> None:
        super().__init__(
            data,
            meeting=stay.sitting.meeting,
            begins_at=stay.arrived_at,
            ends_at=stay.left_at,
            labels=(_("Arrived"), _("Left")),
        )


class SpeakerChoice(forms.ModelChoiceField):  # type: ignore[type-arg] # not subscriptable at run time
    """A delegate, with the delegation: the list is of all delegations until one is chosen."""

    def label_from_instance(self, obj: Any) -> str:
        return f"{obj.full_name} ({obj.delegation.participant.name})"


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
