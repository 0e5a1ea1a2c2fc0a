from datetime import timedelta

import pytest
from django.db import IntegrityError
from django.test import Client

from incidents.api.incidents import IncidentViewSet
from incidents.models import Incident
from ots_portal.api import idempotency
from ots_portal.api.models import IdempotentAnswer
from ots_portal.clock import database_now
from tests.factories.api import bearer, long_ago

INCIDENTS = "/api/v1/incidents/"
BODY = {
    "language": "en",
    "title": "Flood on the Kura",
    "hazard": "GH0101",
    "alert_level": "orange",
    "onset_at": "2026-01-20T08:00:00Z",
    "countries": ["AZ"],
}


@pytest.fixture
def send(client, machine_a):
    header = bearer(machine_a, "incidents:write")

    def send(key="one", body=None, path=INCIDENTS, **more):
        body = BODY if body is None else body
        more = {**header, **more}
        return client.post(
            path, body, content_type="application/json", HTTP_IDEMPOTENCY_KEY=key, **more
        )

    return send


def test_the_same_request_twice_happens_once_and_is_answered_alike(send):
    first, again = send(), send()

    assert (first.status_code, first.content, first["ETag"], first["Location"]) == (
        again.status_code,
        again.content,
        again["ETag"],
        again["Location"],
    )
    assert ("Idempotency-Replayed" in first, again["Idempotency-Replayed"]) == (False, "true")
    assert (first.status_code, Incident.objects.count()) == (201, 1)


def test_two_keys_are_two_requests(send):
    answers = [send("one"), send("two")]

    assert ([answer.status_code for answer in answers], Incident.objects.count()) == ([201, 201], 2)


def test_a_key_belongs_to_its_body_and_its_address(send):
    made = send().json()["id"]

    other_body = send(body={**BODY, "title": "Another"})
    other_path = send(path=f"{INCIDENTS}{made}/report/")

    told = [(answer.status_code, answer.json()["code"]) for answer in (other_body, other_path)]
    assert told == [(422, "key_reused")] * 2


def test_the_key_of_another_caller_is_another_key(send, machine_b):
    send()

    answer = send(**bearer(machine_b, "incidents:write"))

    assert (answer.status_code, Incident.objects.count()) == (201, 2)


def test_a_step_without_a_key_is_refused_the_second_time(send, client, machine_a):
    address = f"{INCIDENTS}{send().json()['id']}/report/"
    header = bearer(machine_a, "incidents:write")

    answers = [client.generic("POST", address, **header) for _time in range(2)]

    assert [answer.status_code for answer in answers] == [200, 409]


def test_a_refused_request_gives_its_key_back(send):
    refused = send(body={**BODY, "alert_level": "violet"})

    corrected = send()

    assert (refused.status_code, corrected.status_code) == (400, 201)


def test_a_request_that_is_still_running_is_said_to_be(send, machine_a):
    send()
    IdempotentAnswer.objects.update(
        finished_at=None, status=0, lease_until=database_now() + timedelta(seconds=30)
    )

    answer = send()

    assert (answer.status_code, answer.json()["code"], answer["Retry-After"]) == (
        409,
        "in_progress",
        "1",
    )


def test_a_request_that_died_is_taken_up_again(send):
    send(body=BODY)
    Incident.objects.all().delete()
    IdempotentAnswer.objects.update(finished_at=None, status=0, lease_until=long_ago())

    answer = send()

    assert (answer.status_code, Incident.objects.count()) == (201, 1)


def test_the_change_does_not_stand_without_its_answer(send, monkeypatch):
    def fail(*args):
        raise IntegrityError("the answer could not be kept")

    monkeypatch.setattr(idempotency, "_keep", fail)

    with pytest.raises(IntegrityError):
        send()

    assert (Incident.objects.count(), IdempotentAnswer.objects.count()) == (0, 0)


def test_whoever_lost_the_claim_changes_nothing(send, monkeypatch):
    def slow(self, data, *, by, at):
        IdempotentAnswer.objects.update(lease_until=at + timedelta(days=1))
        return create(self, data, by=by, at=at)

    create = IncidentViewSet.create_record
    monkeypatch.setattr(IncidentViewSet, "create_record", slow)

    answer = send()

    assert (answer.status_code, answer.json()["code"], Incident.objects.count()) == (
        409,
        "in_progress",
        0,
    )


@pytest.mark.parametrize("key", ["", "k" * 201, "a\tb", "schlüssel"])
def test_a_key_that_cannot_be_kept_is_refused(send, key):
    answer = send(key)

    assert (answer.status_code, answer.json()["code"], Incident.objects.count()) == (
        400,
        "bad_key",
        0,
    )


def test_a_step_with_a_key_is_taken_once(send):
    made = send().json()["id"]

    answers = [send("step", body={}, path=f"{INCIDENTS}{made}/report/") for _time in range(2)]

    assert [(answer.status_code, answer.json()["status"]) for answer in answers] == [
        (200, "reported")
    ] * 2


def test_a_person_uses_keys_too(editor_a):
    client = Client()
    client.force_login(editor_a)
    send = {"content_type": "application/json", "HTTP_IDEMPOTENCY_KEY": "k"}

    made = [client.post(INCIDENTS, BODY, **send).json()["id"] for _time in range(2)]

    assert made[0] == made[1]
