"""What the stories about sending share: a clock that stands, and what became of the messages."""

from datetime import datetime, timedelta

from ots_portal.notifications import posting
from ots_portal.notifications import services as notifications
from ots_portal.notifications.models import Delivery
from ots_portal.webhooks.models import Endpoint
from tests.conftest import NOON


class Clock:
    def __init__(self, at: datetime = NOON) -> None:
        self.at = at

    def __call__(self) -> datetime:
        return self.at

    def go_on(self, seconds: float) -> None:
        self.at += timedelta(seconds=seconds)


def fan_out(clock: Clock) -> None:
    while notifications.fan_out_waiting(clock=clock):
        pass


def tell(clock: Clock) -> int:
    """Do what the workers do: fan out, and send to webhooks."""
    fan_out(clock)
    return posting.post_due(clock=clock)


def webhooks_of(endpoint: Endpoint):
    return Delivery.objects.filter(endpoint=endpoint).order_by("created_at", "entry__kind")


def statuses(endpoint: Endpoint) -> list[str]:
    return list(webhooks_of(endpoint).values_list("status", flat=True))
