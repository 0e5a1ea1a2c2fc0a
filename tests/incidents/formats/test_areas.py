import pytest

from incidents.formats.areas import check_area
from incidents.formats.fields import FormatError

SQUARE = [[36, 37], [38, 37], [38, 38], [36, 38], [36, 37]]


@pytest.mark.parametrize(
    "geometry",
    [
        {"type": "Polygon", "coordinates": [SQUARE]},
        {"type": "MultiPolygon", "coordinates": [[SQUARE], [[[0, 0], [1, 0], [1, 1], [0, 0]]]]},
        {
            "type": "Polygon",
            "coordinates": [SQUARE, [[36.5, 37.2], [37, 37.2], [37, 37.5], [36.5, 37.2]]],
        },
    ],
)
def test_closed_rings_on_earth_are_an_area(geometry):
    assert check_area(geometry) is None


@pytest.mark.parametrize(
    ("geometry", "sentence"),
    [
        (None, "GeoJSON geometry"),
        ([], "GeoJSON geometry"),
        ({"type": "Polygon"}, "GeoJSON geometry"),
        ({"type": "Polygon", "coordinates": [SQUARE], "crs": {}}, "GeoJSON geometry"),
        ({"type": "Point", "coordinates": [36, 37]}, "Polygon or a MultiPolygon"),
        ({"type": ["Polygon"], "coordinates": [SQUARE]}, "Polygon or a MultiPolygon"),
        ({"type": "Polygon", "coordinates": []}, "lists of rings"),
        ({"type": "Polygon", "coordinates": "x"}, "lists of rings"),
        ({"type": "Polygon", "coordinates": [7]}, "lists of rings"),
        ({"type": "Polygon", "coordinates": [SQUARE[:-1]]}, "ends where it begins"),
        ({"type": "Polygon", "coordinates": [[[0, 0], [1, 1], [0, 0]]]}, "at least four positions"),
        ({"type": "Polygon", "coordinates": [[[0, 91], [1, 0], [1, 1], [0, 91]]]}, "−90 to 90"),
        ({"type": "Polygon", "coordinates": [[[181, 0], [1, 0], [1, 1], [181, 0]]]}, "−180 to 180"),
        ({"type": "Polygon", "coordinates": [[["0", 0], [1, 0], [1, 1], ["0", 0]]]}, "−180 to 180"),
        ({"type": "Polygon", "coordinates": [[[True, 0], [1, 0], [1, 1], [True, 0]]]}, "−180 to 180"),
        ({"type": "Polygon", "coordinates": [[[0, 0, 5], [1, 0], [1, 1], [0, 0, 5]]]}, "−180 to 180"),
        ({"type": "Polygon", "coordinates": [[[0, 0], [1, 1], [1, 0], [0, 1], [0, 0]]]}, "do not cross"),
        ({"type": "Polygon", "coordinates": [[[0, 0], [1, 1], [2, 2], [0, 0]]]}, "do not cross"),
        ({"type": "Polygon", "coordinates": [[[0, 0]] * 20_001]}, "20,000 positions"),
    ],
)  # fmt: skip
def test_what_is_no_area_is_refused_with_a_sentence(geometry, sentence):
    with pytest.raises(FormatError, match=sentence):
        check_area(geometry)
