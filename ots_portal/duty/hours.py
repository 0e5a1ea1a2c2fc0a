"""Hours of the capital's clock, and the moments that they are."""

from collections.abc import Iterator, Sequence
from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

A_DAY = timedelta(days=1)


def moment_at(day: date, hour: time, zone: str) -> datetime:
    """
    Return the moment, in UTC, at which the zone's clock shows that hour of that day.

    An hour that the clock skips in spring is the one it shows instead; of one that comes twice in autumn,
    the first.
    """
    return datetime.combine(day, hour, tzinfo=ZoneInfo(zone)).astimezone(UTC)


def day_at(moment: datetime, zone: str) -> date:
    return moment.astimezone(ZoneInfo(zone)).date()


def span_of(day: date, begins: time, ends: time, zone: str) -> tuple[datetime, datetime]:
    """Return from when to when such a shift lasts; one that does not end later that day ends on the next."""
    last = day if ends > begins else day + A_DAY
    return moment_at(day, begins, zone), moment_at(last, ends, zone)


def days_between(first: date, last: date) -> Iterator[date]:
    """Yield the days from ``first`` to ``last``, both included."""
    for number in range((last - first).days + 1):
        yield first + number * A_DAY


def monday_of(day: date) -> date:
    return day - timedelta(days=day.weekday())


def comes_on(day: date, *, weekdays: Sequence[int], first_date: date, every_weeks: int) -> bool:
    """Return whether something of these weekdays (1 is Monday), each so many weeks, is on that day."""
    weeks = (monday_of(day) - monday_of(first_date)).days // 7
    return day >= first_date and day.isoweekday() in weekdays and weeks % every_weeks == 0
