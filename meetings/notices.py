"""Who hears of what happens to meetings and their minutes."""

from django.db.models import QuerySet
from django.utils.translation import gettext_lazy as _

from meetings.models import Meeting, Minutes
from meetings.queries import meetings as meeting_queries
from meetings.queries import minutes as minutes_queries
from ots_portal.audit.models import AuditEntry
from ots_portal.people.models import User
from ots_portal.plugs import Notice, plug_notice

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
    "meetings.meeting.postponed",
    "meetings.meeting.cancelled",
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
)


def those_who_are_called(entry: AuditEntry) -> QuerySet[User]:
    """Return the editors and heads of the participants that the meeting is open to."""
    return _except_the_actor(
        meeting_queries.deciders_of(Meeting.objects.get(pk=entry.subject_id)), entry
    )


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
