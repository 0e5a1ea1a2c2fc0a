"""How the rounds fare: one query, however many there are."""

from dataclasses import dataclass
from datetime import datetime

from ots_portal.rounds.models import Round
from ots_portal.rounds.schedule import Planned, scheduled


@dataclass(frozen=True)
class Standing:
    """A round as it stands; ``row`` is None until beat has seen this schedule."""

    plan: Planned
    row: Round | None

    @property
    def is_failing(self) -> bool:
        """Whether it failed when it was last tried."""
        if self.row is None or self.row.failed_at is None:
            return False
        return self.row.ran_at is None or self.row.ran_at < self.row.failed_at

    def late_seconds(self, *, at: datetime) -> float:
        """Return how much longer ago it was done than it may be; 0.0 before it could be."""
        if self.row is None:
            return 0.0
        age = at - (self.row.ran_at or self.row.known_at)
        return max(0.0, age.total_seconds() - self.plan.longest_seconds)


def standings() -> list[Standing]:
    """Return every round, in the order of the settings."""
    rows = Round.objects.in_bulk()
    return [Standing(plan, rows.get(task)) for task, plan in scheduled().items()]
