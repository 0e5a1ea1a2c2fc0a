from dataclasses import dataclass
from datetime import timedelta
from enum import StrEnum
from typing import TYPE_CHECKING, Protocol

if TYPE_CHECKING:
    from ots_portal.notifications.models import Delivery
    from ots_portal.notifications.wording import Wording


class Outcome(StrEnum):
    SENT = "sent"
    DEFERRED = "deferred"  # try again by the schedule
    REFUSED = "refused"  # trying again would change nothing


@dataclass(frozen=True)
class Result:
    """
    What came of a try; ``detail`` is for the operator, without the message's text.

    ``retry_after``: the other side has said when; None: by the schedule. ``is_nobody_there``: the channel
    itself could not be reached, so that the next message would fare no better.
    """

    outcome: Outcome
    detail: str = ""
    retry_after: timedelta | None = None
    is_nobody_there: bool = False


class Sender(Protocol):
    """A channel that was opened for a few messages, one after the other."""

    def send(self, delivery: "Delivery", wording: "Wording", /) -> Result:
        """Try once. What goes wrong outside is a Result; an exception is a fault of the portal."""
