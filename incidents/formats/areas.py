"""Areas as GeoJSON geometries: RFC 7946, positions are longitude and latitude in degrees."""

from collections.abc import Iterable, Iterator
from typing import Any, NoReturn

from django.utils.translation import gettext as _

from incidents.formats.fields import FormatError
from ots_portal.geo.territories import NoArea, area_of

MOST_POSITIONS = 20_000
SMALLEST_RING = 4  # RFC 7946, section 3.1.6: the last position is the first again
LONGITUDE, LATITUDE = 180, 90


def check_area(geometry: Any) -> None:
    """
    Make sure that it is a polygon, or several, with closed rings that lie on earth.

    :raises FormatError: with a sentence saying what is wrong
    """
    if not isinstance(geometry, dict) or set(geometry) != {"type", "coordinates"}:
        _refuse(_("An area is a GeoJSON geometry: an object with “type” and “coordinates”."))
    polygons = {"Polygon": [geometry["coordinates"]], "MultiPolygon": geometry["coordinates"]}
    if not isinstance(geometry["type"], str) or geometry["type"] not in polygons:
        _refuse(_("An area is a Polygon or a MultiPolygon."))
    rings = list(_rings(polygons[geometry["type"]]))
    if not rings or sum(map(len, rings)) > MOST_POSITIONS:
        _refuse(_("An area has between 4 and 20,000 positions."))
    for ring in rings:
        _check_ring(ring)
    _check_shape(geometry)


def _rings(polygons: Any) -> Iterator[list[Any]]:
    for polygon in _listed(polygons):
        yield from map(_listed, _listed(polygon))


def _listed(value: Any) -> list[Any]:
    if not isinstance(value, list) or not value:
        _refuse(_("The coordinates of an area are lists of rings, and rings lists of positions."))
    return value


def _check_ring(ring: list[Any]) -> None:
    if len(ring) < SMALLEST_RING or ring[0] != ring[-1]:
        _refuse(_("A ring of an area has at least four positions, and ends where it begins."))
    if not all(map(_is_on_earth, ring)):
        _refuse(_("A position is longitude (−180 to 180) and latitude (−90 to 90), in this order."))


def _is_on_earth(position: Any) -> bool:
    if not isinstance(position, list) or len(position) != 2 or not _are_numbers(position):  # noqa: PLR2004 -- a height is of no use here
        return False
    longitude, latitude = position
    return bool(abs(longitude) <= LONGITUDE and abs(latitude) <= LATITUDE)


def _are_numbers(values: Iterable[Any]) -> bool:
    return all(isinstance(value, int | float) and not isinstance(value, bool) for value in values)


def _check_shape(geometry: dict[str, Any]) -> None:
    try:
        area = area_of(geometry)
    except NoArea as error:
        raise FormatError(_("The area cannot be drawn.")) from error
    if not area.is_valid or not area.area:
        _refuse(_("The edges of an area do not cross each other, and they enclose something."))


def _refuse(sentence: str) -> NoReturn:
    raise FormatError(sentence)
