from collections.abc import Mapping

from django.contrib.auth.models import AnonymousUser
from django.db.models import Exists, Max, OuterRef, Q, QuerySet

from meetings.models import Delegation, Invitation, Meeting, Minutes, MinutesComment
from meetings.queries import minutes as minutes_queries
from meetings.statuses import Disposition, MinutesStatus
from meetings.statuses.delegations import DelegationStatus, InvitationCapacity, InvitationStatus
from ots_portal.participants.models import Participant, ParticipantKind
from ots_portal.people.models import Role, User

_NEVER_INVITED = (InvitationStatus.DRAFT, InvitationStatus.WITHDRAWN)


def visible_to(user: User | AnonymousUser) -> QuerySet[MinutesComment]:
    """Return the comments the user may see: members and the secretariat all of minutes they read, others none."""
    if not isinstance(user, User) or not (user.is_secretariat or user.is_member_staff):
        return MinutesComment.objects.none()
    return MinutesComment.objects.filter(minutes__in=minutes_queries.visible_to(user))


def with_names(comments: QuerySet[MinutesComment]) -> QuerySet[MinutesComment]:
    """Take along what every line shows; the text of the revision is as long as the minutes, and asked for alone."""
    named = comments.select_related("participant", "minutes__meeting", "revision")
    return named.defer("revision__paragraphs")


def record_for(user: User, subject_id: str) -> MinutesComment | None:
    return with_names(visible_to(user)).filter(pk=subject_id).first()


FILTERS = ("minutes", "participant", "status")


def filtered(
    comments: QuerySet[MinutesComment], wishes: Mapping[str, object]
) -> QuerySet[MinutesComment]:
    """Narrow by cleaned filter values; a missing or empty one narrows nothing."""
    wanted = {name: wishes[name] for name in FILTERS if wishes.get(name)}
    return comments.filter(**wanted)


def pending_of(minutes: Minutes) -> QuerySet[MinutesComment]:
    return minutes.comments.filter(status=Disposition.PENDING)


def revision_commented_on(minutes: Minutes) -> int:
    """Return the number of the revision that comments are made on now; 0 where there is none."""
    return minutes.revisions.aggregate(last=Max("number"))["last"] or 0


def commenting_participants(meeting: Meeting) -> QuerySet[Participant]:
    """
    Return the member States that comment on a meeting's minutes, and may break silence about them.

    Those invited as members or with a delegation of members; where neither is recorded, all members.
    """
    members = Participant.objects.filter(kind=ParticipantKind.MEMBER)
    invited = Invitation.objects.filter(meeting=meeting).exclude(status__in=_NEVER_INVITED)
    came = Delegation.objects.filter(meeting=meeting).exclude(status=DelegationStatus.WITHDRAWN)
    as_member = Q(capacity=InvitationCapacity.MEMBER)
    slugs = {
        *invited.filter(as_member).values_list("participant_id", flat=True),
        *came.filter(as_member).values_list("participant_id", flat=True),
    }
    return members.filter(pk__in=slugs) if slugs else members


def deciders_of(participants: QuerySet[Participant]) -> QuerySet[User]:
    """Return the editors and heads of these participants, who comment in their State's name."""
    return User.objects.filter(
        participant__in=participants,
        role__in=(Role.EDITOR, Role.HEAD),
        kind="person",
        is_active=True,
    )


def waiting_for(user: User) -> QuerySet[Minutes]:
    """Return the circulated minutes on which this person's State may still comment; by deadline, unchecked."""
    if not (user.is_member_staff and user.may_act) or user.is_machine:
        return Minutes.objects.none()
    # What it said when they were circulated before was about another revision.
    said = MinutesComment.objects.filter(
        minutes=OuterRef("pk"),
        participant=user.participant_id,
        created_at__gte=OuterRef("circulated_at"),
    )
    open_ones = Minutes.objects.filter(
        ~Exists(said), status=MinutesStatus.CIRCULATED, comments_until__isnull=False
    )
    return minutes_queries.with_meeting(open_ones).order_by("comments_until", "id")
