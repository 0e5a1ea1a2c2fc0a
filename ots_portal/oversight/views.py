"""The audit pages. Whoever may not read the audit is told that there is no such page."""

from collections.abc import Callable
from datetime import timedelta
from functools import wraps
from typing import Any
from uuid import UUID

from django.contrib import messages
from django.http import Http404, HttpResponse, QueryDict, StreamingHttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import pgettext
from django.views.decorators.http import require_POST, require_safe

from ots_portal.access import stepup
from ots_portal.clock import database_now
from ots_portal.oversight import exports, presentation, queries, rules, services
from ots_portal.oversight.forms import ExportForm, FilterForm
from ots_portal.oversight.models import Export, ExportFormat
from ots_portal.paging import BadCursor, page_of, with_cursor
from ots_portal.people.http import PortalRequest
from ots_portal.people.models import User
from ots_portal.verdicts import Verdict, require

LIST_SIZE = 50
STALE_AFTER = timedelta(days=2)  # a day and a night more than a full check may be old

View = Callable[..., HttpResponseBase]


def _for(may_read: Callable[[User], Verdict]) -> Callable[[View], View]:
    def decorate(view: View) -> View:
        @wraps(view)
        def seen(request: PortalRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
            if not may_read(request.user):
                raise Http404
            return view(request, *args, **kwargs)

        return seen

    return decorate


# ── entries ─────────────────────────────────────────────────────────────────────────────────────


@_for(rules.may_read)
@require_safe
def entry_list(request: PortalRequest) -> HttpResponse:
    filters = FilterForm(request.GET, reader=request.user)
    wishes = filters.wishes()
    found = queries.filtered(queries.visible_to(request.user), wishes)
    try:
        page = page_of(
            found, by="recorded_at", cursor=request.GET.get("cursor", ""), size=LIST_SIZE
        )
    except BadCursor as error:
        raise Http404 from error
    context = {
        "filters": filters,
        "rows": presentation.rows(page.rows, reader=request.user),
        "older": with_cursor(request.GET, page.older),
        "newer": with_cursor(request.GET, page.newer),
        "is_narrowed": bool(wishes),
        "shows_participant": "participant" in filters.fields,
        "export_form": ExportForm(initial={"format": "csv"}),
        "export_query": request.GET.urlencode(),
        "small_export": services.SMALL_EXPORT,
        **_state(request),
    }
    status = 200 if filters.is_valid() else 422
    return render(request, "oversight/entry_list.html", context, status=status)


@_for(rules.may_read)
@require_safe
def entry_detail(request: PortalRequest, pk: UUID) -> HttpResponse:
    entry = get_object_or_404(queries.with_seal(queries.visible_to(request.user)), pk=pk)
    view = presentation.detail(entry, reader=request.user)
    context = {"entry": view, "way": _way()}
    return render(request, "oversight/entry_detail.html", context)


@_for(rules.may_read)
@require_POST
def export(request: PortalRequest) -> HttpResponseBase:
    """Stream what the filters of the list leave; a mass export asks first who is there."""
    form = ExportForm(request.POST)
    filters = FilterForm(QueryDict(request.POST.get("query", "")), reader=request.user)
    if not form.is_valid() or not filters.is_valid():
        messages.error(request, _("Nothing was exported: a filter or the form is not valid."))
        return redirect("oversight:list")
    at, wishes = database_now(), filters.wishes()
    # What the export itself leaves in the audit is not in it, so that the count is the one told.
    entries = queries.filtered(queries.visible_to(request.user), wishes).filter(recorded_at__lt=at)
    if services.is_mass_export(entries) and not stepup.is_fresh(request):
        return stepup.ask_to_confirm(request)
    request.session.pop(stepup.KEPT_FORM, None)
    taken = services.take_out(
        entries,
        wishes=wishes,
        file_format=form.cleaned_data["format"],
        by=request.user,
        at=at,
    )
    return _attachment(taken, entries)


def _attachment(taken: Export, entries: Any) -> StreamingHttpResponse:
    name = f"audit-{taken.taken_at:%Y-%m-%d-%H%M%S}.{taken.format}"
    response = StreamingHttpResponse(
        exports.stream(taken, entries),
        content_type=exports.CONTENT_TYPES[ExportFormat(taken.format)],
    )
    response["Content-Disposition"] = f'attachment; filename="{name}"'
    response["Cache-Control"] = "no-store, private"
    return response


# ── the chain ───────────────────────────────────────────────────────────────────────────────────


@_for(rules.may_read_state)
@require_safe
def state(request: PortalRequest) -> HttpResponse:
    if request.htmx:
        return render(request, "oversight/state.html#state", _state(request))
    return render(request, "oversight/state.html", _state(request))


def _state(request: PortalRequest) -> dict[str, Any]:
    now = database_now()
    last = queries.last_check()
    return {
        "last": last,
        "under_way": queries.check_under_way(since=now - services.LOST_AFTER),
        "is_stale": bool(last and last.finished_at and last.finished_at < now - STALE_AFTER),
        "figures": presentation.figures(last),
        "may_check": rules.may_check(request.user),
        "may_read": rules.may_read(request.user),
        "way": _way(),
    }


def _way() -> list[dict[str, str]]:
    return [{"title": pgettext("menu", "Audit"), "url": reverse("oversight:list")}]


@_for(rules.may_read)
@require_POST
def check(request: PortalRequest) -> HttpResponse:
    require(rules.may_check(request.user))
    services.ask_for_check(by=request.user, at=database_now())
    messages.success(request, _("The check has been asked for; this page says when it is done."))
    return redirect("oversight:state")
