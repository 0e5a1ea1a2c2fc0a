"""
Whether this process can answer requests, and whether what it accepts is worked on.

Two questions, two answers. A balancer takes a process away that has no database or an older one than
its code. That deliveries are late must not take the pages away as well: it is an alarm for people.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from enum import IntEnum

from django.db import Error as DatabaseFailure

from ots_portal.clock import database_now
from ots_portal.monitoring import queries
from ots_portal.notifications import health
from ots_portal.notifications.health import Light, light_of


class Condition(IntEnum):
    """Ordered: the worst of the parts is the whole's."""

    OK = 0
    LATE = 1
    ALARM = 2
    UNAVAILABLE = 3


@dataclass(frozen=True)
class Part:
    """One thing the portal needs; ``figures`` are for the operator and hold no text of a record."""

    name: str
    condition: Condition
    figures: Mapping[str, float | None] = field(default_factory=dict)


@dataclass(frozen=True)
class Readiness:
    parts: tuple[Part, ...]

    @property
    def condition(self) -> Condition:
        return max(part.condition for part in self.parts)

    @property
    def can_answer(self) -> bool:
        return self.condition < Condition.UNAVAILABLE

    @property
    def delivers(self) -> bool:
        return self.condition < Condition.ALARM

    def summary(self) -> dict[str, object]:
        return {"status": self.condition.name.lower()}

    def details(self) -> dict[str, object]:
        parts = {
            part.name: {"status": part.condition.name.lower(), **part.figures}
            for part in self.parts
        }
        return {**self.summary(), "parts": parts}


def readiness() -> Readiness:
    try:
        at = database_now()
        migrations = _migrations()
        if migrations.condition > Condition.OK:  # the tables of the other parts may be missing
            return Readiness((Part("database", Condition.OK), migrations))
        return Readiness(
            (Part("database", Condition.OK), migrations, *_queues(at=at), _workers(at=at))
        )
    except DatabaseFailure:
        return Readiness((Part("database", Condition.UNAVAILABLE),))


class _Seen:
    """That this process found every migration of its code applied: it stays so."""

    is_migrated = False


def _migrations() -> Part:
    missing = 0 if _Seen.is_migrated else queries.missing_migration_count()
    _Seen.is_migrated = missing == 0
    condition = Condition.UNAVAILABLE if missing else Condition.OK
    return Part("migrations", condition, {"missing_count": missing})


def _queues(*, at: datetime) -> tuple[Part, Part]:
    """Return what waits for people and what waits for webhooks: one that is slow alarms nobody."""
    outbox, due = health.waiting_outbox(at=at), health.due_deliveries(at=at)
    late = health.lateness_of(outbox, due, at=at)
    to_people = {
        "outbox_count": outbox.count,
        "due_count": due.to_people.count,
        "oldest_seconds": round(late.with_people, 1),
    }
    to_systems = {
        "due_count": due.to_systems.count,
        "oldest_seconds": round(late.with_systems, 1),
    }
    at_most_late = min(_how_late(late.with_systems), Condition.LATE)
    return (
        Part("queue", _how_late(late.with_people), to_people),
        Part("webhooks", at_most_late, to_systems),
    )


def _workers(*, at: datetime) -> Part:
    last = queries.last_heartbeat_at()
    if last is None:
        return Part("workers", Condition.ALARM, {"heartbeat_seconds": None})
    age = max(0.0, (at - last).total_seconds())
    return Part("workers", _how_late(age), {"heartbeat_seconds": round(age, 1)})


CONDITIONS = {
    Light.GREEN: Condition.OK,
    Light.AMBER: Condition.LATE,
    Light.RED: Condition.ALARM,
}


def _how_late(seconds: float) -> Condition:
    return CONDITIONS[light_of(seconds)]
