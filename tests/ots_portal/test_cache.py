"""A Redis that is gone, or that accepts and never answers, holds up nobody."""

import socket
import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from http.client import HTTPConnection

import pytest
from django.conf import settings
from django.core.cache.backends.locmem import LocMemCache
from redis.backoff import NoBackoff
from redis.retry import Retry

from ots_portal import cache as cache_module
from ots_portal.cache import SteadyRedisCache
from ots_portal.operation.processes import running, web_server
from tests.servers import free_port, wait_until

OPTIONS = {
    "socket_timeout": 0.5,
    "socket_connect_timeout": 0.5,
    "retry": Retry(NoBackoff(), 0),
}


@pytest.fixture(autouse=True)
def _nothing_known(monkeypatch):
    monkeypatch.setattr(cache_module._Absence, "ends_at", 0.0)
    LocMemCache("while Redis is away", {}).clear()


@pytest.fixture
def redis_address(redis_server) -> Iterator[str]:
    """A Redis for this test, left empty for the next."""
    yield redis_server
    a_cache(redis_server).clear()


@pytest.fixture
def silent_port() -> Iterator[int]:
    """A port whose listener takes every connection and never says a word."""
    with socket.create_server(("127.0.0.1", 0), backlog=50) as silent:
        yield silent.getsockname()[1]


def a_cache(address: str) -> SteadyRedisCache:
    return SteadyRedisCache(address, {"OPTIONS": OPTIONS})


def seconds_of(call) -> float:
    started = time.monotonic()
    call()
    return time.monotonic() - started


def test_what_is_kept_is_kept_in_redis(redis_address):
    a_cache(redis_address).set("code", "used", 60)

    assert a_cache(redis_address).get("code") == "used"
    assert LocMemCache("while Redis is away", {}).get("code") is None


def test_a_silent_redis_costs_less_than_a_second_and_the_next_call_nothing(silent_port):
    cache = a_cache(f"redis://127.0.0.1:{silent_port}/0")

    first = seconds_of(lambda: cache.add("calls", 1, 60))
    second = seconds_of(lambda: cache.incr("calls"))

    assert (first < 0.9, second < 0.1) == (True, True), (first, second)


def test_nobody_queues_behind_a_silent_redis(silent_port):
    cache = a_cache(f"redis://127.0.0.1:{silent_port}/0")

    with ThreadPoolExecutor(8) as pool:
        seconds = list(
            pool.map(lambda n: seconds_of(lambda: cache.add(f"calls{n}", 1, 60)), range(8))
        )

    assert max(seconds) < 0.9


def test_while_redis_is_away_the_process_counts_by_itself():
    cache = a_cache("redis://127.0.0.1:1/0")

    counted = [cache.add("calls", 1, 60), cache.add("calls", 1, 60), cache.incr("calls")]

    assert (counted, cache.get("calls")) == ([True, False, 2], 2)


def test_a_key_that_is_missing_stays_the_callers_error(redis_address):
    with pytest.raises(ValueError, match="not found"):
        a_cache(redis_address).incr("nothing")


def test_after_a_pause_redis_is_asked_again(redis_address, monkeypatch):
    a_cache("redis://127.0.0.1:1/0").set("code", "in memory", 60)
    monkeypatch.setattr(cache_module._Absence, "ends_at", time.monotonic())

    a_cache(redis_address).set("code", "in Redis", 60)

    assert a_cache(redis_address).get("code") == "in Redis"


def test_every_way_of_using_a_cache_is_steady():
    own = {
        name
        for name, value in vars(SteadyRedisCache.__mro__[1]).items()
        if not name.startswith("_") and callable(value) and name != "get_backend_timeout"
    }

    assert own - set(vars(SteadyRedisCache)) == set()


def test_the_portal_uses_it_where_there_is_redis_and_tries_once(with_settings):
    lines = "cache = settings.CACHES['default']; print(cache['BACKEND'], cache['OPTIONS']['retry']._retries)"

    said = with_settings(lines, OTS_REDIS_URL="redis://127.0.0.1:1/0")

    assert (said.stdout, said.stderr) == ("ots_portal.cache.SteadyRedisCache 0\n", "")


@pytest.mark.slow
def test_pages_and_endpoints_do_not_wait_for_a_silent_redis(
    silent_port, outside_environment, tmp_path
):
    """F07: through a real server; the sign-in page counts attempts, the API calls."""
    port = free_port()
    environment = {
        **outside_environment,
        "OTS_REDIS_URL": f"redis://127.0.0.1:{silent_port}/0",
        "OTS_ADDRESS": f"http://127.0.0.1:{port}",
    }
    web = [web_server(port=port)]
    with running(
        web, folder=settings.BASE_DIR, environment=environment, logs=tmp_path / "log"
    ) as started:
        wait_until(lambda: _status(port, "/readyz") is not None, programs=started, seconds=60)
        answers = [
            _timed(port, "GET", "/api/v1/"),
            _timed(port, "GET", "/accounts/login/"),
            _timed(port, "POST", "/oauth/token/"),
            _timed(port, "POST", "/accounts/login/"),
        ]

    assert [status for status, _seconds in answers] == [200, 200, 400, 403]
    assert max(seconds for _status, seconds in answers) < 1, answers


def _status(port: int, path: str) -> int | None:
    try:
        return _timed(port, "GET", path)[0]
    except OSError:
        return None


def _timed(port: int, method: str, path: str) -> tuple[int, float]:
    started = time.monotonic()
    connection = HTTPConnection("127.0.0.1", port, timeout=20)
    connection.request(method, path)
    status = connection.getresponse().status
    connection.close()
    return status, time.monotonic() - started
