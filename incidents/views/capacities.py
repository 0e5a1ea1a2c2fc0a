from collections.abc import Callable
from typing import Any
from uuid import UUID

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from incidents.exports.lists import downloads
from incidents.formats import capacities as sheets
from incidents.forms.capacities import (
    CapacityFileForm,
    CapacityFilterForm,
    CapacityForm,
    ReadinessForm,
    edit_form,
)
from incidents.models import Capacity
from incidents.presentation import capacities as presentation
from incidents.queries import capacities as queries
from incidents.rules import capacities as rules
from incidents.services import capacities as services
from incidents.statuses import Readiness
from ots_portal.clock import database_now
from ots_portal.lifecycle import StaleVersion
from ots_portal.pages import add_errors, answering_to, differences, take
from ots_portal.paging import BadCursor, page_of, with_cursor
from ots_portal.people.http import PortalRequest
from ots_portal.verdicts import require

LIST_SIZE = 50


def capacity_list(request: PortalRequest) -> HttpResponse:
    today = timezone.localdate(database_now())
    filters = CapacityFilterForm(request.GET)
    wishes = filters.wishes()
    found = queries.filtered(queries.visible_to(request.user), wishes, today=today)
    try:
        page = page_of(
            found.select_related("participant"),
            by="updated_at",
            cursor=request.GET.get("cursor", ""),
            size=LIST_SIZE,
        )
    except BadCursor as error:
        raise Http404 from error
    context = {
        "filters": filters,
        "rows": presentation.rows(page.rows, reader=request.user, today=today),
        "older": with_cursor(request.GET, page.older),
        "newer": with_cursor(request.GET, page.newer),
        "may_create": rules.may_create(request.user),
        "is_narrowed": any(wishes.values()),
        "readinesses": [(code, label) for code, label in Readiness.choices if code != "deployed"],
        "address": request.get_full_path(),
        "downloads": downloads("capacities", request.GET),
    }
    return render(request, "incidents/capacities/list.html", context)


def capacity_detail(request: PortalRequest, pk: UUID) -> HttpResponse:
    capacity = _readable(request, pk)
    today = timezone.localdate(database_now())
    context = presentation.whole(capacity, reader=request.user, today=today)
    return render(request, "incidents/capacities/detail.html", context)


def capacity_new(request: PortalRequest) -> HttpResponse:
    require(rules.may_create(request.user))
    form = CapacityForm(request.POST or None)
    if not form.is_valid():
        return _form_page(request, form, None, status=422 if form.is_bound else 200)
    try:
        capacity = services.create(form.facts(), by=request.user, at=database_now())
    except ValidationError as error:
        add_errors(form, error)
        return _form_page(request, form, None, status=422)
    messages.success(request, _("The capacity is in the register."))
    return redirect(capacity)


def capacity_edit(request: PortalRequest, pk: UUID) -> HttpResponse:
    capacity = _readable(request, pk)
    require(rules.may_update(request.user, capacity))
    if request.method != "POST":
        return _form_page(request, edit_form(capacity), capacity)
    form = edit_form(capacity, data=request.POST)
    if not form.is_valid():
        return _form_page(request, form, capacity, status=422)
    version = form.cleaned_data["version"] or 0
    try:
        services.update(capacity, form.facts(), by=request.user, at=database_now(), version=version)
    except StaleVersion:
        return _stale_page(request, pk, form)
    except ValidationError as error:
        add_errors(form, error)
        return _form_page(request, form, capacity, status=422)
    messages.success(request, _("The capacity is saved."))
    return redirect(capacity)


def _stale_page(request: PortalRequest, pk: UUID, form: CapacityForm) -> HttpResponse:
    """Show both versions; saving again then answers to the version that is shown."""
    current = _readable(request, pk)
    rows = differences(form, edit_form(current), fields=CapacityForm.COMPARED)
    data = answering_to(request, current.version)
    again = edit_form(current, data=data)
    return _form_page(request, again, current, differences=rows, is_stale=True, status=409)


def _form_page(
    request: PortalRequest,
    form: CapacityForm,
    capacity: Capacity | None,
    *,
    status: int = 200,
    **more: Any,
) -> HttpResponse:
    context = {"form": form, "capacity": capacity, **more}
    return render(request, "incidents/capacities/form.html", context, status=status)


@require_POST
def capacity_set_readiness(request: PortalRequest, pk: UUID) -> HttpResponse:
    """Change it with one click, and go back to where the button stood."""
    capacity = _readable(request, pk)
    form = ReadinessForm(request.POST)
    if not form.is_valid():
        raise Http404
    readiness = form.cleaned_data["readiness"]
    services.set_readiness(capacity, by=request.user, at=database_now(), readiness=readiness)
    done = _("%(capacity)s: %(readiness)s.")
    words = {"capacity": capacity.name, "readiness": capacity.get_readiness_display()}
    messages.success(request, done % words)
    back = request.POST.get("back", "")
    own = reverse("incidents:capacities")
    return redirect(back if back == own or back.startswith(f"{own}?") else capacity)


@require_POST
def capacity_confirm(request: PortalRequest, pk: UUID) -> HttpResponse:
    return _take(request, pk, services.confirm, _("The entry counts as checked today."))


@require_POST
def capacity_retire(request: PortalRequest, pk: UUID) -> HttpResponse:
    return _take(request, pk, services.retire, _("The capacity is out of the register."))


@require_POST
def capacity_bring_back(request: PortalRequest, pk: UUID) -> HttpResponse:
    return _take(request, pk, services.bring_back, _("The capacity is in the register again."))


def _take(
    request: PortalRequest, pk: UUID, service: Callable[..., Capacity], done: str
) -> HttpResponse:
    capacity = _readable(request, pk)
    try:
        return take(request, capacity, service, done=done)
    except ValidationError as error:
        messages.error(request, " ".join(error.messages))
        return redirect(capacity)


def capacity_import(request: PortalRequest) -> HttpResponse:
    """Take in a file of own capacities: all rows or none, with what is wrong said row by row."""
    require(rules.may_create(request.user))
    form = CapacityFileForm(request.POST or None, request.FILES or None)
    if not form.is_valid():
        return _import_page(request, form, status=422 if form.is_bound else 200)
    sheet = sheets.read(form.cleaned_data["file"])
    if sheet.problems:
        return _import_page(request, form, problems=sheet.problems, status=422)
    made, refused = services.create_many(sheet.rows, by=request.user, at=database_now())
    if refused:
        problems = [sheets.Problem(sheet.lines[row - 1], sentence) for row, sentence in refused]
        return _import_page(request, form, problems=problems, status=422)
    messages.success(
        request, _("Capacities taken into the register: %(count)s.") % {"count": len(made)}
    )
    return redirect("incidents:capacities")


def _import_page(
    request: PortalRequest, form: CapacityFileForm, *, status: int = 200, **more: Any
) -> HttpResponse:
    context = {"form": form, "columns": sheets.COLUMNS, **more}
    return render(request, "incidents/capacities/import.html", context, status=status)


def _readable(request: PortalRequest, pk: UUID) -> Capacity:
    return get_object_or_404(queries.visible_to(request.user).select_related("participant"), pk=pk)
