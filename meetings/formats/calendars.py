"""Meetings in people's calendars: the file of one, the personal feed, what goes with a mail."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from django.conf import settings
from django.utils.translation import gettext as _

from meetings.models import Meeting
from meetings.queries import meetings as queries
from meetings.statuses import MeetingStatus
from ots_portal.audit.models import AuditEntry
from ots_portal.calendars import written
from ots_portal.people.models import User
from ots_portal.plugs import Attachment, CalendarEntry
from ots_portal.texts import in_language

MOST = 200  # of one person: nobody reads more in a calendar
# Nobody keeps their day: a postponed meeting comes back with a higher SEQUENCE once it is convened again.
NOT_KEPT = (MeetingStatus.CANCELLED, MeetingStatus.POSTPONED)
FILE = "meeting.ics"


def entry_of(meeting: Meeting) -> CalendarEntry:
    """Return the meeting as a calendar has it: by the clocks of its place, in the active language."""
    title = in_language(meeting.titles)
    if meeting.is_training:
        title = _("TRAINING: %(title)s") % {"title": title}
    return CalendarEntry(
        uid=f"meeting-{meeting.pk}",
        title=title,
        url=settings.PORTAL_ADDRESS + meeting.get_absolute_url(),
        starts_at=meeting.starts_at,
        ends_at=meeting.ends_at,
        changed_at=meeting.updated_at,
        is_cancelled=meeting.status in NOT_KEPT,
        zone=meeting.time_zone,
        place=", ".join(filter(None, (meeting.venue, meeting.city))),
        sequence=meeting.ics_sequence,
        is_whole_days=not meeting.has_hours,
    )


def entries_of(person: Any, after: datetime, before: datetime) -> Sequence[CalendarEntry]:
    """Return the announced meetings between the two moments that the person may see."""
    seen = queries.visible_to(person).filter(announced_at__isnull=False, sources=[])
    between = seen.filter(ends_at__gte=after, starts_at__lte=before).order_by("starts_at", "id")
    return [entry_of(meeting) for meeting in between[:MOST]]


def calendar_of(meeting: Meeting) -> bytes:
    return written([entry_of(meeting)])


def request(entry: AuditEntry, meeting: Any, recipient: User) -> Sequence[Attachment]:
    """Return what a calendar takes in as the meeting, or as its new time (RFC 5546, 3.2.2)."""
    # A mail may wait: of a meeting that was called off meanwhile another one tells.
    return [] if meeting.status in NOT_KEPT else [_attachment("REQUEST", meeting, recipient)]


def cancellation(entry: AuditEntry, meeting: Any, recipient: User) -> Sequence[Attachment]:
    """Return what takes the meeting out of a calendar (RFC 5546, 3.2.5)."""
    return [_attachment("CANCEL", meeting, recipient)] if meeting.status in NOT_KEPT else []


def _attachment(method: str, meeting: Meeting, recipient: User) -> Attachment:
    content = written(
        [entry_of(meeting)], method=method, attendee=(recipient.name, recipient.email)
    )
    parameters = {"method": method, "charset": "utf-8"}
    return Attachment(FILE, content, "text/calendar", parameters)
