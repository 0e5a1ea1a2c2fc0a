import hashlib
import uuid
from http import HTTPStatus
from zoneinfo import ZoneInfo

from django.conf import settings
from django.contrib import messages as told
from django.contrib.auth.decorators import login_not_required
from django.core.exceptions import ValidationError
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseNotModified
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone, translation
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from ots_portal.access.stepup import step_up_required
from ots_portal.api.throttling import address_of as network_address_of
from ots_portal.api.throttling import count_call
from ots_portal.clock import database_now
from ots_portal.people.http import PortalRequest
from ots_portal.personal_feeds import calendar, messages, published, queries, services
from ots_portal.personal_feeds.forms import AddressForm
from ots_portal.personal_feeds.models import FeedAddress, FeedKind

NAMES = {
    FeedKind.CALENDAR: "personal_feeds:calendar",
    FeedKind.MESSAGES: "personal_feeds:messages",
    FeedKind.PUBLISHED: "personal_feeds:published",
}


# ── the page ────────────────────────────────────────────────────────────────────────────────────


@require_safe
def address_list(request: PortalRequest) -> HttpResponse:
    return _page(request, AddressForm())


def _page(
    request: PortalRequest,
    form: AddressForm,
    *,
    made: services.Made | None = None,
    status: int = 200,
) -> HttpResponse:
    context = {
        "form": form,
        "addresses": queries.in_use_by(request.user),
        "made": made.address if made else None,
        "secret_address": _full_address(made) if made else "",
    }
    return render(request, "personal_feeds/address_list.html", context, status=status)


def _full_address(made: services.Made) -> str:
    kind = FeedKind(made.address.kind)
    return f"{settings.PORTAL_ADDRESS}{reverse(NAMES[kind], args=[made.secret])}"


@require_POST
@step_up_required
def make(request: PortalRequest) -> HttpResponse:
    """Make an address and show it, this once: its secret is kept nowhere."""
    form = AddressForm(request.POST)
    if not form.is_valid():
        return _page(request, form, status=422)
    try:
        made = services.make(
            kind=FeedKind(form.cleaned_data["kind"]),
            name=form.cleaned_data["name"],
            by=request.user,
            at=database_now(),
        )
    except ValidationError as error:
        form.add_error(None, error)
        return _page(request, form, status=422)
    return _page(request, AddressForm(), made=made)


@require_POST
def revoke(request: PortalRequest, pk: uuid.UUID) -> HttpResponse:
    address = get_object_or_404(queries.visible_to(request.user), pk=pk)
    services.revoke(address, by=request.user, at=database_now())
    told.success(
        request, _("The address of “%(name)s” answers nobody any more.") % {"name": address.name}
    )
    return redirect("personal_feeds:list")


@require_POST
def revoke_of_person(request: PortalRequest, pk: uuid.UUID) -> HttpResponse:
    """Revoke another's address, from the person's page."""
    address = get_object_or_404(queries.looked_after_by(request.user), pk=pk)
    services.revoke(address, by=request.user, at=database_now())
    done = _("The address of “%(name)s” answers nobody any more; the person is being told.")
    told.success(request, done % {"name": address.name})
    return redirect("staff:detail", address.user_id)


# ── what programs read ──────────────────────────────────────────────────────────────────────────


@login_not_required
@require_http_methods(["GET", "HEAD"])
def calendar_feed(request: HttpRequest, secret: str) -> HttpResponse:
    """Answer the calendar of whoever the secret belongs to, as that person may see it now."""
    if seconds := _seconds_to_wait(request):
        return _later(seconds)
    user = _opened(secret, FeedKind.CALENDAR).user
    with translation.override(user.language), timezone.override(ZoneInfo(user.time_zone)):
        entries = calendar.entries_of(user, at=database_now())
        body = calendar.calendar_of(user, entries)
    return _answer(request, body, "text/calendar; charset=utf-8", name="ots.ics")


@login_not_required
@require_http_methods(["GET", "HEAD"])
def messages_feed(request: HttpRequest, secret: str) -> HttpResponse:
    """Answer the newest messages of whoever the secret belongs to."""
    if seconds := _seconds_to_wait(request):
        return _later(seconds)
    user = _opened(secret, FeedKind.MESSAGES).user
    here = settings.PORTAL_ADDRESS + reverse("personal_feeds:list")
    with translation.override(user.language), timezone.override(ZoneInfo(user.time_zone)):
        body = messages.feed_of(user, messages.latest(user), address=here)
    return _answer(request, body, "application/atom+xml; charset=utf-8", name="ots.atom")


@login_not_required
@require_http_methods(["GET", "HEAD"])
def published_feed(request: HttpRequest, secret: str) -> HttpResponse:
    """Answer what is published to whoever the secret belongs to, as that person may read it now."""
    if seconds := _seconds_to_wait(request):
        return _later(seconds)
    user = _opened(secret, FeedKind.PUBLISHED).user
    here = settings.PORTAL_ADDRESS + reverse("personal_feeds:list")
    with translation.override(user.language), timezone.override(ZoneInfo(user.time_zone)):
        body = published.feed_of(user, address=here)
    return _answer(request, body, "application/atom+xml; charset=utf-8", name="ots-published.atom")


def _seconds_to_wait(request: HttpRequest) -> int:
    """Count one more reading from this network address; 0: it may be answered."""
    count = count_call("feeds", network_address_of(request))
    return max(1, count.seconds_left) if count.is_exceeded else 0


def _later(seconds: int) -> HttpResponse:
    """Ask a program to come again; it would drop an address that answered 404."""
    answer = HttpResponse(status=HTTPStatus.TOO_MANY_REQUESTS, content_type="text/plain")
    answer["Retry-After"] = str(seconds)
    return answer


def _opened(secret: str, kind: FeedKind) -> FeedAddress:
    """:raises Http404: for an unknown or revoked secret, and where its owner may not come in: all look alike"""
    address = queries.address_of(secret, kind)
    if address is None:
        raise Http404
    services.note_reading(address, at=database_now())
    return address


def _answer(request: HttpRequest, body: bytes, content_type: str, *, name: str) -> HttpResponse:
    tag = f'"{hashlib.sha256(body).hexdigest()[:32]}"'
    held = [
        mark.strip().removeprefix("W/")
        for mark in request.headers.get("If-None-Match", "").split(",")
    ]
    answer: HttpResponse = (
        HttpResponseNotModified() if tag in held else HttpResponse(body, content_type=content_type)
    )
    answer["ETag"] = tag
    # A secret stands in the address: no shared cache keeps it, no search engine, no next page learns it.
    answer["Cache-Control"] = "private, no-cache"
    answer["X-Robots-Tag"] = "noindex"
    answer["Referrer-Policy"] = "no-referrer"
    answer["Content-Disposition"] = f'inline; filename="{name}"'
    return answer
