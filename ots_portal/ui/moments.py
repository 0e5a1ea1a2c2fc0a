"""Moments and days as people read them: in their language, and never without their zone."""

from collections.abc import Sequence
from datetime import MINYEAR, UTC, date, datetime
from zoneinfo import ZoneInfo

from django.utils import timezone
from django.utils.dateformat import format as format_date
from django.utils.translation import get_language, pgettext_lazy
from django.utils.translation import gettext as _

# ISO 8601: 1 is Monday.
WEEKDAYS = {
    1: pgettext_lazy("day of the week", "Monday"),
    2: pgettext_lazy("day of the week", "Tuesday"),
    3: pgettext_lazy("day of the week", "Wednesday"),
    4: pgettext_lazy("day of the week", "Thursday"),
    5: pgettext_lazy("day of the week", "Friday"),
    6: pgettext_lazy("day of the week", "Saturday"),
    7: pgettext_lazy("day of the week", "Sunday"),
}

# CLDR 48, medium and long patterns. English has the short month, so that a column of dates stays
# narrow; the others have the month in full, as Django has no short genitive.
_DAY_PATTERNS = {
    "en": "j M Y",
    "hu": "Y. F j.",
    "kk": r"Y \ж. j E",
    "ky": r"Y-\ж., j-E",
    "uz": "j-E, Y",
}
_DAY_PATTERN = "j E Y"
# Django writes some languages' months with a capital; only these two want one inside a date.
_CAPITAL_MONTHS = frozenset({"en", "tr"})
# str.lower() makes two characters of the dotted capital that Azerbaijani has.
_DOTTED_CAPITAL = str.maketrans({"İ": "i"})


def offset_label(moment: datetime) -> str:
    """Return the offset of an aware ``moment``: "UTC", "UTC+3", "UTC+5:30", "UTC-9:30"."""
    offset = moment.utcoffset()
    minutes = round(offset.total_seconds() / 60) if offset else 0
    if minutes == 0:
        return "UTC"
    hours, rest = divmod(abs(minutes), 60)
    sign = "+" if minutes > 0 else "-"
    return f"UTC{sign}{hours}:{rest:02}" if rest else f"UTC{sign}{hours}"


def zone_label(at: datetime | None = None) -> str:
    """Return the active zone with its offset at that moment, "Europe/Istanbul (UTC+3)"."""
    name = timezone.get_current_timezone_name()
    label = offset_label(timezone.localtime(at or datetime.now(UTC)))
    return label if name == "UTC" else f"{name} ({label})"


def in_zone(moment: datetime, zone: str = "") -> datetime:
    """
    Return ``moment`` in the zone named, or in the reader's own; a naive one is taken as UTC.

    What no calendar has there (the last hours of the year 9999, east of UTC) is the last moment it has.
    """
    aware = moment if timezone.is_aware(moment) else moment.replace(tzinfo=UTC)
    place = ZoneInfo(zone) if zone else timezone.get_current_timezone()
    try:
        return timezone.localtime(aware, place)
    except (OverflowError, ValueError):
        if aware.year == MINYEAR:
            return datetime.min.replace(tzinfo=place)
        return datetime.max.replace(tzinfo=place)


def day_text(day: date) -> str:
    """Return "6 Feb 2023" in the active language."""
    language = (get_language() or "en").partition("-")[0]
    text = format_date(day, _DAY_PATTERNS.get(language, _DAY_PATTERN))
    return text if language in _CAPITAL_MONTHS else text.translate(_DOTTED_CAPITAL).lower()


def moment_text(moment: datetime) -> str:
    """Return "6 Feb 2023, 04:17" in the active language; ``moment`` is already in its zone."""
    return f"{day_text(moment)}, {moment:%H:%M}"


def zoned_text(moment: datetime, zone: str = "") -> str:
    """Return "6 Feb 2023, 04:17 UTC+3": in the zone named, or the reader's, and never without it."""
    local = in_zone(moment, zone)
    return f"{moment_text(local)} {offset_label(local)}"


def weekdays_text(days: Sequence[int]) -> str:
    """Return "Monday to Friday", or the days one by one; there is one at least."""
    first, last = min(days), max(days)
    is_a_row = last - first + 1 == len(days) and len(days) > 2  # noqa: PLR2004 -- two days are named
    if is_a_row:
        return _("%(first)s to %(last)s") % {"first": WEEKDAYS[first], "last": WEEKDAYS[last]}
    return ", ".join(str(WEEKDAYS[day]) for day in sorted(days))
