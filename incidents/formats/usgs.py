"""
An earthquake as the USGS publishes it: one GeoJSON feature.

Source: earthquake.usgs.gov, "GeoJSON Detail Format": times in milliseconds since 1970 UTC, coordinates
longitude, latitude, depth in kilometres.
"""

import hashlib
import json
import math
import unicodedata
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any, NoReturn

from django.utils.translation import gettext as _

MAX_BYTES = 1_000_000
EARLIEST = datetime(1990, 1, 1, tzinfo=UTC)


class FormatError(ValueError):
    """The file cannot be taken in; the message names the field and says what is wrong."""


@dataclass(frozen=True)
class Earthquake:
    """What the portal takes of the feature; ``depth_km`` is None where the file has none."""

    usgs_id: str
    title: str
    place: str
    onset_at: datetime
    updated_at: datetime | None
    latitude: float
    longitude: float
    depth_km: float | None
    magnitude: float | None
    magnitude_scale: str
    alert_level: str  # green, orange or red; "" where USGS gives none
    address: str
    digest: str


def read(content: bytes) -> Earthquake:
    """
    Read one earthquake.

    :raises FormatError: with a sentence naming the field, when anything needed is missing or impossible
    """
    feature = _feature(content)
    properties = _object(feature, "properties")
    if properties.get("type", "earthquake") != "earthquake":
        _refuse("properties.type", _("the file describes something else than an earthquake"))
    longitude, latitude, depth_km = _point(_object(feature, "geometry"))
    return Earthquake(
        usgs_id=_text(feature, "id", limit=40, needed=True),
        title=_text(properties, "title", limit=200) or _text(properties, "place", limit=200),
        place=_text(properties, "place", limit=200),
        onset_at=_needed_moment(properties, "time"),
        updated_at=_moment(properties, "updated"),
        latitude=latitude,
        longitude=longitude,
        depth_km=depth_km,
        magnitude=_number(properties, "mag", low=-2, high=12),
        magnitude_scale=_text(properties, "magType", limit=10),
        alert_level=_LEVELS.get(_text(properties, "alert", limit=20), ""),
        address=_address(properties),
        digest=hashlib.sha256(content).hexdigest(),
    )


# USGS PAGER has four levels, the portal GDACS's three: yellow is no call for international help.
_LEVELS = {"green": "green", "yellow": "green", "orange": "orange", "red": "red"}


def _feature(content: bytes) -> dict[str, Any]:
    if len(content) > MAX_BYTES:
        raise FormatError(_("The file is larger than 1 MB: that is not one earthquake."))
    try:
        data = json.loads(content.decode("utf-8"), parse_constant=_no_constant)
    except (ValueError, RecursionError) as error:
        raise FormatError(
            _("The file is not JSON. Download the earthquake as GeoJSON and try again.")
        ) from error
    if isinstance(data, dict) and data.get("type") == "FeatureCollection":
        raise FormatError(
            _("The file is a list of earthquakes. Download the one earthquake as GeoJSON.")
        )
    if not isinstance(data, dict) or data.get("type") != "Feature":
        raise FormatError(_("The file is not a GeoJSON feature of the USGS."))
    return data


def _no_constant(name: str) -> NoReturn:
    raise ValueError(name)


def _refuse(field: str, why: str) -> NoReturn:
    raise FormatError(
        _("The field “%(field)s” cannot be used: %(why)s.") % {"field": field, "why": why}
    )


def _object(data: dict[str, Any], name: str) -> dict[str, Any]:
    value = data.get(name)
    if not isinstance(value, dict):
        _refuse(name, _("it is missing"))
    return value


def _text(data: dict[str, Any], name: str, *, limit: int, needed: bool = False) -> str:
    value = data.get(name)
    if value is None and not needed:
        return ""
    if not isinstance(value, str) or (needed and not value.strip()):
        _refuse(name, _("it must be a text"))
    if len(value) > limit or any(map(_is_control, value)):
        _refuse(name, _("it is too long or contains control characters"))
    return value.strip()


def _is_control(letter: str) -> bool:
    """Return whether it is a control character or half of a surrogate pair."""
    return unicodedata.category(letter) in ("Cc", "Cs")


def _number(data: dict[str, Any], name: str, *, low: float, high: float) -> float | None:
    value = data.get(name)
    if value is None:
        return None
    return _within(value, name, low=low, high=high)


def _within(value: object, name: str, *, low: float, high: float) -> float:
    if isinstance(value, bool) or not isinstance(value, int | float) or not math.isfinite(value):
        _refuse(name, _("it must be a number"))
    if not low <= value <= high:
        _refuse(
            name,
            _("%(value)s is not between %(low)s and %(high)s")
            % {"value": value, "low": low, "high": high},
        )
    return float(value)


def _point(geometry: dict[str, Any]) -> tuple[float, float, float | None]:
    coordinates = geometry.get("coordinates")
    if (
        geometry.get("type") != "Point"
        or not isinstance(coordinates, list)
        or len(coordinates) not in (2, 3)
    ):
        _refuse("geometry", _("it must be a point with longitude, latitude and depth"))
    longitude = _within(coordinates[0], _("longitude"), low=-180, high=180)
    latitude = _within(coordinates[1], _("latitude"), low=-90, high=90)
    deep = len(coordinates) == 3 and coordinates[2] is not None  # noqa: PLR2004 -- the third is the depth
    depth_km = _within(coordinates[2], _("depth"), low=-10, high=1000) if deep else None
    return longitude, latitude, depth_km


def _moment(data: dict[str, Any], name: str) -> datetime | None:
    value = data.get(name)
    if value is None:
        return None
    milliseconds = _within(value, name, low=-(10**14), high=10**14)
    try:
        moment = datetime.fromtimestamp(milliseconds / 1000, tz=UTC)
    except (ValueError, OverflowError, OSError):
        _refuse(name, _("it is not a time in milliseconds since 1970"))
    if moment < EARLIEST:
        _refuse(name, _("it lies before 1990"))
    return moment


def _needed_moment(data: dict[str, Any], name: str) -> datetime:
    moment = _moment(data, name)
    if moment is None:
        _refuse(name, _("it is missing"))
    return moment


def _address(properties: dict[str, Any]) -> str:
    address = _text(properties, "url", limit=200)
    return address if address.startswith("https://") else ""
