import pytest
from django.core.cache import cache
from django.test import Client
from redis.exceptions import ConnectionError as CacheIsGone

from tests.factories.api import SECRET, ClientFactory, bearer

INCIDENTS = "/api/v1/incidents/"


@pytest.fixture
def _two_a_minute(settings):
    settings.REST_FRAMEWORK = {
        **settings.REST_FRAMEWORK,
        "DEFAULT_THROTTLE_RATES": {"caller": "2/min", "token": "60/min"},
    }


@pytest.mark.usefixtures("_two_a_minute")
def test_who_calls_too_often_waits(client, machine_a, machine_b):
    header = bearer(machine_a, "incidents:read")
    answers = [client.get(INCIDENTS, **header) for _time in range(3)]
    other = client.get(INCIDENTS, **bearer(machine_b, "incidents:read"))

    assert [answer.status_code for answer in answers] == [200, 200, 429]
    assert (answers[2]["Content-Type"], answers[2].json()["code"]) == (
        "application/problem+json",
        "too_many_requests",
    )
    assert 1 <= int(answers[2]["Retry-After"]) <= 60
    assert other.status_code == 200


@pytest.mark.usefixtures("_two_a_minute")
def test_what_is_left_is_told(client, machine_a):
    answer = client.get(INCIDENTS, **bearer(machine_a, "incidents:read"))

    assert answer["RateLimit-Policy"] == '"caller";q=2;w=60'
    assert answer["RateLimit"].startswith('"caller";r=1;t=')


@pytest.mark.usefixtures("_two_a_minute")
def test_a_header_does_not_make_another_caller(client):
    answers = [client.get("/api/v1/", HTTP_X_FORWARDED_FOR=f"192.0.2.{n}") for n in range(3)]

    assert [answer.status_code for answer in answers] == [200, 200, 429]


@pytest.mark.usefixtures("_two_a_minute")
@pytest.mark.parametrize("failure", [CacheIsGone, OSError])
def test_without_the_cache_the_portal_goes_on(client, machine_a, monkeypatch, failure):
    def fail(*args, **kwargs):
        raise failure("no cache")

    header = bearer(machine_a, "incidents:read")
    monkeypatch.setattr(type(cache._connections["default"]), "add", fail)

    answers = [client.get(INCIDENTS, **header) for _time in range(3)]

    assert [answer.status_code for answer in answers] == [200] * 3


def test_tokens_are_asked_for_without_a_form(machine_a):
    application = ClientFactory(user=machine_a)
    credentials = {"client_id": application.client_id, "client_secret": SECRET}

    answer = Client(enforce_csrf_checks=True).post(
        "/oauth/token/", {"grant_type": "client_credentials", **credentials}
    )

    assert (answer.status_code, answer.json()["expires_in"]) == (200, 900)
