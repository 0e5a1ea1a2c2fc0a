"""What readers of other systems' files share: the refusal, and taking values out of parsed JSON."""

import json
import math
import unicodedata
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any, Generic, NoReturn, TypeVar

from django.utils.translation import gettext as _

Item = TypeVar("Item")

EARLIEST = datetime(1990, 1, 1, tzinfo=UTC)


class FormatError(ValueError):
    """The file cannot be taken in; the message names the field and says what is wrong."""


@dataclass(frozen=True)
class Reading(Generic[Item]):
    """
    What a list of many items holds: one broken item does not spoil the others.

    ``refused`` has a sentence per item that cannot be read; ``other_count`` is of items that are
    sound and of no concern here (a quarry blast in a list of earthquakes).
    """

    items: tuple[Item, ...]
    refused: tuple[str, ...] = ()
    other_count: int = 0


def parse_json(content: bytes, *, otherwise: str) -> Any:
    """:raises FormatError: saying ``otherwise`` when it is no JSON"""
    try:
        return json.loads(content.decode("utf-8-sig"), parse_constant=_no_constant)
    except (ValueError, RecursionError) as error:
        raise FormatError(otherwise) from error


def _no_constant(name: str) -> NoReturn:
    raise ValueError(name)


def refuse(field: str, why: str) -> NoReturn:
    raise FormatError(
        _("The field “%(field)s” cannot be used: %(why)s.") % {"field": field, "why": why}
    )


def take_object(data: dict[str, Any], name: str) -> dict[str, Any]:
    value = data.get(name)
    if not isinstance(value, dict):
        refuse(name, _("it is missing"))
    return value


def take_text(data: dict[str, Any], name: str, *, limit: int, needed: bool = False) -> str:
    value = data.get(name)
    if value is None and not needed:
        return ""
    if not isinstance(value, str) or (needed and not value.strip()):
        refuse(name, _("it must be a text"))
    return sound_text(value, name, limit=limit)


def sound_text(value: str, name: str, *, limit: int) -> str:
    if len(value) > limit or any(map(_is_control, value)):
        refuse(name, _("it is too long or contains control characters"))
    return value.strip()


def _is_control(letter: str) -> bool:
    """Return whether it is a control character or half of a surrogate pair."""
    return unicodedata.category(letter) in ("Cc", "Cs")


def take_number(data: dict[str, Any], name: str, *, low: float, high: float) -> float | None:
    value = data.get(name)
    if value is None:
        return None
    return within(value, name, low=low, high=high)


def within(value: object, name: str, *, low: float, high: float) -> float:
    if isinstance(value, bool) or not isinstance(value, int | float) or not _is_finite(value):
        refuse(name, _("it must be a number"))
    if not low <= value <= high:
        refuse(
            name,
            _("%(value)s is not between %(low)s and %(high)s")
            % {"value": value, "low": low, "high": high},
        )
    return float(value)


def _is_finite(value: float) -> bool:
    """Return whether it is a number that can be worked with; JSON's whole numbers have no limit."""
    try:
        return math.isfinite(value)
    except OverflowError:
        return False


def take_point(geometry: dict[str, Any]) -> tuple[float, float, list[Any]]:
    """Return longitude, latitude and whatever stands behind them in a GeoJSON point."""
    coordinates = geometry.get("coordinates")
    if (
        geometry.get("type") != "Point"
        or not isinstance(coordinates, list)
        or len(coordinates) not in (2, 3)
    ):
        refuse("geometry", _("it must be a point with longitude and latitude"))
    longitude = within(coordinates[0], _("longitude"), low=-180, high=180)
    latitude = within(coordinates[1], _("latitude"), low=-90, high=90)
    return longitude, latitude, coordinates[2:]


def not_too_early(moment: datetime, name: str) -> datetime:
    if moment < EARLIEST:
        refuse(name, _("it lies before 1990"))
    return moment
