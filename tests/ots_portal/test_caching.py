"""The cache while Redis is well, gone, silent and slow (security.md F07): a real one behind a proxy."""

import socket
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from http.client import HTTPConnection
from itertools import count

import pytest
from django.conf import settings
from django.core.cache.backends.redis import RedisCache

from ots_portal import caching
from ots_portal.caching import ForgivingRedisCache
from ots_portal.operation.processes import running, web_server
from tests.servers import free_port, wait_until

NUMBERS = count()


@contextmanager
def silent_server(pause_seconds: float = 3600) -> Iterator[str]:
    """Accepts and answers "+OK" only after a pause, as a Redis that hangs or is slow."""
    listening = socket.create_server(("127.0.0.1", 0))
    is_over = threading.Event()

    def serve(connection: socket.socket) -> None:
        with connection:
            while connection.recv(65_536):
                if is_over.wait(pause_seconds):
                    return
                connection.sendall(b"+OK\r\n")

    def accept() -> None:
        while True:
            try:
                connection, _address = listening.accept()
            except OSError:
                return
            threading.Thread(target=serve, args=[connection], daemon=True).start()

    threading.Thread(target=accept, daemon=True).start()
    try:
        yield f"redis://127.0.0.1:{listening.getsockname()[1]}/0"
    finally:
        is_over.set()
        listening.close()


def seconds(work) -> float:
    began_at = time.monotonic()
    work()
    return time.monotonic() - began_at


def test_request_during_silence_waits_less_than_a_second():
    with silent_server() as address:
        cache = ForgivingRedisCache(address, {})

        waited = seconds(lambda: [cache.set(f"key-{n}", n) for n in range(20)])

        assert waited < 1
        assert cache.get("key-7") == 7


def test_counters_go_on_in_the_process_itself_when_redis_is_gone():
    cache = ForgivingRedisCache(f"redis://127.0.0.1:{free_port()}/0", {})

    assert (cache.add("tries", 1), cache.add("tries", 1), cache.incr("tries")) == (True, False, 2)
    assert (cache.has_key("tries"), cache.get_many(["tries"])) == (True, {"tries": 2})
    assert (cache.delete("tries"), cache.get("tries")) == (True, None)


def test_threads_share_what_they_know_of_the_silence():
    with silent_server() as address:
        ForgivingRedisCache(address, {}).get("key")
        other_thread = ForgivingRedisCache(address, {})

        assert seconds(lambda: other_thread.get("key")) < 0.1


def test_slow_redis_is_left_alone_for_a_while():
    with silent_server(pause_seconds=0.25) as address:
        cache = ForgivingRedisCache(address, {"OPTIONS": {"protocol": 2}})

        assert seconds(lambda: [cache.touch("key") for _time in range(10)]) < 1


def test_redis_is_asked_again_after_the_pause(monkeypatch):
    monkeypatch.setattr(caching, "PAUSE_SECONDS", 0.05)
    breaker = caching.Breaker()
    breaker.open()
    during = breaker.lets_through()
    time.sleep(0.06)
    after = [breaker.lets_through(), breaker.lets_through()]

    breaker.close()

    assert (during, after, breaker.lets_through()) == (False, [True, False], True)


@pytest.mark.parametrize("method", ["get", "delete", "has_key"])
def test_pages_are_not_disturbed(method):
    cache = ForgivingRedisCache(f"redis://127.0.0.1:{free_port()}/{next(NUMBERS)}", {})

    assert not getattr(cache, method)("nothing")


def test_what_is_kept_is_kept_in_redis(redis_server):
    ForgivingRedisCache(redis_server, {}).set("code", "used", 60)

    cache = ForgivingRedisCache(redis_server, {})

    assert (cache.get("code"), cache._own_memory.get("code")) == ("used", None)


def test_a_key_that_is_missing_stays_the_callers_error(redis_server):
    with pytest.raises(ValueError, match="not found"):
        ForgivingRedisCache(redis_server, {}).incr("nothing")


def test_every_way_of_using_a_cache_is_forgiving():
    used = {
        name
        for name, value in vars(RedisCache).items()
        if not name.startswith("_") and callable(value) and name != "get_backend_timeout"
    }

    assert used - set(vars(ForgivingRedisCache)) == set()


def test_the_portal_uses_it_where_there_is_redis(with_settings):
    said = with_settings(
        "print(settings.CACHES['default']['BACKEND'])", OTS_REDIS_URL="redis://127.0.0.1:1/0"
    )

    assert (said.stdout, said.stderr) == ("ots_portal.caching.ForgivingRedisCache\n", "")


@pytest.mark.slow
def test_pages_and_endpoints_do_not_wait_for_a_silent_redis(outside_environment, tmp_path):
    """F07: through a real server; the sign-in page counts attempts, the API calls."""
    with silent_server() as silent:
        port = free_port()
        environment = {
            **outside_environment,
            "OTS_REDIS_URL": silent,
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
