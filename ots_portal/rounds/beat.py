"""Beat: looks once a second which rounds are due and have anything to do, and calls the workers for those."""

import logging
import math
import time
from datetime import datetime
from typing import Any

from celery.beat import PersistentScheduler
from django.db import Error as DatabaseFailure
from django.db import close_old_connections

from ots_portal.clock import database_now
from ots_portal.rounds import services
from ots_portal.rounds.asking import questions
from ots_portal.rounds.schedule import ANYHOW_SECONDS

logger = logging.getLogger(__name__)

# So long every round is called without being asked about, once the database has not answered.
DOUBT_SECONDS = 5.0


class AskingScheduler(PersistentScheduler):
    """
    Celery's scheduler with a tick of its own, for schedules in whole seconds.

    Celery's looks at one entry a tick, ten milliseconds too early, and looks again and again until these are
    over: with five entries a second that was most of what beat used.
    """

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        self._due_at: dict[str, float] = {}
        self._called_at: dict[str, float] = {}
        self._at: datetime | None = None
        self._is_noted = False
        self._doubts_until = -math.inf
        super().__init__(*args, **kwargs)

    def install_default_entries(self, data: Any) -> None:
        """Leave out Celery's own entry, which deletes results: none are kept."""

    def tick(self, *_args: Any, **_kwargs: Any) -> float:
        """Do all that is due by now; return in how many seconds something is due again."""
        now = time.time()
        self._at = None
        for name, entry in list(self.schedule.items()):
            if self._due_of(name, entry, now=now) <= now:
                self._look_at(entry, now=now)
                # Whole seconds: what is due in the same second is looked at together.
                self._due_at[name] = math.floor(now) + _period(entry)
        return max(0.0, min(self._due_at.values()) - time.time())

    def _due_of(self, name: str, entry: Any, *, now: float) -> float:
        """Return when it is due; what became due while beat was away is due now."""
        if name not in self._due_at:
            is_due, seconds = entry.is_due()
            is_asked = entry.task in questions
            self._due_at[name] = now if is_due or is_asked else now + seconds
        # Should the clock be set back, nothing waits for it to come to where it was.
        self._due_at[name] = min(self._due_at[name], now + _period(entry))
        return self._due_at[name]

    def _look_at(self, entry: Any, *, now: float) -> None:
        is_long_ago = abs(now - self._called_at.get(entry.name, -math.inf)) >= ANYHOW_SECONDS
        if is_long_ago or self._is_needed(entry.task):
            self._called_at[entry.name] = math.floor(now)
            called: Any = self.reserve(entry)
            self.apply_entry(called, producer=self.producer)

    def _is_needed(self, task: str) -> bool:
        """Ask; when in doubt it is needed."""
        question = questions.get(task)
        if question is None or time.monotonic() < self._doubts_until:
            return True
        try:
            return question(self._now())
        except DatabaseFailure as error:
            self._doubts_until = time.monotonic() + DOUBT_SECONDS
            logger.warning("Beat could not ask the database (%s).", type(error).__name__)
        except Exception:
            logger.exception("Whether %s is needed could not be asked: it is called.", task)
        return True

    def _now(self) -> datetime:
        """Return the tick's instant, by the database's clock, over a connection that is sound."""
        if self._at is None:
            close_old_connections()
            self._at = database_now()
            self._note_schedule(self._at)
        return self._at

    def _note_schedule(self, at: datetime) -> None:
        if not self._is_noted:
            services.note_schedule(at=at)
            self._is_noted = True


def _period(entry: Any) -> float:
    """Return the seconds from one time to the next."""
    return float(entry.schedule.run_every.total_seconds())
