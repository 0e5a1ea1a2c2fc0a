"""The cache of several processes: Redis, and this process's own memory while Redis does not answer."""

import logging
import time
from collections.abc import Callable
from typing import Any

from django.core.cache.backends.locmem import LocMemCache
from django.core.cache.backends.redis import RedisCache
from redis.exceptions import RedisError

logger = logging.getLogger(__name__)

# As long nobody asks again: otherwise every request would wait for the same silence.
PAUSE_SECONDS = 5.0


class _Absence:
    """Until when Redis is left alone, by this process's monotonic clock; shared by its threads."""

    ends_at = 0.0


def _steadily(name: str) -> Callable[..., Any]:
    in_redis, in_memory = getattr(RedisCache, name), getattr(LocMemCache, name)

    def call(cache: "SteadyRedisCache", *args: Any, **kwargs: Any) -> Any:
        if time.monotonic() >= _Absence.ends_at:
            try:
                return in_redis(cache, *args, **kwargs)
            except (RedisError, OSError) as error:
                _Absence.ends_at = time.monotonic() + PAUSE_SECONDS
                logger.warning("Redis does not answer (%s).", type(error).__name__)
        return in_memory(cache.memory, *args, **kwargs)

    return call


class SteadyRedisCache(RedisCache):
    """
    Counts and remembers in Redis; never lets a request fail, or wait twice, for it.

    What is kept here are counters of attempts and codes used once. While Redis is away each process
    goes on with its own: a limit then holds per process, which is weaker than in Redis and far better
    than nothing, and nobody is locked out.
    """

    def __init__(self, server: Any, params: dict[str, Any]) -> None:
        super().__init__(server, params)
        self.memory = LocMemCache("while Redis is away", {})

    add = _steadily("add")
    get = _steadily("get")
    set = _steadily("set")
    touch = _steadily("touch")
    delete = _steadily("delete")
    get_many = _steadily("get_many")
    has_key = _steadily("has_key")
    incr = _steadily("incr")
    set_many = _steadily("set_many")
    delete_many = _steadily("delete_many")
    clear = _steadily("clear")
