"""
Polygons and circles of an alert, as a map can draw them; the text of the alert stays as it was.

Source: CAP 1.2, section 3.2.4: a polygon is pairs of latitude,longitude (WGS 84) between spaces, at least
four, the last like the first; a circle is such a pair, a space and a radius in kilometres. Shapes are
longitude, latitude, as GeoJSON and shapely have them (RFC 7946, section 3.1.9: cut at the antimeridian).
"""

import itertools
import math
import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from typing import Any

import shapely
from django.utils.translation import gettext as _
from shapely import affinity
from shapely.geometry.base import BaseGeometry

Ring = Sequence[tuple[float, float]]  # longitude, latitude

_NUMBER = r"[+-]?(?:\d+(?:\.\d*)?|\.\d+)(?:[eE][+-]?\d{1,3})?"
_PAIR = re.compile(rf"({_NUMBER}),({_NUMBER})", flags=re.ASCII)
_RADIUS = re.compile(_NUMBER, flags=re.ASCII)
# Far more than any outline seen; beyond it is a way to keep the portal busy.
_MOST_CORNERS = 50_000
_LONGEST_PAIR = 100  # characters
_CORNERS = 3  # different ones, at least, of something that has a surface
# A repair takes time with the crossings: half a second for these. More are no outline of anything.
_MOST_CROSSINGS = 20_000
_NEIGHBOURS = 6  # segments whose boxes touch a segment's box in an ordinary outline
_SEGMENTS_AT_ONCE = 50
_EARTH_RADIUS_KM = 6371.0088  # mean radius, IUGG
_LARGEST_RADIUS_KM = 10_000  # a quarter of the way around: what is wider is no place
_CIRCLE_CORNERS = 64
_DECIMALS = 6  # a tenth of a metre


class BadShape(ValueError):
    """The text is no polygon or circle; the message says why."""


@dataclass(frozen=True)
class Drawn:
    """What can be drawn of one polygon or circle, and what was mended for it."""

    shapes: tuple[BaseGeometry, ...] = ()
    notes: tuple[str, ...] = ()


def draw_polygon(text: str) -> Drawn:
    """
    Read a polygon. An empty one is nothing; an open or self-crossing one is repaired.

    :raises BadShape: when it has something else than pairs, or a place that is not on Earth
    """
    pairs = _words(text)
    if len(pairs) > _MOST_CORNERS:
        raise BadShape(
            _("The polygon has %(count)s places; at most %(limit)s are read.")
            % {"count": len(pairs), "limit": _MOST_CORNERS}
        )
    ring = [_place(pair) for pair in pairs]
    if not ring:
        return Drawn()
    if len(set(ring)) < _CORNERS:
        return Drawn(
            notes=(_("The polygon has fewer than three different places and is not drawn."),)
        )
    notes = []
    if ring[0] != ring[-1]:
        ring.append(ring[0])
        notes.append(_("The polygon was not closed; it is drawn closed."))
    surface, was_mended = _surface(_unrolled(ring), ring)
    if was_mended:
        notes.append(_("The polygon’s outline crosses or touches itself; it is drawn repaired."))
    if not surface:
        notes.append(_("The polygon has no surface and is not drawn."))
    return Drawn(tuple(surface), tuple(notes))


def draw_circle(text: str) -> Drawn:
    """
    Read a circle; one with radius 0 is a point.

    :raises BadShape: when it is no place and radius, or the place is not on Earth
    """
    words = _words(text)
    if not words:
        return Drawn()
    if len(words) != 2 or not _RADIUS.fullmatch(words[1]):  # noqa: PLR2004 -- centre and radius
        raise BadShape(
            _("“%(text)s” is not a latitude,longitude and a radius in kilometres.")
            % {"text": text.strip()[:60]}
        )
    centre, radius_km = _place(words[0]), float(words[1])
    if radius_km < 0:
        raise BadShape(_("The radius is below zero."))
    if radius_km > _LARGEST_RADIUS_KM:
        return Drawn(notes=(_("The circle spans half of the Earth or more and is not drawn."),))
    if radius_km == 0:
        return Drawn((shapely.Point(centre),))
    ring = _circle(centre, radius_km)
    surface, _was_mended = _surface(_unrolled(ring), ring)
    return Drawn(tuple(surface))


def _words(text: str) -> list[str]:
    """Return what stands between spaces; those around a comma part nothing. Linear, however long it is."""
    return ",".join(part.strip() for part in text.split(",")).split()


def _place(pair: str) -> tuple[float, float]:
    """Read latitude,longitude; answer longitude, latitude."""
    found = _PAIR.fullmatch(pair) if len(pair) <= _LONGEST_PAIR else None
    if not found:
        raise BadShape(_("“%(text)s” is not a pair of latitude,longitude.") % {"text": pair[:60]})
    latitude, longitude = map(float, found.groups())
    if not abs(latitude) <= 90:  # noqa: PLR2004 -- degrees of the poles
        raise BadShape(
            _("The latitude %(latitude)s is beyond a pole; CAP writes latitude,longitude.")
            % {"latitude": found[1][:20]}
        )
    # Some write a ring across the antimeridian with longitudes up to 360.
    if not abs(longitude) <= 360:  # noqa: PLR2004 -- once around
        raise BadShape(
            _("The longitude %(longitude)s is more than once around the Earth.")
            % {"longitude": found[2][:20]}
        )
    return longitude, latitude


def _unrolled(ring: Ring) -> list[tuple[float, float]]:
    """Return the ring with every step taken the short way: longitudes may leave ±180."""
    longitudes = [ring[0][0]]
    for (before, _south), (after, _north) in itertools.pairwise(ring):
        longitudes.append(longitudes[-1] + _short_way(after - before))
    unrolled = [
        (longitude, latitude) for longitude, (_x, latitude) in zip(longitudes, ring, strict=True)
    ]
    return [*unrolled, *_around_the_pole(unrolled)]


def _short_way(step: float) -> float:
    return math.remainder(step, 360) if abs(step) > 180 else step  # noqa: PLR2004 -- half around


def _around_the_pole(ring: Ring) -> Iterator[tuple[float, float]]:
    """Close a ring that goes once around the Earth over the pole that is nearer."""
    (first, latitude), (last, _latitude) = ring[0], ring[-1]
    if abs(last - first) > 180:  # noqa: PLR2004 -- half around
        pole = math.copysign(90, sum(north for _east, north in ring))
        yield from ((last, pole), (first, pole), (first, latitude))


def _surface(unrolled: Ring, as_written: Ring) -> tuple[list[shapely.Polygon], bool]:
    """Return the parts between −180 and 180, and whether something had to be mended."""
    outline: BaseGeometry = shapely.Polygon(unrolled)
    west, _south, east, _north = outline.bounds
    # From −180 to 180 the short way is no way at all; and nothing goes around the Earth twice.
    if not outline.area or east - west > 720:  # noqa: PLR2004 -- twice around
        outline = shapely.Polygon(as_written)
    was_mended = not outline.is_valid
    if was_mended:
        outline = _repaired(outline)
    return list(_within_the_world(outline)), was_mended


def _repaired(outline: BaseGeometry) -> BaseGeometry:
    """Return the surfaces the outline encloses; around a tangle, its hull."""
    if isinstance(outline, shapely.Polygon) and _is_tangle(outline.exterior):
        return shapely.convex_hull(outline)
    return shapely.make_valid(outline)


def _is_tangle(ring: shapely.LinearRing) -> bool:
    """Return whether so many segments lie across each other that a repair would take for ever."""
    segments = [shapely.LineString(pair) for pair in itertools.pairwise(ring.coords)]
    tree = shapely.STRtree(segments)
    room = _MOST_CROSSINGS + _NEIGHBOURS * len(segments)
    for start in range(0, len(segments), _SEGMENTS_AT_ONCE):
        room -= tree.query(segments[start : start + _SEGMENTS_AT_ONCE]).shape[1]
        if room < 0:
            return True
    return False


def _within_the_world(outline: BaseGeometry) -> Iterator[shapely.Polygon]:
    """Cut the outline at ±180 and bring the parts beyond back to the other side."""
    west, _south, east, _north = outline.bounds if not outline.is_empty else (0, 0, 0, 0)
    if west >= -180 and east <= 180:  # noqa: PLR2004 -- the edges of the world
        yield from _polygons(outline)
        return
    first, last = math.floor((west + 180) / 360), math.ceil((east - 180) / 360)
    for turn in range(first, last + 1):
        window = shapely.box(360 * turn - 180, -90, 360 * turn + 180, 90)
        part = outline.intersection(window)
        yield from _polygons(affinity.translate(part, xoff=-360 * turn))


def _polygons(shape: BaseGeometry) -> Iterator[shapely.Polygon]:
    """Yield the surfaces of a shape; points and lines that a repair left are nothing to draw."""
    for part in shapely.get_parts([shape]):
        if isinstance(part, shapely.Polygon):
            if part.area:
                yield part
        elif hasattr(part, "geoms"):
            yield from _polygons(part)


def _circle(centre: tuple[float, float], radius_km: float) -> list[tuple[float, float]]:
    """Return places at that distance all around, along great circles."""
    east, north = map(math.radians, centre)
    angle = radius_km / _EARTH_RADIUS_KM
    bearings = (2 * math.pi * step / _CIRCLE_CORNERS for step in range(_CIRCLE_CORNERS))
    ring = [_reached(east, north, angle, bearing) for bearing in bearings]
    return [*ring, ring[0]]


def _reached(east: float, north: float, angle: float, bearing: float) -> tuple[float, float]:
    """Return where one comes to; spherical trigonometry's direct problem."""
    sine = math.sin(north) * math.cos(angle) + math.cos(north) * math.sin(angle) * math.cos(bearing)
    latitude = math.asin(max(-1.0, min(1.0, sine)))
    longitude = east + math.atan2(
        math.sin(bearing) * math.sin(angle) * math.cos(north),
        math.cos(angle) - math.sin(north) * math.sin(latitude),
    )
    return math.degrees(longitude), math.degrees(latitude)


def as_geojson(shapes: Iterable[BaseGeometry]) -> dict[str, Any] | None:
    """Return the shapes as one GeoJSON geometry; None where there is nothing to draw."""
    parts = [_rounded(shape) for shape in shapes]
    if not parts:
        return None
    polygons = [part for part in parts if isinstance(part, shapely.Polygon)]
    if len(polygons) == len(parts):
        return dict(shapely.MultiPolygon(polygons).__geo_interface__)
    return {
        "type": "GeometryCollection",
        "geometries": [dict(part.__geo_interface__) for part in parts],
    }


def _rounded(shape: BaseGeometry) -> BaseGeometry:
    return shapely.transform(shape, lambda places: places.round(_DECIMALS))
