"""
One line and one count per request, and the id that ties together what was written about it.

Lines tell the route's name, never the address: an address may hold a one-time link, a search, a name.
"""

import re
import time
import uuid
from collections.abc import Callable
from http import HTTPStatus
from typing import Any

import structlog
from django.conf import settings
from django.http import HttpRequest, HttpResponseBase

from ots_portal.monitoring import figures

logger = structlog.stdlib.get_logger(__name__)

Answer = Callable[[HttpRequest], HttpResponseBase]
HEADER = "X-Request-ID"
# What nginx's $request_id makes, and what uuid4().hex does.
_WELL_FORMED = re.compile(r"[0-9a-f]{32}")
# Asked every few seconds by programs: a line is written only where the answer is a bad one.
_QUIET = frozenset({"healthz", "readyz", "readyz_deliveries", "metrics", "static"})


class RequestMiddleware:
    """Stands outside everything else, so that no answer goes out without a line."""

    def __init__(self, get_response: Answer) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        started = time.perf_counter()
        request_id = _request_id(request)
        structlog.contextvars.clear_contextvars()
        structlog.contextvars.bind_contextvars(request_id=request_id)
        try:
            response = self.get_response(request)
            _tell(request, response, seconds=time.perf_counter() - started)
        finally:
            structlog.contextvars.clear_contextvars()
        if response.status_code != HTTPStatus.NOT_FOUND:  # that answer is the same for everybody
            response[HEADER] = request_id
        return response

    def process_view(self, request: HttpRequest, *view: Any) -> None:
        structlog.contextvars.bind_contextvars(route=_route(request), **_person(request))


def _request_id(request: HttpRequest) -> str:
    """Return the proxy's id where it is one; anything else might carry a text into the lines."""
    given = request.headers.get(HEADER, "")
    return given if _WELL_FORMED.fullmatch(given) else uuid.uuid4().hex


def _tell(request: HttpRequest, response: HttpResponseBase, *, seconds: float) -> None:
    route, status = _route(request), response.status_code
    figures.count_request(route=route, method=str(request.method), status=status, seconds=seconds)
    if route in _QUIET and status < HTTPStatus.BAD_REQUEST:
        return
    method = request.method if request.method in figures.METHODS else "OTHER"
    told = {"method": method, "status": status, "duration_ms": round(seconds * 1000, 1)}
    tell = _by_status(status)
    tell("request", route=route, **told, **_person(request))


def _by_status(status: int) -> Callable[..., Any]:
    if status >= HTTPStatus.INTERNAL_SERVER_ERROR:
        return logger.error
    # Refused, and asked too often: what whoever watches for attacks wants to see.
    if status in (HTTPStatus.FORBIDDEN, HTTPStatus.TOO_MANY_REQUESTS):
        return logger.warning
    return logger.info


def _route(request: HttpRequest) -> str:
    if request.resolver_match and request.resolver_match.view_name:
        return request.resolver_match.view_name
    return "static" if request.path_info.startswith(settings.STATIC_URL) else "none"


def _person(request: HttpRequest) -> dict[str, str]:
    """Return the opaque id of whoever is known by now; nobody is looked up for a line."""
    # REST framework puts the caller in the first, Django keeps the session's person in the second.
    for place in ("user", "_cached_user"):
        pk = getattr(vars(request).get(place), "__dict__", {}).get("id")
        if isinstance(pk, uuid.UUID):
            return {"person": str(pk)}
    return {}
