from datetime import timedelta

import pytest
from django.urls import reverse

from incidents.models import FeedItem, Incident
from incidents.services import feed_items as services
from tests.factories.api import bearer
from tests.factories.feeds import feed_item, sighting, taken_back
from tests.factories.incidents import ONSET, IncidentFactory

LIST = "/api/v1/feed-items/"


@pytest.fixture
def as_editor(client, editor_a):
    client.force_login(editor_a)
    return client


def address(item, verb="detail"):
    return reverse(f"api:feed_items-{verb}", args=[item.pk])


def post(client, path, body=None, **more):
    return client.post(path, body or {}, content_type="application/json", **more)


def test_a_partner_system_reads_the_proposals(client, machine_a):
    feed_item()

    (row,) = client.get(LIST, **bearer(machine_a, "incidents:read")).json()["results"]

    assert (row["scheme"], row["value"], row["alert_level"], row["countries"]) == (
        "gdacs",
        "EQ1",
        "orange",
        ["TR"],
    )


def test_the_detail_holds_every_version_that_came_in(as_editor):
    item = feed_item()
    services.take_in(
        sighting(version_at=ONSET.replace(hour=9), alert_level="red", digest="2" * 64),
        at=ONSET.replace(hour=9),
    )

    told = as_editor.get(address(item)).json()

    assert [version["alert_level"] for version in told["observations"]] == ["orange", "red"]
    assert (told["alert_level"], told["steps"], told["incident"]) == (
        "red",
        ["take_up", "dismiss"],
        None,
    )


@pytest.mark.parametrize(
    ("asked", "count"),
    [
        ({"status": "new"}, 1),
        ({"status": "dismissed"}, 0),
        ({"scheme": "usgs"}, 0),
        ({"country": "TR"}, 1),
        ({"country": "az"}, 0),
        ({"level": "red"}, 0),
        ({"q": "elbistan"}, 1),
        ({"updated_since": "2026-11-20T09:00:00Z"}, 0),
    ],
)
def test_the_list_is_narrowed_by_parameters(as_editor, asked, count):
    feed_item()

    assert len(as_editor.get(LIST, asked).json()["results"]) == count


def test_take_up_makes_a_draft_and_names_it(as_editor):
    told = post(as_editor, address(feed_item(), "take_up")).json()

    assert (told["status"], told["incident"]) == ("taken_up", str(Incident.objects.get().pk))


def test_take_up_ties_to_an_incident_there_is(as_editor, editor_a):
    own = IncidentFactory(participant=editor_a.participant, status="reported")

    told = post(as_editor, address(feed_item(), "take_up"), {"incident": str(own.pk)}).json()

    assert told["incident"] == str(own.pk)


@pytest.mark.parametrize(
    "body", [{"incident": "x"}, {"incident": "00000000-0000-4000-8000-000000000000"}, {"by": "me"}]
)
def test_take_up_of_something_impossible_is_400(as_editor, body):
    answer = post(as_editor, address(feed_item(), "take_up"), body)

    assert (answer.status_code, FeedItem.objects.get().status) == (400, "new")


def test_a_partner_system_takes_nothing_up(client, machine_a):
    headers = bearer(machine_a, "incidents:read", "incidents:write")

    answer = post(client, address(feed_item(), "take_up"), **headers)

    assert (answer.status_code, Incident.objects.count()) == (403, 0)


def test_dismiss_needs_a_reason(as_editor):
    item = feed_item()

    refused = post(as_editor, address(item, "dismiss"))
    told = post(as_editor, address(item, "dismiss"), {"reason": "Nothing was felt."}).json()

    assert (refused.status_code, told["status"], told["reason"]) == (
        400,
        "dismissed",
        "Nothing was felt.",
    )


def test_others_do_not_learn_of_the_draft_it_became(client, editor_a, editor_b):
    item = services.take_up(feed_item(), by=editor_a, at=ONSET)
    client.force_login(editor_b)

    assert client.get(address(item)).json()["incident"] is None


# ── what its source has withdrawn ───────────────────────────────────────────────────────────────

LATER = ONSET + timedelta(hours=2)


def test_what_is_withdrawn_says_so_and_leaves_no_step(as_editor):
    item = feed_item()
    taken_back(at=LATER)

    told = as_editor.get(address(item)).json()

    assert (told["is_withdrawn"], told["status"], told["alert_level"], told["steps"]) == (
        True,
        "new",
        "orange",
        [],
    )
    assert [
        (version["alert_level"], version["is_withdrawn"], bool(version["facts"]))
        for version in told["observations"]
    ] == [("orange", False, True), ("", True, False)]


@pytest.mark.parametrize(("status", "count"), [("new", 0), ("withdrawn", 1), ("", 1)])
def test_the_list_finds_what_is_withdrawn_by_its_status(as_editor, status, count):
    feed_item()
    taken_back(at=LATER)

    rows = as_editor.get(LIST, {"status": status}).json()["results"]

    assert [row["is_withdrawn"] for row in rows] == [True] * count


@pytest.mark.parametrize(("verb", "body"), [("take_up", {}), ("dismiss", {"reason": "x"})])
def test_a_step_on_what_is_withdrawn_is_409(as_editor, verb, body):
    item = feed_item()
    taken_back(at=LATER)

    answer = post(as_editor, address(item, verb), body)

    assert (answer.status_code, answer.json()["code"]) == (409, "wrong_status")
    assert (
        answer.json()["detail"] == "Its source has withdrawn this: nothing is made of it any more."
    )


def test_the_incident_says_that_its_source_has_withdrawn_it(as_editor, editor_a):
    item = services.take_up(feed_item(), by=editor_a, at=ONSET)
    before = as_editor.get(reverse("api:incidents-detail", args=[item.incident_id])).json()
    taken_back(at=LATER)

    after = as_editor.get(reverse("api:incidents-detail", args=[item.incident_id])).json()

    told = [
        {one["scheme"]: (one["is_withdrawn"], len(one["versions"])) for one in told["references"]}
        for told in (before, after)
    ]
    assert told == [
        {"gdacs": (False, 1), "glide": (False, 0)},
        {"gdacs": (True, 2), "glide": (False, 0)},
    ]
    assert after["version"] > before["version"]


@pytest.mark.parametrize("count", [1, 3])
def test_the_list_takes_a_constant_number_of_questions(as_editor, count, django_assert_num_queries):
    for number in range(count):
        feed_item(value=f"EQ{number}")
    as_editor.get(LIST)

    with django_assert_num_queries(4):
        as_editor.get(LIST)
