"""Scopes: what a client was given, on top of what its participant may."""

import pytest

from tests.factories.api import bearer
from tests.factories.incidents import IncidentFactory

LIST = "/api/v1/incidents/"


@pytest.fixture
def incident(turkiye):
    """An incident of A that members read."""
    return IncidentFactory(participant=turkiye, status="active")


@pytest.fixture
def hidden(turkiye):
    """An incident of A that B does not see."""
    return IncidentFactory(participant=turkiye, status="active", classification="named")


def told(answer):
    return answer.status_code, answer.json()["code"], answer["WWW-Authenticate"]


def lacking(scope):
    return (
        403,
        "insufficient_scope",
        f'Bearer realm="api", error="insufficient_scope", scope="{scope}"',
    )


@pytest.mark.parametrize("method", ["get", "head", "options"])
@pytest.mark.parametrize(
    "scopes", [[], ["meetings:read"], ["incidents:write"], ["xincidents:read"]]
)
def test_reading_needs_the_scope_to_read(client, machine_b, method, scopes):
    answer = getattr(client, method)(LIST, **bearer(machine_b, *scopes))

    assert (answer.status_code, answer["WWW-Authenticate"]) == (
        403,
        'Bearer realm="api", error="insufficient_scope", scope="incidents:read"',
    )


@pytest.mark.parametrize("scopes", [[], ["incidents:read"], ["meetings:write"]])
def test_writing_needs_the_scope_to_write(client, machine_a, incident, scopes):
    header = bearer(machine_a, *scopes)
    addresses = [LIST, f"{LIST}{incident.pk}/report/"]

    answers = [
        client.post(address, {}, content_type="application/json", **header) for address in addresses
    ]

    assert [told(answer) for answer in answers] == [lacking("incidents:write")] * 2


def test_changing_needs_the_scope_to_write(client, machine_a, incident):
    header = bearer(machine_a, "incidents:read")

    answer = client.patch(f"{LIST}{incident.pk}/", {}, content_type="application/json", **header)

    assert told(answer) == lacking("incidents:write")


def test_a_missing_scope_tells_nothing_about_the_record(client, machine_b, incident, hidden):
    header = bearer(machine_b, "meetings:read")

    first, second = (client.get(f"{LIST}{row.pk}/", **header) for row in (incident, hidden))

    assert (first.content, told(first)) == (second.content, lacking("incidents:read"))


def test_a_published_record_needs_the_scope_when_a_token_comes_along(client, machine_b):
    answer = client.get("/api/v1/minutes/", **bearer(machine_b, "incidents:read"))

    assert told(answer) == lacking("meetings:read")


def test_a_person_needs_no_scope(client, editor_b, incident):
    client.force_login(editor_b)

    assert client.get(f"{LIST}{incident.pk}/").json()["id"] == str(incident.pk)


def test_a_scope_gives_no_right_that_the_participant_lacks(client, machine_b, hidden):
    header = bearer(machine_b, "incidents:read", "incidents:write")

    read = client.get(f"{LIST}{hidden.pk}/", **header)
    written = client.post(
        f"{LIST}{hidden.pk}/verify/", {}, content_type="application/json", **header
    )

    assert (read.status_code, written.status_code) == (404, 404)


def test_a_machine_takes_no_step_that_a_person_decides(client, machine_a, incident):
    header = bearer(machine_a, "incidents:write")

    answer = client.post(
        f"{LIST}{incident.pk}/stabilise/", {}, content_type="application/json", **header
    )

    incident.refresh_from_db()
    assert (answer.status_code, answer.json()["code"], incident.status) == (
        403,
        "not_allowed",
        "active",
    )
    assert (
        answer.json()["detail"] == "A person decides this: partner systems only draft and report."
    )
