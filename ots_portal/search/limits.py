"""How often somebody who has not signed in may search: each search asks the whole index."""

from typing import Any

from rest_framework.request import Request
from rest_framework.throttling import BaseThrottle

from ots_portal.api.throttling import address_of, count_call


def seconds_to_wait(request: Any) -> int:
    """
    Count one more search of a visitor from this network address; 0: it may be answered.

    Whoever is signed in is not counted here. While Redis does not answer each process counts for itself
    (``caching.ForgivingRedisCache``).
    """
    if request.user.is_authenticated:
        return 0
    count = count_call("search", address_of(request))
    return max(1, count.seconds_left) if count.is_exceeded else 0


class VisitorThrottle(BaseThrottle):
    """The same for programs, beside the limit that every caller of the API has."""

    seconds_left = 0

    def allow_request(self, request: Request, view: Any) -> bool:
        self.seconds_left = seconds_to_wait(request)
        return not self.seconds_left

    def wait(self) -> float:
        return self.seconds_left
