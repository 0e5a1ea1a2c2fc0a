"""The negotiating history of an agreement, and of one of its provisions."""

import uuid
from typing import Any

from django.http import Http404, HttpResponse, HttpResponseBase
from django.shortcuts import get_object_or_404, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from agreements import queries as instrument_queries
from agreements.exports import negotiation as exports
from agreements.forms.negotiation import HistoryForm
from agreements.models import Instrument, Provision
from agreements.queries import histories as queries
from agreements.views.negotiation_forms import UNPROCESSABLE, negotiated
from agreements.views.treaty import about
from ots_portal import plugs
from ots_portal.clock import database_now
from ots_portal.paging import BadCursor, with_cursor
from ots_portal.paper import responses
from ots_portal.paper.problems import NotPrintable
from ots_portal.people.http import PortalRequest

PAGE_SIZE = 50


@require_safe
def history(request: PortalRequest, pk: uuid.UUID) -> HttpResponseBase:
    return _history(request, negotiated(request, pk), None)


@require_safe
def provision_history(request: PortalRequest, pk: uuid.UUID) -> HttpResponseBase:
    user = request.user
    found = instrument_queries.provisions_visible_to(user)
    open_to = found if user.is_secretariat or user.is_member_staff else found.none()
    provision = get_object_or_404(open_to.prefetch_related("texts"), pk=pk)
    return _history(request, provision.instrument, provision)


def _history(
    request: PortalRequest, instrument: Instrument, provision: Provision | None
) -> HttpResponseBase:
    form = HistoryForm(request.GET, instrument=instrument)
    if not form.is_valid():
        return _page(request, instrument, provision, form, None, status=UNPROCESSABLE)
    wishes = form.wishes()
    if request.GET.get("format") in ("csv", "pdf"):
        return _taken_away(request, instrument, provision, wishes)
    try:
        page = queries.history_of(
            request.user,
            instrument,
            provision,
            wishes,
            cursor=request.GET.get("cursor", ""),
            size=PAGE_SIZE,
        )
    except BadCursor as error:
        raise Http404 from error
    return _page(request, instrument, provision, form, page)


def _taken_away(
    request: PortalRequest,
    instrument: Instrument,
    provision: Provision | None,
    wishes: queries.Wishes,
) -> HttpResponseBase:
    parts = [_("Negotiating history"), instrument.code, *([provision.key] if provision else [])]
    name = " ".join(parts)
    if request.GET["format"] == "csv":
        content = exports.history_csv(instrument, provision, wishes, reader=request.user)
        return responses.download(content, name=f"{name}.csv", content_type=responses.CSV)
    try:
        document = exports.history_pdf(
            instrument, provision, wishes, reader=request.user, at=database_now()
        )
    except NotPrintable as error:
        return responses.not_printable(request, error)
    return responses.download(document, name=f"{name}.pdf", content_type=responses.PDF)


def _page(  # noqa: PLR0913 -- keywords only
    request: PortalRequest,
    instrument: Instrument,
    provision: Provision | None,
    form: HistoryForm,
    page: queries.HistoryPage | None,
    *,
    status: int = 200,
) -> HttpResponse:
    lines = page.lines if page else []
    context = {
        **about(instrument),
        "provision": provision,
        "words": provision.shown_text if provision else None,
        "form": form,
        "is_narrowed": any(request.GET.get(name) for name in form.fields if name != "order"),
        "lines": [{"line": line, "kind": plugs.histories[line.kind].title} for line in lines],
        "next": with_cursor(request.GET, page.next) if page else "",
        "first_url": _first_url(request),
        "downloads": _downloads(request) if lines else [],
        "whole_url": reverse("agreements:history", args=[instrument.pk]),
    }
    return render(request, "agreements/history.html", context, status=status)


def _downloads(request: PortalRequest) -> list[dict[str, Any]]:
    asked = request.GET.copy()
    asked.pop("cursor", None)
    links = []
    for label, file_format in ((_("CSV"), "csv"), (_("PDF"), "pdf")):
        asked["format"] = file_format
        links.append({"label": label, "url": f"?{asked.urlencode()}"})
    return links


def _first_url(request: PortalRequest) -> str:
    """Return the first page under these filters; "" where it is the one that is shown."""
    asked = request.GET.copy()
    return f"{request.path}?{asked.urlencode()}" if asked.pop("cursor", None) else ""
