"""How far two places are from each other."""

from math import asin, cos, radians, sin, sqrt

EARTH_RADIUS_KM = 6371.0088  # mean radius, IUGG


def distance_km(lat: float, lon: float, other_lat: float, other_lon: float) -> float:
    """Return the length of the great circle between two places, in kilometres (haversine formula)."""
    north, other_north = radians(lat), radians(other_lat)
    half_lat, half_lon = (other_north - north) / 2, radians(other_lon - lon) / 2
    root = sin(half_lat) ** 2 + cos(north) * cos(other_north) * sin(half_lon) ** 2
    return 2 * EARTH_RADIUS_KM * asin(sqrt(min(1.0, root)))
