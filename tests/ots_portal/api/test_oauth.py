"""Getting a token: by a client's credentials, and in no other way."""

import base64
import hashlib

import pytest
from django.urls import get_resolver
from oauth2_provider.models import AccessToken

from ots_portal.people.models import User
from tests.factories.api import SECRET, ClientFactory
from tests.factories.incidents import IncidentFactory

ADDRESS = "/oauth/token/"
LIST = "/api/v1/incidents/"


@pytest.fixture
def partner(machine_a):
    return ClientFactory(user=machine_a)


def credentials(partner, secret=SECRET):
    return {"client_id": partner.client_id, "client_secret": secret}


def basic(partner, secret=SECRET):
    text = f"{partner.client_id}:{secret}".encode()
    return {"HTTP_AUTHORIZATION": f"Basic {base64.b64encode(text).decode()}"}


def asked(client, values, **headers):
    return client.post(ADDRESS, {"grant_type": "client_credentials", **values}, **headers)


def test_the_token_shows_what_a_reader_of_the_participant_sees(
    client, partner, azerbaijan, turkiye
):
    own = IncidentFactory(participant=turkiye, status="draft")
    shared = IncidentFactory(participant=azerbaijan, status="active")
    IncidentFactory(participant=azerbaijan, status="draft")
    token = asked(client, {**credentials(partner), "scope": "incidents:read"}).json()[
        "access_token"
    ]

    rows = client.get(LIST, HTTP_AUTHORIZATION=f"Bearer {token}").json()["results"]

    assert {row["id"] for row in rows} == {str(own.pk), str(shared.pk)}


@pytest.mark.parametrize("way", ["header", "body"])
def test_credentials_in_header_or_body_give_a_token_of_fifteen_minutes(client, partner, way):
    answer = (
        asked(client, {}, **basic(partner))
        if way == "header"
        else asked(client, credentials(partner))
    )

    assert (answer.status_code, answer["Cache-Control"]) == (200, "no-store")
    assert {name: value for name, value in answer.json().items() if name != "access_token"} == {
        "token_type": "Bearer",
        "expires_in": 900,
        "scope": "incidents:read meetings:read agreements:read participants:read circulars:read "
        "silence:read crossrefs:read",
    }


def test_scopes_are_given_as_asked_for(client, partner):
    answer = asked(client, {**credentials(partner), "scope": "incidents:read incidents:write"})

    assert answer.json()["scope"] == "incidents:read incidents:write"


def test_a_scope_that_does_not_exist_is_refused(client, partner):
    answer = asked(client, {**credentials(partner), "scope": "people:write"})

    assert (answer.status_code, answer.json()["error"]) == (400, "invalid_scope")
    assert not AccessToken.objects.exists()


@pytest.mark.parametrize("change", [{"is_active": False}, {"kind": "person"}])
def test_a_client_of_a_suspended_machine_or_of_a_person_gets_nothing(client, partner, change):
    User.objects.filter(pk=partner.user_id).update(**change)

    answer = asked(client, credentials(partner))

    assert (answer.status_code, answer.json()["error"]) == (401, "invalid_client")
    assert not AccessToken.objects.exists()


def test_a_client_of_nobody_gets_nothing(client):
    answer = asked(client, credentials(ClientFactory(user=None)))

    assert (answer.status_code, answer.json()["error"]) == (401, "invalid_client")


def test_a_wrong_secret_gives_nothing(client, partner):
    answers = [
        asked(client, credentials(partner, "guess")),
        asked(client, {}, **basic(partner, "guess")),
    ]

    assert [(answer.status_code, answer.json()["error"]) for answer in answers] == [
        (401, "invalid_client")
    ] * 2
    assert not AccessToken.objects.exists()


def test_the_secret_is_stored_as_a_hash(partner):
    partner.refresh_from_db()

    assert SECRET not in partner.client_secret


@pytest.mark.parametrize(
    "grant",
    [
        "password",
        "authorization_code",
        "refresh_token",
        "implicit",
        "urn:ietf:params:oauth:grant-type:device_code",
        "urn:ietf:params:oauth:grant-type:jwt-bearer",
    ],
)
def test_no_other_grant_is_known(client, partner, editor_a, grant):
    values = {
        "username": editor_a.email,
        "password": "x",
        "code": "x",
        "refresh_token": "x",
        "device_code": "x",
    }

    answer = client.post(ADDRESS, {**credentials(partner), **values, "grant_type": grant})

    assert (answer.status_code, answer.json()["error"]) == (400, "unsupported_grant_type")
    assert not AccessToken.objects.exists()


def test_credentials_in_the_address_are_refused(client, partner):
    address = f"{ADDRESS}?client_id={partner.client_id}&client_secret={SECRET}"

    answer = client.post(address, {"grant_type": "client_credentials"})

    assert answer.status_code in (400, 401)
    assert not AccessToken.objects.exists()


def test_nothing_else_of_oauth_is_mounted(client):
    names = {
        name for name in get_resolver().reverse_dict if isinstance(name, str) and "oauth" in name
    }
    addresses = (
        "authorize",
        "revoke_token",
        "introspect",
        "applications",
        "userinfo",
        "register",
        "device",
    )

    assert names == {"oauth_token"}
    assert [client.get(f"/oauth/{name}/").status_code for name in addresses] == [404] * len(
        addresses
    )


def test_the_look_up_needs_no_token_in_clear(client, partner):
    token = asked(client, credentials(partner)).json()["access_token"]

    stored = AccessToken.objects.get()

    assert stored.token_checksum == hashlib.sha256(token.encode()).hexdigest()


def test_reading_the_token_address_gives_nothing(client):
    assert client.get(ADDRESS).status_code == 405


def test_guessing_secrets_is_slowed_down(client, partner, settings):
    rates = {**settings.REST_FRAMEWORK["DEFAULT_THROTTLE_RATES"], "token": "2/min"}
    settings.REST_FRAMEWORK = {**settings.REST_FRAMEWORK, "DEFAULT_THROTTLE_RATES": rates}

    answers = [asked(client, credentials(partner, "guess")) for _ in range(3)]

    assert [answer.status_code for answer in answers] == [401, 401, 429]
    assert answers[2].json()["code"] == "too_many_requests"
    assert 1 <= int(answers[2]["Retry-After"]) <= 60
