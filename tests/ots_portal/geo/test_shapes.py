import re

from ots_portal.geo.shapes import area_map


def box(west: float, south: float, east: float, north: float) -> dict:
    ring = [(west, south), (east, south), (east, north), (west, north), (west, south)]
    return {"type": "Polygon", "coordinates": [ring]}


def view_of(drawing: str) -> list[float]:
    found = re.search(r'viewBox="([^"]+)"', drawing)
    assert found is not None
    return [float(number) for number in found[1].split()]


def test_nothing_is_drawn_of_nothing():
    assert area_map(None) == ""


def test_an_area_is_looked_at_closely():
    x, y, width, height = view_of(area_map(box(69, 41, 70, 42)))

    assert (width, round(width / height, 2)) == (260, 2.08)
    assert 0 <= x <= 1000 - width
    assert 0 <= y <= 480 - height


def test_a_large_area_shows_the_whole_map():
    assert view_of(area_map(box(20, 30, 100, 60))) == [0, 0, 1000, 480]


def test_an_area_elsewhere_is_said_in_words():
    drawing = area_map(box(-80, 40, -78, 42))

    assert ("<svg" in drawing, "lies outside of this map" in drawing) == (False, True)


def test_a_part_that_is_cut_off_is_said_in_the_caption():
    sentence = "A part of the area lies outside of this map."

    assert sentence in area_map(box(75, 45, 140, 50))
    assert sentence in area_map(box(75, 45, 110, 50))
    assert sentence not in area_map(box(69, 41, 70, 42))


def test_a_point_is_drawn_as_a_dot():
    drawing = area_map({"type": "Point", "coordinates": [69.2, 41.3]})

    assert re.search(r'd="M[\d.]+ [\d.]+h.01"', drawing)


def test_an_area_that_crosses_itself_is_drawn():
    bow = {"type": "Polygon", "coordinates": [[(69, 41), (71, 43), (69, 43), (71, 41), (69, 41)]]}

    assert area_map(bow).count("<path") == 2


def test_an_unknown_tone_is_neutral_and_the_label_is_escaped():
    drawing = area_map(box(69, 41, 70, 42), tone="x", label='<b>"')

    assert ("map-area-neutral" in drawing, "<b>" in drawing) == (True, False)
