"""The board of what waits for an acknowledgement, and the page behind the link of a mail."""

import uuid

from allauth.core.internal import ratelimit
from django.contrib import messages
from django.contrib.auth.decorators import login_not_required
from django.http import Http404, HttpRequest, HttpResponse, QueryDict
from django.shortcuts import get_object_or_404, redirect
from django.shortcuts import render as render_page
from django.template.loader import render_to_string
from django.utils import timezone, translation
from django.utils.translation import gettext as _
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from ots_portal import live
from ots_portal.clock import database_now
from ots_portal.escalations import links, presentation, queries, rules, services
from ots_portal.escalations.forms import FilterForm
from ots_portal.escalations.links import Opened, Problem
from ots_portal.lifecycle import WrongStatus
from ots_portal.notifications.queries import standing_pause
from ots_portal.pages import wrong_status
from ots_portal.paging import BadCursor, page_of, with_cursor
from ots_portal.people.http import PortalRequest
from ots_portal.verdicts import Refused

LIST_SIZE = 50
PARTS = ("board",)


@require_safe
def board(request: PortalRequest) -> HttpResponse:
    """Show who has it and who has not; the part with the clocks asks for itself again."""
    if not rules.may_read_board(request.user):
        raise Http404
    filters = FilterForm(request.GET, reader=request.user)
    visible = queries.visible_to(request.user)
    found = queries.filtered(visible, filters.wishes())
    cursor = request.GET.get("cursor", "")
    try:
        page = page_of(queries.with_parts(found), by="started_at", cursor=cursor, size=LIST_SIZE)
    except BadCursor as error:
        raise Http404 from error
    context = {
        "figures": presentation.figures(queries.counts(visible), address=request.path),
        "rows": presentation.rows(page.rows, reader=request.user),
        "older": with_cursor(_asked(request), page.older),
        "newer": with_cursor(_asked(request), page.newer),
        "is_narrowed": any(filters.wishes().values()),
        "is_paused": standing_pause() is not None,
        "address": request.path,
    }
    if live.asked_again(request, PARTS):
        return live.live_answer(request, "escalations/board_rows.html", context, name="board")
    part = live.live_part(request, "escalations/board_rows.html", context, name="board")
    return render_page(request, "escalations/board.html", {"filters": filters, "board": part})


def _asked(request: PortalRequest) -> QueryDict:
    """Return the filters of the address, without what HTMX adds when it asks for the part."""
    asked = request.GET.copy()
    for name in ("part", "seen"):
        asked.pop(name, None)
    return asked


@require_POST
def acknowledge(request: PortalRequest, pk: uuid.UUID) -> HttpResponse:
    clock = get_object_or_404(queries.with_parts(queries.visible_to(request.user)), pk=pk)
    try:
        services.acknowledge(clock, by=request.user, at=database_now())
    except WrongStatus as error:
        return wrong_status(request, clock, str(error))
    messages.success(request, _("Your participant has acknowledged it."))
    return redirect("escalations:list")


# ── the link of a mail ──────────────────────────────────────────────────────────────────────────

STATUSES = {Problem.ALTERED: 400, Problem.NOT_YOURS: 403}
GONE, TOO_MANY = 410, 429


@login_not_required
@csrf_exempt  # the link itself is the secret that a form's token would be; the page sets no cookie
@require_http_methods(["GET", "HEAD", "POST"])
def by_link(request: HttpRequest, token: str) -> HttpResponse:
    """
    Show one button, and acknowledge when it is pressed; opening it changes nothing, for mail programs open links.

    The page asks neither session nor cookie: whoever is signed in is the same as everybody else here.
    """
    if not _may_try(request):
        return _answer("429.html", status=TOO_MANY)
    at = database_now()
    opened = links.opened(token, at=at)
    if opened.person is None:
        return _refused(opened.problem or Problem.ALTERED)
    person = opened.person
    with translation.override(person.language), timezone.override(person.time_zone):
        if opened.problem or opened.clock is None:
            return _refused(opened.problem or Problem.OVER)
        if request.method != "POST":
            return _button(opened)
        return _acknowledged(opened)


def _may_try(request: HttpRequest) -> bool:
    """Opening counts as well: who guesses would only open."""
    usage = ratelimit.consume(request, app="allauth.account", action="acknowledge", limit_get=True)
    return bool(usage)


def _button(opened: Opened) -> HttpResponse:
    assert opened.clock
    what = presentation.kind_of(opened.clock)
    return _answer("escalations/by_link.html", clock=opened.clock, what=what)


def _acknowledged(opened: Opened) -> HttpResponse:
    assert opened.clock
    assert opened.person
    try:
        with services.by_link():
            services.acknowledge(opened.clock, by=opened.person, at=database_now())
    except WrongStatus:  # pressed twice, or a colleague was faster
        return _refused(Problem.ACKNOWLEDGED)
    except Refused:
        return _refused(Problem.NOT_YOURS)
    return _answer("escalations/by_link_done.html", clock=opened.clock)


def _refused(problem: Problem) -> HttpResponse:
    status = STATUSES.get(problem, GONE)
    return _answer("escalations/by_link_refused.html", status=status, problem=problem)


def _answer(template: str, *, status: int = 200, **context: object) -> HttpResponse:
    """Render without the request: no name, no count, no form token, no cookie."""
    headers = {
        "Cache-Control": "no-store",
        "Content-Language": translation.get_language() or "en",
        "Referrer-Policy": "no-referrer",  # the address is a secret
        "X-Robots-Tag": "noindex, nofollow",
    }
    return HttpResponse(render_to_string(template, context), status=status, headers=headers)
