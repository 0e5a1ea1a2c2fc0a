"""What the scenes of the training meetings stand on: their clock, their people, their texts."""

import json
from datetime import date, datetime, time, timedelta
from functools import cache
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

from meetings.models import AgendaItem, Delegate, Delegation, Meeting
from meetings.queries.agenda import agenda_of
from meetings.queries.delegations import running_head
from ots_portal.audit.models import SealBlock
from ots_portal.people.models import User

DATA = Path(__file__).parents[1] / "data" / "training_series.json"
ZONE = ZoneInfo("Europe/Istanbul")
# The oldest scene is not older than this; sealed audits take in what was recorded in the last fifteen
# minutes (ots_portal.audit.sealing).
BEGAN = timedelta(days=150)
SHORT_STORY = timedelta(minutes=10)
PEOPLE = (
    "officer@secretariat", "head@secretariat", "duty@turkiye", "head@turkiye", "duty@azerbaijan",
    "head@azerbaijan", "duty@kazakhstan", "head@kazakhstan", "duty@kyrgyzstan", "duty@uzbekistan",
    "editor@hungary", "head@hungary",
)  # fmt: skip


@cache
def texts() -> dict[str, Any]:
    found: dict[str, Any] = json.loads(DATA.read_text(encoding="utf-8"))
    return found


def everybody_is_there() -> bool:
    """Whether the demonstration's people are in the portal, who act in its scenes."""
    emails = [f"{name}.example" for name in PEOPLE]
    return User.objects.filter(email__in=emails, is_active=True).count() == len(emails)


class Stage:
    """The clock of the scenes and the demonstration's people."""

    def __init__(self, at: datetime) -> None:
        self.at = at
        self._today = at.astimezone(ZONE).date()
        # Where the audit is sealed already the story is told in minutes, as an entry from before the last
        # seal would never be sealed; what takes days has not come to its end then.
        self._is_short = SealBlock.objects.exists()
        self._people: dict[str, User] = {}

    def day(self, days: int) -> date:
        """Return the working day that is so many days from today, or the last one before it."""
        day = self._today + timedelta(days=days)
        return day - timedelta(days=max(0, day.weekday() - 4))

    def hour(self, days: int, clock: str, zone: ZoneInfo = ZONE) -> datetime:
        """Return "10:05" of that day by the clocks of ``zone``: when something is to be."""
        return datetime.combine(self.day(days), time.fromisoformat(clock), zone)

    def on(self, days: int, clock: str, zone: ZoneInfo = ZONE) -> datetime:
        """Return "10:05" of that day as the instant of an act that is over."""
        moment = min(self.hour(days, clock, zone), self.at)
        if not self._is_short:
            return moment
        return self.at - (self.at - moment) * (SHORT_STORY / BEGAN)

    def later(self, at: datetime, minutes: float) -> datetime:
        """Return the instant so many minutes after another act, as ``on`` would tell it."""
        return at + timedelta(minutes=minutes) * (SHORT_STORY / BEGAN if self._is_short else 1)

    def person(self, name: str) -> User:
        """Return the demonstration's "duty@turkiye"."""
        if name not in self._people:
            people = User.objects.select_related("participant")
            self._people[name] = people.get(email=f"{name}.example")
        return self._people[name]

    @property
    def officer(self) -> User:
        return self.person("officer@secretariat")

    @property
    def head(self) -> User:
        return self.person("head@secretariat")


def item_of(meeting: Meeting, number: str) -> AgendaItem:
    """Return the item that stands under this number ("3.1")."""
    return next(entry.item for entry in agenda_of(meeting) if entry.number == number)


def delegation_of(meeting: Meeting, participant: str) -> Delegation:
    found = Delegation.objects.select_related("meeting", "participant")
    return found.get(meeting=meeting, participant=participant)


def head_of(delegation: Delegation) -> Delegate:
    row = running_head(delegation)
    assert row, "each delegation of the scenes has one"
    return row.delegate
