"""What the scenes of the exercise agreement stand on: their clock and their people."""

from datetime import UTC, date, datetime, time, timedelta

from ots_portal.audit.models import SealBlock
from ots_portal.people.models import User

# The oldest scene is not older than this; sealed audits take in what was recorded in the last fifteen minutes
# (ots_portal.audit.sealing).
BEGAN = timedelta(days=150)
SHORT_STORY = timedelta(minutes=10)
PEOPLE = (
    "officer@secretariat", "head@secretariat", "duty@turkiye", "head@turkiye", "duty@azerbaijan",
    "head@azerbaijan", "head@kazakhstan",
)  # fmt: skip


def everybody_is_there() -> bool:
    """Whether the demonstration's people are in the portal, who act in its scenes."""
    emails = [f"{name}.example" for name in PEOPLE]
    return User.objects.filter(email__in=emails, is_active=True).count() == len(emails)


class Stage:
    """The clock of the scenes and the demonstration's people."""

    def __init__(self, at: datetime) -> None:
        self.at = at
        # Where the audit is sealed already the story is told in minutes: an entry from before the last seal would
        # never be sealed. The days of the acts are the same.
        self._is_short = SealBlock.objects.exists()
        self._people: dict[str, User] = {}

    def day(self, days: int) -> date:
        return self.at.astimezone(UTC).date() + timedelta(days=days)

    def on(self, days: int, clock: str) -> datetime:
        """Return "10:05" of that day, UTC, as the instant of an act that is over."""
        moment = datetime.combine(self.day(days), time.fromisoformat(clock), UTC)
        moment = min(moment, self.at)
        if not self._is_short:
            return moment
        return self.at - (self.at - moment) * (SHORT_STORY / BEGAN)

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
    def head_of_turkiye(self) -> User:
        return self.person("head@turkiye")

    @property
    def head(self) -> User:
        return self.person("head@secretariat")
