"""The lists of alerts and of what the feeds say as files: what the pages show under their filters."""

import json

import pytest
from django.urls import reverse
from django.utils import timezone

from tests.factories.alerts import own, received
from tests.factories.feeds import feed_item
from tests.factories.incidents import IncidentFactory
from tests.factories.sessions import open_session
from tests.incidents.exports.reading import rows_of, taken
from tests.ots_portal.paper.reading import text_of
from tests.samples.alerts import area_xml, info_xml

IN_TURKIYE = info_xml(area=area_xml("39.0,32.0 39.0,33.0 40.0,33.0 40.0,32.0 39.0,32.0"))


@pytest.fixture
def alert(editor_a, head_a):
    def made(status="issued", **more):
        return own(status, editor=editor_a, head=head_a, at=timezone.now(), **more)

    return made


# ── our own ─────────────────────────────────────────────────────────────────────────────────────
def test_own_alerts_are_told_with_their_codes_in_words(alert, reader_a):
    one = alert(circles=("38.0,37.0 20",))

    (row,) = rows_of(reader_a, "alerts")
    (drawn,) = json.loads(taken(reader_a, "alerts", "geojson"))["features"]

    assert (row["#event+code"], row["#event+name"], row["#org+name"], row["#status"]) == (
        one.identifier,
        "Flood at the Ural",
        "Türkiye",
        "Issued",
    )
    assert (row["#severity"], row["#meta+language+code"]) == ("Severe", "en kk")
    assert (drawn["geometry"]["type"], drawn["properties"]["message_type"]) == (
        "MultiPolygon",
        "Alert",
    )


def test_a_draft_stays_with_its_participant(alert, reader_a, editor_b):
    alert("draft")

    assert (len(rows_of(reader_a, "alerts")), rows_of(editor_b, "alerts")) == (1, [])


def test_a_public_alert_does_not_name_an_incident_of_the_named(alert, turkiye, editor_b):
    named = IncidentFactory(
        participant=turkiye, status="active", number="OTS-2026-0042", classification="named"
    )
    one = alert(incident=named, scope="Public")

    files = [taken(editor_b, "alerts", kind).decode() for kind in ("csv", "geojson")]

    assert [(one.identifier in text, named.number in text) for text in files] == [(True, False)] * 2


def test_played_alerts_are_left_out_unless_asked_for_and_then_marked(alert, turkiye, reader_a):
    alert(incident=IncidentFactory(participant=turkiye, status="active", is_exercise=True))

    asked = rows_of(reader_a, "alerts", exercise="on")

    assert (rows_of(reader_a, "alerts"), [row["#meta+exercise"] for row in asked]) == ([], ["true"])


# ── received ────────────────────────────────────────────────────────────────────────────────────
def test_received_alerts_keep_their_names_and_become_no_formula(reader_a):
    received(info=info_xml().replace("<event>Flood<", "<event>=1+1<"))

    (row,) = rows_of(reader_a, "received-alerts")

    assert (row["#event+name"], row["#org+sender+name"], row["#status"]) == (
        "'=1+1",
        "duty@emergency.example",
        "Accepted",
    )


def test_what_is_in_quarantine_is_the_secretariats(reader_a, officer):
    received("quarantined")

    told = [len(rows_of(reader, "received-alerts")) for reader in (reader_a, officer)]

    assert told == [0, 1]


def test_observers_have_the_public_ones_alone(observer):
    received(identifier="P")
    restricted = received(identifier="R")
    type(restricted).objects.filter(pk=restricted.pk).update(scope="Restricted")

    assert [row["#event+code"] for row in rows_of(observer, "received-alerts")] == ["P"]


def test_what_is_not_real_says_so(reader_a):
    received(status="accepted", identifier="R")
    test = received(status="accepted", identifier="T")
    type(test).objects.filter(pk=test.pk).update(cap_status="Test")

    usual = rows_of(reader_a, "received-alerts")
    asked = rows_of(reader_a, "received-alerts", unreal="on")

    assert [row["#event+code"] for row in usual] == ["R"]
    assert {row["#event+code"]: row["#meta+exercise"] for row in asked} == {
        "R": "Actual",
        "T": "Test",
    }


def test_the_map_has_the_areas_of_received_alerts(reader_a):
    received(info=IN_TURKIYE)

    (drawn,) = json.loads(taken(reader_a, "received-alerts", "geojson"))["features"]

    assert (drawn["geometry"]["type"], drawn["properties"]["countries"]) == ("MultiPolygon", ["TR"])


# ── what the feeds say ──────────────────────────────────────────────────────────────────────────
def test_proposals_are_told_with_what_the_source_says(reader_a):
    feed_item(title="+Shaking")

    (row,) = rows_of(reader_a, "feed-items", hazard="GH0101")
    (drawn,) = json.loads(taken(reader_a, "feed-items", "geojson"))["features"]

    assert (row["#meta+source"], row["#event+code"], row["#event+name"], row["#severity"]) == (
        "GDACS",
        "EQ1",
        "'+Shaking",
        "Orange",
    )
    assert drawn["geometry"] == {"type": "Point", "coordinates": [37.2, 38.2]}


def test_the_file_says_by_which_hazard_it_was_chosen(reader_a):
    feed_item()

    text = text_of(taken(reader_a, "feed-items", "pdf", hazard="GH0101"))

    assert "HazardEarthquakeRows" in text  # read back without spaces


def test_the_first_page_of_proposals_hands_out_the_new_ones(reader_a):
    feed_item()
    feed_item(value="EQ2", status="dismissed")

    page = open_session(reader_a).get(reverse("incidents:feed_item_list"))

    links = [link.url.partition("?")[2] for link in page.context["downloads"]]
    assert links[0] == "status=new&format=csv"
    assert [row["#event+code"] for row in rows_of(reader_a, "feed-items", status="new")] == ["EQ1"]


def test_the_second_page_of_proposals_shows_the_new_ones_too(reader_a, monkeypatch):
    monkeypatch.setattr("incidents.views.feeds.LIST_SIZE", 1)
    for number in range(2):
        feed_item(value=f"EQ{number}")

    page = open_session(reader_a).get(reverse("incidents:feed_item_list"))

    assert page.context["older"].startswith("?status=new&cursor=")


# ── all of them ─────────────────────────────────────────────────────────────────────────────────
@pytest.fixture
def some(alert):
    return {
        "alerts": alert,
        "received-alerts": lambda: received(identifier=f"A{timezone.now().timestamp()}"),
        "feed-items": lambda: feed_item(value=f"EQ{timezone.now().timestamp()}"),
    }


PAGES = [
    ("alerts", "alert_list"),
    ("received-alerts", "received_alert_list"),
    ("feed-items", "feed_item_list"),
]


@pytest.mark.parametrize("name", [name for name, _page in PAGES])
def test_the_administrator_takes_none_of_them_away(some, name, administrator, reader_a):
    some[name]()

    assert (rows_of(administrator, name), len(rows_of(reader_a, name))) == ([], 1)


@pytest.mark.parametrize("name", [name for name, _page in PAGES])
@pytest.mark.parametrize(("file_format", "begins"), [("xlsx", b"PK"), ("pdf", b"%PDF")])
def test_the_other_forms_are_made_too(some, reader_a, name, file_format, begins):
    some[name]()

    assert taken(reader_a, name, file_format).startswith(begins)


@pytest.mark.parametrize(
    "name", ["alerts", "received-alerts", "feed-items", "situation-reports", "reviews"]
)
def test_headings_are_in_the_readers_language(reader_a, name):
    reader_a.language = "tr"
    reader_a.save()

    headings = taken(reader_a, name).decode("utf-8-sig").splitlines()[0].split(",")

    assert "Durum" in headings


@pytest.mark.parametrize(("name", "page"), PAGES)
def test_the_page_offers_the_files_with_its_filters(reader_a, name, page):
    shown = open_session(reader_a).get(reverse(f"incidents:{page}"), {"status": "expired"})

    assert f"/export/{name}/?status=expired&amp;format=xlsx" in shown.content.decode()


@pytest.mark.parametrize("name", [name for name, _page in PAGES])
@pytest.mark.parametrize("count", [1, 3])
def test_the_queries_do_not_grow_with_the_rows(
    some, reader_a, name, count, django_assert_num_queries
):
    for _n in range(count):
        some[name]()
    rows_of(reader_a, name)
    client = open_session(reader_a)
    address = reverse("incidents:list_export", args=[name])
    client.get(address)

    with django_assert_num_queries(QUERIES[name]):
        b"".join(client.get(address).streaming_content)


QUERIES = {"alerts": 4, "received-alerts": 4, "feed-items": 4}
