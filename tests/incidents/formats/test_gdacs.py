import json
from contextlib import suppress
from datetime import UTC, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from incidents.formats import gdacs
from incidents.formats.fields import FormatError
from tests.samples import shared_sample

FEED = """<?xml version="1.0" encoding="utf-8"?>
<rss version="2.0" xmlns:geo="http://www.w3.org/2003/01/geo/wgs84_pos#" xmlns:gdacs="http://www.gdacs.org"
     xmlns:georss="http://www.georss.org/georss"><channel><title>Own sample</title>{items}</channel></rss>"""
ITEM = {
    "title": "Drought, made up for this test",
    "link": "http://www.gdacs.org/report.aspx?eventtype=DR&amp;eventid=1",
    "pubDate": "Mon, 30 Dec 2019 01:27:00 GMT",
    "georss:point": "39.5 31.9",
    "gdacs:eventtype": "DR",
    "gdacs:eventid": "1",
    "gdacs:episodeid": "4",
    "gdacs:alertlevel": "Orange",
    "gdacs:episodealertlevel": "Green",
    "gdacs:iscurrent": "true",
    "gdacs:temporary": "false",
    "gdacs:fromdate": "Mon, 21 Oct 2019 00:00:00 GMT",
    "gdacs:severity": "Minor impact in 5 km2",
    "gdacs:iso3": "BGR",
    "gdacs:country": "Bulgaria, Iraq, Iran, Turkey",
    "gdacs:glide": "",
}
EVENT = {
    "type": "Feature",
    "geometry": {"type": "Point", "coordinates": [31.9, 39.5]},
    "properties": {
        "eventtype": "FL", "eventid": 7, "episodeid": 1, "glide": "", "name": "Flood, made up",
        "url": {"report": "https://www.gdacs.org/report.aspx?eventid=7"}, "alertlevel": "Red", "episodealertlevel": "Red",
        "istemporary": "false", "iscurrent": "false", "country": "Turkey", "iso3": "TUR", "fromdate": "2024-10-27T15:00:00",
        "datemodified": "2024-11-08T11:10:45", "affectedcountries": [{"iso3": "TUR", "countryname": "Turkey"}],
        "severitydata": {"severity": 0.0, "severitytext": "Magnitude 0 ", "severityunit": ""},
    },
}  # fmt: skip


def feed(*items):
    """A feed of the sample item, each time with some of its elements changed (None: left out)."""
    texts = [
        "".join(
            f"<{name}>{value}</{name}>"
            for name, value in {**ITEM, **changes}.items()
            if value is not None
        )
        for changes in items
    ]
    return FEED.format(items="".join(f"<item>{text}</item>" for text in texts)).encode()


def event(**changes):
    properties = {**EVENT["properties"], **changes}
    return json.dumps({**EVENT, "properties": properties}).encode()


def one(content):
    (found,) = gdacs.read(content).items
    return found


def test_an_item_of_the_feed_is_read_whole():
    found = one(feed({}))

    assert (found.value, found.episode, found.alert_level, found.episode_level) == (
        "DR1",
        4,
        "orange",
        "green",
    )
    assert (found.is_current, found.is_temporary) == (True, False)
    assert (found.latitude, found.longitude, found.severity) == (
        39.5,
        31.9,
        "Minor impact in 5 km2",
    )
    assert (found.onset_at, found.version_at) == (
        datetime(2019, 10, 21, tzinfo=UTC),
        datetime(2019, 12, 30, 1, 27, tzinfo=UTC),
    )
    assert found.address == "https://www.gdacs.org/report.aspx?eventtype=DR&eventid=1"


def test_bulgaria_iraq_iran_turkey_links_turkiye():
    assert one(feed({})).countries == ("BG", "IQ", "IR", "TR")


def test_the_real_item_of_four_countries_links_turkiye():
    read = gdacs.read(shared_sample("gdacs/gdacs-rss-2019-12-30.xml").read_bytes())

    assert {item.value: item.countries for item in read.items}["DR1013682"] == (
        "BG",
        "IQ",
        "IR",
        "TR",
    )


def test_the_real_feed_is_read_to_the_last_item():
    read = gdacs.read(shared_sample("gdacs/gdacs-rss-2019-12-30.xml").read_bytes())

    assert (len(read.items), read.refused) == (16, ())
    assert [item.unknown_places for item in read.items if item.unknown_places] == [
        ("Southeast Of Loyalty Islands",)
    ]
    assert (
        "BA", "BG", "BY", "HR", "MD", "ME", "PL", "RO", "RS", "RU", "UA",
    ) in [item.countries for item in read.items]  # fmt: skip


@pytest.mark.parametrize(
    ("name", "episode", "level", "episode_level", "day"),
    [
        ("fl-1102983-ep1-event-as-of-2024-11-08-red.json", 1, "red", "red", "2024-11-08"),
        ("fl-1102983-ep1-event.json", 1, "orange", "orange", "2025-01-05"),
        ("fl-1102983-ep2-event.json", 2, "orange", "green", "2025-01-05"),
    ],
)
def test_the_real_flood_was_red_and_became_orange(name, episode, level, episode_level, day):
    found = one(shared_sample(f"gdacs/{name}").read_bytes())

    assert (found.value, found.episode, found.alert_level, found.episode_level) == (
        "FL1102983",
        episode,
        level,
        episode_level,
    )
    assert (found.version_at.date().isoformat(), found.countries) == (day, ("ES",))


@pytest.mark.parametrize("name", ["dr-1016449-event.json", "wf-1028649-event.json"])
def test_the_other_real_events_are_read(name):
    assert one(shared_sample(f"gdacs/{name}").read_bytes()).alert_level == "green"


def test_the_same_said_again_later_has_the_same_digest():
    earlier = one(feed({}))
    later = one(feed({"pubDate": "Tue, 31 Dec 2019 01:27:00 GMT"}))
    worse = one(feed({"gdacs:alertlevel": "Red"}))

    assert (later.digest == earlier.digest, worse.digest == earlier.digest) == (True, False)


def test_the_moment_of_the_last_change_is_the_version_where_the_feed_tells_it():
    changed = one(feed({"gdacs:datemodified": "Wed, 01 Jan 2020 00:00:00 GMT"}))

    assert changed.version_at == datetime(2020, 1, 1, tzinfo=UTC)


def test_one_broken_item_does_not_spoil_the_others():
    read = gdacs.read(feed({}, {"gdacs:alertlevel": "Purple"}, {"gdacs:eventid": "2"}))

    assert ([item.value for item in read.items], len(read.refused)) == (["DR1", "DR2"], 1)
    assert read.refused[0].startswith("Item 2 of the feed: The field “alertlevel”")


def test_a_list_of_events_as_json_is_read():
    several = {"type": "FeatureCollection", "features": [EVENT, {"type": "Feature"}, 5]}

    read = gdacs.read(json.dumps(several).encode())

    assert ([item.value for item in read.items], len(read.refused)) == (["FL7"], 2)


def test_the_titles_of_an_items_resources_are_not_its_own():
    inside = (
        "<gdacs:resources><gdacs:resource><title>A map</title></gdacs:resource></gdacs:resources>"
    )

    assert one(feed({"gdacs:mapimage": inside})).title == ITEM["title"]


def test_the_magnitude_of_an_earthquake_is_a_number():
    said = {"severity": 5.6, "severitytext": "Magnitude 5.6M, Depth:10km", "severityunit": "M"}

    assert one(event(eventtype="EQ", severitydata=said)).magnitude == 5.6
    assert one(event(severitydata=said)).magnitude is None


def test_the_point_in_two_elements_is_read():
    parts = {"georss:point": None, "geo:Point": "<geo:lat>1.5</geo:lat><geo:long>2.5</geo:long>"}

    found = one(feed(parts))

    assert (found.latitude, found.longitude) == (1.5, 2.5)


@pytest.mark.parametrize(
    ("changes", "sentence"),
    [
        ({"gdacs:eventtype": "XX"}, "“XX” is no hazard"),
        ({"gdacs:eventid": "-1"}, "“eventid”"),
        ({"gdacs:eventid": "9" * 30}, "“eventid”"),
        ({"gdacs:episodeid": None}, "“episodeid”"),
        ({"gdacs:alertlevel": None}, "“alertlevel”.*text"),
        ({"gdacs:iscurrent": "maybe"}, "“iscurrent”.*“true” or “false”"),
        ({"gdacs:fromdate": "yesterday"}, "“fromdate”.*no date"),
        ({"gdacs:fromdate": "Mon, 21 Oct 1919 00:00:00 GMT"}, "“fromdate”.*before 1990"),
        ({"georss:point": "91 0"}, "“latitude”.*91"),
        ({"georss:point": "nan 0"}, "“latitude”.*number"),
        ({"georss:point": "here"}, "latitude and longitude"),
        ({"title": None}, "“title”.*missing"),
        ({"title": "\x85"}, "“title”.*control"),
    ],
)
def test_a_wrong_item_is_a_sentence_naming_the_field(changes, sentence):
    read = gdacs.read(feed(changes))

    assert read.items == ()
    with pytest.raises(AssertionError, match=sentence):
        raise AssertionError(read.refused[0])


@pytest.mark.parametrize(
    ("content", "sentence"),
    [
        (b"", "neither an RSS feed nor an event"),
        (b"%PDF-1.7", "neither an RSS feed nor an event"),
        (b"<", "not well-formed"),
        (b"<rss>", "not well-formed"),
        (b"<html/>", "neither an RSS feed nor an event"),
        (b"{", "not JSON"),
        (b'{"type": "Topology"}', "neither an RSS feed nor an event"),
        (b'{"a": NaN}', "not JSON"),
        (b'{"a": ' * 30_000, "not JSON"),
        (b'<!DOCTYPE rss [<!ENTITY x SYSTEM "file:///etc/passwd">]><rss>&x;</rss>', "document type"),
        (b'<!DOCTYPE rss SYSTEM "http://attacker.example/x.dtd"><rss/>', "document type"),
        (b"<a>" * 200_000, "more elements, or deeper ones"),
        (b"<rss>" + b"<a/>" * (gdacs.MAX_ELEMENTS + 1) + b"</rss>", "more elements"),
        (b'<?xml version="1.0" encoding="no-such"?><rss/>', "encoding|well-formed"),
        (b" " * (gdacs.MAX_BYTES + 1), "larger than 16 MB"),
        (feed(*[{}] * (gdacs.MAX_ITEMS + 1)), "more items"),
        (feed({"title": "x" * (gdacs.MAX_ITEM_CHARACTERS + 1)}), "longer than GDACS writes"),
    ],
)  # fmt: skip
def test_a_hostile_file_is_refused_with_a_sentence(content, sentence):
    with pytest.raises(FormatError, match=sentence):
        gdacs.read(content)


@pytest.mark.parametrize(
    "address",
    ["javascript:alert(1)", "https://gdacs.org.attacker.example/", "https://[", "//www.gdacs.org/x", "ftp://www.gdacs.org/"],
)  # fmt: skip
def test_only_an_address_of_gdacs_itself_is_taken(address):
    assert one(feed({"link": address})).address == ""


@given(st.binary(max_size=400))
def test_no_bytes_break_the_reader(content):
    with suppress(FormatError):
        gdacs.read(content)


@given(st.sampled_from([b"<rss><channel><item>", b"{"]), st.binary(max_size=200))
def test_no_bytes_after_a_good_beginning_break_the_reader(start, content):
    with suppress(FormatError):
        gdacs.read(start + content)


json_values = st.recursive(
    st.none() | st.booleans() | st.floats() | st.integers() | st.text(max_size=20),
    lambda inner: (
        st.lists(inner, max_size=4) | st.dictionaries(st.text(max_size=8), inner, max_size=4)
    ),
    max_leaves=8,
)


@given(name=st.sampled_from(sorted(EVENT["properties"])), value=json_values)
def test_no_value_of_an_event_breaks_the_reader(name, value):
    with suppress(FormatError):
        assert -90 <= one(event(**{name: value})).latitude <= 90


@given(
    name=st.sampled_from(sorted(ITEM)),
    value=st.text(st.characters(exclude_categories=["Cs", "Cc"]), max_size=40),
)
def test_no_word_of_an_item_breaks_the_reader(name, value):
    escaped = value.replace("&", "&amp;").replace("<", "&lt;")

    with suppress(FormatError):
        assert len(gdacs.read(feed({name: escaped})).items) <= 1
