from collections.abc import Mapping
from uuid import UUID

from django.contrib.auth.models import AnonymousUser
from django.db.models import Q, QuerySet

from meetings.models import Invitation, Meeting
from meetings.statuses import AHEAD
from meetings.statuses.delegations import COMING, REACHED, UNANSWERED, InvitationStatus
from ots_portal.participants.models import Participant, ParticipantKind
from ots_portal.people.models import NATIONAL_ROLES, Role, User

MAY_BE_INVITED = (
    ParticipantKind.MEMBER,
    ParticipantKind.OBSERVER,
    ParticipantKind.ORGANISATION,
    ParticipantKind.THIRD,
)


def visible_to(user: User | AnonymousUser) -> QuerySet[Invitation]:
    """
    Return the invitations the user may see.

    The secretariat all; staff of the invited participant and of the host those that were sent, the
    withdrawn ones among them.
    """
    if isinstance(user, User) and user.is_secretariat:
        return Invitation.objects.all()
    if isinstance(user, User) and user.is_national:
        theirs = Q(participant=user.participant_id) | Q(meeting__host=user.participant_id)
        return Invitation.objects.filter(theirs, sent_at__isnull=False)
    return Invitation.objects.none()


def with_names(invitations: QuerySet[Invitation]) -> QuerySet[Invitation]:
    """Take along what every row of a list shows."""
    return invitations.select_related("meeting__host", "participant", "answered_by__participant")


def record_for(user: User, subject_id: str) -> Invitation | None:
    """Return the invitation if the user may see it: asked again before a message is sent."""
    return with_names(visible_to(user)).filter(pk=subject_id).first()


def reached(participant_slug: str) -> QuerySet[Invitation]:
    """Return the participant's invitations that were sent and not withdrawn."""
    return Invitation.objects.filter(participant=participant_slug, status__in=REACHED)


def standing(meeting: Meeting, participant_slug: str) -> Invitation | None:
    """Return the participant's invitation to the meeting, a withdrawn one left out."""
    invitations = Invitation.objects.filter(meeting=meeting, participant=participant_slug)
    return invitations.exclude(status=InvitationStatus.WITHDRAWN).first()


def not_invited_to(meeting: Meeting) -> QuerySet[Participant]:
    """Return those who can be invited and have no invitation that stands."""
    invited = Invitation.objects.filter(meeting=meeting).exclude(status=InvitationStatus.WITHDRAWN)
    able = Participant.objects.filter(kind__in=MAY_BE_INVITED)
    return able.exclude(slug__in=invited.values("participant"))


def deciders_of(invitation: Invitation) -> QuerySet[User]:
    """Return the editors and heads of the invited participant: those who acknowledge and answer."""
    return User.objects.filter(
        participant=invitation.participant_id,
        role__in=(Role.EDITOR, Role.HEAD),
        kind="person",
        is_active=True,
    )


def coming_to(meeting: Meeting) -> QuerySet[Invitation]:
    """Return the invitations that were sent and not declined."""
    return Invitation.objects.filter(meeting=meeting, status__in=COMING)


def unanswered_by(user: User) -> QuerySet[Invitation]:
    """Return the invitations that wait for the answer of the user's participant, the nearest meeting first."""
    if user.role not in NATIONAL_ROLES:
        return Invitation.objects.none()
    waiting = Invitation.objects.filter(
        participant=user.participant_id, status__in=UNANSWERED, meeting__status__in=AHEAD
    )
    return with_names(waiting).order_by("meeting__starts_at", "id")


def filtered(
    invitations: QuerySet[Invitation], wishes: Mapping[str, str | UUID]
) -> QuerySet[Invitation]:
    """Narrow a list by cleaned values of ``meeting``, ``participant`` and ``status``."""
    return invitations.filter(**{name: value for name, value in wishes.items() if value})
