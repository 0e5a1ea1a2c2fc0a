"""The endpoints of parts, names elsewhere, levels and readers."""

import pytest
from django.urls import reverse

from incidents.models import Incident, Involvement
from incidents.services import incidents as services
from tests.factories.api import bearer
from tests.factories.incidents import IncidentFactory, reported
from tests.factories.sessions import sign_in
from tests.incidents.api.test_incidents import address, patch, post, refused, told

AREA = {"type": "Polygon", "coordinates": [[[36, 37], [38, 37], [38, 38], [36, 37]]]}


@pytest.fixture
def active(turkiye):
    return IncidentFactory(participant=turkiye, status="active")


@pytest.fixture
def own_part(active, turkiye):
    return Involvement.objects.create(
        incident=active, participant=turkiye, role="affected", public_texts={"tr": "Ekipler yolda."}
    )


@pytest.fixture
def of_a(machine_a):
    return bearer(machine_a, "incidents:read", "incidents:write")


@pytest.fixture
def of_b(machine_b):
    return bearer(machine_b, "incidents:read", "incidents:write")


def detail(part):
    return reverse("api:involvements-detail", args=[part.pk])


def say(client, part, body, **more):
    return client.patch(detail(part), body, content_type="application/json", **more)


# ── further facts ───────────────────────────────────────────────────────────────────────────────
def test_further_facts_are_kept_and_answered(client, of_a, turkiye):
    draft = IncidentFactory(participant=turkiye)
    body = {
        "detected_at": "2026-01-20T08:05:00+00:00", "secondary_hazards": ["GH0300"], "area": AREA, "river": "syr-darya",
    }  # fmt: skip

    answer = patch(client, draft, body, HTTP_IF_MATCH='"1"', **of_a)

    assert {name: answer.json()[name] for name in body} == body


@pytest.mark.parametrize(
    ("change", "pointer"),
    [
        ({"detected_at": "2099-01-01T00:00:00Z"}, "#/detected_at"),
        ({"secondary_hazards": ["XX"]}, "#/secondary_hazards/0"),
        ({"secondary_hazards": ["GH0101"]}, "#/secondary_hazards"),
        ({"secondary_hazards": ["GH0300", "GH0300"]}, "#/secondary_hazards"),
        ({"area": {"type": "Point", "coordinates": [1, 2]}}, "#/area"),
        ({"area": [1]}, "#/area"),
        ({"area": "x"}, "#/area"),
        ({"river": "styx"}, "#/river"),
    ],
)
def test_an_impossible_fact_is_named(client, of_a, turkiye, change, pointer):
    draft = IncidentFactory(participant=turkiye)

    answer = patch(client, draft, change, HTTP_IF_MATCH='"1"', **of_a)

    assert told(answer) == refused(400, "invalid")
    assert pointer in [error["pointer"] for error in answer.json()["errors"]]


# ── the alert level ─────────────────────────────────────────────────────────────────────────────
def test_a_level_is_set_and_its_history_answered(client, of_a, editor_a):
    incident = reported(by=editor_a)

    answer = post(
        client, address(incident, "level"), {"alert_level": "green", "reason": "Less."}, **of_a
    )

    changes = [(row["old"], row["new"], row["reason"]) for row in answer.json()["level_changes"]]
    assert (answer.status_code, answer.json()["alert_level"]) == (200, "green")
    assert sorted(changes) == [("", "red", ""), ("red", "green", "Less.")]


@pytest.mark.parametrize("body", [{"alert_level": "green"}, {"alert_level": "violet"}, {}])
def test_a_level_without_what_it_needs_is_refused(client, of_a, active, body):
    assert told(post(client, address(active, "level"), body, **of_a)) == refused(400, "invalid")


def test_a_change_of_the_level_among_others_needs_its_reason_too(client, of_a, active):
    body = {"alert_level": "green"}

    without = patch(client, active, body, HTTP_IF_MATCH='"1"', **of_a)
    answer = patch(client, active, {**body, "reason": "Less."}, HTTP_IF_MATCH='"1"', **of_a)

    assert told(without) == refused(400, "invalid")
    assert (answer.status_code, answer.json()["level_changes"][0]["reason"]) == (200, "Less.")


# ── who may read it ─────────────────────────────────────────────────────────────────────────────
def test_who_lowers_a_classification_has_just_shown_who_they_are(
    client, editor_a, head_a, active, now
):
    services.restrict(active, by=editor_a, at=now, reason="x")
    services.propose_opening(active, by=editor_a, at=now, reason="y")
    client.force_login(head_a)
    before = post(client, address(active, "open-to-members"))
    sign_in(client, head_a)

    after = post(client, address(active, "open-to-members"))

    assert told(before) == refused(403, "step_up_required")
    assert (after.status_code, after.json()["classification"]) == (200, "members")


# ── parts ───────────────────────────────────────────────────────────────────────────────────────
def test_a_participant_says_of_its_own_part_what_changed(client, of_a, own_part):
    tag = client.get(detail(own_part), **of_a)["ETag"]
    body = {"status": "responding", "language": "en", "public_text": "Teams are on the way."}

    answer = say(client, own_part, body, HTTP_IF_MATCH=tag, **of_a)
    stale = say(client, own_part, body, HTTP_IF_MATCH=tag, **of_a)

    assert (answer.status_code, answer.json()["status"], answer.json()["public_texts"]) == (
        200,
        "responding",
        {"tr": "Ekipler yolda.", "en": "Teams are on the way."},
    )
    assert told(stale) == refused(412, "stale_version")


def test_what_is_not_given_stays(client, of_a, own_part):
    answer = say(client, own_part, {"national_class": "Level 4"}, HTTP_IF_MATCH='"1"', **of_a)

    assert (answer.json()["status"], answer.json()["public_texts"]) == (
        "monitoring",
        {"tr": "Ekipler yolda."},
    )


@pytest.mark.parametrize(
    "body", [{"role": "assisting"}, {"participant": "x"}, {"status": "asleep"}]
)
def test_a_part_takes_nothing_else(client, of_a, own_part, body):
    answer = say(client, own_part, body, HTTP_IF_MATCH='"1"', **of_a)

    assert told(answer) == refused(400, "invalid")


def test_nobody_speaks_for_another(client, of_b, own_part):
    answer = say(client, own_part, {"status": "ended"}, HTTP_IF_MATCH='"1"', **of_b)

    assert told(answer) == refused(403, "not_allowed")


def test_a_part_is_given_changed_and_taken(client, editor_a, active, hungary):
    client.force_login(editor_a)
    path = reverse("api:incidents-involvements", args=[active.pk])

    made = post(client, path, {"participant": "hungary", "role": "neighbour"})
    twice = post(client, path, {"participant": "hungary", "role": "neighbour"})
    listed = client.get(path).json()["results"]
    changed = post(client, f"{made['Location']}role/", {"role": "at_risk"})
    gone = post(client, f"{made['Location']}remove/")

    assert (made.status_code, told(twice)) == (201, refused(400, "invalid"))
    assert [(row["participant"], row["role"]) for row in listed] == [("hungary", "neighbour")]
    assert (changed.json()["role"], gone.status_code, active.involvements.count()) == (
        "at_risk",
        204,
        0,
    )


def test_a_machine_gives_nobody_a_part(client, of_a, active, hungary):
    path = reverse("api:incidents-involvements", args=[active.pk])

    answer = post(client, path, {"participant": "hungary", "role": "neighbour"}, **of_a)

    assert told(answer) == refused(403, "not_allowed")


def test_nested_records_are_closed_with_their_incident(client, of_b, turkiye):
    draft = IncidentFactory(participant=turkiye)
    part = Involvement.objects.create(incident=draft, participant=turkiye, role="affected")
    paths = [
        detail(part),
        reverse("api:incidents-involvements", args=[draft.pk]),
        reverse("api:incidents-references", args=[draft.pk]),
    ]

    assert [client.get(path, **of_b).status_code for path in paths] == [404, 404, 404]


# ── names elsewhere ─────────────────────────────────────────────────────────────────────────────
def test_a_name_is_added_once_and_found(client, of_a, active):
    path = reverse("api:incidents-references", args=[active.pk])
    body = {"scheme": "glide", "value": "eq-2023-000015-tur"}

    first, second = post(client, path, body, **of_a), post(client, path, body, **of_a)
    found = client.get("/api/v1/incidents/?q=EQ-2023-000015", **of_a).json()["results"]

    assert (first.status_code, first.json()) == (201, second.json())
    assert (first.json()["value"], first.json()["country"]) == ("EQ-2023-000015-TUR", "TUR")
    assert [row["id"] for row in found] == [str(active.pk)]


def test_a_name_that_is_none_is_refused_with_the_field(client, of_a, active):
    path = reverse("api:incidents-references", args=[active.pk])

    answer = post(client, path, {"scheme": "glide", "value": "EQ-1"}, **of_a)

    assert told(answer) == refused(400, "invalid")
    assert [error["pointer"] for error in answer.json()["errors"]] == ["#/value"]


# ── duplicates ──────────────────────────────────────────────────────────────────────────────────
def test_both_numbers_find_the_incident_that_stays(client, of_a, head_a, active, turkiye, now):
    stays = IncidentFactory(participant=turkiye, status="active")
    services.merge(active, by=head_a, at=now, into=stays.pk, reason="x")

    found = [
        {row["number"]: row["status"] for row in client.get(f"/api/v1/incidents/?number={number}", **of_a).json()["results"]}
        for number in (active.number, stays.number, "OTS-1999-0001")
    ]  # fmt: skip

    both = {active.number: "merged", stays.number: "active"}
    assert found == [both, {stays.number: "active"}, {}]


def test_an_exercise_says_so_in_every_answer(client, editor_a, turkiye, azerbaijan):
    exercise = IncidentFactory(
        participant=turkiye, status="active", is_exercise=True, involved=[azerbaijan]
    )
    client.force_login(editor_a)

    answers = [
        client.get(address(exercise)).json(),
        client.get(detail(exercise.involvements.get())).json(),
        client.get("/api/v1/incidents/?exercise=true").json()["results"][0],
    ]

    assert [answer["is_exercise"] for answer in answers] == [True, True, True]
    assert Incident.objects.get().is_exercise


# ── who reads an incident for named participants ────────────────────────────────────────────────
@pytest.fixture
def named(turkiye):
    return IncidentFactory(
        participant=turkiye, status="active", classification="named", countries=["TR"]
    )


def test_a_head_opens_a_named_incident_only_having_just_shown_who_they_are(
    client, named, head_a, hungary
):
    path = reverse("api:incidents-involvements", args=[named.pk])
    body = {"participant": "hungary", "role": "neighbour"}
    sign_in(client, head_a, minutes_ago=11)
    late = post(client, path, body)
    sign_in(client, head_a)

    made = post(client, path, body)
    sign_in(client, head_a, minutes_ago=11)
    kept = post(client, f"{made['Location']}remove/")

    assert (told(late), told(kept)) == (refused(403, "step_up_required"),) * 2
    assert made.status_code == 201


def test_countries_open_no_named_incident_behind_the_head_s_back(
    client, of_a, named, head_a, azerbaijan
):
    body = {"countries": ["TR", "AZ"]}
    machine = patch(client, named, body, HTTP_IF_MATCH='"1"', **of_a)
    sign_in(client, head_a, minutes_ago=11)
    late = patch(client, named, body, HTTP_IF_MATCH='"1"')
    sign_in(client, head_a)
    fresh = patch(client, named, body, HTTP_IF_MATCH='"1"')

    assert told(machine) == refused(403, "not_allowed")
    assert told(late) == refused(403, "step_up_required")
    assert (fresh.status_code, named.involvements.filter(participant="azerbaijan").count()) == (
        200,
        1,
    )
