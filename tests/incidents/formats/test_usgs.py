import json
from contextlib import suppress
from datetime import UTC, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from incidents.formats import usgs
from tests.samples import DELETED_EARTHQUAKE, EARTHQUAKE, shared_sample


def earthquake(**changes):
    """The sample file with some members changed; a path like properties__mag names a member."""
    data = json.loads(EARTHQUAKE.read_bytes())
    for path, value in changes.items():
        *parents, name = path.split("__")
        inner = data
        for parent in parents:
            inner = inner[parent]
        inner[name] = value
    return json.dumps(data).encode()


def test_the_sample_is_read_whole():
    found = usgs.read(EARTHQUAKE.read_bytes())

    assert (
        found.usgs_id,
        found.onset_at,
        found.magnitude,
        found.magnitude_scale,
        found.depth_km,
    ) == (
        "us6000jllz",
        datetime(2023, 2, 6, 1, 17, 34, 342000, tzinfo=UTC),
        7.8,
        "mww",
        10.0,
    )
    assert (found.latitude, found.longitude, found.alert_level) == (37.2256, 37.0143, "red")


def test_the_real_file_of_6_february_2023_is_read():
    found = usgs.read(shared_sample("usgs/us6000jllz-event.geojson").read_bytes())

    assert (found.usgs_id, found.magnitude, found.alert_level) == ("us6000jllz", 7.8, "red")
    assert found.onset_at == datetime(2023, 2, 6, 1, 17, 34, 342000, tzinfo=UTC)


def test_a_list_of_earthquakes_is_refused_with_the_way_out():
    with pytest.raises(usgs.FormatError, match="list of earthquakes"):
        usgs.read(shared_sample("usgs/usgs-summary-feed-sample.json").read_bytes())


def test_a_file_without_depth_has_none():
    assert usgs.read(earthquake(geometry__coordinates=[37.0, 37.2])).depth_km is None


@pytest.mark.parametrize(
    ("content", "sentence"),
    [
        (b"", "not JSON"),
        (b"{", "not JSON"),
        (b"\xff\xfe{}", "not JSON"),
        (b'{"a": NaN}', "not JSON"),
        (b"[" * 20_000, "not JSON"),
        (b"[]", "not a GeoJSON feature"),
        (b'{"type": "Feature"}', "“properties”.*missing"),
        (b"%PDF-1.7", "not JSON"),
        (b" " * (usgs.MAX_BYTES + 1), "larger than 1 MB"),
        (earthquake(id=""), "“id”.*text"),
        (earthquake(id=5), "“id”.*text"),
        (earthquake(id="x" * 41), "“id”.*too long"),
        (earthquake(properties__time=None), "“time”.*missing"),
        (earthquake(properties__time="yesterday"), "“time”.*number"),
        (earthquake(properties__time=True), "“time”.*number"),
        (earthquake(properties__time=10**15), "“time”"),
        (earthquake(properties__time=-(10**13)), "“time”"),
        (earthquake(properties__mag="big"), "“mag”.*number"),
        (earthquake(properties__mag=99), "“mag”.*between"),
        (earthquake(properties__title="a\u0000b"), "“title”.*control"),
        (earthquake(properties__type="quarry blast"), "something else than an earthquake"),
        (earthquake(geometry={"type": "Polygon", "coordinates": []}), "“geometry”.*point"),
        (earthquake(geometry__coordinates=[37.0]), "“geometry”.*point"),
        (
            earthquake(geometry__coordinates=[37.0, 91, 10]),
            "“latitude”.*91 is not between -90 and 90",
        ),
        (earthquake(geometry__coordinates=[181, 37, 10]), "“longitude”.*181"),
        (earthquake(geometry__coordinates=[37.0, "x", 10]), "“latitude”.*number"),
        (earthquake(geometry__coordinates=[37.0, 37.0, 5000]), "“depth”.*5000"),
    ],
)
def test_a_wrong_file_is_refused_with_a_sentence_naming_the_field(content, sentence):
    with pytest.raises(usgs.FormatError, match=sentence):
        usgs.read(content)


def test_only_a_https_address_is_taken():
    assert usgs.read(earthquake(properties__url="javascript:alert(1)")).address == ""


@given(st.binary(max_size=400))
def test_no_bytes_break_the_reader(content):
    with suppress(usgs.FormatError):
        usgs.read(content)


json_values = st.recursive(
    st.none() | st.booleans() | st.floats() | st.integers() | st.text(max_size=20),
    lambda inner: (
        st.lists(inner, max_size=4) | st.dictionaries(st.text(max_size=8), inner, max_size=4)
    ),
    max_leaves=8,
)


@given(
    name=st.sampled_from(["id", "properties", "geometry", "properties__time", "properties__mag", "properties__title",
                          "properties__place", "properties__updated", "properties__alert", "geometry__coordinates"]),
    value=json_values,
)  # fmt: skip
def test_no_value_breaks_the_reader(name, value):
    with suppress(usgs.FormatError):
        assert -90 <= usgs.read(earthquake(**{name: value})).latitude <= 90


# ── lists of earthquakes ────────────────────────────────────────────────────────────────────────


def summary(*features):
    return json.dumps({"type": "FeatureCollection", "features": list(features)}).encode()


def feature(**changes):
    return json.loads(earthquake(**changes))


def test_a_summary_feed_is_read_and_other_things_than_earthquakes_are_counted():
    read = usgs.read_feed(summary(feature(), feature(id="b", properties__type="quarry blast")))

    assert ([found.usgs_id for found in read.items], read.refused, read.other_count) == (
        ["us6000jllz"],
        (),
        1,
    )


def test_one_broken_earthquake_does_not_spoil_the_others():
    read = usgs.read_feed(summary(feature(properties__time=None), 5, feature()))

    assert (len(read.items), len(read.refused)) == (1, 2)
    assert read.refused[0] == (
        "Earthquake 1 of the list: The field “time” cannot be used: it is missing."
    )


def test_the_real_summary_feed_describes_no_earthquake():
    read = usgs.read_feed(shared_sample("usgs/usgs-summary-feed-sample.json").read_bytes())

    assert (read.items, read.refused, read.other_count) == ((), (), 3)


def test_the_file_of_one_earthquake_is_a_list_of_one():
    assert len(usgs.read_feed(EARTHQUAKE.read_bytes()).items) == 1


@pytest.mark.parametrize(
    ("content", "sentence"),
    [
        (b"{", "not JSON"),
        (b"[]", "not a list of earthquakes"),
        (b'{"type": "FeatureCollection"}', "not a list of earthquakes"),
        (b'{"type": "Topology", "features": []}', "not a list of earthquakes"),
        (summary(*[5] * (usgs.MAX_FEATURES + 1)), "more earthquakes"),
        (b" " * (usgs.MAX_FEED_BYTES + 1), "larger than 16 MB"),
    ],
)
def test_a_wrong_list_is_refused_with_a_sentence(content, sentence):
    with pytest.raises(usgs.FormatError, match=sentence):
        usgs.read_feed(content)


@given(st.binary(max_size=400))
def test_no_bytes_break_the_reader_of_lists(content):
    with suppress(usgs.FormatError):
        usgs.read_feed(content)


# ── what the USGS has deleted ───────────────────────────────────────────────────────────────────


def deleted(**properties):
    data = json.loads(DELETED_EARTHQUAKE.read_bytes())
    data["properties"].update(properties)
    return data


def test_of_a_deleted_earthquake_only_its_name_and_moment_are_read():
    read = usgs.read_feed(DELETED_EARTHQUAKE.read_bytes())

    (found,) = read.items
    assert (found, len(found.digest)) == (
        usgs.Deletion("us6000jllz", datetime(2024, 10, 3, 7, 20, tzinfo=UTC), found.digest),
        64,
    )


@pytest.mark.parametrize(
    "changes",
    [
        {},
        {"status": "DELETED"},
        {"type": None},
        {"type": "quarry blast"},
        {"mag": "none", "time": "?"},
    ],
)
def test_a_deleted_earthquake_in_a_list_is_read_whatever_else_it_holds(changes):
    without_place = {**deleted(**changes), "geometry": None}

    read = usgs.read_feed(summary(feature(id="b"), without_place))

    assert [type(found) for found in read.items] == [usgs.Earthquake, usgs.Deletion]
    assert (read.refused, read.other_count) == ((), 0)


@pytest.mark.parametrize(
    ("feature_", "sentence"),
    [
        (deleted(updated=None), "“updated”.*missing"),
        ({**deleted(), "id": ""}, "“id”.*text"),
    ],
)
def test_a_deletion_without_name_or_moment_is_refused(feature_, sentence):
    with pytest.raises(usgs.FormatError, match=sentence):
        usgs.read_feed(json.dumps(feature_).encode())


def test_a_deleted_earthquake_is_none_that_a_report_can_be_filled_from():
    with pytest.raises(usgs.FormatError, match="has deleted this earthquake"):
        usgs.read(DELETED_EARTHQUAKE.read_bytes())


@given(name=st.sampled_from(["id", "properties", "geometry", "properties__updated", "properties__status"]),
       value=json_values)  # fmt: skip
def test_no_value_breaks_the_reader_of_deletions(name, value):
    data = deleted()
    *parents, last = name.split("__")
    inner = data
    for parent in parents:
        inner = inner[parent]
    inner[last] = value

    with suppress(usgs.FormatError):
        assert len(usgs.read_feed(json.dumps(data).encode()).items) == 1
