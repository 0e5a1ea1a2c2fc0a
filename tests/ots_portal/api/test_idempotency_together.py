"""Many times the same request at the same moment, each on its own connection."""

from collections import Counter
from functools import partial

import pytest
from django.test import Client

from incidents.models import Incident
from ots_portal.api.models import IdempotentAnswer
from ots_portal.audit.models import AuditEntry
from tests.factories.api import bearer
from tests.together import together

pytestmark = pytest.mark.django_db(transaction=True)

BODY = {
    "language": "en",
    "title": "Flood on the Kura",
    "hazard": "GH0101",
    "alert_level": "orange",
    "onset_at": "2026-01-20T08:00:00Z",
    "countries": ["AZ"],
}


def post(path, body, header, key):
    return Client().post(
        path, body, content_type="application/json", HTTP_IDEMPOTENCY_KEY=key, **header
    )


def kind_of(answer):
    if answer.status_code == 409:
        return answer.json()["code"]
    return "again" if "Idempotency-Replayed" in answer else "done"


def test_twenty_times_at_once_is_once(machine_a):
    header = bearer(machine_a, "incidents:write")

    answers = together([partial(post, "/api/v1/incidents/", BODY, header, "one")] * 20)

    kinds = Counter(kind_of(answer) for answer in answers)
    assert (kinds["done"], set(kinds) <= {"done", "again", "in_progress"}) == (1, True)
    assert {answer.content for answer in answers if answer.status_code == 201} == {
        post("/api/v1/incidents/", BODY, header, "one").content
    }
    assert (Incident.objects.count(), IdempotentAnswer.objects.count()) == (1, 1)


def test_a_step_taken_twenty_times_at_once_is_taken_once(machine_a):
    header = bearer(machine_a, "incidents:write")
    made = post("/api/v1/incidents/", BODY, header, "draft").json()["id"]

    answers = together(
        [partial(post, f"/api/v1/incidents/{made}/report/", {}, header, "report")] * 20
    )

    assert {kind_of(answer) for answer in answers} <= {"done", "again", "in_progress"}
    assert AuditEntry.objects.filter(kind="incidents.incident.reported").count() == 1


def test_different_keys_at_once_do_not_wait_for_each_other_for_ever(machine_a):
    header = bearer(machine_a, "incidents:write")
    calls = [partial(post, "/api/v1/incidents/", BODY, header, f"key {n}") for n in range(8)]

    answers = together(calls)

    assert [answer.status_code for answer in answers] == [201] * 8
    assert Incident.objects.count() == 8
