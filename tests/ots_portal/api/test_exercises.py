"""The sandbox: a partner system that is made for exercises changes nothing in earnest, by whatever endpoint."""

import pytest

from incidents.models import Incident
from ots_portal.api.exercises import is_of_exercise
from tests.factories import documents, incidents
from tests.factories.api import bearer
from tests.factories.people import MachineFactory
from tests.factories.systems import SystemFactory

DRAFT = {
    "language": "en", "title": "Quake", "description": "Felt.", "hazard": "GH0101", "alert_level": "red",
    "onset_at": "2026-11-20T08:00:00Z", "countries": ["TR"],
}  # fmt: skip
SCOPES = ("incidents:read", "incidents:write", "meetings:read", "meetings:write")


@pytest.fixture
def sandbox(turkiye):
    machine = MachineFactory(participant=turkiye)
    SystemFactory(user=machine, is_exercise=True, scopes=list(SCOPES))
    return machine


@pytest.fixture
def header(sandbox):
    return bearer(sandbox, *SCOPES)


def sent(client, address, body, header, method="post"):
    call = getattr(client, method)
    return call(f"/api/v1/{address}", body, content_type="application/json", **header)


def test_it_drafts_and_reports_exercises(client, header):
    made = sent(client, "incidents/", {**DRAFT, "is_exercise": True}, header)
    told = sent(client, f"incidents/{made.json()['id']}/report/", {}, header)

    assert (made.status_code, told.status_code) == (201, 200)
    assert told.json()["number"].startswith("EX-")


@pytest.mark.parametrize("more", [{}, {"is_exercise": False}])
def test_it_makes_nothing_in_earnest(client, header, more):
    answer = sent(client, "incidents/", {**DRAFT, **more}, header)

    assert (answer.status_code, answer["Content-Type"]) == (403, "application/problem+json")
    assert answer.json()["code"] == "exercises_only"
    assert not Incident.objects.exists()


def test_the_refused_key_may_be_used_again(client, header):
    key = {"HTTP_IDEMPOTENCY_KEY": "one"}

    refused = sent(client, "incidents/", DRAFT, {**header, **key})
    made = sent(client, "incidents/", {**DRAFT, "is_exercise": True}, {**header, **key})

    assert (refused.status_code, made.status_code) == (403, 201)


def test_what_is_in_earnest_it_neither_changes_nor_moves_on(client, header, sandbox):
    draft = incidents.IncidentFactory(
        participant=sandbox.participant, status="draft", created_by=sandbox
    )
    seen = {"HTTP_IF_MATCH": '"1.x"'}

    changed = sent(
        client, f"incidents/{draft.pk}/", {"alert_level": "green"}, {**header, **seen}, "patch"
    )
    reported = sent(client, f"incidents/{draft.pk}/report/", {}, header)

    draft.refresh_from_db()
    assert [changed.json()["code"], reported.json()["code"]] == ["exercises_only"] * 2
    assert (draft.status, draft.number) == ("draft", None)


def test_what_hangs_on_an_exercise_it_may_and_what_hangs_on_none_it_may_not(
    client, header, sandbox, editor_a
):
    played = incidents.IncidentFactory(
        participant=sandbox.participant, status="active", is_exercise=True
    )
    happened = incidents.IncidentFactory(participant=sandbox.participant, status="active")
    body = {"kind": "initial"}

    answers = [
        sent(client, f"incidents/{one.pk}/reports/", body, header) for one in (played, happened)
    ]

    codes = [answer.json().get("code", answer.status_code) for answer in answers]
    assert codes == [201, "exercises_only"]


def test_what_belongs_to_no_incident_it_does_not_write(client, header):
    body = {"capacity_type": "HUSAR", "name": "Rescue"}

    answer = sent(client, "capacities/", body, header)

    assert (answer.status_code, answer.json()["code"]) == (403, "exercises_only")


def test_it_reads_both_and_sees_which_is_which(client, header, turkiye):
    for is_exercise in (True, False):
        incidents.IncidentFactory(participant=turkiye, status="active", is_exercise=is_exercise)

    rows = client.get("/api/v1/incidents/?exercise=true", **header).json()["results"]

    assert sorted(row["is_exercise"] for row in rows) == [False, True]


def test_others_write_in_earnest_as_before(client, turkiye):
    machine = MachineFactory(participant=turkiye)
    SystemFactory(user=machine)

    made = sent(client, "incidents/", DRAFT, bearer(machine, *SCOPES))

    assert made.status_code == 201


def test_files_and_what_hangs_deep_are_told_apart(editor_a, turkiye):
    played = incidents.IncidentFactory(
        participant=turkiye, status="active", is_exercise=True, created_by=editor_a
    )
    happened = incidents.IncidentFactory(participant=turkiye, status="active")
    of_played = documents.DocumentFactory(owner=played, uploaded_by=editor_a)
    of_happened = documents.DocumentFactory(owner=happened, uploaded_by=editor_a)

    found = [is_of_exercise(one) for one in (of_played, of_happened, editor_a)]

    assert found == [True, False, False]
