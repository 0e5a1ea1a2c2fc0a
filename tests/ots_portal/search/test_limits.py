"""How often somebody without sign-in may search."""

import pytest
from django.core.cache import cache
from django.test import Client
from redis.exceptions import ConnectionError as CacheIsGone

from ots_portal.api import throttling
from ots_portal.caching import ForgivingRedisCache
from tests.factories.api import bearer
from tests.factories.sessions import sign_in

PAGE, ENDPOINT = "/search/", "/api/v1/search/"


@pytest.fixture(autouse=True)
def _two_a_minute(settings):
    rates = {**settings.REST_FRAMEWORK["DEFAULT_THROTTLE_RATES"], "search": "2/min"}
    settings.REST_FRAMEWORK = {**settings.REST_FRAMEWORK, "DEFAULT_THROTTLE_RATES": rates}


def statuses(client, *addresses, **headers):
    return [client.get(address, {"q": "kura"}, **headers).status_code for address in addresses]


def test_a_visitor_who_searches_too_often_waits(client):
    *_answered, answer = [client.get(PAGE, {"q": "kura"}) for _time in range(3)]

    text = answer.content.decode()
    assert (
        answer.status_code,
        1 <= int(answer["Retry-After"]) <= 60,
        f"Try again in {answer['Retry-After']} second" in text,
        "login/?next=/search/%3Fq%3Dkura" in text,
        answer["Cache-Control"],
        set(answer.cookies),
    ) == (429, True, True, True, "no-store", set())


def test_the_page_comes_in_the_readers_language(client):
    answers = [client.get(PAGE, {"q": "kura"}, headers={"Accept-Language": "tr"}) for _ in range(3)]

    assert (answers[2].status_code, answers[2]["Content-Language"]) == (429, "tr")


def test_page_and_endpoint_count_together(client):
    assert statuses(client, PAGE, ENDPOINT, ENDPOINT, PAGE) == [200, 200, 429, 429]


def test_a_program_is_told_by_a_problem(client):
    *_answered, answer = [client.get(ENDPOINT, {"q": "kura"}) for _time in range(3)]

    assert (answer["Content-Type"], answer.json()["code"], int(answer["Retry-After"]) >= 1) == (
        "application/problem+json",
        "too_many_requests",
        True,
    )


def test_the_empty_page_is_not_counted(client):
    assert [client.get(PAGE).status_code for _time in range(4)] == [200] * 4


def test_whoever_is_signed_in_is_not_held_back(client, reader_a, machine_a):
    sign_in(client, reader_a)
    person = statuses(client, PAGE, PAGE, PAGE, ENDPOINT)
    machine = statuses(Client(), *[ENDPOINT] * 4, **bearer(machine_a, "incidents:read"))

    assert (person, machine) == ([200] * 4, [200] * 4)


def test_another_network_is_counted_by_itself(client):
    first = statuses(client, PAGE, PAGE, PAGE)
    second = statuses(client, PAGE, REMOTE_ADDR="192.0.2.7")

    assert (first, second) == ([200, 200, 429], [200])


def test_a_header_makes_no_other_visitor(client):
    found = [
        client.get(PAGE, {"q": "kura"}, headers={"X-Forwarded-For": f"192.0.2.{n}"}).status_code
        for n in range(3)
    ]

    assert found == [200, 200, 429]


def test_while_redis_is_away_each_process_counts_for_itself(client, monkeypatch):
    """Nobody listens there: the limit holds all the same, in the process's own memory."""
    alone = ForgivingRedisCache("redis://127.0.0.1:1/0", {})
    monkeypatch.setattr(throttling, "cache", alone)

    assert statuses(client, PAGE, PAGE, PAGE) == [200, 200, 429]


@pytest.mark.parametrize("failure", [CacheIsGone, OSError])
def test_without_any_counter_a_search_is_answered(client, monkeypatch, failure):
    def fail(*args, **kwargs):
        raise failure("no cache")

    monkeypatch.setattr(type(cache._connections["default"]), "add", fail)

    assert statuses(client, PAGE, PAGE, PAGE, ENDPOINT) == [200] * 4
