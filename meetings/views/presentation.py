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

from meetings.models import Meeting, Minutes
from meetings.presentation.meetings import days_text, place_text
from meetings.statuses import (
    MEETING_TONES,
    MINUTES_TONES,
    MeetingStatus,
    MinutesStatus,
)
from ots_portal import plugs
from ots_portal.audit.queries import history_of, names_of_actors

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
    "meetings.agenda_item.settled": gettext_lazy("Agenda: outcome of an item recorded"),
    "meetings.agenda_item.announced": gettext_lazy("Agenda: results of silence procedures added"),
    "meetings.agenda.circulated": gettext_lazy("Provisional agenda circulated"),
    "meetings.agenda.adopted": gettext_lazy("Agenda adopted"),
    "meetings.agenda.supplemented": gettext_lazy("Agenda: addendum"),
    "meetings.minutes.prepared": gettext_lazy("Begun"),
    "meetings.minutes.entered": gettext_lazy("Entered with the portal's own data"),
    "meetings.minutes.updated": gettext_lazy("Text changed"),
    "meetings.minutes.circulated": gettext_lazy("Circulated"),
    "meetings.minutes.filled": gettext_lazy("Prepared from the record"),
    "meetings.minutes.withdrawn": gettext_lazy("Withdrawn"),
    "meetings.minutes.revised": gettext_lazy("Revision begun"),
    "meetings.minutes.comments_due": gettext_lazy("Members reminded of the comments"),
    "meetings.minutes.adopted": gettext_lazy("Adopted"),
    "meetings.minutes.published": gettext_lazy("Published"),
    "meetings.minutes.opened": gettext_lazy("Opened to everybody"),
    "meetings.corrigendum.proposed": gettext_lazy("Proposed"),
    "meetings.corrigendum.put_under_silence": gettext_lazy("Put under silence"),
    "meetings.corrigendum.issued": gettext_lazy("Issued"),
    "meetings.corrigendum.objected_to": gettext_lazy("Objected to"),
    "meetings.corrigendum.taken_back": gettext_lazy("Taken back from under silence"),
    "meetings.corrigendum.discarded": gettext_lazy("Discarded"),
    "meetings.minutes.recalled": gettext_lazy("Recalled before anybody was told"),
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
    status = MinutesStatus(minutes.status)
    # Not all minutes are revised: the step stands on the road while they are.
    road = [one for one in MinutesStatus if one != MinutesStatus.REVISED or one == status]
    return _track(road, status)


def _track(road: Iterable[Any], current: Any) -> list[TrackStep]:
    statuses = list(road)
    here = statuses.index(current)
    return [
        TrackStep(status.label, is_done=n < here, is_current=n == here)
        for n, status in enumerate(statuses)
    ]


def minutes_tone(minutes: Minutes) -> str:
    return MINUTES_TONES[MinutesStatus(minutes.status)]


def history(subject: Model) -> list[HistoryLine]:
    """Return what happened to a record, newest first, with the names of those who did it."""
    entries = list(history_of(subject))
    names = names_of_actors(entries)
    return [
        HistoryLine(entry.recorded_at, _words_of(entry.kind), _actor(entry.actor_id, names))
        for entry in reversed(entries)
    ]


def _words_of(kind: str) -> Text:
    """Say it shortly where the page has words of its own, else as the audit says it."""
    return WORDS.get(kind) or plugs.audit_labels.get(kind) or plugs.notices[kind].title


def _actor(actor_id: Any, names: Mapping[Any, str]) -> str:
    if actor_id is None:
        return _("The portal")
    return names.get(actor_id) or _("A former user")
