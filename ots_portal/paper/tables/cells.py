"""A value as each kind of file has it: for programs in a CSV, for people in a workbook and on paper."""

import re
from datetime import UTC, date, datetime
from decimal import Decimal
from typing import Any

from django.utils.translation import gettext as _

from ots_portal.paper.tables.declaration import Column, Kind
from ots_portal.ui.moments import day_text, in_zone, zoned_text

_NEGATIVE = re.compile(r"-\d+(\.\d+)?", re.ASCII)
Number = int | float | Decimal


def for_programs(column: Column, value: Any) -> Any:
    """Return a number, or text that is the same in every language and zone; None where nothing is known."""
    if value is None or _is_number(value):
        return value
    if column.kind == Kind.YES_NO:
        return "true" if value else "false"
    if isinstance(value, datetime):
        return in_zone(value).astimezone(UTC).isoformat(timespec="seconds")
    if isinstance(value, date):
        return value.isoformat()
    return _number_in(str(value))


def _number_in(text: str) -> Any:
    """Return a negative number that came as text as a number, so that it gets no apostrophe."""
    return Decimal(text) if _NEGATIVE.fullmatch(text) else text


def for_workbooks(column: Column, value: Any, *, zone: str) -> Number | str | None:
    """Return a number, or text as people read it; moments are ISO 8601 in ``zone`` with the offset."""
    if value is None or _is_number(value):
        return value if column.kind == Kind.NUMBER or value is None else str(value)
    if column.kind == Kind.YES_NO:
        return _yes_or_no(value)
    if isinstance(value, datetime):
        return in_zone(value, zone).isoformat(timespec="seconds")
    if isinstance(value, date):
        return value.isoformat()
    return str(value)


def for_paper(column: Column, value: Any, *, zone: str) -> str:
    """Return the text as pages have it; what is not known is a dash there."""
    if value is None:
        return ""
    if column.kind == Kind.YES_NO:
        return _yes_or_no(value)
    if isinstance(value, datetime):
        return zoned_text(value, zone)
    if isinstance(value, date):
        return day_text(value)
    return str(value)


def _is_number(value: Any) -> bool:
    return isinstance(value, Number) and not isinstance(value, bool)


def _yes_or_no(value: Any) -> str:
    return _("Yes") if value else _("No")
