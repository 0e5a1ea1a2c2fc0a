"""
On whose territory a place lies, and how far it is from others', by the borders that the map is drawn from.

Proposals for a person to confirm, never a statement about borders.

The shapes are cut once into pieces of a few degrees, so that a question touches only what is near; each
process keeps them in memory (some 20 MB). Distances are measured in kilometres on a sphere: the pieces
near the place are drawn in the azimuthal equidistant projection around it, in which every distance from
its centre is true. What is left of error is the earth's flattening (at most 0.6 %) and, for areas, the
projection's stretch within a piece (at most 0.2 %).
"""

import json
import math
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt
import shapefile
import shapely
from django.conf import settings
from shapely.geometry import Point, shape
from shapely.geometry.base import BaseGeometry

from ots_portal.geo.borders import archive

EARTH_RADIUS_KM = 6371.0088  # the mean radius R1 of the IUGG
KM_PER_DEGREE = math.pi * EARTH_RADIUS_KM / 180
PIECE_DEGREES = 5
# Straight edges are straight in degrees; points between keep them so in the projection.
EDGE_DEGREES = 0.1
FARTHEST_KM = 1000.0
MOST_POINTS = 20_000
FILE = "territories.wkb"

Coordinates = npt.NDArray[np.float64]


@dataclass(frozen=True)
class Near:
    """A country (alpha-2) and how far its territory begins; 0 where the place touches it."""

    country: str
    distance_km: float


class NoArea(ValueError):
    """What should be a place or area is none; the message is for programmers and logs."""


def country_at(latitude: float, longitude: float) -> str | None:
    """Return the ISO 3166-1 alpha-2 code of the country around the point; None at sea."""
    territories = _territories()
    point = Point(longitude, latitude)
    around = sorted(territories.tree.query(point, predicate="covered_by"))
    return territories.codes[around[0]] if around else None


def countries_within(
    km: float, *, latitude: float, longitude: float, only: Iterable[str] | None = None
) -> list[Near]:
    """Return the countries within ``km`` of the point, the nearest first; ``only`` narrows them."""
    return countries_near(Point(longitude, latitude), within_km=km, only=only)


def countries_near(
    area: BaseGeometry, *, within_km: float, only: Iterable[str] | None = None
) -> list[Near]:
    """
    Return the countries within ``within_km`` of an area in degrees (x is the longitude), the nearest first.

    :raises NoArea: when it is empty, has too many points, or ``within_km`` is out of range
    """
    if not 0 <= within_km <= FARTHEST_KM:
        raise NoArea(f"{within_km} is not between 0 and {FARTHEST_KM} km")
    if area.is_empty or shapely.get_num_coordinates(area) > MOST_POINTS:
        raise NoArea("the area is empty or has too many points")
    wanted = None if only is None else set(only)
    nearest: dict[str, float] = {}
    for piece in _pieces(shapely.make_valid(area)):
        for code, distance_km in _distances(piece, within_km=within_km, only=wanted):
            nearest[code] = min(distance_km, nearest.get(code, math.inf))
    found = [Near(code, km) for code, km in nearest.items() if km <= within_km]
    return sorted(found, key=lambda near: (near.distance_km, near.country))


def distance_km(area: BaseGeometry, *, latitude: float, longitude: float) -> float:
    """Return how far an area in degrees is from a point; 0 where the point lies in it."""
    here = Point(longitude, latitude)
    pieces = (_projected(piece, here) for piece in _pieces(shapely.make_valid(area)))
    return min(float(shapely.distance(piece, Point(0, 0))) for piece in pieces)


def area_of(geometry: Any) -> BaseGeometry:
    """
    Return a GeoJSON geometry as an area in degrees.

    :raises NoArea: when it is none, or lies outside the world
    """
    try:
        area = shape(geometry)
        whole = not area.is_empty and bool(np.isfinite(shapely.get_coordinates(area)).all())
    except Exception as error:  # shapely raises whatever it trips over in foreign data
        raise NoArea("it is no GeoJSON geometry") from error
    if not whole:
        raise NoArea("the geometry is empty or not finite")
    west, south, east, north = area.bounds
    if west < -180 or east > 180 or south < -90 or north > 90:  # noqa: PLR2004 -- degrees
        raise NoArea("the geometry lies outside the world")
    return area


# ── measuring ───────────────────────────────────────────────────────────────────────────────────


def _distances(
    piece: BaseGeometry, *, within_km: float, only: set[str] | None
) -> Iterator[tuple[str, float]]:
    """Yield every territory's piece that may be near with its distance, in a projection around the middle."""
    territories = _territories()
    middle = piece.centroid
    here = _projected(piece, middle)
    for number in _candidates(piece, within_km):
        code = territories.codes[number]
        if only is None or code in only:
            yield (
                code,
                float(
                    shapely.distance(here, _projected(territories.tree.geometries[number], middle))
                ),
            )


def _candidates(piece: BaseGeometry, within_km: float) -> list[int]:
    """Return the numbers of the territories' pieces whose box comes near; also across the date line."""
    west, south, east, north = piece.bounds
    up = within_km / KM_PER_DEGREE * 1.01 + 0.01
    highest = min(max(abs(south), abs(north)) + up, 89.9)
    aside = min(up / math.cos(math.radians(highest)), 180.0)
    boxes = [
        shapely.box(west - aside + turn, south - up, east + aside + turn, north + up)
        for turn in (-360, 0, 360)
    ]
    return sorted({int(number) for number in _territories().tree.query(boxes)[1]})


def _projected(geometry: BaseGeometry, middle: Point) -> BaseGeometry:
    """
    Return the geometry in kilometres around the middle, azimuthal equidistant on the sphere.

    Its formulas: Snyder, Map Projections: A Working Manual (1987), 25-2 to 25-4; the arc by haversines,
    which stay exact where it is short.
    """
    fine = shapely.segmentize(geometry, EDGE_DEGREES)
    return shapely.transform(fine, lambda degrees: _around(degrees, middle))


def _around(degrees: Coordinates, middle: Point) -> Coordinates:
    longitude, latitude = np.radians(degrees[:, 0] - middle.x), np.radians(degrees[:, 1])
    south = math.radians(middle.y)
    haversine = (
        np.sin((latitude - south) / 2) ** 2
        + math.cos(south) * np.cos(latitude) * np.sin(longitude / 2) ** 2
    )
    arc = 2 * np.arcsin(np.sqrt(np.minimum(haversine, 1)))
    stretch = EARTH_RADIUS_KM / np.sinc(arc / math.pi)  # sinc(x) is sin(pi x) / (pi x)
    x = stretch * np.cos(latitude) * np.sin(longitude)
    y = stretch * (
        math.cos(south) * np.sin(latitude) - math.sin(south) * np.cos(latitude) * np.cos(longitude)
    )
    return np.column_stack([x, y])


# ── the shapes ──────────────────────────────────────────────────────────────────────────────────


@dataclass(frozen=True)
class Territories:
    """The pieces in a tree that finds what is near; ``codes`` says whose each is."""

    codes: tuple[str, ...]
    tree: shapely.STRtree


@cache
def _territories() -> Territories:
    """Read the prepared file, or prepare the shapes now where there is none (some two seconds)."""
    file = Path(settings.VAR_DIR) / "geo" / FILE
    content = file.read_bytes() if file.exists() else prepare(archive())
    head, _line, body = content.partition(b"\n")
    parts: list[tuple[str, int]] = json.loads(head)
    ends = np.cumsum([length for _code, length in parts])
    texts = [body[end - length : end] for (_code, length), end in zip(parts, ends, strict=True)]
    return Territories(
        codes=tuple(code for code, _length in parts),
        tree=shapely.STRtree(shapely.from_wkb(texts)),
    )


def prepare(source: Path) -> bytes:
    """Return the pieces of all countries as one file: a line of JSON with code and length of each, then WKB."""
    with shapefile.Reader(str(source)) as reader:
        pieces = [
            (str(item.record["ISO_A2_EH"]), shapely.to_wkb(piece, output_dimension=2))
            for item in reader.iterShapeRecords()
            if str(item.record["ISO_A2_EH"]).isalpha()
            for piece in _pieces(shapely.make_valid(shape(item.shape.__geo_interface__)))
        ]
    head = json.dumps([(code, len(content)) for code, content in pieces])
    return head.encode() + b"\n" + b"".join(content for _code, content in pieces)


def _pieces(geometry: BaseGeometry) -> Iterator[BaseGeometry]:
    """Cut a geometry along a grid of a few degrees; every part is in one of the pieces."""
    for part in shapely.get_parts(geometry):
        west, south, east, north = part.bounds
        if max(east - west, north - south) <= PIECE_DEGREES:
            yield part
            continue
        cells = [
            shapely.box(x, y, x + PIECE_DEGREES, y + PIECE_DEGREES)
            for x in _steps(west, east)
            for y in _steps(south, north)
        ]
        yield from (cut for cut in shapely.intersection(part, cells) if not cut.is_empty)


def _steps(first: float, last: float) -> Iterable[int]:
    """Return where the grid's cells begin between two degrees: one at least."""
    start = math.floor(first / PIECE_DEGREES) * PIECE_DEGREES
    end = max(start + 1, math.ceil(last / PIECE_DEGREES) * PIECE_DEGREES)
    return range(start, end, PIECE_DEGREES)
