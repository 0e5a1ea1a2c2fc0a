"""On whose territory a point lies, by the same borders that the map is drawn from."""

import shapefile
from shapely.geometry import Point, shape

from ots_portal.geo.borders import archive


def country_at(latitude: float, longitude: float) -> str | None:
    """
    Return the ISO 3166-1 alpha-2 code of the country around the point; None at sea.

    A proposal for a person to confirm, never a statement about borders.
    """
    point = Point(longitude, latitude)
    with shapefile.Reader(str(archive())) as reader:
        for item in reader.iterShapeRecords(bbox=[longitude, latitude, longitude, latitude]):
            code = str(item.record["ISO_A2_EH"])
            if code.isalpha() and shape(item.shape.__geo_interface__).covers(point):
                return code
    return None
