"""Who hears of what happens to meetings and their minutes."""

from datetime import datetime
from typing import Any
from zoneinfo import ZoneInfo

from django.db.models import QuerySet
from django.utils.translation import gettext_lazy as _

from meetings.formats import calendars
from meetings.models import Meeting, Minutes
from meetings.notices import delegations, invitations  # noqa: F401 -- notices of their own
from meetings.queries import meetings as meeting_queries
from meetings.queries import minutes as minutes_queries
from meetings.statuses import DatePrecision, Mode
from ots_portal.audit.models import AuditEntry
from ots_portal.people.models import User
from ots_portal.plugs import Notice, plug_labels, plug_notice
from ots_portal.ui.moments import day_text, zoned_text

# Nobody is told of these: they are steps on the way, and the record's page shows them.
SILENT = (
    "meetings.meeting.planned",
    "meetings.meeting.entered",
    "meetings.meeting.updated",
    "meetings.meeting.opened",
    "meetings.meeting.suspended",
    "meetings.meeting.resumed",
    "meetings.meeting.adjourned",
    "meetings.meeting.closed",
    "meetings.agenda_item.added",
    "meetings.agenda_item.updated",
    "meetings.agenda_item.moved",
    "meetings.agenda_item.removed",
    "meetings.minutes.prepared",
    "meetings.minutes.entered",
    "meetings.minutes.updated",
    "meetings.minutes.circulated",
    "meetings.minutes.withdrawn",
    "meetings.minutes.adopted",
    "meetings.meeting.followed",
    "meetings.series.entered",
    "meetings.series.updated",
    "meetings.invitation.drafted",
    "meetings.invitation.updated",
    "meetings.invitation.acknowledged",
    "meetings.delegation.announced",
    "meetings.delegation.confirmed",
    "meetings.delegation.reopened",
    "meetings.delegation.withdrawn",
    "meetings.delegation.credentials_approved",
    "meetings.delegate.added",
    "meetings.delegate.updated",
    "meetings.delegate.removed",
    "meetings.delegate.made_head",
    "meetings.delegate.accredited",
)


plug_labels(
    {
        "meetings.meeting.planned": _("A meeting is planned"),
        "meetings.meeting.entered": _("A meeting is entered from public sources"),
        "meetings.meeting.updated": _("A meeting is changed"),
        "meetings.meeting.opened": _("A meeting is opened"),
        "meetings.meeting.suspended": _("A meeting is suspended"),
        "meetings.meeting.resumed": _("A meeting is resumed"),
        "meetings.meeting.adjourned": _("A meeting is adjourned"),
        "meetings.meeting.closed": _("A meeting is closed"),
        "meetings.agenda_item.added": _("An agenda item is added"),
        "meetings.agenda_item.updated": _("An agenda item is changed"),
        "meetings.agenda_item.moved": _("An agenda item is moved"),
        "meetings.agenda_item.removed": _("An agenda item is removed"),
        "meetings.minutes.prepared": _("Minutes are begun"),
        "meetings.minutes.entered": _("Minutes are entered from public sources"),
        "meetings.minutes.updated": _("Minutes are changed"),
        "meetings.minutes.circulated": _("Minutes are circulated"),
        "meetings.minutes.withdrawn": _("Minutes are withdrawn"),
        "meetings.minutes.adopted": _("Minutes are adopted"),
        "meetings.meeting.followed": _("A meeting is planned from the last one"),
        "meetings.series.entered": _("A series of meetings is entered"),
        "meetings.series.updated": _("A series of meetings is changed"),
        "meetings.invitation.drafted": _("An invitation to a meeting is drafted"),
        "meetings.invitation.updated": _("An invitation to a meeting is changed"),
        "meetings.invitation.acknowledged": _("An invitation to a meeting is acknowledged"),
        "meetings.delegation.announced": _("A delegation is announced"),
        "meetings.delegation.confirmed": _("A delegation is confirmed"),
        "meetings.delegation.reopened": _("A delegation is announced again"),
        "meetings.delegation.withdrawn": _("A delegation is withdrawn"),
        "meetings.delegation.credentials_approved": _("Credentials are in order"),
        "meetings.delegate.added": _("A delegate is entered"),
        "meetings.delegate.updated": _("A delegate is changed"),
        "meetings.delegate.removed": _("A delegate is taken off"),
        "meetings.delegate.made_head": _("A delegation has another head"),
        "meetings.delegate.accredited": _("A delegate is accredited"),
    }
)


def those_who_are_called(entry: AuditEntry) -> QuerySet[User]:
    """Return the editors and heads of the participants that the meeting calls, and its delegates."""
    return _except_the_actor(
        meeting_queries.concerned_by(Meeting.objects.get(pk=entry.subject_id)), entry
    )


def those_who_knew(entry: AuditEntry) -> QuerySet[User]:
    """Return whom a change concerns; nobody, where the meeting was never announced."""
    meeting = Meeting.objects.get(pk=entry.subject_id)
    if meeting.announced_at is None:
        return User.objects.none()
    return _except_the_actor(meeting_queries.concerned_by(meeting), entry)


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


def those_who_may_now_read(entry: AuditEntry) -> QuerySet[User]:
    """Return all people of the participants for whom the minutes were published."""
    return _except_the_actor(
        minutes_queries.readers_of(Minutes.objects.get(pk=entry.subject_id)), entry
    )


def _except_the_actor(people: QuerySet[User], entry: AuditEntry) -> QuerySet[User]:
    return people.exclude(pk=entry.actor_id) if entry.actor_id else people


plug_notice(
    Notice(
        kind="meetings.meeting.convened",
        title=_("A meeting is convened"),
        recipients=those_who_are_called,
        record_for=meeting_queries.record_for,
        template="meetings/notices/meeting_convened",
        attachments=calendars.request,
    )
)
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
plug_notice(
    Notice(
        kind="meetings.minutes.published",
        title=_("Minutes are published"),
        recipients=those_who_may_now_read,
        record_for=minutes_queries.record_for,
        template="meetings/notices/minutes_published",
    )
)
