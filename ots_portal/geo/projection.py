"""
From degrees to the base map's own units, and which part of the world the map shows.

Lambert's conformal conic projection on a sphere: shapes stay true and Kazakhstan does not grow as it
would on a rectangular grid. Its formulas: Snyder, Map Projections: A Working Manual (1987), 15-1 to 15-4.
"""

from math import cos, log, pi, radians, sin, tan

STANDARD_PARALLELS = (36.0, 52.0)
CENTRE_LAT, CENTRE_LON = 44.5, 51.0
# Degrees around the map that are still projected, so that shapes reach beyond its edges.
SOUTH, NORTH, WEST, EAST = 22.0, 66.0, -8.0, 112.0

WIDTH, HEIGHT = 1000, 480
_UNITS_PER_RADIUS = 1152.0
_CENTRE_X, _CENTRE_Y = 497.0, 265.0


def _slope(lat: float) -> float:
    return tan(pi / 4 + radians(lat) / 2)


_FIRST, _SECOND = (radians(lat) for lat in STANDARD_PARALLELS)
_CONE = log(cos(_FIRST) / cos(_SECOND)) / log(
    _slope(STANDARD_PARALLELS[1]) / _slope(STANDARD_PARALLELS[0])
)
_FACTOR = cos(_FIRST) * _slope(STANDARD_PARALLELS[0]) ** _CONE / _CONE
_ORIGIN = _FACTOR / _slope(CENTRE_LAT) ** _CONE


def to_units(lat: float, lon: float) -> tuple[float, float]:
    """Return x (to the right) and y (down) in the map's units; also beyond the map's edges."""
    radius = _FACTOR / _slope(lat) ** _CONE
    angle = _CONE * radians(lon - CENTRE_LON)
    x = radius * sin(angle)
    y = _ORIGIN - radius * cos(angle)
    return _CENTRE_X + _UNITS_PER_RADIUS * x, _CENTRE_Y - _UNITS_PER_RADIUS * y


def project(lat: float, lon: float) -> tuple[float, float] | None:
    """Return the place on the map in its units, to a tenth; None outside the map."""
    if not (SOUTH <= lat <= NORTH and WEST <= lon <= EAST):
        return None
    x, y = to_units(lat, lon)
    if not (0 <= x <= WIDTH and 0 <= y <= HEIGHT):
        return None
    return round(x, 1), round(y, 1)
