"""The endpoints of deployments, capacities, matching and host nation support."""

import uuid
from datetime import timedelta

import pytest
from django.urls import reverse
from django.utils import timezone

from incidents.models import Capacity, Deployment, DeploymentLogEntry
from tests.factories.api import bearer
from tests.factories.deployments import (
    CapacityFactory,
    DeploymentFactory,
    HostNationCardFactory,
    RequestItemFactory,
    accepted_line,
)
from tests.factories.incidents import IncidentFactory

DEPLOYMENTS, CAPACITIES = "/api/v1/deployments/", "/api/v1/capacities/"
HERE = {"happened_at": "2026-11-20T10:00:00Z", "latitude": 39.9, "longitude": 41.2}


@pytest.fixture
def of_b(machine_b):
    return bearer(machine_b, "incidents:read", "incidents:write")


@pytest.fixture
def of_a(machine_a):
    return bearer(machine_a, "incidents:read", "incidents:write")


@pytest.fixture
def as_head_b(client, head_b):
    client.force_login(head_b)
    return client


def post(client, path, body=None, **more):
    return client.post(path, body or {}, content_type="application/json", **more)


def at(record, verb=""):
    plural = "capacities" if isinstance(record, Capacity) else "deployments"
    return reverse(f"api:{plural}-{verb or 'detail'}", args=[record.pk])


def ids(answer):
    return [row["id"] for row in answer.json()["results"]]


# ── deployments ─────────────────────────────────────────────────────────────────────────────────
def test_a_system_plans_a_deployment(client, turkiye, azerbaijan, of_b):
    line = accepted_line()
    body = {"offer_item": str(line.pk), "quantity": 2, "name": "AZE-01", "people": 62}

    answer = post(client, DEPLOYMENTS, body, **of_b)

    deployment = Deployment.objects.get()
    assert (answer.status_code, answer["Location"]) == (201, at(deployment))
    assert answer.json() | {"quantity": 2, "status": "planned", "people": 62} == answer.json()


@pytest.mark.parametrize("whose", ["another's", "nobody's"])
def test_a_line_of_another_is_answered_as_one_that_is_missing(
    client, turkiye, azerbaijan, of_a, whose
):
    key = accepted_line().pk if whose == "another's" else uuid.uuid4()
    body = {"offer_item": str(key), "quantity": 1, "name": "x"}

    answer = post(client, DEPLOYMENTS, body, **of_a)

    assert (answer.status_code, answer.json()["errors"]) == (
        400,
        [
            {
                "pointer": "#/offer_item",
                "detail": "There is no accepted line of an offer of yours with this id.",
            }
        ],
    )


@pytest.mark.parametrize("field", ["status", "participant", "number", "created_by", "is_exercise"])
def test_what_is_not_the_callers_to_say_is_refused(client, turkiye, azerbaijan, of_b, field):
    body = {"offer_item": str(accepted_line().pk), "quantity": 1, "name": "x", field: "x"}

    assert post(client, DEPLOYMENTS, body, **of_b).status_code == 400


def test_setting_out_with_open_items_is_a_conflict_that_names_them(turkiye, azerbaijan, as_head_b):
    deployment = DeploymentFactory(status="mobilising", is_settled=False)

    answer = post(as_head_b, at(deployment, "depart"))

    assert (answer.status_code, answer.json()["code"], answer.json()["detail"]) == (
        409,
        "open_items",
        "The team cannot set out yet. Still open: Entry points, Customs, Visas and border.",
    )


def test_items_are_settled_and_the_team_sets_out(turkiye, azerbaijan, as_head_b):
    deployment = DeploymentFactory(status="mobilising", is_settled=False)
    open_items = [
        check["id"]
        for check in as_head_b.get(at(deployment)).json()["checklist"]
        if check["is_blocking"]
    ]
    for n, item in enumerate(open_items):
        verb, body = ("waive", {"reason": "Agreed."}) if n else ("complete", {})
        address = reverse(f"api:checklist-{verb}", args=[deployment.pk, item])
        assert post(as_head_b, address, body).status_code == 200

    answer = post(as_head_b, at(deployment, "depart"), {"note": "By air."})

    assert (answer.status_code, answer.json()["status"], answer.json()["steps"]) == (
        200,
        "en_route",
        ["arrive", "recall"],
    )


def test_a_vehicle_reports_its_place_again_and_it_is_written_once(
    client, turkiye, azerbaijan, of_b
):
    deployment = DeploymentFactory(status="en_route")

    first = post(client, at(deployment, "log"), HERE, **of_b)
    second = post(client, at(deployment, "log"), HERE, **of_b)

    assert (first.status_code, second.status_code) == (201, 201)
    assert (first.json(), DeploymentLogEntry.objects.count()) == (second.json(), 1)


def test_a_repeated_key_answers_the_same(client, turkiye, azerbaijan, of_b):
    deployment = DeploymentFactory(status="en_route")
    body, key = {"note": "At the pass."}, {"HTTP_IDEMPOTENCY_KEY": "k1"}

    post(client, at(deployment, "log"), body, **of_b, **key)
    again = post(client, at(deployment, "log"), body, **of_b, **key)

    assert (again["Idempotency-Replayed"], DeploymentLogEntry.objects.count()) == ("true", 1)


def test_the_log_is_read_newest_first(client, turkiye, azerbaijan, of_b):
    deployment = DeploymentFactory(status="en_route")
    for note in ("one", "two"):
        post(client, at(deployment, "log"), {"note": note}, **of_b)

    answer = client.get(at(deployment, "log"), **of_b)

    assert [entry["note"] for entry in answer.json()["results"]] == ["two", "one"]


@pytest.mark.parametrize(("name", "is_told"), [("of_a", True), ("of_b", True), ("of_c", False)])
def test_who_leads_the_team_is_told_to_the_parties(
    request, client, turkiye, azerbaijan, name, is_told
):
    answer = client.get(at(DeploymentFactory()), **request.getfixturevalue(name))

    assert (answer.json().get("leader_name"), "leader_phone" in answer.json()) == (
        ("Rauf Əliyev", True) if is_told else (None, False)
    )


@pytest.fixture
def of_c(kazakhstan):
    from tests.factories.people import MachineFactory  # noqa: PLC0415 -- used here only

    return bearer(MachineFactory(participant=kazakhstan), "incidents:read")


def test_a_longer_stay_is_agreed_to_as_it_was_read(turkiye, azerbaijan, as_head_b):
    until = timezone.now() + timedelta(days=20)
    deployment = DeploymentFactory(
        status="operational", proposed_by=turkiye, proposed_until_at=until
    )
    address = at(deployment, "agree_extension")
    other = (until + timedelta(hours=1)).isoformat()

    unseen = post(as_head_b, address, {"until_at": other})
    seen = post(as_head_b, address, {"until_at": until.isoformat()})

    deployment.refresh_from_db()
    assert (unseen.status_code, seen.status_code, deployment.until_at) == (409, 200, until)


def test_a_longer_stay_is_declined_as_it_was_read(turkiye, azerbaijan, as_head_b):
    until = timezone.now() + timedelta(days=20)
    deployment = DeploymentFactory(
        status="operational", proposed_by=turkiye, proposed_until_at=until
    )
    address, why = at(deployment, "decline_extension"), {"reason": "They are needed here."}
    other = (until + timedelta(hours=1)).isoformat()

    answers = [
        post(as_head_b, address, {**why, **told})
        for told in ({}, {"until_at": other}, {"until_at": until.isoformat()})
    ]

    assert [answer.status_code for answer in answers] == [400, 409, 200]


def test_a_correction_names_the_version_that_was_seen(client, turkiye, azerbaijan, of_b):
    deployment = DeploymentFactory()
    tag = client.get(at(deployment), **of_b)["ETag"]

    def correct(tag):
        body, header = {"people": 60}, {"HTTP_IF_MATCH": tag} if tag else {}
        return client.patch(at(deployment), body, content_type="application/json", **of_b, **header)

    assert [correct(which).status_code for which in ("", tag, tag)] == [428, 200, 412]


def test_exercises_are_left_out_unless_they_are_asked_for(client, turkiye, azerbaijan, of_b):
    incident = IncidentFactory(participant=turkiye, status="active", is_exercise=True)
    real = DeploymentFactory()
    exercise = DeploymentFactory(offer_item=accepted_line(incident=incident))

    found = [ids(client.get(f"{DEPLOYMENTS}{query}", **of_b)) for query in ("", "?exercise=true")]

    assert (found[0], set(found[1])) == ([str(real.pk)], {str(real.pk), str(exercise.pk)})
    assert client.get(at(exercise), **of_b).json()["is_exercise"] is True


@pytest.mark.parametrize("count", [1, 3])
def test_the_list_asks_the_same_however_many(
    client, turkiye, azerbaijan, of_b, count, django_assert_num_queries
):
    for _n in range(count):
        DeploymentFactory()

    with django_assert_num_queries(3):
        assert len(ids(client.get(DEPLOYMENTS, **of_b))) == count


# ── capacities ──────────────────────────────────────────────────────────────────────────────────
def test_a_system_keeps_its_register(client, of_b):
    body = {
        "capacity_type": "HUSAR",
        "name": "FHN",
        "languages": ["az"],
        "certified_until": "2028-01-01",
    }

    made = post(client, CAPACITIES, body, **of_b)
    capacity = Capacity.objects.get()
    ready = post(client, at(capacity, "set_readiness"), {"readiness": "partial"}, **of_b)
    retired = post(client, at(capacity, "retire"), **of_b)

    assert (made.status_code, made.json()["unit"], made.json()["bookings"]) == (201, "team", [])
    assert (ready.json()["readiness"], retired.json()["retired_at"] is None) == ("partial", False)


def test_a_capacity_of_another_is_not_changed(client, azerbaijan, of_a):
    answer = post(client, at(CapacityFactory(), "retire"), **of_a)

    assert (answer.status_code, answer.json()["code"]) == (403, "not_allowed")


def test_the_register_is_filtered(client, turkiye, azerbaijan, of_b):
    ready, other = CapacityFactory(), CapacityFactory(readiness="unavailable", participant=turkiye)

    found = {
        query: set(ids(client.get(f"{CAPACITIES}?{query}", **of_b)))
        for query in ("readiness=ready", "participant=turkiye", "certified=true", "type=HCP")
    }

    assert found == {
        "readiness=ready": {str(ready.pk)},
        "participant=turkiye": {str(other.pk)},
        "certified=true": {str(ready.pk), str(other.pk)},
        "type=HCP": set(),
    }


@pytest.mark.parametrize("count", [1, 3])
def test_the_register_asks_the_same_however_many(
    client, azerbaijan, of_b, count, django_assert_num_queries
):
    for _n in range(count):
        CapacityFactory()

    with django_assert_num_queries(3):
        assert len(ids(client.get(CAPACITIES, **of_b))) == count


# ── matching and the hosts' cards ───────────────────────────────────────────────────────────────
def test_a_line_gets_its_proposals_with_reasons(client, turkiye, azerbaijan, of_b):
    line = RequestItemFactory(needed_by=timezone.now() + timedelta(days=2))
    capacity = CapacityFactory()
    address = reverse("api:matching", args=[line.request_id, line.pk])

    (match,) = client.get(address, **of_b).json()["results"]

    assert (match["capacity"]["id"], match["fit"], match["distance_km"]) == (
        str(capacity.pk),
        "fits",
        1117,
    )
    assert [criterion["code"] for criterion in match["criteria"]] == [
        "type", "readiness", "arrival", "distance", "certificate", "self_sufficiency", "booked", "quantity",
    ]  # fmt: skip


def test_what_a_country_says_is_told_by_topic(client, turkiye, of_b):
    HostNationCardFactory()
    HostNationCardFactory(topic="fuel", texts={})

    answer = client.get("/api/v1/host-nation/turkiye/", **of_b)

    assert [card["topic"] for card in answer.json()["cards"]] == ["customs"]


def test_there_are_no_cards_of_what_is_no_state(client, secretariat, of_b):
    assert client.get("/api/v1/host-nation/secretariat/", **of_b).status_code == 404
