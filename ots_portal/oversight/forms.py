"""What narrows the list of entries; it lives in the address, so that a view of it can be sent on."""

from collections.abc import Iterable
from datetime import date, datetime, time, timedelta
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.utils import timezone
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from ots_portal import plugs
from ots_portal.oversight.models import ExportFormat
from ots_portal.oversight.queries import Wishes, people_called
from ots_portal.oversight.wording import label_of, title_of
from ots_portal.participants.models import Participant
from ots_portal.people.models import Role, User
from ots_portal.texts.fields import validate_plain_text
from ots_portal.ui.forms import DayInput

# Days far outside would have no name in UTC once the reader's zone is taken off.
EARLIEST, LATEST = date(2000, 1, 1), date(2100, 1, 1)
Choice = tuple[str, str | Promise]


class FilterForm(forms.Form):
    """Periods are days in the reader's zone, both included."""

    person = forms.CharField(
        label=_("Who did it"),
        required=False,
        max_length=150,
        validators=[validate_plain_text],
        help_text=_("Part of a name, an e-mail address, or an id."),
    )
    kind = forms.ChoiceField(label=_("What happened"), required=False)
    record_type = forms.ChoiceField(label=_("Kind of record"), required=False)
    record = forms.CharField(
        label=_("Record's id"), required=False, max_length=40, validators=[validate_plain_text]
    )
    participant = forms.ChoiceField(label=_("Participant"), required=False)
    since = forms.DateField(label=_("From"), required=False, widget=DayInput)
    until = forms.DateField(label=_("To"), required=False, widget=DayInput)

    def __init__(self, data: Any = None, *, reader: User) -> None:
        super().__init__(data)
        self.reader = reader
        self._choose("kind", _("Everything"), kinds())
        self._choose("record_type", _("All kinds"), record_types())
        if reader.role == Role.AUDITOR:
            named = [(one.slug, one.name) for one in Participant.objects.order_by("slug")]
            self._choose("participant", _("All participants"), named)
        else:
            del self.fields["participant"]  # a head reads the own one's

    def _choose(self, name: str, empty: Promise, choices: Iterable[Any]) -> None:
        self.fields[name].choices = [("", empty), *choices]  # type: ignore[attr-defined]

    def clean_since(self) -> date | None:
        return self._within_the_calendar("since")

    def clean_until(self) -> date | None:
        return self._within_the_calendar("until")

    def _within_the_calendar(self, name: str) -> date | None:
        day: date | None = self.cleaned_data[name]
        if day and not EARLIEST <= day <= LATEST:
            raise ValidationError(_("A day between the years 2000 and 2100 is expected."))
        return day

    def clean(self) -> dict[str, Any]:
        data = super().clean() or {}
        since, until = data.get("since"), data.get("until")
        if since and until and since > until:
            self.add_error("until", _("The period ends before it begins."))
        return data

    def wishes(self) -> Wishes:
        """Return what the list is narrowed by; an impossible value narrows to nothing."""
        if not self.is_valid():
            return Wishes(people=())
        data = self.cleaned_data
        return Wishes(
            people=people_called(data["person"], reader=self.reader)
            if data["person"].strip()
            else None,
            kind=data["kind"],
            record_type=data["record_type"],
            record=data["record"].strip().lower(),
            participant=data.get("participant", ""),
            since=_start_of(data["since"]) if data["since"] else None,
            until=_end_of(data["until"]) if data["until"] else None,
        )


def _start_of(day: date) -> datetime:
    return timezone.make_aware(datetime.combine(day, time.min))


def _end_of(day: date) -> datetime:
    return _start_of(day + timedelta(days=1)) - timedelta(microseconds=1)


class ExportForm(forms.Form):
    format = forms.ChoiceField(
        label=_("Form"), choices=ExportFormat.choices, widget=forms.RadioSelect
    )


def kinds() -> list[tuple[str, list[Choice]]]:
    """Return every kind of entry in words, under the kind of record that it is about."""
    groups: dict[str, list[Choice]] = {}
    for kind in sorted({*plugs.audit_labels, *plugs.notices}):
        groups.setdefault(str(title_of(kind.rpartition(".")[0])), []).append((kind, label_of(kind)))
    return sorted(groups.items())


def record_types() -> list[Choice]:
    return sorted(
        ((model, str(record.title)) for model, record in plugs.audited.items()),
        key=lambda choice: choice[1],
    )
