"""How often one caller may call: a counter per caller and window, told in RateLimit headers."""

import logging
import time
from dataclasses import dataclass
from typing import Any

from django.core.cache import cache
from redis.exceptions import RedisError
from rest_framework.request import Request
from rest_framework.settings import api_settings
from rest_framework.throttling import BaseThrottle

logger = logging.getLogger(__name__)

PERIODS = {"s": 1, "m": 60, "h": 3600, "d": 86400}


@dataclass(frozen=True)
class Count:
    """How many calls of ``limit`` were made in the present window of ``period`` seconds."""

    calls: int
    limit: int
    period: int
    seconds_left: int

    @property
    def is_exceeded(self) -> bool:
        return self.calls > self.limit


def count_call(rate: str, caller: str) -> Count:
    """
    Count one more call against the rate of that name ("600/min" in settings).

    Without its cache the portal goes on answering: a limit is no reason to refuse an alert.
    """
    limit, period = _limit_of(str(api_settings.DEFAULT_THROTTLE_RATES[rate]))
    window, elapsed = divmod(int(time.time()), period)
    calls = _counted(f"calls:{rate}:{caller}:{window}", period)
    return Count(calls, limit, period, period - elapsed)


def _limit_of(text: str) -> tuple[int, int]:
    """Read "600/min" as (600, 60)."""
    limit, _slash, period = text.partition("/")
    return int(limit), PERIODS[period[0]]


def _counted(key: str, period: int) -> int:
    try:
        return 1 if cache.add(key, 1, timeout=period * 2) else cache.incr(key)
    except (RedisError, OSError, ValueError):  # ValueError: the key went between the two
        logger.warning("The cache does not answer: calls are not counted.")
        return 0


class CallerThrottle(BaseThrottle):
    """Counts calls per user, or per network address where nobody is known."""

    seconds_left = 0

    def allow_request(self, request: Request, view: Any) -> bool:
        count = count_call("caller", str(request.user.pk or self.get_ident(request)))
        self.seconds_left = count.seconds_left
        # RateLimit header fields for HTTP, draft-ietf-httpapi-ratelimit-headers-09
        left = max(0, count.limit - count.calls)
        view.headers["RateLimit-Policy"] = f'"caller";q={count.limit};w={count.period}'
        view.headers["RateLimit"] = f'"caller";r={left};t={count.seconds_left}'
        return not count.is_exceeded

    def wait(self) -> float:
        return self.seconds_left


def address_of(request: Any) -> str:
    """Return the caller's network address, as the outermost trusted proxy saw it."""
    return str(BaseThrottle().get_ident(request))
