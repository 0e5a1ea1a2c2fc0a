from dataclasses import dataclass
from enum import StrEnum


class Outcome(StrEnum):
    SENT = "sent"
    DEFERRED = "deferred"  # try again by the schedule
    REFUSED = "refused"  # trying again would change nothing


@dataclass(frozen=True)
class Result:
    """What came of a try; ``detail`` is for the operator, without the message's text."""

    outcome: Outcome
    detail: str = ""
