import math

import pytest
import shapely

from ots_portal.geo import territories
from ots_portal.geo.borders import archive
from ots_portal.geo.territories import (
    NoArea,
    area_of,
    countries_near,
    countries_within,
    country_at,
)

PARTICIPANTS = ("AZ", "KZ", "KG", "TR", "UZ", "HU", "TM")


def within(km, latitude, longitude, only=None):
    return {
        near.country: near.distance_km
        for near in countries_within(km, latitude=latitude, longitude=longitude, only=only)
    }


def great_circle_km(first, second):
    """The haversine distance of two points (longitude, latitude), apart from the code under test."""
    (x1, y1), (x2, y2) = (map(math.radians, point) for point in (first, second))
    half = math.sin((y2 - y1) / 2) ** 2 + math.cos(y1) * math.cos(y2) * math.sin((x2 - x1) / 2) ** 2
    return 2 * 6371.0088 * math.asin(math.sqrt(half))


@pytest.mark.parametrize(("km", "proposed"), [(100, ["KG"]), (50, [])])
def test_the_real_earthquake_in_xinjiang_is_near_kyrgyzstan_and_nobody_else(km, proposed):
    found = countries_within(km, latitude=39.014, longitude=74.802, only=PARTICIPANTS)

    assert [near.country for near in found] == proposed


def test_the_country_around_the_point_is_at_no_distance():
    assert (country_at(39.014, 74.802), within(50, 39.014, 74.802)) == ("CN", {"CN": 0.0})


def test_the_nearest_stands_first():
    found = [near.distance_km for near in countries_within(500, latitude=39.014, longitude=74.802)]

    assert found == sorted(found)


@pytest.mark.parametrize(
    ("latitude", "longitude", "country"),
    [
        (39.014, 74.802, "KG"),
        (41.0, 29.0, "BG"),
        (47.5, 19.05, "SK"),
        (40.4, 49.9, "IR"),
        (62.0, 70.0, "KZ"),  # far north, where a degree of longitude is short
        (0.0, 29.9, "BI"),
    ],
)
def test_a_distance_is_that_of_the_nearest_corner_of_the_border_to_a_hundredth(
    latitude, longitude, country
):
    found = within(1000, latitude, longitude)[country]

    all_shapes = territories._territories()
    corners = [
        corner
        for code, piece in zip(all_shapes.codes, all_shapes.tree.geometries, strict=True)
        if code == country
        for corner in shapely.get_coordinates(shapely.segmentize(piece, 0.01))
    ]
    measured = min(great_circle_km((longitude, latitude), tuple(corner)) for corner in corners)
    assert found == pytest.approx(measured, rel=0.005, abs=0.5)


def test_a_distance_over_the_date_line_is_short():
    # Western Fiji to the islands just beyond the line, and eastern Chukotka to the rest of Russia.
    assert within(100, 66.0, 179.95)["RU"] == 0.0
    assert within(150, 66.5, -179.9, only=["RU"])["RU"] == 0.0
    assert 0 < within(500, 64.9, -176.0, only=["RU"])["RU"] < 300


def test_near_the_pole_all_longitudes_are_near():
    assert within(10, -89.99, 0.0) == {"AQ": 0.0}


def test_an_area_touches_the_countries_it_lies_in_and_is_near_the_others():
    box = shapely.box(70, 39, 72, 41)  # the mouth of the Fergana valley

    found = {near.country: near.distance_km for near in countries_near(box, within_km=200)}

    assert {code for code, km in found.items() if km == 0} == {"KG", "TJ", "UZ"}
    assert 0 < found["KZ"] < 111


def test_an_area_is_as_near_as_its_nearest_corner():
    corner = within(400, 39.014, 74.802)["KG"]
    triangle = shapely.Polygon([(74.802, 39.014), (75.5, 37.5), (76.0, 37.0)])

    found = {near.country: near.distance_km for near in countries_near(triangle, within_km=400)}

    assert found["KG"] == pytest.approx(corner, rel=0.005)


def test_an_area_of_half_a_continent_is_answered():
    continent = shapely.box(30, 20, 110, 60)

    found = countries_near(continent, within_km=100, only=PARTICIPANTS)

    assert [near.distance_km for near in found] == [0.0] * 6


def test_a_ring_that_crosses_itself_is_mended_first():
    bow_tie = shapely.Polygon([(70, 39), (72, 41), (72, 39), (70, 41)])

    assert countries_near(bow_tie, within_km=0) != []


def test_a_line_along_the_grid_is_not_lost():
    line = shapely.LineString([(75, 30), (75, 45)])

    assert "CN" in {near.country for near in countries_near(line, within_km=0)}


@pytest.mark.parametrize("km", [-1, 1001, math.nan, math.inf])
def test_a_strange_distance_is_refused(km):
    with pytest.raises(NoArea):
        countries_within(km, latitude=0, longitude=0)


@pytest.mark.parametrize(
    "geometry",
    [
        None, 5, "Point", {}, {"type": "Point"}, {"type": "Point", "coordinates": []},
        {"type": "Point", "coordinates": ["a", "b"]}, {"type": "Point", "coordinates": [math.nan, 0]},
        {"type": "Point", "coordinates": [181, 0]}, {"type": "Point", "coordinates": [0, -91]},
        {"type": "Polygon", "coordinates": [[[0, 0], [1, 1]]]}, {"type": "Polygon", "coordinates": []},
        {"type": "Nonsense", "coordinates": [0, 0]},
        {"type": "GeometryCollection", "geometries": [{"type": "Point"}]},
    ],
)  # fmt: skip
def test_what_is_no_geometry_on_earth_is_refused(geometry):
    with pytest.raises(NoArea):
        area_of(geometry)


def test_an_area_of_too_many_points_is_refused():
    with pytest.raises(NoArea):
        countries_near(shapely.Point(60, 40).buffer(1, quad_segs=6000), within_km=10)


def test_a_geojson_polygon_is_an_area():
    square = {"type": "Polygon", "coordinates": [[[66, 48], [67, 48], [67, 49], [66, 48]]]}

    assert [near.country for near in countries_near(area_of(square), within_km=50)] == ["KZ"]


def test_the_prepared_file_is_the_same_each_time():
    content = territories.prepare(archive())

    assert content == territories.prepare(archive())
    assert len(content) < 12_000_000


def test_where_no_file_was_prepared_the_shapes_are_made(settings, tmp_path):
    settings.VAR_DIR = tmp_path
    territories._territories.cache_clear()

    try:
        assert country_at(39.0, 35.0) == "TR"
    finally:
        territories._territories.cache_clear()
