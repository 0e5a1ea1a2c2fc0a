from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

from django import forms
from django.contrib import messages
from django.core.exceptions import ValidationError
from django.db.models import Model
from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_http_methods, require_safe

from ots_portal import plugs
from ots_portal.clock import database_now
from ots_portal.lifecycle import WrongStatus
from ots_portal.live import asked_again, live_answer, live_part
from ots_portal.pages import add_errors, wrong_status
from ots_portal.paging import BadCursor, page_of, with_cursor
from ots_portal.people.http import PortalRequest
from ots_portal.silence import presentation, queries, services
from ots_portal.silence.advice import warnings
from ots_portal.silence.forms import ObjectionForm, SilenceFilter, StartForm, WithdrawForm
from ots_portal.silence.models import SilenceProcedure
from ots_portal.ui.moments import in_zone

LIST_SIZE = 25
AN_HOUR = timedelta(hours=1)
form_methods = require_http_methods(["GET", "HEAD", "POST"])

DONE: dict[str, str | Promise] = {
    "object_to": _("Your State has broken the silence. Everybody concerned is told now."),
    "withdraw": _("It is not under silence any more. Those who were asked are told now."),
}


@require_safe
def procedure_list(request: PortalRequest) -> HttpResponse:
    filters = SilenceFilter(request.GET)
    wishes = filters.wishes()
    found = queries.filtered(queries.visible_to(request.user), wishes, reader=request.user)
    cursor = request.GET.get("cursor", "")
    try:
        page = page_of(found, by="started_at", cursor=cursor, size=LIST_SIZE)
    except BadCursor as error:
        raise Http404 from error
    context = {
        "filters": filters,
        "rows": presentation.rows(page.rows, at=database_now()),
        "older": with_cursor(request.GET, page.older),
        "newer": with_cursor(request.GET, page.newer),
        "is_narrowed": bool(wishes),
    }
    return render(request, "silence/procedure_list.html", context)


@require_safe
def procedure_detail(request: PortalRequest, pk: UUID) -> HttpResponse:
    procedure, at = _readable(request, pk), database_now()
    if asked_again(request, ("live",)):
        return live_answer(request, "silence/clock.html", presentation.clock(procedure, at=at))
    context = presentation.whole(procedure, reader=request.user, at=at)
    context["clock"] = live_part(request, "silence/clock.html", context)
    return render(request, "silence/procedure_detail.html", context)


# ── breaking and withdrawing ────────────────────────────────────────────────────────────────────
@form_methods
def procedure_object_to(request: PortalRequest, pk: UUID) -> HttpResponse:
    procedure = _readable(request, pk)
    return _act(request, procedure, "object_to", ObjectionForm)


@form_methods
def procedure_withdraw(request: PortalRequest, pk: UUID) -> HttpResponse:
    procedure = _readable(request, pk)
    return _act(request, procedure, "withdraw", WithdrawForm)


def _act(
    request: PortalRequest, procedure: SilenceProcedure, verb: str, form_class: type[forms.Form]
) -> HttpResponse:
    """Show the form, or take the step; one whose time is over is answered as it stands, not by a form."""
    at = database_now()
    try:
        services.check_open(procedure, verb, by=request.user, at=at)
        form = form_class(request.POST if request.method == "POST" else None)
        if request.method != "POST" or not form.is_valid():
            return _act_page(request, procedure, verb, form, at=at)
        getattr(services, verb)(procedure, by=request.user, at=at, **form.cleaned_data)
    except ValidationError as error:
        add_errors(form, error)
        return _act_page(request, procedure, verb, form, at=at)
    except WrongStatus as error:
        return wrong_status(request, procedure, str(error))
    messages.success(request, str(DONE[verb]))
    return redirect(procedure)


def _act_page(
    request: PortalRequest,
    procedure: SilenceProcedure,
    verb: str,
    form: forms.Form,
    *,
    at: datetime,
) -> HttpResponse:
    asked = presentation.by_name(procedure.participants.all())
    context = {
        "procedure": procedure,
        "form": form,
        "left": presentation.left_text(procedure.expires_at, at=at),
        "capitals": presentation.capitals(
            procedure.expires_at, asked, act_zone=procedure.time_zone
        ),
    }
    status = 422 if form.is_bound else 200
    return render(request, f"silence/procedure_{verb}.html", context, status=status)


# ── beginning ───────────────────────────────────────────────────────────────────────────────────
@form_methods
def procedure_start(request: PortalRequest, model: str, pk: UUID) -> HttpResponse:
    """
    Ask until when; show that instant in all capitals; begin, once the person has seen it.

    What was shown comes back with the form: another instant is shown again before anything begins.
    """
    subject = _subject(request, model, pk)
    try:
        services.check_startable(subject, by=request.user)
    except WrongStatus as error:
        return _not_now(request, subject, str(error))
    at = database_now()
    form = _start_form(request, subject, at=at)
    if request.method != "POST" or not form.is_valid():
        return _start_page(request, subject, form)
    try:
        services.check_end(subject, expires_at=form.instant, at=at)
        if request.POST.get("seen") != form.instant.isoformat():
            return _start_page(request, subject, form, is_seen=True)
        procedure = services.begin(
            subject, expires_at=form.instant, time_zone=form.zone, by=request.user, at=at
        )
    except ValidationError as error:
        add_errors(form, error)
        return _start_page(request, subject, form)
    except WrongStatus as error:
        return _not_now(request, subject, str(error))
    messages.success(request, str(_("It is under silence. Those who may object are told now.")))
    return redirect(procedure)


def _not_now(request: PortalRequest, subject: Model, sentence: str) -> HttpResponse:
    """Show how it stands: the procedure that runs, or else the record."""
    running = queries.running_of(subject._meta.label_lower, subject.pk)
    return wrong_status(request, running or subject, sentence)


def _subject(request: PortalRequest, model: str, pk: UUID) -> Model:
    plug = plugs.silent_subjects.get(model)
    if plug is None:
        raise Http404
    subject: Model = get_object_or_404(plug.visible_to(request.user), pk=pk)
    return subject


def _start_form(request: PortalRequest, subject: Model, *, at: datetime) -> StartForm:
    zone = request.user.time_zone
    return StartForm(
        request.POST if request.method == "POST" else None,
        asked=presentation.by_name(_asked(subject)),
        zones=[zone],
        at=at,
        initial={"expires_at": _earliest_full_hour(subject, at=at, zone=zone), "time_zone": zone},
    )


def _asked(subject: Model) -> Any:
    return plugs.silent_subjects[subject._meta.label_lower].participants(subject)


def _earliest_full_hour(subject: Model, *, at: datetime, zone: str) -> datetime:
    """Return the first full hour that is allowed, by the clocks of the zone (naive)."""
    earliest = at + timedelta(hours=services.minimum_hours(subject)) + AN_HOUR
    there = in_zone(earliest, zone)
    return there.replace(minute=0, second=0, microsecond=0, tzinfo=None)


def _start_page(
    request: PortalRequest, subject: Model, form: StartForm, *, is_seen: bool = False
) -> HttpResponse:
    asked = presentation.by_name(_asked(subject))
    instant = form.instant if is_seen else None
    context = {
        "subject": subject,
        "kind": plugs.silent_subjects[subject._meta.label_lower].title,
        "subject_url": presentation.address_of(subject),
        "form": form,
        "asked": asked,
        "instant": instant,
        "seen": instant.isoformat() if instant else "",
        "hours": services.minimum_hours(subject),
        "capitals": presentation.capitals(instant, asked, act_zone=form.zone) if instant else [],
        "warnings": warnings(instant, asked) if instant else [],
    }
    status = 422 if form.is_bound and not form.is_valid() else 200
    return render(request, "silence/procedure_start.html", context, status=status)


def _readable(request: PortalRequest, pk: UUID) -> SilenceProcedure:
    return get_object_or_404(queries.with_names(queries.visible_to(request.user)), pk=pk)
