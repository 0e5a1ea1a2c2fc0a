from typing import Any
from uuid import UUID

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.db.models import Model
from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST

from ots_portal import plugs
from ots_portal.clock import database_now
from ots_portal.crossrefs import queries, rules, services
from ots_portal.crossrefs.forms import SearchForm, TieForm
from ots_portal.lifecycle import WrongStatus
from ots_portal.pages import add_errors
from ots_portal.people.http import PortalRequest
from ots_portal.verdicts import require

form_methods = require_http_methods(["GET", "HEAD", "POST"])


@form_methods
def tie(request: PortalRequest, model: str, pk: UUID) -> HttpResponse:
    """Look for a record and tie it; HTMX asks for what is found while one types, without it one presses "Search"."""
    record = queries.record_of(model, pk, request.user)
    if record is None:
        raise Http404
    verdict = rules.may_tie(request.user, record)
    if verdict.code == "wrong_status":
        return _wrong_status(request, record, str(verdict.reason))
    require(verdict)
    if request.method != "POST":
        return _tie_page(request, record, TieForm(reader=request.user))
    form = TieForm(request.POST, reader=request.user)
    if not form.is_valid():
        return _tie_page(request, record, form, status=422)
    try:
        services.tie(record, by=request.user, at=database_now(), **form.cleaned_data)
    except ValidationError as error:
        add_errors(form, error)
        return _tie_page(request, record, form, status=422)
    except WrongStatus as error:
        return _wrong_status(request, record, str(error))
    messages.success(request, _("The two are tied together."))
    return redirect(_address_of(record))


def _tie_page(
    request: PortalRequest, record: Model, form: TieForm, *, status: int = 200
) -> HttpResponse:
    words = request.POST if request.method == "POST" else request.GET
    search = SearchForm(words)
    text = search.cleaned_data["q"] if search.is_valid() else ""
    context: dict[str, Any] = {
        "record_label": _label_of(record),
        "record_url": _address_of(record),
        "tie_url": request.path,
        "search": search,
        "text": text,
        "found": queries.search(text, request.user, but_not=record),
        "form": form,
    }
    is_part = bool(request.htmx) and request.method != "POST"
    template = "crossrefs/found.html" if is_part else "crossrefs/tie.html"
    return render(request, template, context, status=status)


@require_POST
def untie(request: PortalRequest, pk: UUID) -> HttpResponse:
    reference = get_object_or_404(queries.visible_to(request.user), pk=pk)
    ends = queries.ends_of(reference, request.user)
    if ends is None:
        raise Http404
    try:
        services.untie(reference, by=request.user, at=database_now())
    except WrongStatus as error:
        return _wrong_status(request, ends[0], str(error))
    messages.success(request, _("The two are not tied together any more."))
    return redirect(_address_of(ends[0]))


def _wrong_status(request: PortalRequest, record: Model, sentence: str) -> HttpResponse:
    context = {"subject": {"get_absolute_url": _address_of(record)}, "sentence": sentence}
    return render(request, "pages/wrong_status.html", context, status=409)


def _address_of(record: Model) -> str:
    return plugs.linkables[record._meta.label_lower].address_of(record)


def _label_of(record: Model) -> str:
    return plugs.linkables[record._meta.label_lower].label_of(record)
