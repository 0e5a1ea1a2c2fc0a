"""Credentials of partner systems: dead at once when ended, bound to networks, last used when and from where."""

from datetime import timedelta

import pytest
from django.utils import timezone
from oauth2_provider.models import AccessToken

from ots_portal.api import credentials, networks
from ots_portal.api.models import Credential
from ots_portal.audit.models import AuditEntry
from tests.factories.api import SECRET, ClientFactory, TokenFactory, header_of
from tests.factories.incidents import IncidentFactory
from tests.factories.people import MachineFactory
from tests.factories.systems import CredentialFactory, SystemFactory

LIST = "/api/v1/incidents/"
A_MINUTE = timedelta(minutes=1)


@pytest.fixture
def system(turkiye):
    return SystemFactory(user=MachineFactory(participant=turkiye), networks=[])


@pytest.fixture
def application(system):
    return CredentialFactory(application=ClientFactory(user=system.user)).application


@pytest.fixture
def header(application):
    return header_of(TokenFactory(application=application))


def held(application):
    return Credential.objects.get(application=application)


def token_for(client, application, **more):
    asked = {"grant_type": "client_credentials", "client_id": application.client_id}
    return client.post("/oauth/token/", {**asked, "client_secret": SECRET}, **more)


def allow(system, *listed):
    system.networks = list(listed)
    system.save()


# ── ended ───────────────────────────────────────────────────────────────────────────────────────
def test_credentials_that_end_are_dead_on_the_very_next_call(client, application, header):
    before = client.get(LIST, **header).status_code
    Credential.objects.filter(application=application).update(ends_at=timezone.now())

    answer = client.get(LIST, **header)

    assert (before, answer.status_code, answer.json()["code"]) == (200, 401, "invalid_token")
    assert token_for(client, application).status_code == 401


def test_credentials_that_will_end_hold_until_then(client, application, header):
    later = timezone.now() + timedelta(hours=1)
    Credential.objects.filter(application=application).update(ends_at=later)

    assert client.get(LIST, **header).status_code == 200
    assert token_for(client, application).status_code == 200


def test_a_suspended_machine_is_dead_on_the_very_next_call(client, system, application, header):
    before = client.get(LIST, **header).status_code
    type(system.user).objects.filter(pk=system.user_id).update(is_active=False)

    assert (before, client.get(LIST, **header).status_code) == (200, 401)
    assert token_for(client, application).status_code == 401


def test_two_credentials_of_one_system_hold_side_by_side(client, system, header):
    other = CredentialFactory(application=ClientFactory(user=system.user)).application
    others = header_of(TokenFactory(application=other))
    Credential.objects.exclude(application=other).update(ends_at=timezone.now())

    assert [client.get(LIST, **one).status_code for one in (header, others)] == [401, 200]


# ── from where ──────────────────────────────────────────────────────────────────────────────────
@pytest.mark.parametrize(
    ("listed", "address", "is_allowed"),
    [
        (["192.0.2.0/24"], "192.0.2.7", True),
        (["192.0.2.0/24"], "192.0.3.7", False),
        (["192.0.2.7/32"], "192.0.2.7", True),
        (["2001:db8::/48"], "2001:db8:0:1::7", True),
        (["2001:db8::/48"], "2001:db8:1::7", False),
        (["192.0.2.0/24"], "::ffff:192.0.2.7", True),  # IPv4 inside IPv6
        (["192.0.2.0/24"], "2001:db8::7", False),
        (["2001:db8::/48", "192.0.2.0/24"], "192.0.2.9", True),
        (["192.0.2.0/24"], "unknown", False),
        ([], "203.0.113.9", True),
    ],
)
def test_a_system_calls_from_its_networks_alone(
    client, system, header, listed, address, is_allowed
):
    allow(system, *listed)

    answer = client.get(LIST, **header, REMOTE_ADDR=address)

    assert answer.status_code == (200 if is_allowed else 403)
    if not is_allowed:
        assert answer.json()["code"] == "address_not_allowed"


def test_no_token_is_given_to_a_wrong_address(client, system, application):
    allow(system, "192.0.2.0/24")

    refused = token_for(client, application, REMOTE_ADDR="203.0.113.9")

    assert (refused.status_code, refused.json()["error"]) == (401, "unauthorized_client")
    assert token_for(client, application, REMOTE_ADDR="192.0.2.1").status_code == 200
    assert AccessToken.objects.count() == 1


def test_whoever_has_not_the_secret_does_not_learn_that_the_address_is_wrong(
    client, system, application
):
    allow(system, "192.0.2.0/24")
    asked = {"grant_type": "client_credentials", "client_id": application.client_id}

    answer = client.post(
        "/oauth/token/", {**asked, "client_secret": "guessed"}, REMOTE_ADDR="203.0.113.9"
    )

    assert (answer.status_code, answer.json()["error"]) == (401, "invalid_client")
    assert held(application).refused_at is None


@pytest.mark.parametrize(
    ("proxies", "status"),
    [(0, 403), (1, 200), (2, 403)],
)
def test_the_address_is_the_one_that_the_trusted_proxies_saw(
    client, settings, system, header, proxies, status
):
    """Whoever stands before the trusted proxies may write into the field whatever they like."""
    settings.REST_FRAMEWORK = {**settings.REST_FRAMEWORK, "NUM_PROXIES": proxies}
    allow(system, "192.0.2.0/24")

    answer = client.get(
        LIST,
        **header,
        REMOTE_ADDR="203.0.113.1",
        HTTP_X_FORWARDED_FOR="203.0.113.66, 192.0.2.7",
    )

    assert answer.status_code == status


def test_a_refusal_is_noted_and_told_once_a_day(client, system, application, header):
    allow(system, "192.0.2.0/24")

    for _again in range(3):
        client.get(LIST, **header, REMOTE_ADDR="203.0.113.9")
    an_hour_ago = timezone.now() - timedelta(hours=1)
    Credential.objects.update(refused_at=an_hour_ago)
    client.get(LIST, **header, REMOTE_ADDR="203.0.113.10")

    (entry,) = AuditEntry.objects.filter(kind="api.partner_system.refused")
    assert (entry.subject_id, entry.participant) == (str(system.pk), "turkiye")
    assert entry.data["client"] == application.client_id
    assert "203.0.113" not in entry.body
    assert (held(application).refused_from, held(application).last_used_at) == (
        "203.0.113.10",
        None,
    )


@pytest.mark.parametrize(
    "text",
    ["192.0.2.7/24", "300.1.1.1", "192.0.2.0/33", "host", "", "::/129", "fe80::1%eth0"],
)
def test_what_is_no_network_is_refused(text):
    with pytest.raises(ValueError, match=r"does not appear|has host bits"):
        networks.normalised(text)


# ── last use ────────────────────────────────────────────────────────────────────────────────────
@pytest.mark.parametrize(
    ("text", "stored"),
    [
        ("::ffff:192.0.2.7", "192.0.2.7/32"),
        ("::ffff:192.0.2.0/120", "192.0.2.0/24"),
        ("2001:db8::/48", "2001:db8::/48"),
        ("::/0", "::/0"),
    ],
)
def test_ipv4_inside_ipv6_is_stored_as_callers_are_read(text, stored):
    assert networks.normalised(text) == stored


def test_a_network_written_as_ipv4_inside_ipv6_lets_its_addresses_call():
    listed = [networks.normalised("::ffff:192.0.2.0/120")]

    found = [
        networks.is_within(one, listed) for one in ("192.0.2.7", "::ffff:192.0.2.7", "192.0.3.7")
    ]

    assert found == [True, True, False]


def test_an_address_with_a_zone_is_noted_without_it(client, application, header):
    answer = client.get("/api/v1/incidents/", REMOTE_ADDR="fe80::1%eth0", **header)

    assert answer.status_code == 200
    assert held(application).last_used_from == "fe80::1"


def test_the_last_use_is_known_with_its_address(client, application, header):
    client.get(LIST, **header, REMOTE_ADDR="192.0.2.7")

    noted = held(application)
    assert noted.last_used_from == "192.0.2.7"
    assert timezone.now() - noted.last_used_at < A_MINUTE


def test_asking_for_a_token_is_a_use(client, application):
    token_for(client, application, REMOTE_ADDR="2001:db8::7")

    assert held(application).last_used_from == "2001:db8::7"


def test_within_a_minute_nothing_is_written(client, application, header, django_assert_num_queries):
    client.get(LIST, **header)
    noted = held(application).last_used_at

    with django_assert_num_queries(2):  # the token with all that hangs on it; the list
        client.get(LIST, **header)

    assert held(application).last_used_at == noted


def test_after_a_minute_it_is_written_again(client, application, header):
    long_ago = timezone.now() - A_MINUTE
    Credential.objects.update(last_used_at=long_ago)

    client.get(LIST, **header)

    assert held(application).last_used_at > long_ago


def test_of_calls_at_once_one_writes(application):
    at = timezone.now()
    (first, second) = (type(application).objects.get(pk=application.pk) for _both in range(2))
    both_read = [credentials.credential_of(one).last_used_at for one in (first, second)]

    credentials.note_use(first, "192.0.2.1", at=at)
    credentials.note_use(second, "192.0.2.2", at=at)

    assert (both_read, held(application).last_used_from) == ([None, None], "192.0.2.1")


def test_a_client_that_the_operator_made_is_known_from_its_first_call(client, system):
    made = ClientFactory(user=system.user)

    client.get(LIST, **header_of(TokenFactory(application=made)), REMOTE_ADDR="192.0.2.7")

    assert held(made).last_used_from == "192.0.2.7"


# ── what it may ask for ─────────────────────────────────────────────────────────────────────────
def test_a_token_has_no_scope_that_the_head_has_not_given(client, system, application):
    asked = {"grant_type": "client_credentials", "client_id": application.client_id}
    asked |= {"client_secret": SECRET}

    beyond = client.post("/oauth/token/", {**asked, "scope": "meetings:read"})
    usual = client.post("/oauth/token/", asked)

    assert (beyond.status_code, beyond.json()["error"]) == (400, "invalid_scope")
    assert usual.json()["scope"] == "incidents:read"


def test_it_reads_what_readers_read_and_no_more(client, system, header, azerbaijan):
    seen = IncidentFactory(participant=system.user.participant, status="active")
    IncidentFactory(participant=azerbaijan, status="draft")

    rows = client.get(LIST, **header).json()["results"]

    assert [row["id"] for row in rows] == [str(seen.pk)]
