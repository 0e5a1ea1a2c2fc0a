import json

from hypothesis import given
from hypothesis import strategies as st

from incidents.formats.geojson import Feature, collection, point

NUMBERS = st.floats(allow_nan=False, allow_infinity=False)


def test_a_collection_is_what_rfc_7946_says():
    made = b"".join(
        collection(
            [Feature("a", point(39.9, 32.8), {"number": "OTS-2026-0001"}), Feature("b", None)],
            members={"links": []},
        )
    )

    assert json.loads(made) == {
        "type": "FeatureCollection",
        "links": [],
        "features": [
            {
                "type": "Feature",
                "id": "a",
                "geometry": {"type": "Point", "coordinates": [32.8, 39.9]},
                "properties": {"number": "OTS-2026-0001"},
            },
            {"type": "Feature", "id": "b", "geometry": None, "properties": {}},
        ],
    }


def test_without_features_it_is_an_empty_one():
    assert json.loads(b"".join(collection([]))) == {"type": "FeatureCollection", "features": []}


def test_half_a_place_is_no_place():
    assert (point(39.9, None), point(None, 32.8)) == (None, None)


@given(st.lists(st.dictionaries(st.text(), st.text() | NUMBERS | st.none()), max_size=5))
def test_any_properties_come_back_as_they_were(several):
    features = [Feature(str(n), None, properties) for n, properties in enumerate(several)]

    read = json.loads(b"".join(collection(features)))

    assert [feature["properties"] for feature in read["features"]] == several
