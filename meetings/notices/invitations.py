"""Who hears of invitations and their answers; ``notices.py`` takes them along."""

from django.db.models import QuerySet
from django.utils.translation import gettext_lazy as _

from meetings.models import Invitation
from meetings.queries import invitations as queries
from meetings.statuses.delegations import InvitationStatus
from ots_portal.audit.models import AuditEntry
from ots_portal.people.models import SECRETARIAT_ROLES, User
from ots_portal.plugs import Notice, Thread, plug_notice


def those_invited(entry: AuditEntry) -> QuerySet[User]:
    """Return the editors and heads of the invited participant, if it ever had the invitation."""
    if entry.data.get("status", {}).get("before") == InvitationStatus.DRAFT and (
        entry.kind == "meetings.invitation.withdrawn"
    ):
        return User.objects.none()
    return queries.deciders_of(_invitation(entry))


def the_secretariat(entry: AuditEntry) -> QuerySet[User]:
    """Return the people of the secretariat, but for the actor."""
    people = User.objects.filter(role__in=SECRETARIAT_ROLES, kind="person", is_active=True)
    return people.exclude(pk=entry.actor_id) if entry.actor_id else people


def _invitation(entry: AuditEntry) -> Invitation:
    return Invitation.objects.get(pk=entry.subject_id)


def thread_of(entry: AuditEntry) -> Thread:
    """What is said of invitations stands with the meeting's other mails."""
    return Thread("meetings.meeting", str(_invitation(entry).meeting_id))


plug_notice(
    Notice(
        kind="meetings.invitation.sent",
        title=_("An invitation to a meeting is sent"),
        recipients=those_invited,
        record_for=queries.record_for,
        template="meetings/notices/invitation_sent",
        thread_of=thread_of,
    )
)
plug_notice(
    Notice(
        kind="meetings.invitation.withdrawn",
        title=_("An invitation to a meeting is withdrawn"),
        recipients=those_invited,
        record_for=queries.record_for,
        template="meetings/notices/invitation_withdrawn",
        thread_of=thread_of,
    )
)
plug_notice(
    Notice(
        kind="meetings.invitation.accepted",
        title=_("An invitation to a meeting is accepted"),
        recipients=the_secretariat,
        record_for=queries.record_for,
        template="meetings/notices/invitation_answered",
        thread_of=thread_of,
    )
)
plug_notice(
    Notice(
        kind="meetings.invitation.declined",
        title=_("An invitation to a meeting is declined"),
        recipients=the_secretariat,
        record_for=queries.record_for,
        template="meetings/notices/invitation_answered",
        thread_of=thread_of,
    )
)
