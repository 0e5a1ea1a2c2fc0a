"""The part of a page that shows what others change without a reload (HTMX asks again, decision 28)."""

import hashlib
import re
from typing import Any

from django.http import HttpResponse
from django.template.loader import render_to_string
from django.utils.html import format_html
from django.utils.safestring import SafeString, mark_safe

from ots_portal.people.http import PortalRequest

EVERY_SECONDS = 10
# Nobody pressed anything: an open page must not keep a session alive (access.middleware).
POLLED = '{"X-Polled": "1"}'
_TOKEN = re.compile(r'name="csrfmiddlewaretoken" value="[^"]*"')


def is_asked_again(request: PortalRequest) -> bool:
    return bool(request.htmx) and "live" in request.GET


def live_part(request: PortalRequest, template: str, context: dict[str, Any]) -> SafeString:
    """
    Render a part that asks for itself again, at the address of the page.

    It must hold no field that one types into. What was unfolded stays so: the new text is merged into
    the old one, and a part that has not changed is not sent at all.
    """
    return _wrapped(request, *_rendered(request, template, context))


def _wrapped(request: PortalRequest, text: SafeString, seen: str) -> SafeString:
    asked = request.GET.copy()
    asked["live"] = seen
    return format_html(
        '<div class="live" id="live" hx-get="{}?{}" hx-trigger="every {}s" hx-swap="outerMorph" hx-headers="{}">{}</div>',
        request.path,
        asked.urlencode(),
        EVERY_SECONDS,
        POLLED,
        text,
    )


def live_answer(request: PortalRequest, template: str, context: dict[str, Any]) -> HttpResponse:
    """Answer HTMX: 204 where the part is as it was shown last, else the part."""
    text, seen = _rendered(request, template, context)
    if request.GET["live"] == seen:
        return HttpResponse(status=204)
    return HttpResponse(_wrapped(request, text, seen))


def _rendered(
    request: PortalRequest, template: str, context: dict[str, Any]
) -> tuple[SafeString, str]:
    """Return the part and a digest of what is seen of it: the tokens of its forms differ each time."""
    text = render_to_string(template, context, request)
    seen = hashlib.sha256(_TOKEN.sub("", text).encode()).hexdigest()[:16]
    return mark_safe(text), seen  # noqa: S308 -- rendered by the template engine, escaped there
