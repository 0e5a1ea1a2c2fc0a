"""Noting what became of the rounds: a worker says of each when it did it, and when that failed."""

import math
import time
from datetime import datetime

from ots_portal.rounds.models import Round
from ots_portal.rounds.schedule import scheduled

# A round that runs every second is noted so often, by each process.
NOTED_EVERY_SECONDS = 15.0
_noted: dict[str, float] = {}


def note_schedule(*, at: datetime) -> None:
    """Note which rounds there are; those of another release that are no more are forgotten."""
    tasks = list(scheduled())
    Round.objects.exclude(task__in=tasks).delete()
    new = [Round(task=task, known_at=at) for task in tasks]
    Round.objects.bulk_create(new, ignore_conflicts=True)


def note_run(task: str, *, at: datetime) -> None:
    """Note that it came to its end; seldom enough that the note costs less than the round."""
    now = time.monotonic()
    if now - _noted.get(task, -math.inf) >= NOTED_EVERY_SECONDS:
        _note(task, at=at, ran_at=at)
        _noted[task] = now


def note_failure(task: str, error: BaseException, *, at: datetime) -> None:
    """Note that it failed, and the kind of the fault; the next time it does not is noted at once."""
    _note(task, at=at, failed_at=at, failure=type(error).__name__[:100])
    _noted.pop(task, None)


def _note(task: str, *, at: datetime, **what: object) -> None:
    if not Round.objects.filter(pk=task).update(**what):
        Round.objects.update_or_create(pk=task, defaults={"known_at": at, **what})
