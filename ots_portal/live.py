"""The parts of a page that show what others change without a reload (HTMX asks again, decision 28)."""

import hashlib
import re
from collections.abc import Container
from typing import Any

from django.http import HttpResponse
from django.template.loader import render_to_string
from django.utils.html import format_html
from django.utils.safestring import SafeString, mark_safe
from django.utils.translation import gettext as _

from ots_portal.people.http import PortalRequest

EVERY_SECONDS = 10
# Nobody pressed anything: an open page must not keep a session alive (access.middleware).
POLLED = '{"X-Polled": "1"}'
_TOKEN = re.compile(r'name="csrfmiddlewaretoken" value="[^"]*"')


def asked_again(request: PortalRequest, names: Container[str]) -> str:
    """Return which part HTMX asks for, "" where the whole page is wanted."""
    name = request.GET.get("part", "")
    return name if request.htmx and name in names else ""


def live_part(
    request: PortalRequest, template: str, context: dict[str, Any], *, name: str = "live"
) -> SafeString:
    """
    Render a part that asks for itself again, at the address of the page.

    It must hold no field that one types into. What was unfolded stays so: the new text is merged into
    the old one, and a part that has not changed is not sent at all.
    """
    return _wrapped(request, name, *_rendered(request, template, context))


def live_answer(
    request: PortalRequest, template: str, context: dict[str, Any], *, name: str = "live"
) -> HttpResponse:
    """Answer HTMX: 204 where the part is as it was shown last, else the part."""
    text, seen = _rendered(request, template, context)
    if request.GET.get("seen") == seen:
        return HttpResponse(status=204)
    return HttpResponse(_wrapped(request, name, text, seen))


def later(request: PortalRequest, name: str) -> SafeString:
    """Render the place of a part that is asked for as soon as the page is there; a link without a script."""
    whole = request.GET.copy()
    whole["whole"] = "1"
    return format_html(
        '<div class="live live-later" id="{}" hx-get="{}" hx-trigger="load" hx-swap="outerHTML">'
        '<p class="muted"><a href="?{}#{}">{}</a></p></div>',
        name,
        _address(request, name, ""),
        whole.urlencode(),
        name,
        _("Show the rest of this page"),
    )


def _wrapped(request: PortalRequest, name: str, text: SafeString, seen: str) -> SafeString:
    return format_html(
        '<div class="live" id="{}" hx-get="{}" hx-trigger="every {}s" hx-swap="outerMorph"'
        ' hx-headers="{}">{}</div>',
        name,
        _address(request, name, seen),
        EVERY_SECONDS,
        POLLED,
        text,
    )


def _address(request: PortalRequest, name: str, seen: str) -> str:
    asked = request.GET.copy()
    asked["part"], asked["seen"] = name, seen
    return f"{request.path}?{asked.urlencode()}"


def _rendered(
    request: PortalRequest, template: str, context: dict[str, Any]
) -> tuple[SafeString, str]:
    """Return the part and a digest of what is seen of it: the tokens of its forms differ each time."""
    text = render_to_string(template, context, request)
    seen = hashlib.sha256(_TOKEN.sub("", text).encode()).hexdigest()[:16]
    return mark_safe(text), seen  # noqa: S308 -- rendered by the template engine, escaped there
