"""
Earthquakes as the USGS publishes them: one GeoJSON feature, or a summary feed of many.

Source: earthquake.usgs.gov, "GeoJSON Detail Format" and "GeoJSON Summary Format": times in milliseconds
since 1970 UTC, coordinates longitude, latitude, depth in kilometres. ``status`` is automatic, reviewed or
deleted; deleted ones are only in answers of its event service that were asked for with ``includedeleted``
("API Documentation - Earthquake Catalog"), the summary feeds leave them out without a word.
"""

import hashlib
import json
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

from django.utils.translation import gettext as _

from incidents.formats import fields
from incidents.formats.fields import FormatError, Reading, refuse, take_object, take_text

__all__ = [
    "MAX_BYTES", "MAX_FEED_BYTES", "Deletion", "Earthquake", "FormatError", "is_deleted", "read", "read_feed",
]  # fmt: skip

MAX_BYTES = 1_000_000
# The USGS's longest feed, all earthquakes of a month, has some 10,000 of them in 8 MB.
MAX_FEED_BYTES = 16_000_000
MAX_FEATURES = 20_000


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


@dataclass(frozen=True)
class Deletion:
    """
    That the USGS has taken an earthquake back.

    Nothing else of such a feature is read: time and magnitude are often none, and a place that is none is
    written as 0, 0.
    """

    usgs_id: str
    deleted_at: datetime
    digest: str


def read(content: bytes) -> Earthquake:
    """
    Read one earthquake.

    :raises FormatError: with a sentence naming the field, when anything needed is missing or impossible;
        and of an earthquake that the USGS has deleted
    """
    feature = _feature(content)
    if is_deleted(feature):
        raise FormatError(deleted_sentence())
    if not _is_earthquake(feature):
        refuse("properties.type", _("the file describes something else than an earthquake"))
    return _earthquake(feature, digest=hashlib.sha256(content).hexdigest())


def deleted_sentence() -> str:
    return _("The USGS has deleted this earthquake: nothing is made of it.")


def is_deleted(feature: dict[str, Any]) -> bool:
    """Return whether the feature, which may be anything, says that the USGS has taken it back."""
    properties = feature.get("properties")
    return isinstance(properties, dict) and str(properties.get("status")).lower() == "deleted"


def read_feed(content: bytes) -> Reading[Earthquake | Deletion]:
    """
    Read a summary feed, or the file of one earthquake as a list of one.

    :raises FormatError: when it is neither; a broken feature is a sentence of the reading instead
    """
    if len(content) > MAX_FEED_BYTES:
        raise FormatError(_("The list of earthquakes is larger than 16 MB."))
    data = _parsed(content)
    if isinstance(data, dict) and data.get("type") == "Feature":
        return Reading((_deletion_or_earthquake(content),))
    features = data.get("features") if isinstance(data, dict) else None
    if not isinstance(features, list) or data.get("type") != "FeatureCollection":
        raise FormatError(_("The file is not a list of earthquakes of the USGS."))
    if len(features) > MAX_FEATURES:
        raise FormatError(_("The list has more earthquakes than can be taken in at once."))
    return _reading(features)


def _deletion_or_earthquake(content: bytes) -> Earthquake | Deletion:
    feature = _feature(content)
    if is_deleted(feature):
        return _deletion(feature, digest=hashlib.sha256(content).hexdigest())
    return read(content)


def _reading(features: list[Any]) -> Reading[Earthquake | Deletion]:
    found: list[Earthquake | Deletion] = []
    refused, other_count = [], 0
    for number, feature in enumerate(features, start=1):
        try:
            if not isinstance(feature, dict):
                refuse("features", _("it must be a list of features"))
            if is_deleted(feature):
                found.append(_deletion(feature, digest=_digest(feature)))
            elif _is_earthquake(feature):
                found.append(_earthquake(feature, digest=_digest(feature)))
            else:
                other_count += 1
        except FormatError as error:
            refused.append(
                _("Earthquake %(number)s of the list: %(problem)s")
                % {"number": number, "problem": error}
            )
    return Reading(tuple(found), tuple(refused), other_count)


def _digest(feature: dict[str, Any]) -> str:
    return hashlib.sha256(json.dumps(feature, sort_keys=True).encode()).hexdigest()


def _is_earthquake(feature: dict[str, Any]) -> bool:
    return bool(take_object(feature, "properties").get("type", "earthquake") == "earthquake")


def _earthquake(feature: dict[str, Any], *, digest: str) -> Earthquake:
    properties = take_object(feature, "properties")
    longitude, latitude, further = fields.take_point(take_object(feature, "geometry"))
    return Earthquake(
        usgs_id=take_text(feature, "id", limit=40, needed=True),
        title=take_text(properties, "title", limit=200)
        or take_text(properties, "place", limit=200),
        place=take_text(properties, "place", limit=200),
        onset_at=_needed_moment(properties, "time"),
        updated_at=_moment(properties, "updated"),
        latitude=latitude,
        longitude=longitude,
        depth_km=_depth_km(further),
        magnitude=fields.take_number(properties, "mag", low=-2, high=12),
        magnitude_scale=take_text(properties, "magType", limit=10),
        alert_level=_LEVELS.get(take_text(properties, "alert", limit=20), ""),
        address=_address(properties),
        digest=digest,
    )


def _deletion(feature: dict[str, Any], *, digest: str) -> Deletion:
    properties = take_object(feature, "properties")
    return Deletion(
        usgs_id=take_text(feature, "id", limit=40, needed=True),
        deleted_at=_needed_moment(properties, "updated"),
        digest=digest,
    )


# USGS PAGER has four levels, the portal GDACS's three: yellow is no call for international help.
_LEVELS = {"green": "green", "yellow": "green", "orange": "orange", "red": "red"}


def _parsed(content: bytes) -> Any:
    return fields.parse_json(
        content,
        otherwise=_("The file is not JSON. Download the earthquake as GeoJSON and try again."),
    )


def _feature(content: bytes) -> dict[str, Any]:
    if len(content) > MAX_BYTES:
        raise FormatError(_("The file is larger than 1 MB: that is not one earthquake."))
    data = _parsed(content)
    if isinstance(data, dict) and data.get("type") == "FeatureCollection":
        raise FormatError(
            _("The file is a list of earthquakes. Download the one earthquake as GeoJSON.")
        )
    if not isinstance(data, dict) or data.get("type") != "Feature":
        raise FormatError(_("The file is not a GeoJSON feature of the USGS."))
    return data


def _depth_km(further: list[Any]) -> float | None:
    if not further or further[0] is None:
        return None
    return fields.within(further[0], _("depth"), low=-10, high=1000)


def _moment(data: dict[str, Any], name: str) -> datetime | None:
    value = data.get(name)
    if value is None:
        return None
    milliseconds = fields.within(value, name, low=-(10**14), high=10**14)
    try:
        moment = datetime.fromtimestamp(milliseconds / 1000, tz=UTC)
    except (ValueError, OverflowError, OSError):
        refuse(name, _("it is not a time in milliseconds since 1970"))
    return fields.not_too_early(moment, name)


def _needed_moment(data: dict[str, Any], name: str) -> datetime:
    moment = _moment(data, name)
    if moment is None:
        refuse(name, _("it is missing"))
    return moment


def _address(properties: dict[str, Any]) -> str:
    address = take_text(properties, "url", limit=200)
    return address if address.startswith("https://") else ""
