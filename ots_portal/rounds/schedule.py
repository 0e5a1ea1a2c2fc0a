"""The rounds as the settings have them."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from django.conf import settings

from ots_portal.rounds.asking import questions

# So often a round is called whatever its question says: that shows that its worker works, and a question
# that is wrong delays, and loses nothing.
ANYHOW_SECONDS = 300.0


@dataclass(frozen=True)
class Planned:
    """A task that beat calls, by the name of its first entry; ``seconds``: how often at the most."""

    task: str
    name: str
    seconds: float

    @property
    def longest_seconds(self) -> float:
        """How much time may lie between two calls, with nothing to do in between."""
        return max(self.seconds, ANYHOW_SECONDS) if self.task in questions else self.seconds


def scheduled() -> Mapping[str, Planned]:
    """Return task → its plan, in the order of the settings."""
    found: dict[str, Planned] = {}
    entries: Mapping[str, dict[str, Any]] = settings.CELERY_BEAT_SCHEDULE
    for name, entry in entries.items():
        task = entry["task"]
        found.setdefault(task, Planned(task, name, entry["schedule"]))
    return found
