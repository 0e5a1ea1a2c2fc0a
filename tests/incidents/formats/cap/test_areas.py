import random
from time import monotonic

import pytest

from incidents.formats.cap.areas import BadShape, as_geojson, draw_circle, draw_polygon

BOX = "41,69 41,70 42,70 42,69 41,69"


def test_a_polygon_is_drawn_longitude_first():
    assert [shape.bounds for shape in draw_polygon(BOX).shapes] == [(69, 41, 70, 42)]


@pytest.mark.parametrize(
    "text",
    [
        BOX.replace(" ", "\t"),
        BOX.replace(" ", "\r\n   "),
        f"  {BOX}  ",
        BOX.replace(" ", "\u00a0"),
        BOX.replace(",", ", "),
    ],
)
def test_pairs_may_stand_between_any_whitespace(text):
    assert draw_polygon(text) == draw_polygon(BOX)


@pytest.mark.parametrize("text", ["", "  \n\t"])
def test_an_empty_ring_is_nothing(text):
    drawn = draw_polygon(text)

    assert (drawn.shapes, drawn.notes) == ((), ())


def test_an_open_ring_is_closed():
    drawn = draw_polygon("41,69 41,70 42,70 42,69")

    assert [shape.bounds for shape in drawn.shapes] == [(69, 41, 70, 42)]
    assert drawn.notes == ("The polygon was not closed; it is drawn closed.",)


def test_a_ring_that_crosses_itself_becomes_its_surfaces():
    drawn = draw_polygon("0,0 2,2 0,2 2,0 0,0")

    assert [shape.area for shape in drawn.shapes] == [1.0, 1.0]
    assert drawn.notes == (
        "The polygon’s outline crosses or touches itself; it is drawn repaired.",
    )


@pytest.mark.parametrize(
    ("text", "note"),
    [
        ("41,69", "The polygon has fewer than three different places and is not drawn."),
        (
            "41,69 42,70 41,69",
            "The polygon has fewer than three different places and is not drawn.",
        ),
        ("1,1 2,2 3,3 1,1", "The polygon has no surface and is not drawn."),
    ],
)
def test_a_ring_without_surface_is_not_drawn(text, note):
    drawn = draw_polygon(text)

    assert drawn.shapes == ()
    assert drawn.notes[-1] == note


@pytest.mark.parametrize(
    "text",
    [
        "10,170 10,-170 20,-170 20,170 10,170",
        "10,170 10,190 20,190 20,170 10,170",
        "10,-190 10,-170 20,-170 20,-190 10,-190",
    ],
)
def test_a_ring_across_the_antimeridian_is_cut_there(text):
    boxes = sorted(shape.bounds for shape in draw_polygon(text).shapes)

    assert boxes == [(-180, 10, -170, 20), (170, 10, 180, 20)]


def test_a_ring_around_the_pole_reaches_it():
    drawn = draw_polygon("70,-170 70,-60 70,60 70,170 70,-170")

    assert max(shape.bounds[3] for shape in drawn.shapes) == 90


def test_the_whole_world_is_the_whole_world():
    drawn = draw_polygon("-90,-180 -90,180 90,180 90,-180 -90,-180")

    assert [shape.bounds for shape in drawn.shapes] == [(-180, -90, 180, 90)]


@pytest.mark.parametrize(
    ("text", "sentence"),
    [
        ("91,10 1,1 2,2", "The latitude 91 is beyond a pole; CAP writes latitude,longitude."),
        ("1,1 2,2 1,-361", "The longitude -361 is more than once around the Earth."),
        ("north,1 2,2 3,3", "“north,1” is not a pair of latitude,longitude."),
        ("1,1,1 2,2,2", "“1,1,1” is not a pair of latitude,longitude."),
        ("nan,1 2,2 3,3", "“nan,1” is not a pair of latitude,longitude."),
        ("1e999,1 2,2 3,3", "The latitude 1e999 is beyond a pole; CAP writes latitude,longitude."),
    ],
)
def test_what_is_no_place_is_refused(text, sentence):
    with pytest.raises(BadShape) as refused:
        draw_polygon(text)

    assert str(refused.value) == sentence


def test_a_tangle_takes_no_time():
    chance = random.Random(1)  # noqa: S311 -- any places will do
    text = " ".join(
        f"{chance.uniform(-80, 80):.3f},{chance.uniform(0, 80):.3f}" for _ in range(50_000)
    )
    start = monotonic()

    drawn = draw_polygon(text)

    assert (len(drawn.shapes), monotonic() - start < 4) == (1, True)


def test_a_long_ring_with_one_crossing_keeps_its_form():
    west = [f"{latitude / 1000:.3f},0" for latitude in range(3000)]
    east = [f"{latitude / 1000:.3f},1" for latitude in reversed(range(3000))]
    east[0], east[1] = east[1], east[0]

    (shape,) = draw_polygon(" ".join([*west, *east, west[0]])).shapes

    assert (shape.is_valid, round(shape.area, 2)) == (True, 3.0)


def test_a_circle_is_as_wide_as_it_says():
    (shape,) = draw_circle("45,60 111.195").shapes

    west, south, east, north = shape.bounds
    assert (round(south, 2), round(north, 2)) == (44.0, 46.0)
    assert east - west == pytest.approx(2 * 1.414, abs=0.01)


def test_a_circle_without_radius_is_a_point():
    (shape,) = draw_circle("45,60 0").shapes

    assert (shape.x, shape.y) == (60, 45)


def test_a_circle_across_the_antimeridian_is_cut_there():
    edges = sorted(shape.bounds[::2] for shape in draw_circle("10,179.5 300").shapes)

    assert (edges[0][0], edges[1][1]) == (-180, 180)


def test_half_the_earth_is_not_drawn():
    drawn = draw_circle("0,0 15000")

    assert drawn.notes == ("The circle spans half of the Earth or more and is not drawn.",)


@pytest.mark.parametrize(
    ("text", "sentence"),
    [
        ("45,60", "“45,60” is not a latitude,longitude and a radius in kilometres."),
        ("45,60 wide", "“45,60 wide” is not a latitude,longitude and a radius in kilometres."),
        ("45,60 -1", "The radius is below zero."),
        ("95,60 1", "The latitude 95 is beyond a pole; CAP writes latitude,longitude."),
    ],
)
def test_what_is_no_circle_is_refused(text, sentence):
    with pytest.raises(BadShape) as refused:
        draw_circle(text)

    assert str(refused.value) == sentence


def test_polygons_are_one_geometry_for_the_map():
    geometry = as_geojson([*draw_polygon(BOX).shapes, *draw_polygon(BOX).shapes])

    assert geometry is not None
    assert (geometry["type"], len(geometry["coordinates"])) == ("MultiPolygon", 2)


def test_a_point_and_a_polygon_are_a_collection():
    geometry = as_geojson([*draw_polygon(BOX).shapes, *draw_circle("45,60 0").shapes])

    assert geometry is not None
    assert [part["type"] for part in geometry["geometries"]] == ["Polygon", "Point"]


def test_nothing_is_drawn_of_nothing():
    assert as_geojson([]) is None


@pytest.mark.parametrize(
    ("draw", "text"), [(draw_polygon, "41,69 41,70 40,70"), (draw_circle, "41,69 5")]
)
def test_a_megabyte_of_spaces_takes_no_time(draw, text):
    began = monotonic()

    drawn = draw(f"{' ' * 500_000}{text}{' ' * 500_000}")

    assert (len(drawn.shapes), monotonic() - began < 1) == (1, True)
    assert draw_polygon(" " * 1_000_000).shapes == ()


def test_an_outline_without_end_is_refused():
    with pytest.raises(BadShape, match="at most 50000 are read"):
        draw_polygon("41,69 " * 50_001)


def test_a_number_without_end_is_refused():
    with pytest.raises(BadShape, match="is not a pair"):
        draw_polygon(f"41.{'0' * 100_000},69")
