"""Who hears of what happens to meetings and their minutes."""

from django.db.models import QuerySet
from django.utils.translation import gettext_lazy as _

from meetings.models import Meeting, Minutes
from meetings.queries import meetings as meeting_queries
from meetings.queries import minutes as minutes_queries
from ots_portal.audit.models import AuditEntry
from ots_portal.people.models import User
from ots_portal.plugs import Notice, plug_labels, plug_notice

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
    "meetings.minutes.recalled",  # before anybody knew of it
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
        "meetings.meeting.postponed": _("A meeting is postponed"),
        "meetings.meeting.cancelled": _("A meeting is cancelled"),
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
        "meetings.minutes.recalled": _("Published minutes are recalled before anybody is told"),
    }
)


def those_who_are_called(entry: AuditEntry) -> QuerySet[User]:
    """Return the editors and heads of the participants that the meeting is open to."""
    return _except_the_actor(
        meeting_queries.deciders_of(Meeting.objects.get(pk=entry.subject_id)), entry
    )


def those_who_may_now_read(entry: AuditEntry) -> QuerySet[User]:
    """Return all people of the participants for whom the minutes were, or are about to be, published."""
    minutes = Minutes.objects.get(pk=entry.subject_id)
    # Whoever publishes sees for each choice before whom the minutes will come, while none is stored yet.
    minutes.classification = entry.data.get("classification", minutes.classification)
    return _except_the_actor(minutes_queries.readers_of(minutes), entry)


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
        is_recallable=True,
    )
)
