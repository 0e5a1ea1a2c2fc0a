"""The twin of the pages: same query, same service."""

from datetime import timedelta

import pytest

from ots_portal.silence import services
from ots_portal.silence.models import SilenceProcedure
from tests.factories.api import bearer
from tests.factories.incidents import IncidentFactory
from tests.factories.sessions import sign_in
from tests.factories.silence import EXPIRES_AT, MODEL, STARTED_AT, ProcedureFactory
from tests.ots_portal.silence.test_services import objected, started

SILENCE = "/api/v1/silence/"
WHY = {"kind": "objection", "reason": "It names no depot."}


def send(client, address, body=None, **headers):
    return client.post(address, body or {}, content_type="application/json", **headers)


def of(procedure, verb=""):
    return f"{SILENCE}{procedure.pk}/{verb}"


def start_body(incident, **changes):
    return {
        "subject_type": MODEL,
        "subject_id": str(incident.pk),
        "expires_at": "2026-11-23T15:30:00+03:00",
        "time_zone": "Europe/Istanbul",
        **changes,
    }


def pointers(answer):
    return [error["pointer"] for error in answer.json()["errors"]]


def test_the_list_holds_what_one_may_read(client, machine_b, incident, officer, turkiye):
    procedure = started(incident, by=officer)
    hidden = IncidentFactory(participant=turkiye, status="active", classification="named")
    ProcedureFactory(subject_id=hidden.pk)

    answer = client.get(SILENCE, **bearer(machine_b, "silence:read"))

    (row,) = answer.json()["results"]
    assert (row["id"], row["status"], row["expires_at"]) == (
        str(procedure.pk),
        "running",
        "2026-11-23T12:00:00Z",
    )


def test_the_list_is_narrowed(client, head_b, incident, officer, turkiye):
    objected(started(incident, by=officer), by=head_b, at=STARTED_AT)
    ProcedureFactory(asked=[turkiye])
    sign_in(client, head_b)

    def count(**asked):
        return len(client.get(SILENCE, asked).json()["results"])

    assert [
        count(),
        count(status="running"),
        count(mine="true"),
        count(mine="false"),
        count(subject_id=str(incident.pk)),
        count(updated_since="2026-11-21T00:00:00Z"),
    ] == [2, 1, 1, 2, 1, 0]


def test_the_detail_says_who_may_break_it_and_what_the_caller_may_do(
    client, head_b, incident, officer
):
    procedure = started(incident, by=officer)
    sign_in(client, head_b)

    told = client.get(of(procedure)).json()

    assert told["participants"] == ["azerbaijan", "kazakhstan", "turkiye"]
    assert (told["objections"], told["steps"]) == ([], ["object_to"])


def test_a_head_objects(client, head_b, incident, officer):
    procedure = started(incident, by=officer)
    sign_in(client, head_b)

    answer = send(client, of(procedure, "object_to/"), WHY)

    told = answer.json()
    assert (answer.status_code, told["status"], told["steps"]) == (200, "broken", [])
    assert told["objections"] == [
        {**WHY, "participant": "azerbaijan", "at": "2026-11-20T12:00:00Z", "proposed_text": ""}
    ]


@pytest.mark.parametrize(
    ("body", "pointer"),
    [
        ({"kind": "objection"}, "#/reason"),
        ({"kind": "objection", "reason": " "}, "#/reason"),
        ({"kind": "murmur", "reason": "So."}, "#/kind"),
        ({"kind": "amendment", "reason": "So."}, "#/proposed_text"),
        ({**WHY, "proposed_text": "Two depots."}, "#/proposed_text"),
        ({**WHY, "at": "2026-11-20T12:00:00Z"}, "#/at"),
    ],
)
def test_a_body_that_does_not_fit_is_refused_by_field(
    client, head_b, incident, officer, body, pointer
):
    procedure = started(incident, by=officer)
    sign_in(client, head_b)

    answer = send(client, of(procedure, "object_to/"), body)

    assert (answer.status_code, pointers(answer)) == (400, [pointer])


def test_at_the_very_instant_it_is_too_late(client, head_b, incident, officer, clock):
    procedure = started(incident, by=officer)
    clock.move_to(EXPIRES_AT)
    sign_in(client, head_b)

    answer = send(client, of(procedure, "object_to/"), WHY)

    assert (answer.status_code, answer.json()["code"]) == (409, "wrong_status")
    assert "an objection comes too late" in answer.json()["detail"]


def test_the_same_objection_sent_twice_under_one_key_breaks_it_once(
    client, head_b, incident, officer
):
    procedure = started(incident, by=officer)
    sign_in(client, head_b)
    key = {"HTTP_IDEMPOTENCY_KEY": "4b6c1c1e-2f0f-4b0e-9d53-6f2d0d3f6a11"}

    answers = [send(client, of(procedure, "object_to/"), WHY, **key) for _time in range(2)]

    assert [answer.status_code for answer in answers] == [200, 200]
    assert procedure.objections.count() == 1


def test_whoever_began_it_withdraws_it(client, officer, incident):
    procedure = started(incident, by=officer)
    sign_in(client, officer)

    answer = send(client, of(procedure, "withdraw/"), {"reason": "A typing error."})

    assert (answer.status_code, answer.json()["withdraw_reason"]) == (200, "A typing error.")


def test_the_secretariat_begins_one(client, officer, incident):
    sign_in(client, officer)

    answer = send(client, SILENCE, start_body(incident))

    procedure = SilenceProcedure.objects.get()
    assert (answer.status_code, answer["Location"]) == (201, of(procedure))
    assert procedure.expires_at == EXPIRES_AT + timedelta(minutes=30)
    assert procedure.text_sha256 == services.digest_of(incident)


@pytest.mark.parametrize(
    ("changes", "pointer"),
    [
        ({"expires_at": "2026-11-22T15:30:00+03:00"}, "#/expires_at"),
        ({"expires_at": "2026-11-23T15:30:00"}, "#/expires_at"),
        ({"time_zone": "Europe/Atlantis"}, "#/time_zone"),
        ({"subject_id": "00000000-0000-4000-8000-000000000000"}, "#/subject_id"),
        ({"subject_type": "people.user"}, "#/subject_id"),
    ],
)
def test_what_cannot_begin_is_refused_by_field(client, officer, incident, changes, pointer):
    sign_in(client, officer)

    answer = send(client, SILENCE, start_body(incident, **changes))

    assert (answer.status_code, pointers(answer)) == (400, [pointer])
    assert not SilenceProcedure.objects.exists()


def test_a_second_one_about_the_same_record_is_a_conflict(client, officer, incident):
    started(incident, by=officer)
    sign_in(client, officer)

    assert send(client, SILENCE, start_body(incident)).status_code == 409


def test_a_record_that_one_may_not_read_cannot_be_told_from_a_missing_one(
    client, head_a, azerbaijan
):
    hidden = IncidentFactory(participant=azerbaijan, status="active", classification="named")
    sign_in(client, head_a)
    missing = start_body(hidden, subject_id="00000000-0000-4000-8000-000000000000")

    answers = [send(client, SILENCE, start_body(hidden)), send(client, SILENCE, missing)]

    assert answers[0].json()["errors"] == answers[1].json()["errors"]
