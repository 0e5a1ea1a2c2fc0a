"""Health and figures, for programs: no session, no person, no text of a record."""

import hmac
from collections.abc import Callable
from http import HTTPStatus
from typing import Any

from django.conf import settings
from django.contrib.auth.decorators import login_not_required
from django.db import Error as DatabaseFailure
from django.db import connection
from django.http import Http404, HttpRequest, HttpResponse, JsonResponse
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe
from prometheus_client import CONTENT_TYPE_LATEST

from ots_portal.api.throttling import address_of
from ots_portal.clock import database_now
from ots_portal.monitoring import figures
from ots_portal.monitoring.readiness import Readiness, readiness
from ots_portal.notifications import health

LOOPBACK = frozenset({"127.0.0.1", "::1"})


@login_not_required
@never_cache
@require_safe
def healthz(request: HttpRequest) -> HttpResponse:
    """
    Say whether the portal can reach its database, and how late it is with its messages.

    Late messages are a light and never a status: who takes this process away for them takes the pages away
    from everybody, and delivers nothing sooner.
    """
    try:
        with connection.cursor() as cursor:
            cursor.execute("SELECT 1")
            cursor.fetchone()
    except DatabaseFailure:
        return JsonResponse({"status": "unavailable"}, status=HTTPStatus.SERVICE_UNAVAILABLE)
    return JsonResponse({"status": "ok", **_lights(request)})


def _lights(request: HttpRequest) -> dict[str, Any]:
    """Return the light of what people are told, and that of the webhooks."""
    try:
        late = health.lateness(at=database_now())
    except DatabaseFailure:  # an older database than the code: readyz says so
        return {"deliveries": {"light": "unknown"}, "webhooks": {"light": "unknown"}}
    return {
        "deliveries": _light(request, late.with_people),
        "webhooks": _light(request, late.with_systems),
    }


def _light(request: HttpRequest, seconds: float) -> dict[str, Any]:
    """Return the light; to whoever may know more, with the age of the oldest due row."""
    told: dict[str, Any] = {"light": str(health.light_of(seconds))}
    if _may_know_more(request):
        told["oldest_due_seconds"] = round(seconds, 1)
    return told


@login_not_required
@never_cache
@require_safe
def readyz(request: HttpRequest) -> HttpResponse:
    """For the balancer: 503 where this process cannot answer requests."""
    return _told(request, readiness(), is_well=lambda found: found.can_answer)


@login_not_required
@never_cache
@require_safe
def readyz_deliveries(request: HttpRequest) -> HttpResponse:
    """For a simple monitor: 503, too, where what was accepted is not being delivered."""
    return _told(request, readiness(), is_well=lambda found: found.delivers)


def _told(
    request: HttpRequest, found: Readiness, *, is_well: Callable[[Readiness], bool]
) -> HttpResponse:
    status = HTTPStatus.OK if is_well(found) else HTTPStatus.SERVICE_UNAVAILABLE
    body: dict[str, Any] = found.details() if _may_know_more(request) else found.summary()
    return JsonResponse(body, status=status)


def _may_know_more(request: HttpRequest) -> bool:
    return _shows_token(request) or address_of(request) in LOOPBACK


def _shows_token(request: HttpRequest) -> bool:
    wanted = settings.PORTAL_METRICS_TOKEN.encode()
    scheme, _space, shown = request.headers.get("Authorization", "").partition(" ")
    is_right = hmac.compare_digest(shown.strip().encode(), wanted)
    return bool(wanted) and scheme.lower() == "bearer" and is_right


@login_not_required
@never_cache
@require_safe
def metrics(request: HttpRequest) -> HttpResponse:
    """Give the figures to whoever shows the token; for everybody else there is no such page."""
    if not _shows_token(request):
        raise Http404
    return HttpResponse(figures.exposition(), content_type=CONTENT_TYPE_LATEST)
