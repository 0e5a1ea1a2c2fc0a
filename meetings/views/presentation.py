"""What the pages of this app show: values made ready, so that templates neither query nor compute."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.db.models import Model
from django.urls import reverse
from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from meetings.models import Meeting, Minutes, MinutesParagraph
from meetings.queries.agenda import Numbered
from meetings.statuses import (
    MEETING_TONES,
    MINUTES_TONES,
    MeetingStatus,
    MinutesStatus,
)
from ots_portal.audit.queries import history_of, names_of_actors
from ots_portal.ui.moments import day_text

Text = str | Promise

WORDS: Mapping[str, Text] = {
    "meetings.meeting.planned": gettext_lazy("Planned"),
    "meetings.meeting.entered": gettext_lazy("Entered with the portal's own data"),
    "meetings.meeting.updated": gettext_lazy("Changed"),
    "meetings.meeting.convened": gettext_lazy("Convened"),
    "meetings.meeting.opened": gettext_lazy("Opened"),
    "meetings.meeting.suspended": gettext_lazy("Suspended"),
    "meetings.meeting.resumed": gettext_lazy("Resumed"),
    "meetings.meeting.adjourned": gettext_lazy("Adjourned"),
    "meetings.meeting.closed": gettext_lazy("Closed"),
    "meetings.meeting.moved": gettext_lazy("Told that it was moved"),
    "meetings.meeting.followed": gettext_lazy("Planned from the last meeting"),
    "meetings.meeting.postponed": gettext_lazy("Postponed"),
    "meetings.meeting.cancelled": gettext_lazy("Cancelled"),
    "meetings.agenda_item.added": gettext_lazy("Agenda: item added"),
    "meetings.agenda_item.updated": gettext_lazy("Agenda: item changed"),
    "meetings.agenda_item.moved": gettext_lazy("Agenda: item moved"),
    "meetings.agenda_item.removed": gettext_lazy("Agenda: item removed"),
    "meetings.minutes.prepared": gettext_lazy("Begun"),
    "meetings.minutes.entered": gettext_lazy("Entered with the portal's own data"),
    "meetings.minutes.updated": gettext_lazy("Text changed"),
    "meetings.minutes.circulated": gettext_lazy("Circulated"),
    "meetings.minutes.withdrawn": gettext_lazy("Withdrawn"),
    "meetings.minutes.adopted": gettext_lazy("Adopted"),
    "meetings.minutes.published": gettext_lazy("Published"),
}


@dataclass(frozen=True)
class Link:
    title: Text
    url: str


@dataclass(frozen=True)
class Figure:
    label: Text
    value: Text
    note: Text = ""
    url: str = ""


@dataclass(frozen=True)
class TrackStep:
    label: Text
    is_done: bool
    is_current: bool


@dataclass(frozen=True)
class HistoryLine:
    at: datetime
    title: Text
    actor: str
    tone: str = "info"


@dataclass(frozen=True)
class MeetingRow:
    """A line of the list."""

    meeting: Meeting
    url: str
    days: str
    kind: Text
    status: Text
    tone: str


@dataclass(frozen=True)
class Section:
    """Paragraphs that follow each other and report on the same agenda item (None: on no item)."""

    entry: Numbered | None
    paragraphs: list[MinutesParagraph]

    @property
    def heading(self) -> str:
        return str(self.entry) if self.entry else _("General")


def meeting_rows(meetings: Iterable[Meeting]) -> list[MeetingRow]:
    """Make the lines of a list; no query (``host`` is selected with the rows)."""
    base = reverse("meetings:list")
    return [
        MeetingRow(
            meeting=meeting,
            url=f"{base}{meeting.pk}/",
            days=days_text(meeting),
            kind=meeting.get_kind_display(),
            status=meeting.get_status_display(),
            tone=MEETING_TONES[MeetingStatus(meeting.status)],
        )
        for meeting in meetings
    ]


def days_text(meeting: Meeting) -> str:
    """Return the day of the meeting at its place, or its first and last: "6 Sep 2023 – 8 Sep 2023"."""
    first = day_text(meeting.first_day)
    return first if meeting.is_one_day else f"{first} – {day_text(meeting.last_day)}"


def place_text(meeting: Meeting) -> str:
    return meeting.city or str(meeting.get_mode_display())


def meeting_figures(meeting: Meeting) -> list[Figure]:
    return [
        Figure(_("Date"), days_text(meeting), _("at the place of the meeting")),
        Figure(_("Place"), place_text(meeting), meeting.venue),
        Figure(_("Host"), meeting.host.name),
        Figure(_("How people meet"), meeting.get_mode_display()),
    ]


M = MeetingStatus
MAIN_ROAD = (M.PLANNED, M.CONVENED, M.IN_SESSION, M.ADJOURNED, M.CLOSED)
# What left the main road stands where it would have stood on it.
_ROADS = {
    M.SUSPENDED: (M.PLANNED, M.CONVENED, M.SUSPENDED, M.ADJOURNED, M.CLOSED),
    M.POSTPONED: (M.PLANNED, M.POSTPONED, M.CONVENED, M.IN_SESSION, M.ADJOURNED, M.CLOSED),
    M.CANCELLED: (M.PLANNED, M.CANCELLED),
}


def meeting_track(meeting: Meeting) -> list[TrackStep]:
    status = MeetingStatus(meeting.status)
    return _track(_ROADS.get(status, MAIN_ROAD), status)


def minutes_track(minutes: Minutes) -> list[TrackStep]:
    return _track(tuple(MinutesStatus), MinutesStatus(minutes.status))


def _track(road: Iterable[Any], current: Any) -> list[TrackStep]:
    statuses = list(road)
    here = statuses.index(current)
    return [
        TrackStep(status.label, is_done=n < here, is_current=n == here)
        for n, status in enumerate(statuses)
    ]


def minutes_tone(minutes: Minutes) -> str:
    return MINUTES_TONES[MinutesStatus(minutes.status)]


def sections(paragraphs: Iterable[MinutesParagraph], agenda: Iterable[Numbered]) -> list[Section]:
    """Put the paragraphs under the headings of their agenda items, in the order of the minutes."""
    entries = {entry.item.pk: entry for entry in agenda}
    found: list[Section] = []
    for paragraph in paragraphs:
        entry = entries.get(paragraph.item_id) if paragraph.item_id else None
        if not found or found[-1].entry != entry:
            found.append(Section(entry, []))
        found[-1].paragraphs.append(paragraph)
    return found


def history(subject: Model) -> list[HistoryLine]:
    """Return what happened to a record, newest first, with the names of those who did it."""
    entries = list(history_of(subject))
    names = names_of_actors(entries)
    return [
        HistoryLine(entry.recorded_at, WORDS[entry.kind], _actor(entry.actor_id, names))
        for entry in reversed(entries)
    ]


def _actor(actor_id: Any, names: Mapping[Any, str]) -> str:
    if actor_id is None:
        return _("The portal")
    return names.get(actor_id) or _("A former user")
