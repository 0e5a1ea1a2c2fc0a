"""Who is on duty at a moment, by the roster; of those whose account is open and who may act."""

from datetime import datetime

from django.db.models import Exists, F, Q, QuerySet

from ots_portal.duty.models import Rank, Roster, Shift
from ots_portal.duty.statuses import ShiftStatus
from ots_portal.participants.models import Participant
from ots_portal.people.models import DUTY_ROLES, SECRETARIAT_ROLES, User, UserKind
from ots_portal.people.queries import active_people, may_be_on_duty

_CAN_HAVE_IT = Q(
    person__kind=UserKind.PERSON,
    person__is_active=True,
    person__role__in=DUTY_ROLES,
    person__participant=F("participant"),
)


def manned() -> QuerySet[Shift]:
    """Return the planned shifts whose person can have them: one who was suspended leaves a gap."""
    return Shift.objects.filter(_CAN_HAVE_IT, status=ShiftStatus.PLANNED)


def counting(at: datetime) -> QuerySet[Shift]:
    """Return the shifts that were or will be had: of those that are over, also those of people who left."""
    return Shift.objects.filter(_CAN_HAVE_IT | Q(ends_at__lte=at), status=ShiftStatus.PLANNED)


def running(at: datetime) -> QuerySet[Shift]:
    return manned().filter(starts_at__lte=at, ends_at__gt=at)


def officers_on_duty(participant_slug: str, *, at: datetime) -> QuerySet[User]:
    return _on_duty(participant_slug, Rank.OFFICER, at)


def deputies_on_duty(participant_slug: str, *, at: datetime) -> QuerySet[User]:
    return _on_duty(participant_slug, Rank.DEPUTY, at)


def _on_duty(participant_slug: str, rank: str, at: datetime) -> QuerySet[User]:
    shifts = running(at).filter(participant=participant_slug, rank=rank)
    return User.objects.filter(pk__in=shifts.values("person"))


def marked(participant_slug: str) -> QuerySet[User]:
    """Return the people who are marked on duty: by the roster while it is kept, else by hand."""
    return may_be_on_duty(participant_slug).filter(is_on_duty=True)


def on_watch(*, at: datetime) -> QuerySet[User]:
    """
    Return everybody of all participants who is on duty at that moment: the officers of the running shifts, and the marked.

    A mark follows its shift within seconds (``duty.tasks.settle``); it also stands with whoever stands in.
    """
    officers = running(at).filter(rank=Rank.OFFICER)
    is_on_watch = Q(is_on_duty=True) | Q(pk__in=officers.values("person"))
    return active_people().filter(is_on_watch, role__in=DUTY_ROLES)


def secretariat_on_duty() -> QuerySet[User]:
    """Return the secretariat's people on duty; where nobody is, all its officers and heads."""
    people = active_people().filter(role__in=SECRETARIAT_ROLES)
    on_duty = people.filter(is_on_duty=True)
    return people.filter(Q(is_on_duty=True) | ~Q(Exists(on_duty)))


def roster_of(participant: Participant) -> Roster | None:
    """Return the roster, None where nobody ever planned a shift; asked once of each object."""
    roster: Roster | None = getattr(participant, "roster", None)
    return roster


def is_kept(participant: Participant) -> bool:
    """Return whether the roster says who is on duty, so that nobody is marked by hand."""
    roster = roster_of(participant)
    return roster is not None and roster.is_kept
