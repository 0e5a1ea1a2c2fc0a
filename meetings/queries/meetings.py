from collections.abc import Mapping
from datetime import UTC, datetime

from django.contrib.auth.models import AnonymousUser
from django.db.models import Q, QuerySet

from meetings.models import Delegate, Invitation, Meeting
from meetings.statuses import AHEAD, MeetingStatus, Visibility
from meetings.statuses.delegations import COMING, REACHED, DelegationStatus
from ots_portal.participants.models import ParticipantKind
from ots_portal.people.models import Role, User
from ots_portal.texts import fold

OBSERVING = (ParticipantKind.OBSERVER, ParticipantKind.ORGANISATION)


def visible_to(user: User | AnonymousUser) -> QuerySet[Meeting]:
    """
    Return the meetings the user may see.

    The secretariat all; staff of members every announced one; observers' staff those open to
    observers; everybody else, anonymous visitors included, those open to everybody. Whom an invitation
    has reached reads that meeting besides, once it is announced.
    """
    if isinstance(user, User) and user.is_secretariat:
        return Meeting.objects.all()
    announced = Meeting.objects.filter(announced_at__isnull=False)
    if isinstance(user, User) and user.is_member_staff:
        return announced
    if isinstance(user, User) and user.is_observer_staff:
        return announced.filter(
            Q(visibility__in=(Visibility.OBSERVERS, Visibility.PUBLIC)) | _invited(user)
        )
    if isinstance(user, User) and user.is_national:
        return announced.filter(Q(visibility=Visibility.PUBLIC) | _invited(user))
    return announced.filter(visibility=Visibility.PUBLIC)


def _invited(user: User) -> Q:
    reached = Invitation.objects.filter(participant=user.participant_id, status__in=REACHED)
    return Q(pk__in=reached.values("meeting"))


def record_for(user: User, subject_id: str) -> Meeting | None:
    """Return the meeting if the user may see it: asked again before a message is sent."""
    return visible_to(user).filter(pk=subject_id).first()


def deciders_of(meeting: Meeting) -> QuerySet[User]:
    """Return the editors and heads whose participants may read the convened meeting."""
    kinds = {ParticipantKind.MEMBER}
    if meeting.visibility != Visibility.MEMBERS:
        kinds |= set(OBSERVING)
    return User.objects.filter(
        participant__kind__in=kinds,
        role__in=(Role.EDITOR, Role.HEAD),
        kind="person",
        is_active=True,
    )


def concerned_by(meeting: Meeting) -> QuerySet[User]:
    """Return whom a change of the meeting concerns: those it calls, those invited, and its delegates."""
    called = deciders_of(meeting).values("pk")
    coming = Invitation.objects.filter(meeting=meeting, status__in=COMING)
    delegates = Delegate.objects.filter(
        delegation__meeting=meeting, removed_at=None, user__isnull=False
    ).exclude(delegation__status=DelegationStatus.WITHDRAWN)
    invited = Q(participant__in=coming.values("participant"), role__in=(Role.EDITOR, Role.HEAD))
    return User.objects.filter(
        Q(pk__in=called) | invited | Q(pk__in=delegates.values("user")),
        kind="person",
        is_active=True,
    )


def with_names(meetings: QuerySet[Meeting]) -> QuerySet[Meeting]:
    """Take along what every row of a list shows."""
    return meetings.select_related("host")


FILTERS = ("q", "kind", "year", "status", "host", "when")


def filtered(
    meetings: QuerySet[Meeting], wishes: Mapping[str, object], *, at: datetime
) -> QuerySet[Meeting]:
    """
    Narrow a list by cleaned filter values; a missing or empty one narrows nothing.

    ``year`` is the year, in UTC, in which the meeting starts; ``when`` is "upcoming" or "past".
    """
    wanted = {name: value for name, value in wishes.items() if value}
    for name in FILTERS:
        if name in wanted:
            meetings = meetings.filter(_narrowing(name, wanted[name], at))
    return meetings


def _narrowing(name: str, value: object, at: datetime) -> Q:
    if name == "q":
        return Q(searchable__contains=fold(str(value)))
    if name == "year":
        return _in_year(int(str(value)))
    if name == "when":
        return Q(ends_at__gte=at) if value == "upcoming" else Q(ends_at__lt=at)
    return Q(**{name: value})


def _in_year(year: int) -> Q:
    first, after = datetime(year, 1, 1, tzinfo=UTC), datetime(year + 1, 1, 1, tzinfo=UTC)
    return Q(starts_at__gte=first, starts_at__lt=after)


def next_ones(meetings: QuerySet[Meeting], *, at: datetime) -> QuerySet[Meeting]:
    """Return the meetings under way or ahead, the nearest first; postponed ones have no date to keep."""
    ahead = meetings.filter(status__in=AHEAD, ends_at__gte=at)
    return ahead.exclude(status=MeetingStatus.POSTPONED).order_by("starts_at", "id")


def kin_of(meeting: Meeting) -> QuerySet[Meeting]:
    """
    Return the meetings of the same body, itself among them; practice keeps to practice.

    Those of its series; without one, those of its kind that have none either.
    """
    kin = Meeting.objects.filter(is_training=meeting.is_training, series=meeting.series_id)
    return kin if meeting.series_id else kin.filter(kind=meeting.kind)


def later_than(meeting: Meeting) -> QuerySet[Meeting]:
    """Return the meetings of the same body that came or come after it, the next one first; cancelled ones never do."""
    later = kin_of(meeting).filter(starts_at__gt=meeting.starts_at)
    return later.exclude(status=MeetingStatus.CANCELLED).order_by("starts_at", "id")
