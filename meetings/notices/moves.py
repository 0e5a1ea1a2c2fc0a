"""Who hears that a meeting is held at another time or place, put off, or called off."""

from datetime import datetime
from typing import Any
from zoneinfo import ZoneInfo

from django.db.models import QuerySet
from django.utils.translation import gettext_lazy as _

from meetings.formats import calendars
from meetings.models import Meeting
from meetings.queries import meetings as meeting_queries
from meetings.statuses import DatePrecision, Mode
from ots_portal.audit.models import AuditEntry
from ots_portal.people.models import User
from ots_portal.plugs import Notice, plug_notice
from ots_portal.ui.moments import day_text, zoned_text


def those_who_knew(entry: AuditEntry) -> QuerySet[User]:
    """Return whom a change concerns; nobody, where the meeting was never announced."""
    meeting = Meeting.objects.get(pk=entry.subject_id)
    if meeting.announced_at is None:
        return User.objects.none()
    return (
        meeting_queries.concerned_by(meeting).exclude(pk=entry.actor_id)
        if entry.actor_id
        else meeting_queries.concerned_by(meeting)
    )


def moved_from_to(entry: AuditEntry, recipient: User) -> dict[str, Any]:
    """Return old and new start, end and place: by the reader's clocks and by those of the place."""
    before, after = entry.data["before"], entry.data["after"]
    return {
        "before": _when_and_where(before),
        "after": _when_and_where(after),
        "is_same_time": all(before[name] == after[name] for name in ("starts_at", "ends_at")),
    }


def _when_and_where(facts: dict[str, str]) -> dict[str, str]:
    start, end = (datetime.fromisoformat(facts[name]) for name in ("starts_at", "ends_at"))
    place = ", ".join(filter(None, (facts["city"], facts["venue"])))
    if facts["date_precision"] == DatePrecision.DAY:
        day = day_text(start.astimezone(ZoneInfo(facts["time_zone"])).date())
        return {"start": day, "start_there": day, "end": "", "place": place}
    return {
        "start": zoned_text(start),
        "start_there": zoned_text(start, facts["time_zone"]),
        "end": zoned_text(end),
        "place": place or str(Mode(facts["mode"]).label),
    }


plug_notice(
    Notice(
        kind="meetings.meeting.moved",
        title=_("A meeting is moved"),
        recipients=those_who_knew,
        record_for=meeting_queries.record_for,
        template="meetings/notices/meeting_moved",
        details=moved_from_to,
        attachments=calendars.request,
    )
)
plug_notice(
    Notice(
        kind="meetings.meeting.postponed",
        title=_("A meeting is postponed"),
        recipients=those_who_knew,
        record_for=meeting_queries.record_for,
        template="meetings/notices/meeting_postponed",
        attachments=calendars.cancellation,
    )
)
plug_notice(
    Notice(
        kind="meetings.meeting.cancelled",
        title=_("A meeting is cancelled"),
        recipients=those_who_knew,
        record_for=meeting_queries.record_for,
        template="meetings/notices/meeting_cancelled",
        attachments=calendars.cancellation,
    )
)
