import uuid
from collections.abc import Callable
from typing import Any

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from ots_portal.access.stepup import step_up_required
from ots_portal.api.models import PartnerSystem
from ots_portal.clock import database_now
from ots_portal.lifecycle import StaleVersion
from ots_portal.pages import add_errors, answering_to, differences, take
from ots_portal.paging import BadCursor, page_of, with_cursor
from ots_portal.people.http import PortalRequest
from ots_portal.systems import presentation, queries, rules, services
from ots_portal.systems.forms import NewSystemForm, RotateForm, SystemForm, lines_of, values_of
from ots_portal.systems.services import WithSecret
from ots_portal.verdicts import require

LIST_SIZE = 25
SHOWN = ("name", "purpose", "scopes", "networks")


@require_safe
def system_list(request: PortalRequest) -> HttpResponse:
    require(rules.may_read_systems(request.user))
    found = queries.visible_to(request.user)
    try:
        page = page_of(found, by="created_at", cursor=request.GET.get("cursor", ""), size=LIST_SIZE)
    except BadCursor as error:
        raise Http404 from error
    context = {
        "rows": presentation.rows(page.rows, at=database_now()),
        "sees_everybody": queries.sees_everybody(request.user),
        "may_create": rules.may_create(request.user),
        "older": with_cursor(request.GET, page.older),
        "newer": with_cursor(request.GET, page.newer),
    }
    return render(request, "systems/list.html", context)


@step_up_required
def create(request: PortalRequest) -> HttpResponse:
    require(rules.may_create(request.user))
    form = NewSystemForm(request.POST if request.method == "POST" else None)
    if form.is_valid():
        is_exercise = form.cleaned_data["is_exercise"]
        try:
            made = services.create(
                form.wishes(), is_exercise=is_exercise, by=request.user, at=database_now()
            )
        except ValidationError as error:
            add_errors(form, error)
        else:
            return _secret_page(request, made)
    status = 422 if form.is_bound else 200
    return render(request, "systems/create.html", {"form": form}, status=status)


def _secret_page(request: PortalRequest, made: WithSecret) -> HttpResponse:
    """Show the secret in the answer itself: nowhere else does it stand in clear, not even for a moment."""
    context = {
        "system": made.system,
        "application": made.application,
        "secret": made.secret,
        "token_url": request.build_absolute_uri(reverse("oauth_token")),
        "scope": " ".join(made.system.scopes),
    }
    response = render(request, "systems/secret.html", context)
    response["Cache-Control"] = "no-store"
    return response


@require_safe
def system_detail(request: PortalRequest, pk: uuid.UUID) -> HttpResponse:
    system = _readable(request, pk)
    context = {
        "system": system,
        "standing": presentation.standing_of(system),
        "scopes": presentation.scope_rows(system),
        "credentials": presentation.credential_rows(system, reader=request.user, at=database_now()),
        "steps": presentation.steps_for(system, reader=request.user),
    }
    return render(request, "systems/detail.html", context)


def _readable(request: PortalRequest, pk: uuid.UUID) -> PartnerSystem:
    return get_object_or_404(queries.visible_to(request.user), pk=pk)


@step_up_required
def change(request: PortalRequest, pk: uuid.UUID) -> HttpResponse:
    system = _readable(request, pk)
    require(rules.may_change(request.user, system))
    if request.method != "POST":
        return _change_page(request, system, SystemForm(initial=values_of(system)))
    form = SystemForm(request.POST)
    if not form.is_valid():
        return _change_page(request, system, form, status=422)
    seen = form.cleaned_data["version"] or 0
    try:
        services.change(system, form.wishes(), version=seen, by=request.user, at=database_now())
    except StaleVersion:
        return _stale_page(request, pk, form)
    messages.success(request, _("The partner system is changed."))
    return redirect(system)


def _stale_page(request: PortalRequest, pk: uuid.UUID, form: SystemForm) -> HttpResponse:
    """Show what stands now beside what was wanted; saving again answers to that."""
    current = _readable(request, pk)
    now = SystemForm(initial=values_of(current))
    answer = answering_to(request, current.version)
    # As they are stored: 192.0.2.7 and 192.0.2.7/32 are no difference.
    answer["networks"] = lines_of(form.cleaned_data["networks"])
    again = SystemForm(answer)
    told = differences(again, now, fields=SHOWN)
    return _change_page(request, current, again, status=409, differences=told)


def _change_page(
    request: PortalRequest,
    system: PartnerSystem,
    form: SystemForm,
    *,
    status: int = 200,
    **more: Any,
) -> HttpResponse:
    context = {"system": system, "form": form, **more}
    return render(request, "systems/change.html", context, status=status)


@step_up_required
def rotate(request: PortalRequest, pk: uuid.UUID) -> HttpResponse:
    system = _readable(request, pk)
    require(rules.may_rotate(request.user, system))
    at = database_now()
    form = RotateForm(request.POST if request.method == "POST" else None)
    if form.is_valid():
        try:
            made = services.rotate(
                system, old_end_after=form.old_end_after(), by=request.user, at=at
            )
        except ValidationError as error:
            add_errors(form, error)
        else:
            return _secret_page(request, made)
    live = queries.live_applications_of(system, at=at)
    context = {"system": system, "form": form, "live": live}
    status = 422 if form.is_bound else 200
    return render(request, "systems/rotate.html", context, status=status)


@require_POST
def end_credentials(request: PortalRequest, pk: uuid.UUID, application: int) -> HttpResponse:
    system = _readable(request, pk)
    ended = get_object_or_404(queries.applications_of(system), pk=application)
    done = _("These credentials are refused from now on.")
    return take(request, system, services.end_credentials, done=done, application=ended)


@require_POST
def suspend(request: PortalRequest, pk: uuid.UUID) -> HttpResponse:
    return _take(request, pk, services.suspend, _("The partner system is suspended."))


@require_POST
@step_up_required
def resume(request: PortalRequest, pk: uuid.UUID) -> HttpResponse:
    return _take(request, pk, services.resume, _("The partner system may call again."))


@require_POST
def revoke(request: PortalRequest, pk: uuid.UUID) -> HttpResponse:
    return _take(request, pk, services.revoke, _("The partner system is revoked."))


def _take(
    request: PortalRequest, pk: uuid.UUID, service: Callable[..., Any], done: str
) -> HttpResponse:
    return take(request, _readable(request, pk), service, done=done)
