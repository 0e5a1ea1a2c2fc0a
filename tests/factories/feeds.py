"""What hazard systems say, and a network that answers what a test tells it to."""

from dataclasses import dataclass, field, replace
from datetime import datetime
from typing import Any

import factory

from incidents.models import Feed, FeedItem
from incidents.services import feed_items as services
from incidents.services.feed_items import Sighting
from incidents.services.feed_withdrawals import Withdrawal, withdraw
from incidents.services.feeds import NotFetched
from tests.factories.incidents import ONSET


class FeedFactory(factory.django.DjangoModelFactory[Feed]):
    class Meta:
        model = Feed

    scheme = "gdacs"
    name = factory.Sequence(lambda n: f"Feed {n}")
    address = factory.Sequence(lambda n: f"https://feeds.example/{n}.xml")
    due_at = ONSET


QUAKE = Sighting(
    scheme="gdacs",
    value="EQ1",
    hazard="GH0101",
    title="Earthquake near Elbistan, made up",
    countries=("TR",),
    onset_at=ONSET,
    version_at=ONSET,
    latitude=38.2,
    longitude=37.2,
    alert_level="orange",
    digest="1" * 64,
    episode="1",
    episode_level="orange",
    address="https://www.gdacs.org/report.aspx?eventid=1",
    facts={
        "hazard": "GH0101", "alert_level": "orange", "onset_at": ONSET.isoformat(), "latitude": 38.2, "longitude": 37.2,
        "countries": ["TR"], "place": "", "magnitude": 6.1, "magnitude_scale": "", "depth_km": None,
        "severity": "Magnitude 6.1M, Depth:10km", "glide": "EQ-2026-000123-TUR",
    },
)  # fmt: skip


def sighting(**changes: Any) -> Sighting:
    """The made-up earthquake with some values changed; another version needs another digest."""
    return replace(QUAKE, **changes)


def taken_back(*, at: datetime, version_at: datetime | None = None) -> FeedItem:
    """The made-up earthquake after its source has withdrawn it."""
    withdraw(withdrawal(version_at or at), at=at)
    return FeedItem.objects.get(scheme=QUAKE.scheme, value=QUAKE.value)


def withdrawal(version_at: datetime) -> Withdrawal:
    return Withdrawal(QUAKE.scheme, QUAKE.value, version_at, "d" * 64)


def feed_item(*, at: datetime = ONSET, status: str = "new", **changes: Any) -> FeedItem:
    """A proposal as the portal takes it in, at the status."""
    said = sighting(**changes)
    services.take_in(said, at=at)
    item = FeedItem.objects.get(scheme=said.scheme, value=said.value)
    if status != "new":
        FeedItem.objects.filter(pk=item.pk).update(status=status)
        item.refresh_from_db()
    return item


@dataclass
class Answer:
    """What an address answers."""

    body: bytes = b""
    etag: str = ""
    last_modified: str = ""
    is_not_modified: bool = False


@dataclass
class Network:
    """Stands where the egress door stands: answers in order, and remembers what it was asked."""

    answers: list[Answer | str]
    asked: list[dict[str, Any]] = field(default_factory=list)

    def __call__(self, url: str, **limits: Any) -> Answer:
        self.asked.append({"url": url, **limits})
        answer = self.answers.pop(0)
        if isinstance(answer, str):
            raise NotFetched(answer)
        return answer
