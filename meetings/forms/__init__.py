"""The forms of meetings and agendas; what must hold is a constraint of the models first."""

import uuid
from collections.abc import Mapping, Sequence
from datetime import UTC, datetime, time
from typing import Any
from zoneinfo import ZoneInfo, available_timezones

from django import forms
from django.conf import settings
from django.core.exceptions import ValidationError
from django.db.models import QuerySet
from django.forms import BoundField
from django.utils.dateparse import parse_datetime
from django.utils.text import format_lazy
from django.utils.translation import get_language
from django.utils.translation import gettext_lazy as _

from meetings.models import AgendaItem, Meeting, Series
from meetings.models.agenda import MAX_DEPTH
from meetings.queries.agenda import Numbered
from meetings.queries.minutes_texts import language_name
from meetings.services.agenda import ItemFacts
from meetings.services.meetings import is_wider
from meetings.statuses import (
    PLACELESS,
    DatePrecision,
    ItemKind,
    MeetingKind,
    MeetingStatus,
    Mode,
    Visibility,
)
from meetings.statuses.agenda import ItemAccess, ItemOutcome
from ots_portal.participants.models import Participant
from ots_portal.texts.choice import FALLBACKS
from ots_portal.texts.fields import validate_plain_text
from ots_portal.ui.moments import offset_label

FIRST_YEAR, LAST_YEAR = 2009, 2100  # the Nakhchivan Agreement founded the organisation in 2009
TITLE_LENGTH = 300
MAX_MINUTES = 24 * 60  # a day: more is no allotment
NUMBER_IS_TAKEN = _("There is a meeting of this series or kind with this number.")
Text = Any  # a string, or one that is translated when it is shown


def language_of_reader() -> str:
    return (get_language() or settings.LANGUAGE_CODE).split("-")[0]


def language_choices() -> list[tuple[str, str]]:
    """Return the languages that the portal knows, each by its own name."""
    return [(code, language_name(code)) for code in FALLBACKS]


class TitledForm(forms.Form):
    """A form with a title in each language of the portal; one of them is enough."""

    TITLES = tuple(f"title_{code}" for code, _name in settings.LANGUAGES)

    def __init__(self, *args: Any, titles: Mapping[str, str], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self._before = titles
        for code, _name in settings.LANGUAGES:
            self.fields[f"title_{code}"] = forms.CharField(
                label=format_lazy("{} ({})", _("Title"), language_name(code)),
                max_length=TITLE_LENGTH,
                required=False,
                initial=titles.get(code, ""),
                validators=[validate_plain_text],
            )
        self.fields[self.TITLES[0]].help_text = _("One language is enough.")
        self.order_fields([*self.TITLES, *self.fields])

    @property
    def title_fields(self) -> list[BoundField]:
        return [self[name] for name in self.TITLES]

    def clean(self) -> dict[str, Any]:
        data = super().clean() or {}
        if not set(self.TITLES) & set(self.errors) and not self.titles():
            self.add_error(self.TITLES[0], _("Give it a title in one language at least."))
        return data

    def titles(self) -> dict[str, str]:
        """Return all titles, those in languages that the form does not show among them."""
        written = {
            code: self.cleaned_data.get(f"title_{code}", "") for code, _name in settings.LANGUAGES
        }
        return {code: text for code, text in {**self._before, **written}.items() if text}


class PlaceTimeField(forms.Field):
    """A day and hour by the clocks of the place of a meeting: naive until the zone is known."""

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
        if not FIRST_YEAR <= moment.year <= LAST_YEAR:
            raise ValidationError(_("Check the year."))
        return moment.replace(second=0, microsecond=0)


def at_the_place(moment: datetime, zone: str) -> datetime:
    """
    Return the instant at which the clocks of ``zone`` show ``moment``.

    :raises ValidationError: for an hour that a change of the clocks leaves out, or brings twice
    """
    first, second = (moment.replace(tzinfo=ZoneInfo(zone), fold=fold) for fold in (0, 1))
    if first.utcoffset() == second.utcoffset():
        return first.astimezone(UTC)
    words = {
        "hour": f"{moment:%H:%M}",
        "zone": zone,
        "first": offset_label(first),
        "second": offset_label(second),
    }
    is_left_out = first.astimezone(UTC).astimezone(ZoneInfo(zone)).replace(tzinfo=None) != moment
    raise ValidationError(_LEFT_OUT if is_left_out else _TWICE, params=words)


_LEFT_OUT = _(
    "On that day the clocks in %(zone)s go forward from %(first)s to %(second)s: %(hour)s does not exist. "
    "Enter an hour before or after the change."
)
_TWICE = _(
    "On that day the clocks in %(zone)s go back from %(first)s to %(second)s: %(hour)s comes twice. Enter an "
    "hour that comes once, or enter it in the time zone Etc/UTC."
)


def zone_choices() -> list[tuple[Text, Any]]:
    """Return the zones of the participants first, then all others by name."""
    own = sorted(set(Participant.objects.values_list("time_zone", flat=True)))
    others = sorted(name for name in available_timezones() if "/" in name and name not in own)
    return [
        (_("Zones of the participants"), [(name, name) for name in own]),
        (_("All other zones"), [(name, name) for name in others]),
    ]


class MeetingForm(TitledForm):
    """Plan a meeting, or change what is known of it."""

    kind = forms.ChoiceField(label=_("Kind"), choices=MeetingKind.choices)
    series = forms.ModelChoiceField(
        label=_("Series"),
        queryset=Series.objects.none(),
        required=False,
        empty_label=_("None: a meeting by itself"),
    )
    ordinal = forms.IntegerField(
        label=_("Number"),
        min_value=1,
        max_value=999,
        required=False,
        help_text=_("3 for the third. In a series the next free one is given when it is convened."),
    )
    host = forms.ModelChoiceField(label=_("Host"), queryset=Participant.objects.none())
    chair = forms.ModelChoiceField(
        label=_("Chair"), queryset=Participant.objects.none(), required=False
    )
    mode = forms.ChoiceField(label=_("How people meet"), choices=Mode.choices)
    city = forms.CharField(
        label=_("City"), max_length=100, required=False, validators=[validate_plain_text]
    )
    venue = forms.CharField(
        label=_("Venue"), max_length=200, required=False, validators=[validate_plain_text]
    )
    time_zone = forms.ChoiceField(label=_("Time zone of the place"))
    starts = PlaceTimeField(
        label=_("Start"), help_text=_("By the clocks at the place of the meeting.")
    )
    ends = PlaceTimeField(label=_("End"), help_text=_("By the clocks at the place of the meeting."))
    date_precision = forms.ChoiceField(
        label=_("What is known of the time"), choices=DatePrecision.choices
    )
    working_languages = forms.MultipleChoiceField(
        label=_("Working languages"),
        choices=language_choices,
        required=False,
        widget=forms.CheckboxSelectMultiple,
        help_text=_("Documents are expected in these. None chosen: those of the series."),
    )
    visibility = forms.ChoiceField(
        label=_("Who may read it once it is convened"),
        choices=Visibility.choices,
        initial=Visibility.MEMBERS,
        widget=forms.RadioSelect,
    )
    is_training = forms.BooleanField(
        label=_("This is a training meeting"),
        required=False,
        help_text=_("It is marked so everywhere, and stays a training meeting."),
    )
    submission_key = forms.UUIDField(widget=forms.HiddenInput, required=False)
    version = forms.IntegerField(widget=forms.HiddenInput, required=False)

    #: What two versions of a meeting are compared by.
    COMPARED = (
        *TitledForm.TITLES, "kind", "series", "ordinal", "host", "chair", "mode", "city", "venue", "time_zone",
        "starts", "ends", "date_precision", "working_languages", "visibility",
    )  # fmt: skip

    def __init__(self, *args: Any, meeting: Meeting | None = None, **kwargs: Any) -> None:
        super().__init__(*args, titles=meeting.titles if meeting else {}, **kwargs)
        self.meeting = meeting
        participants = Participant.objects.all()
        for name in ("host", "chair"):
            self.fields[name].queryset = participants  # type: ignore[attr-defined]
        self.fields["series"].queryset = Series.objects.all()  # type: ignore[attr-defined]
        self.fields["time_zone"].choices = zone_choices()  # type: ignore[attr-defined]
        if meeting:
            del self.fields["is_training"]
            self.fields["working_languages"].help_text = _("Documents are expected in these.")

    def clean(self) -> dict[str, Any]:
        data = super().clean()
        if data.get("mode") not in (None, *PLACELESS) and not data.get("city"):
            self.add_error("city", _("Name the city where people meet."))
        if self.meeting and is_wider(self.meeting, data.get("visibility", Visibility.MEMBERS)):
            self.add_error("visibility", self.WIDER)
        if data.get("time_zone"):
            self._clean_hours(data)
        if self._number_is_taken(data):
            self.add_error("ordinal", NUMBER_IS_TAKEN)
        return data

    WIDER = _("It was announced to fewer readers: it can be opened to fewer now, not to more.")

    def _clean_hours(self, data: dict[str, Any]) -> None:
        for name, hour in (("starts", time(0, 0)), ("ends", time(23, 59))):
            if data.get(name):
                self._clean_hour(data, name, hour)
        start, end = data.get("starts_at"), data.get("ends_at")
        if start and end and end <= start:
            self.add_error("ends", _("A meeting ends after it starts."))

    def _clean_hour(self, data: dict[str, Any], name: str, hour_of_a_day: time) -> None:
        moment = data[name]
        if data.get("date_precision") == DatePrecision.DAY:
            moment = datetime.combine(moment.date(), hour_of_a_day)
        try:
            data[f"{name}_at"] = at_the_place(moment, data["time_zone"])
        except ValidationError as error:
            self.add_error(name, error)

    def _number_is_taken(self, data: dict[str, Any]) -> bool:
        training = self.meeting.is_training if self.meeting else data.get("is_training")
        if training or not data.get("ordinal"):
            return False
        whole = {"series": data["series"]} if data.get("series") else {"kind": data.get("kind")}
        same = Meeting.objects.filter(
            **{"series": None, "is_training": False, **whole}, ordinal=data["ordinal"]
        )
        others = same.exclude(pk=self.meeting.pk) if self.meeting else same
        return others.exists()

    def facts(self) -> dict[str, Any]:
        """Return what was filled in, as the service takes it; only after ``is_valid()``."""
        data = self.cleaned_data
        same = ("kind", "ordinal", "mode", "city", "venue", "starts_at", "ends_at", "time_zone")
        return {
            **{
                name: data[name]
                for name in (*same, "date_precision", "visibility", "working_languages")
            },
            "titles": self.titles(),
            "host_id": data["host"].pk,
            "chair_id": data["chair"].pk if data["chair"] else None,
            "series_id": data["series"].pk if data["series"] else None,
        }


def next_meeting_form(last: Meeting, data: Any = None) -> MeetingForm:
    """Return the form of a meeting that follows ``last``: as that one was, without number and hours."""
    same = (
        "kind", "mode", "city", "venue", "time_zone", "date_precision", "visibility", "working_languages",
    )  # fmt: skip
    initial = {
        **{name: getattr(last, name) for name in same},
        **{f"title_{code}": text for code, text in last.titles.items()},
        "series": last.series_id,
        "host": last.host_id,
        "chair": last.chair_id,
        "is_training": last.is_training,
        "submission_key": uuid.uuid4(),
    }
    form = MeetingForm(data, initial=initial)
    form.fields["working_languages"].help_text = _("None chosen: those of the last meeting.")
    return form


def new_meeting_form(data: Any = None) -> MeetingForm:
    return MeetingForm(data, initial={"submission_key": uuid.uuid4()})


def edit_meeting_form(meeting: Meeting, *, data: Any = None) -> MeetingForm:
    """Return the form with what stands now; ``data`` is what was posted, None to show it."""
    same = (
        "kind", "ordinal", "mode", "city", "venue", "time_zone", "date_precision", "visibility",
        "working_languages",
    )  # fmt: skip
    initial = {
        **{name: getattr(meeting, name) for name in (*same, "version")},
        "host": meeting.host_id,
        "chair": meeting.chair_id,
        "series": meeting.series_id,
        "starts": f"{meeting.starts_there:%Y-%m-%dT%H:%M}",
        "ends": f"{meeting.ends_there:%Y-%m-%dT%H:%M}",
    }
    return MeetingForm(data, meeting=meeting, initial=initial)


class ItemForm(TitledForm):
    """An item of the agenda."""

    kind = forms.ChoiceField(label=_("Kind"), choices=ItemKind.choices, initial=ItemKind.DISCUSSION)
    minutes_allotted = forms.IntegerField(
        label=_("Minutes allotted"),
        required=False,
        min_value=1,
        max_value=MAX_MINUTES,
        help_text=_("Empty: as long as it takes."),
    )
    proposed_by = forms.ModelChoiceField(
        label=_("Proposed by"),
        queryset=Participant.objects.order_by("slug"),
        required=False,
        empty_label=_("The secretariat"),
    )
    access = forms.ChoiceField(
        label=_("Who may read it"), choices=ItemAccess.choices, initial=ItemAccess.MEETING,
        required=False,
    )  # fmt: skip
    version = forms.IntegerField(widget=forms.HiddenInput, required=False)

    FACTS = ("kind", "minutes_allotted", "proposed_by", "access")
    COMPARED = (*TitledForm.TITLES, *FACTS)

    def __init__(self, *args: Any, item: AgendaItem | None = None, **kwargs: Any) -> None:
        initial = {name: getattr(item, name) for name in (*self.FACTS, "version")} if item else {}
        titles = item.titles if item else {}
        super().__init__(*args, titles=titles, initial=initial, **kwargs)

    def facts(self) -> ItemFacts:
        data = self.cleaned_data
        return ItemFacts(
            titles=self.titles(),
            kind=data["kind"],
            minutes_allotted=data["minutes_allotted"],
            proposed_by_id=data["proposed_by"].pk if data["proposed_by"] else None,
            access=data["access"] or ItemAccess.MEETING,
        )


class NewItemForm(ItemForm):
    """
    An item to put on the agenda, at the top or under another one.

    After the adoption (``is_late``) it says how the meeting agreed to it.
    """

    parent = forms.TypedChoiceField(
        label=_("Part of"), required=False, coerce=uuid.UUID, empty_value=None
    )
    consent = forms.CharField(
        label=_("How the meeting agreed to it"),
        max_length=300,
        validators=[validate_plain_text],
        help_text=_("The agenda is adopted: this item is marked late, with these words."),
    )

    def __init__(
        self, *args: Any, agenda: Sequence[Numbered], is_late: bool = False, **kwargs: Any
    ) -> None:
        super().__init__(*args, **kwargs)
        above = [entry for entry in agenda if entry.depth < MAX_DEPTH]
        choices = [("", _("The agenda itself")), *((str(e.item.pk), str(e)) for e in above)]
        self.fields["parent"].choices = choices  # type: ignore[attr-defined]
        self._items = {entry.item.pk: entry.item for entry in above}
        if not is_late:
            del self.fields["consent"]

    def parent_item(self) -> AgendaItem | None:
        return self._items.get(self.cleaned_data["parent"])


class AnnounceForm(forms.Form):
    """Put results of silence procedures on the agenda; after its adoption with the meeting's consent."""

    consent = forms.CharField(
        label=_("How the meeting agreed to it"),
        max_length=300,
        validators=[validate_plain_text],
        help_text=_("The agenda is adopted: this item is marked late, with these words."),
    )

    def __init__(self, data: Any = None, *, is_late: bool) -> None:
        super().__init__(data, auto_id="announce_%s")
        if not is_late:
            del self.fields["consent"]


class SettleForm(forms.Form):
    """What became of an item; ``meetings`` are those that it can be put off to."""

    outcome = forms.ChoiceField(label=_("Outcome"), choices=ItemOutcome.choices)
    postponed_to = forms.ModelChoiceField(
        label=_("Put off to"),
        queryset=Meeting.objects.none(),
        required=False,
        empty_label=_("Not known yet"),
        help_text=_("Only for an item that is postponed."),
    )
    version = forms.IntegerField(widget=forms.HiddenInput, required=False)

    COMPARED = ("outcome", "postponed_to")

    def __init__(self, data: Any = None, *, item: AgendaItem, meetings: QuerySet[Meeting]) -> None:
        initial = {
            "outcome": item.outcome,
            "postponed_to": item.postponed_to_id,
            "version": item.version,
        }
        super().__init__(data, initial=initial)
        self.fields["postponed_to"].queryset = meetings  # type: ignore[attr-defined]

    def clean(self) -> dict[str, Any]:
        data = super().clean() or {}
        if data.get("postponed_to") and data.get("outcome") != ItemOutcome.POSTPONED:
            self.add_error(
                "postponed_to",
                _(
                    "Only a postponed item goes to another meeting: choose “Postponed”, or none here."
                ),
            )
        return data


class FilterForm(forms.Form):
    """What narrows the list; it lives in the address, so that a view of the list can be sent on."""

    q = forms.CharField(label=_("Search"), required=False, max_length=100)
    when = forms.ChoiceField(
        label=_("When"),
        required=False,
        choices=[("", _("Any time")), ("upcoming", _("Upcoming")), ("past", _("Past"))],
    )
    kind = forms.ChoiceField(
        label=_("Kind"), required=False, choices=[("", _("All kinds")), *MeetingKind.choices]
    )
    status = forms.ChoiceField(
        label=_("Status"), required=False, choices=[("", _("All statuses")), *MeetingStatus.choices]
    )
    host = forms.ChoiceField(label=_("Host"), required=False)
    year = forms.IntegerField(
        label=_("Year"), required=False, min_value=FIRST_YEAR, max_value=LAST_YEAR
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        hosts = [(item.slug, item.name) for item in Participant.objects.order_by("slug")]
        self.fields["host"].choices = [("", _("All hosts")), *hosts]  # type: ignore[attr-defined]

    def wishes(self) -> dict[str, Any]:
        """Return the cleaned filters; an impossible one narrows nothing and is shown as an error."""
        self.full_clean()
        return dict(getattr(self, "cleaned_data", {}))
