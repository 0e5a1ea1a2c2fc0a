"""Who hears of what happens to meetings and their minutes."""

from django.db.models import F, QuerySet
from django.utils.translation import gettext_lazy as _

from meetings.formats import calendars
from meetings.models import Corrigendum, Meeting, Minutes, MinutesComment
from meetings.notices import delegations, in_session, invitations, moves, papers
from meetings.queries import corrigenda as corrigendum_queries
from meetings.queries import meetings as meeting_queries
from meetings.queries import minutes as minutes_queries
from meetings.queries import minutes_comments as comment_queries
from meetings.statuses import Disposition
from ots_portal.audit.models import AuditEntry
from ots_portal.participants.models import Participant, ParticipantKind
from ots_portal.people.models import SECRETARIAT_ROLES, User
from ots_portal.plugs import Notice, plug_labels, plug_notice

__all__ = ["SILENT", "delegations", "in_session", "invitations", "moves", "papers"]

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
    "meetings.agenda_item.settled",
    "meetings.agenda_item.announced",
    "meetings.agenda.adopted",
    "meetings.minutes.prepared",
    "meetings.minutes.entered",
    "meetings.minutes.updated",
    "meetings.minutes.filled",
    "meetings.minutes.recalled",  # before anybody knew of it
    "meetings.minutes.withdrawn",
    *papers.SILENT,
    *in_session.SILENT,
    "meetings.minutes.revised",
    "meetings.minutes_comment.withdrawn",
    "meetings.minutes_comment.taken_in",
    # Its silence procedure tells those who may object, and of its end.
    "meetings.corrigendum.proposed",
    "meetings.corrigendum.put_under_silence",
    "meetings.corrigendum.objected_to",
    "meetings.corrigendum.taken_back",
    "meetings.corrigendum.discarded",
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
        "meetings.agenda_item.settled": _("The outcome of an agenda item is recorded"),
        "meetings.agenda_item.announced": _("Results of silence procedures are put on the agenda"),
        "meetings.agenda.adopted": _("An agenda is adopted"),
        "meetings.minutes.prepared": _("Minutes are begun"),
        "meetings.minutes.entered": _("Minutes are entered from public sources"),
        "meetings.minutes.updated": _("Minutes are changed"),
        "meetings.minutes.filled": _("Minutes are prepared from the record"),
        "meetings.minutes.withdrawn": _("Minutes are withdrawn"),
        "meetings.minutes.recalled": _("Published minutes are recalled before anybody is told"),
        "meetings.minutes.revised": _("The revision of minutes begins"),
        "meetings.minutes_comment.withdrawn": _("A comment on minutes is taken back"),
        "meetings.minutes_comment.taken_in": _("The words of a comment are taken into minutes"),
        "meetings.corrigendum.proposed": _("A corrigendum is proposed"),
        "meetings.corrigendum.put_under_silence": _("A corrigendum is put under silence"),
        "meetings.corrigendum.objected_to": _("A corrigendum is objected to"),
        "meetings.corrigendum.taken_back": _("A corrigendum is taken back from under silence"),
        "meetings.corrigendum.discarded": _("A corrigendum is discarded"),
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


def those_who_may_now_read(entry: AuditEntry) -> QuerySet[User]:
    """Return all people of the participants for whom the minutes were, or are about to be, published."""
    minutes = Minutes.objects.get(pk=entry.subject_id)
    # Whoever publishes sees for each choice before whom the minutes will come, while none is stored yet.
    minutes.classification = entry.data.get("classification", minutes.classification)
    return _except_the_actor(minutes_queries.readers_of(minutes), entry)


def those_who_comment(entry: AuditEntry) -> QuerySet[User]:
    """Return the editors and heads of the member States that were invited."""
    meeting = _minutes_of(entry).meeting
    return _except_the_actor(
        comment_queries.deciders_of(comment_queries.commenting_participants(meeting)), entry
    )


def those_who_have_not_commented(entry: AuditEntry) -> QuerySet[User]:
    """Return the editors and heads of the invited member States from which there is no comment on this circulation."""
    said = MinutesComment.objects.filter(
        minutes_id=entry.subject_id, created_at__gte=F("minutes__circulated_at")
    ).exclude(status=Disposition.WITHDRAWN)
    return those_who_comment(entry).exclude(participant__in=said.values("participant"))


def editors_and_heads_of_members(entry: AuditEntry) -> QuerySet[User]:
    members = Participant.objects.filter(kind=ParticipantKind.MEMBER)
    return _except_the_actor(comment_queries.deciders_of(members), entry)


def those_who_read_for_the_first_time(entry: AuditEntry) -> QuerySet[User]:
    """Return the people of States that read only what is open to everybody."""
    readers = minutes_queries.readers_of(_minutes_of(entry))
    return _except_the_actor(readers.filter(participant__kind=ParticipantKind.THIRD), entry)


def the_secretariat(entry: AuditEntry) -> QuerySet[User]:
    staff = User.objects.filter(role__in=SECRETARIAT_ROLES, kind="person", is_active=True)
    return _except_the_actor(staff, entry)


def the_commenting_state(entry: AuditEntry) -> QuerySet[User]:
    """Return the editors and heads of the State whose comment was disposed of."""
    comment = MinutesComment.objects.get(pk=entry.subject_id)
    state = Participant.objects.filter(pk=comment.participant_id)
    return _except_the_actor(comment_queries.deciders_of(state), entry)


def those_who_read_the_corrected(entry: AuditEntry) -> QuerySet[User]:
    """Return the people for whom the minutes were published, of adopted ones the members' editors and heads."""
    corrigendum = Corrigendum.objects.select_related("minutes").get(pk=entry.subject_id)
    if corrigendum.minutes.is_published:
        return _except_the_actor(minutes_queries.readers_of(corrigendum.minutes), entry)
    return editors_and_heads_of_members(entry)


def _minutes_of(entry: AuditEntry) -> Minutes:
    return Minutes.objects.select_related("meeting").get(pk=entry.subject_id)


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
        kind="meetings.agenda.circulated",
        title=_("A provisional agenda is circulated"),
        recipients=those_who_are_called,
        record_for=meeting_queries.record_for,
        template="meetings/notices/agenda_circulated",
    )
)
plug_notice(
    Notice(
        kind="meetings.agenda.supplemented",
        title=_("An item is added to an adopted agenda"),
        recipients=those_who_are_called,
        record_for=meeting_queries.record_for,
        template="meetings/notices/agenda_supplemented",
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
plug_notice(
    Notice(
        kind="meetings.minutes.circulated",
        title=_("Minutes are circulated for comments"),
        recipients=those_who_comment,
        record_for=minutes_queries.record_for,
        template="meetings/notices/minutes_circulated",
    )
)
plug_notice(
    Notice(
        kind="meetings.minutes.comments_due",
        title=_("The time for comments on minutes ends"),
        recipients=those_who_have_not_commented,
        record_for=minutes_queries.record_for,
        template="meetings/notices/minutes_comments_due",
    )
)
plug_notice(
    Notice(
        kind="meetings.minutes.adopted",
        title=_("Minutes are adopted"),
        recipients=editors_and_heads_of_members,
        record_for=minutes_queries.record_for,
        template="meetings/notices/minutes_adopted",
    )
)
plug_notice(
    Notice(
        kind="meetings.minutes.opened",
        title=_("Minutes are opened to everybody"),
        recipients=those_who_read_for_the_first_time,
        record_for=minutes_queries.record_for,
        template="meetings/notices/minutes_opened",
        is_recallable=True,
    )
)
plug_notice(
    Notice(
        kind="meetings.minutes_comment.made",
        title=_("A State comments on minutes"),
        recipients=the_secretariat,
        record_for=comment_queries.record_for,
        template="meetings/notices/minutes_commented",
    )
)
plug_notice(
    Notice(
        kind="meetings.minutes_comment.disposed_of",
        title=_("A comment on minutes is answered"),
        recipients=the_commenting_state,
        record_for=comment_queries.record_for,
        template="meetings/notices/minutes_comment_answered",
    )
)
plug_notice(
    Notice(
        kind="meetings.corrigendum.issued",
        title=_("A corrigendum to minutes is issued"),
        recipients=those_who_read_the_corrected,
        record_for=corrigendum_queries.record_for,
        template="meetings/notices/corrigendum_issued",
    )
)
