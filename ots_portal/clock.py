"""The one clock: the database's. Read once at the edge (request, task) and passed on as ``at=``."""

from datetime import UTC, date, datetime, time
from typing import Any, cast

from django.db import connection
from django.db.models import DateTimeField, Func, Value
from django.utils import timezone
from django.utils.dateparse import parse_datetime

# The years the portal deals with: beyond them a date has no name in every reader's zone.
EARLIEST_YEAR, LATEST_YEAR = 1990, 2100


def database_now() -> datetime:
    """
    Return the database's present instant, aware, in UTC.

    Web servers, workers and the database may run on different hosts whose clocks differ; a deadline
    has only one of them.
    """
    if connection.vendor == "postgresql":
        with connection.cursor() as cursor:
            # clock_timestamp: now() would stand still inside a transaction
            cursor.execute("SELECT clock_timestamp()")
            (moment,) = cursor.fetchone()
        return cast("datetime", moment)
    # SQLite runs inside this process: its clock is the process's own.
    return timezone.now()


class DatabaseNow(Func):
    """
    The database's present instant, inside a query: what an UPDATE's WHERE compares a deadline with.

    ``database_now`` is read before; between that and the UPDATE the deadline may have passed.
    """

    output_field = DateTimeField()

    def as_postgresql(self, *_args: Any, **_more: Any) -> tuple[str, list[Any]]:
        return "clock_timestamp()", []

    def as_sqlite(self, compiler: Any, connection: Any, **_more: Any) -> Any:
        # The process's own, as above; the writer has the database for itself by then.
        return compiler.compile(Value(timezone.now(), output_field=DateTimeField()))


def parse_moment(text: str) -> datetime | None:
    """Return the aware instant that ISO 8601 ``text`` names; None where it names none or no zone."""
    try:
        moment = parse_datetime(text)
        # The first and last hours of the calendar have no name in UTC, in which everything is stored.
        return moment.astimezone(UTC) if moment and timezone.is_aware(moment) else None
    except (ValueError, OverflowError):
        return None


def moment_of(day: date, at: time) -> datetime | None:
    """Return the instant at which the clock of the reader's zone shows this; None where it has no name in UTC."""
    moment = timezone.make_aware(datetime.combine(day, at))
    try:
        moment.astimezone(UTC)
    except OverflowError:
        return None
    return moment
