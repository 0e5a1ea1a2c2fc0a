"""What is kept of a message beside its XML: made once, when it comes in."""

from collections.abc import Iterable, Sequence
from datetime import datetime
from typing import Any

import shapely
from shapely.geometry.base import BaseGeometry

from incidents.formats import cap
from incidents.formats.cap.message import SEVERITIES
from ots_portal.geo.territories import country_at

LONGEST_HEADLINE = 500
# Each is a look at the borders; more would find few further countries.
MOST_PLACES = 40


def headline_of(message: cap.Alert) -> str:
    """Return what lists call the alert: its headline, else its event, in its first language."""
    infos = message.infos
    texts = [info.headline for info in infos] + [info.event for info in infos]
    return next((text for text in texts if text), "")[:LONGEST_HEADLINE]


def gravest(infos: Iterable[cap.Info]) -> str:
    """Return the worst severity of its texts; "" where it has none."""
    given = {info.severity for info in infos}
    return next((severity for severity in SEVERITIES if severity in given), "")


def countries_of(shapes: Sequence[BaseGeometry]) -> list[str]:
    """Return the countries (alpha-2) in which the areas lie, by a few places of each."""
    places = [place for shape in shapes for place in _places_of(shape)]
    step = max(1, len(places) // MOST_PLACES)
    found = {country_at(place.y, place.x) for place in places[::step][:MOST_PLACES]}
    return sorted(code for code in found if code)


def _places_of(shape: BaseGeometry) -> list[shapely.Point]:
    """Return the middle of a shape and some of its corners, a little inside."""
    middle = shape.representative_point()
    if not isinstance(shape, shapely.Polygon):
        return [middle]
    corners = list(shape.exterior.coords)[:-1]
    chosen = [shapely.Point(corner) for corner in corners[:: max(1, len(corners) // 4)][:4]]
    inside = (
        shapely.LineString([middle, corner]).interpolate(0.9, normalized=True) for corner in chosen
    )
    return [middle, *inside]


def content_of(message: cap.Alert) -> dict[str, Any]:
    """Return the message as JSON, for pages and the API; shapes stand apart."""
    return {
        "source": message.source,
        "restriction": message.restriction,
        "addresses": list(message.addresses),
        "codes": list(message.codes),
        "note": message.note,
        "incidents": list(message.incidents),
        "infos": [_info(info) for info in message.infos],
    }


def _info(info: cap.Info) -> dict[str, Any]:
    return {
        "language": info.language,
        "categories": list(info.categories),
        "event": info.event,
        "response_types": list(info.response_types),
        "urgency": info.urgency,
        "severity": info.severity,
        "certainty": info.certainty,
        "audience": info.audience,
        "event_codes": _named(info.event_codes),
        "effective": _iso(info.effective),
        "onset": _iso(info.onset),
        "expires": _iso(info.expires),
        "sender_name": info.sender_name,
        "headline": info.headline,
        "description": info.description,
        "instruction": info.instruction,
        "web": info.web,
        "contact": info.contact,
        "parameters": _named(info.parameters),
        "resources": [
            {"description": item.description, "mime_type": item.mime_type, "uri": item.uri}
            for item in info.resources
        ],
        "areas": [
            {"description": area.description, "geocodes": _named(area.geocodes)}
            for area in info.areas
        ],
    }


def _named(values: Iterable[cap.NamedValue]) -> list[list[str]]:
    return [[value.name, value.value] for value in values]


def _iso(moment: datetime | None) -> str | None:
    return moment.isoformat() if moment else None
