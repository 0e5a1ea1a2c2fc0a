"""A close look at areas on the base map, as one SVG that works without a script and prints."""

from collections.abc import Iterable, Iterator
from typing import Any

import shapely
from django.templatetags.static import static
from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _
from shapely.geometry import shape
from shapely.geometry.base import BaseGeometry

from ots_portal.geo.map import TONES, Text
from ots_portal.geo.projection import EAST, HEIGHT, NORTH, SOUTH, WEST, WIDTH, to_units

# Of the map's thousand units: nearer, the base map's lines would be coarse.
_SMALLEST_VIEW = 260.0
_ROOM = 1.5  # what is shown around the areas, of their size
_RATIO = WIDTH / HEIGHT
# Fractions of a unit; a unit is some five kilometres.
_FINENESS = 0.05
_WHOLE = 0.999  # less of the area on the map is a part of it


def area_map(
    geometry: dict[str, Any] | None, *, tone: str = "severe", label: Text = ""
) -> SafeString:
    """
    Draw a GeoJSON geometry (longitude, latitude) where it lies; "" where there is nothing to draw.

    What lies outside the base map is said in the caption.
    """
    if not geometry:
        return SafeString()
    outline = shapely.make_valid(shape(geometry))
    near = outline.intersection(shapely.box(WEST, SOUTH, EAST, NORTH))
    drawn = shapely.transform(near, _to_units)
    on_map = drawn.intersection(shapely.box(0, 0, WIDTH, HEIGHT))
    known_tone = tone if tone in TONES else "neutral"
    if on_map.is_empty:
        return format_html('<p class="map-caption">{}</p>', _("The area lies outside of this map."))
    return format_html(
        '<figure class="map"><div class="map-view"><svg class="map-canvas" viewBox="{}" role="img"'
        ' aria-label="{}"><image href="{}" width="{}" height="{}"/><g class="map-area map-area-{}">{}</g>'
        "</svg></div>{}</figure>",
        _view(on_map),
        label or _("Map"),
        static("portal/map.svg"),
        WIDTH,
        HEIGHT,
        known_tone,
        format_html_join("", '<path d="{}"/>', ((path,) for path in _paths(on_map))),
        _caption(is_cut=not near.equals(outline) or on_map.area < drawn.area * _WHOLE),
    )


def _to_units(places: Any) -> Any:
    """Project an array of longitude, latitude."""
    drawn = places.copy()
    for row, (longitude, latitude) in enumerate(places):
        drawn[row] = to_units(latitude, longitude)
    return drawn


def _view(drawn: BaseGeometry) -> str:
    """Return the part of the map around the areas, in the map's own form."""
    west, north, east, south = drawn.bounds
    width = max(_SMALLEST_VIEW, (east - west) * _ROOM, (south - north) * _ROOM * _RATIO)
    width = min(width, WIDTH)
    height = width / _RATIO
    x = min(max((west + east - width) / 2, 0), WIDTH - width)
    y = min(max((north + south - height) / 2, 0), HEIGHT - height)
    return f"{x:.1f} {y:.1f} {width:.1f} {height:.1f}"


def _paths(drawn: BaseGeometry) -> Iterator[str]:
    for part in _parts(drawn):
        if isinstance(part, shapely.Polygon):
            simple = part.simplify(_FINENESS)
            rings = (
                [simple.exterior, *simple.interiors] if isinstance(simple, shapely.Polygon) else []
            )
            yield "".join(_ring(ring.coords) for ring in rings)
        elif isinstance(part, shapely.Point):
            yield f"M{part.x:.1f} {part.y:.1f}h.01"


def _parts(drawn: BaseGeometry) -> Iterator[BaseGeometry]:
    for part in shapely.get_parts([drawn]):
        if hasattr(part, "geoms"):
            yield from (inner for geometry in part.geoms for inner in _parts(geometry))
        else:
            yield part


def _ring(places: Iterable[tuple[float, ...]]) -> str:
    points = " ".join(f"{x:.1f} {y:.1f}" for x, y, *_height in places)
    return f"M{points}z"


def _caption(*, is_cut: bool) -> SafeString:
    source = _("Borders: Natural Earth. Boundaries do not imply endorsement.")
    note = _("A part of the area lies outside of this map.") if is_cut else ""
    return format_html(
        '<figcaption class="map-caption"><span>{}</span><span>{}</span></figcaption>', source, note
    )
