"""Who is told one after the other, and when: officer on duty, deputy, head, secretariat."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta

from django.conf import settings
from django.db.models import QuerySet

from ots_portal.duty.queries import deputies_on_duty, on_watch, secretariat_on_duty
from ots_portal.escalations.models import Clock
from ots_portal.escalations.statuses import CLOCKS
from ots_portal.people.models import User
from ots_portal.people.queries import active_people, heads_of


@dataclass(frozen=True)
class Rung:
    """A step of the lifecycle that tells somebody; ``people(clock, at)`` says whom."""

    verb: str
    people: Callable[[Clock, datetime], QuerySet[User]]


def _deputies(clock: Clock, at: datetime) -> QuerySet[User]:
    return deputies_on_duty(clock.participant_id, at=at)


def _heads(clock: Clock, _at: datetime) -> QuerySet[User]:
    return heads_of(clock.participant_id)


def _secretariat(_clock: Clock, _at: datetime) -> QuerySet[User]:
    return secretariat_on_duty()


def newly_on_duty(clock: Clock, *, at: datetime, except_for: set[str]) -> list[User]:
    """
    Return the first rung: who is on duty now and has not been told of it.

    The alert itself tells those who were on duty then; whose shift begins while the clock runs is told when
    it begins, whatever step the clock has reached.
    """
    people = on_watch(at=at).filter(participant=clock.participant_id)
    return _new_ones(people, except_for)


# In the order of settings.PORTAL_ESCALATION_MINUTES; before them stands ``newly_on_duty``, which has no moment of
# its own.
LADDER = (
    Rung("tell_deputies", _deputies),
    Rung("tell_heads", _heads),
    Rung("tell_secretariat", _secretariat),
)


def rungs_left(clock: Clock) -> list[Rung]:
    """Return what still comes, the next one first."""
    return [rung for rung in LADDER if clock.status in CLOCKS.steps[rung.verb].sources]


def told_by(rung: Rung, clock: Clock, *, at: datetime, except_for: set[str]) -> list[User]:
    """Return whom it tells now: open accounts alone, and nobody who has been told of it before."""
    open_accounts = active_people().values("pk")
    return _new_ones(rung.people(clock, at).filter(pk__in=open_accounts), except_for)


def _new_ones(people: QuerySet[User], except_for: set[str]) -> list[User]:
    ordered = people.order_by("full_name", "id").distinct()
    return [person for person in ordered if str(person.pk) not in except_for]


def minutes_of(kind: str) -> tuple[float, ...]:
    """Return after how many minutes each rung is reached, for this kind of notice."""
    minutes = settings.PORTAL_ESCALATION_MINUTES
    return minutes.get(kind, minutes["default"])


def moment_of(clock: Clock, verb: str) -> datetime:
    place = [rung.verb for rung in LADDER].index(verb)
    return clock.counted_from + timedelta(minutes=minutes_of(clock.entry.kind)[place])


def moment_after(clock: Clock, verb: str) -> datetime | None:
    """Return when the rung behind this one is reached; None behind the last one."""
    place = [rung.verb for rung in LADDER].index(verb) + 1
    return moment_of(clock, LADDER[place].verb) if place < len(LADDER) else None
