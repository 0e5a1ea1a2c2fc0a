"""
Times as CAP writes them: ``2026-03-12T14:30:00+05:00``, and ``-00:00`` for UTC.

Source: CAP 1.2, section 3.3.2: "Alphabetic timezone designators such as 'Z' MUST NOT be used."
"""

import re
from datetime import UTC, datetime, timedelta, timezone

from django.utils.translation import gettext as _

_FORM = re.compile(r"(\d{4}-\d\d-\d\d)T(\d\d):(\d\d):(\d\d)([+-])(\d\d):(\d\d)", flags=re.ASCII)
_HOURS_OF_A_DAY = 24
# XML Schema 1.0 part 2, section 3.2.7.3: no zone lies further from UTC.
_FURTHEST = timedelta(hours=14)
# No alert is older than warning systems with computers; and what lies later is a slip or a trap.
_EARLIEST, _LATEST = datetime(1990, 1, 1, tzinfo=UTC), datetime(2200, 1, 1, tzinfo=UTC)


class BadTime(ValueError):
    """It is not a time as CAP writes one; the message says why."""


def moment_of(text: str) -> datetime:
    """
    Read a time and keep its offset.

    :raises BadTime: with a sentence
    """
    found = _FORM.fullmatch(text)
    if not found:
        raise BadTime(_why_no_time(text))
    day, *clock, sign, hours, minutes = found.groups()
    offset = timedelta(hours=int(hours), minutes=int(minutes)) * (-1 if sign == "-" else 1)
    try:
        moment = _on_the_clock(day, *map(int, clock)).replace(tzinfo=_zone(offset, int(minutes)))
        is_of_our_time = _EARLIEST <= moment.astimezone(UTC) < _LATEST
    except (ValueError, OverflowError) as error:
        raise BadTime(_("“%(text)s” is no moment that exists.") % {"text": text}) from error
    if not is_of_our_time:
        raise BadTime(_("“%(text)s” lies outside of the years 1990 to 2199.") % {"text": text})
    return moment


def _on_the_clock(day: str, hour: int, minute: int, second: int) -> datetime:
    """Read 24:00:00 as the next day's beginning, as XML Schema does."""
    midnight = datetime.fromisoformat(day)
    if (hour, minute, second) == (_HOURS_OF_A_DAY, 0, 0):
        return midnight + timedelta(days=1)
    return midnight.replace(hour=hour, minute=minute, second=second)


def _zone(offset: timedelta, minutes: int) -> timezone:
    if abs(offset) > _FURTHEST or minutes >= 60:  # noqa: PLR2004 -- minutes of an hour
        raise ValueError(offset)
    return timezone(offset)


def _why_no_time(text: str) -> str:
    if text.endswith(("Z", "z")):
        return _("“%(text)s” ends in Z, which CAP does not allow: UTC is written with -00:00.") % {
            "text": text
        }
    if re.fullmatch(r"\d{4}-\d\d-\d\dT\d\d:\d\d(:\d\d)?", text):
        return _("“%(text)s” says no offset from UTC, such as +05:00.") % {"text": text}
    if re.fullmatch(r".*:\d\d\.\d+.*", text):
        return _("“%(text)s” has parts of a second, which CAP does not allow.") % {"text": text}
    return _("“%(text)s” is not a time like 2026-03-12T14:30:00+05:00.") % {"text": text}


def as_cap_time(moment: datetime) -> str:
    """Write a moment with its own offset, to the second; UTC as -00:00."""
    offset = moment.strftime("%z")
    hours_and_minutes = f"{offset[:3]}:{offset[3:5]}"
    written = f"{moment.year:04}-{moment:%m-%dT%H:%M:%S}"
    return f"{written}{'-00:00' if hours_and_minutes == '+00:00' else hours_and_minutes}"
