"""
The cache in Redis, and what takes its place while Redis does not answer.

The cache only counts tries and remembers codes already used. Without it the portal goes on: each process
counts for itself until Redis is back.
"""

import logging
import threading
import time
from typing import Any

from django.core.cache.backends.locmem import LocMemCache
from django.core.cache.backends.redis import RedisCache
from redis.backoff import NoBackoff
from redis.exceptions import RedisError
from redis.retry import Retry

logger = logging.getLogger(__name__)

# A request asks a few times; all of it together stays under a second, also when Redis hangs.
WAIT_SECONDS = 0.4
SLOW_SECONDS = 0.2
PAUSE_SECONDS = 10


class Breaker:
    """Whether Redis is asked at all; shared by the process's threads."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._broken_until = 0.0

    def lets_through(self) -> bool:
        """Return whether to ask Redis; of those who come after a pause, one goes ahead and tries."""
        with self._lock:
            if not self._broken_until:
                return True
            if time.monotonic() < self._broken_until:
                return False
            self._broken_until = time.monotonic() + PAUSE_SECONDS
            return True

    def open(self) -> None:
        with self._lock:
            self._broken_until = time.monotonic() + PAUSE_SECONDS

    def close(self) -> None:
        with self._lock:
            self._broken_until = 0.0


_breakers: dict[str, Breaker] = {}


class ForgivingRedisCache(RedisCache):
    """Redis; while it is silent, a cache in the process's own memory."""

    def __init__(self, server: str, params: dict[str, Any]) -> None:
        waits = {"socket_timeout": WAIT_SECONDS, "socket_connect_timeout": WAIT_SECONDS}
        options = {**waits, "retry": Retry(NoBackoff(), 0), **params.get("OPTIONS", {})}
        super().__init__(server, {**params, "OPTIONS": options})
        self._breaker = _breakers.setdefault(str(server), Breaker())
        self._own_memory = LocMemCache(f"instead of {server}", {})

    def _ask(self, name: str, *args: Any, **kwargs: Any) -> Any:
        if self._breaker.lets_through():
            began_at = time.monotonic()
            try:
                answer = getattr(super(), name)(*args, **kwargs)
            except (RedisError, OSError) as error:
                self._breaker.open()
                logger.warning("Redis does not answer (%s): counting alone.", type(error).__name__)
            else:
                is_slow = time.monotonic() - began_at > SLOW_SECONDS
                self._breaker.open() if is_slow else self._breaker.close()
                return answer
        return getattr(self._own_memory, name)(*args, **kwargs)

    def add(self, *args: Any, **kwargs: Any) -> Any:
        return self._ask("add", *args, **kwargs)

    def get(self, *args: Any, **kwargs: Any) -> Any:
        return self._ask("get", *args, **kwargs)

    def set(self, *args: Any, **kwargs: Any) -> Any:
        return self._ask("set", *args, **kwargs)

    def touch(self, *args: Any, **kwargs: Any) -> Any:
        return self._ask("touch", *args, **kwargs)

    def delete(self, *args: Any, **kwargs: Any) -> Any:
        return self._ask("delete", *args, **kwargs)

    def incr(self, *args: Any, **kwargs: Any) -> Any:
        return self._ask("incr", *args, **kwargs)

    def has_key(self, *args: Any, **kwargs: Any) -> Any:
        return self._ask("has_key", *args, **kwargs)

    def get_many(self, *args: Any, **kwargs: Any) -> Any:
        return self._ask("get_many", *args, **kwargs)

    def set_many(self, *args: Any, **kwargs: Any) -> Any:
        return self._ask("set_many", *args, **kwargs)

    def delete_many(self, *args: Any, **kwargs: Any) -> Any:
        return self._ask("delete_many", *args, **kwargs)

    def clear(self) -> Any:
        return self._ask("clear")
