"""Who calls: a live token of an active machine, or a person's session; nobody else."""

import uuid

import pytest
from django.conf import settings as django_settings
from django.test import Client
from oauth2_provider.models import AccessToken

from ots_portal.audit.models import AuditEntry
from ots_portal.people.models import User
from tests.factories.api import ClientFactory, TokenFactory, bearer, header_of, long_ago
from tests.factories.incidents import IncidentFactory

LIST = "/api/v1/incidents/"


@pytest.fixture
def reading(machine_b):
    """The header of a partner system of B that may read incidents."""
    return bearer(machine_b, "incidents:read")


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


REFUSED = (401, "invalid_token", 'Bearer realm="api", error="invalid_token"')


def test_a_token_that_was_never_given_is_refused(client):
    assert told(client.get(LIST, HTTP_AUTHORIZATION="Bearer made-up")) == REFUSED


@pytest.mark.parametrize(
    "header", ["Bearer", "Bearer ", "bearer \u00e9", "BEARER x y", "Bearer " + "x" * 10_240]
)
def test_a_header_that_holds_no_token_is_refused(client, header):
    assert told(client.get(LIST, HTTP_AUTHORIZATION=header)) == REFUSED


def test_an_expired_token_is_refused(client, machine_b):
    token = TokenFactory(application=ClientFactory(user=machine_b), expires=long_ago())

    assert told(client.get(LIST, **header_of(token))) == REFUSED


def test_a_token_without_a_client_is_refused(client, editor_a):
    assert (
        told(client.get(LIST, **header_of(TokenFactory(application=None, user=editor_a))))
        == REFUSED
    )


@pytest.mark.parametrize("header", ["Basic dXNlcjpwYXNz", "Token made-up", "Digest x"])
def test_no_other_kind_of_credentials_is_known(client, header):
    answer = client.get(LIST, HTTP_AUTHORIZATION=header)

    assert told(answer) == (401, "not_authenticated", 'Bearer realm="api"')


def test_a_revoked_token_fails_on_the_very_next_request(client, reading):
    before = client.get(LIST, **reading).status_code
    AccessToken.objects.get().revoke()

    assert (before, told(client.get(LIST, **reading))) == (200, REFUSED)


def test_a_deleted_client_fails_on_the_very_next_request(client, reading):
    before = client.get(LIST, **reading).status_code
    AccessToken.objects.get().application.delete()

    assert (before, told(client.get(LIST, **reading))) == (200, REFUSED)


@pytest.mark.parametrize("change", [{"is_active": False}, {"kind": "person"}])
def test_a_machine_that_was_suspended_fails_on_the_very_next_request(
    client, reading, machine_b, change
):
    before = client.get(LIST, **reading).status_code
    User.objects.filter(pk=machine_b.pk).update(**change)

    assert (before, told(client.get(LIST, **reading))) == (200, REFUSED)


def test_a_token_in_the_address_is_refused_even_with_a_good_header(client, reading):
    answers = [client.get(LIST, {"access_token": "x"}, **headers) for headers in ({}, reading)]

    assert [told(answer) for answer in answers] == [
        (401, "token_in_address", 'Bearer realm="api", error="invalid_request"')
    ] * 2


def test_a_good_token_in_the_address_is_a_warning_to_the_auditor(client, machine_b):
    token = TokenFactory(application=ClientFactory(user=machine_b))

    answers = [client.get(LIST, {"access_token": secret}) for secret in ("guessed", token.token)]

    assert all("replace the one that was in the address" in a.json()["detail"] for a in answers)
    (entry,) = AuditEntry.objects.filter(kind="people.user.token_exposed")
    assert (entry.subject_id, entry.participant) == (str(machine_b.pk), "azerbaijan")
    assert token.token not in entry.body


def test_a_token_in_the_body_is_no_token(client, machine_a):
    token = TokenFactory(application=ClientFactory(user=machine_a), scope="incidents:write")

    answer = client.post(LIST, {"access_token": token.token}, content_type="application/json")

    assert told(answer) == (401, "not_authenticated", 'Bearer realm="api"')


def test_anonymous_callers_hear_the_same_of_existing_and_missing_records(client, incident):
    answers = [client.get(f"{LIST}{pk}/") for pk in (incident.pk, uuid.uuid4())]

    assert told(answers[0]) == (401, "not_authenticated", 'Bearer realm="api"')
    assert answers[0].content == answers[1].content
    differing = {name for name in answers[0].headers if answers[0][name] != answers[1].get(name)}
    assert differing - {"RateLimit", "X-Request-ID"} == set()  # neither knows what was asked for


def test_what_is_published_for_everybody_needs_no_token(client):
    assert [client.get(f"/api/v1/{name}/").status_code for name in ("minutes", "agreements")] == [
        200,
        200,
    ]


def test_anonymous_callers_write_nothing_where_they_may_read(client):
    answer = client.post(
        f"/api/v1/minutes/{uuid.uuid4()}/publish/", {}, content_type="application/json"
    )

    assert told(answer) == (401, "not_authenticated", 'Bearer realm="api"')


def test_a_bad_token_is_refused_also_where_none_is_needed(client):
    assert told(client.get("/api/v1/minutes/", HTTP_AUTHORIZATION="Bearer made-up")) == REFUSED


def test_a_signed_in_person_reads_as_on_the_pages(client, editor_b, incident, hidden):
    client.force_login(editor_b)

    rows = client.get(LIST).json()["results"]

    assert [row["id"] for row in rows] == [str(incident.pk)]


def test_a_session_writes_only_with_its_csrf_token(editor_a):
    browser = Client(enforce_csrf_checks=True)
    browser.force_login(editor_a)

    answer = browser.post(LIST, {}, content_type="application/json")

    assert (answer.status_code, answer.json()["code"]) == (403, "csrf_failed")


def test_a_session_with_its_csrf_token_gets_as_far_as_the_fields(editor_a):
    browser = Client(enforce_csrf_checks=True)
    browser.force_login(editor_a)
    secret = "a" * 32
    browser.cookies[django_settings.CSRF_COOKIE_NAME] = secret

    answer = browser.post(LIST, {}, content_type="application/json", HTTP_X_CSRFTOKEN=secret)

    assert (answer.status_code, answer.json()["code"]) == (400, "invalid")


def test_a_machine_needs_no_csrf_token(machine_a):
    caller = Client(enforce_csrf_checks=True)

    answer = caller.post(
        LIST, {}, content_type="application/json", **bearer(machine_a, "incidents:write")
    )

    assert (answer.status_code, answer.json()["code"]) == (400, "invalid")


def test_a_person_without_the_second_factor_gets_no_further(client, editor_a, settings, incident):
    settings.PORTAL_SECOND_FACTOR_REQUIRED = True
    client.force_login(editor_a)

    answer = client.get(f"{LIST}{incident.pk}/")

    assert (answer.status_code, answer["Content-Type"]) == (403, "application/problem+json")


def test_machines_have_no_second_factor(client, reading, settings, incident):
    settings.PORTAL_SECOND_FACTOR_REQUIRED = True

    assert client.get(f"{LIST}{incident.pk}/", **reading).json()["id"] == str(incident.pk)


def test_the_bearer_decides_where_a_session_comes_along(client, editor_a, machine_b, hidden):
    client.force_login(editor_a)

    answers = [
        client.get(f"{LIST}{hidden.pk}/", **headers)
        for headers in ({}, bearer(machine_b, "incidents:read"))
    ]

    assert [answer.status_code for answer in answers] == [200, 404]
