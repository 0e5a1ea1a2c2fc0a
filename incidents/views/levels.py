"""Pages on how bad an incident is, who may read it, and whether it is another one."""

from collections.abc import Callable
from typing import Any
from uuid import UUID

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.forms import Form
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST

from incidents.forms.incidents import ReasonForm
from incidents.forms.levels import LevelForm, MergeForm, level_form
from incidents.models import Incident
from incidents.presentation.duplicates import alike_to
from incidents.queries import incidents as queries
from incidents.rules import incidents as rules
from incidents.services import incidents as services
from incidents.statuses import INCIDENTS
from incidents.views.readable import readable
from ots_portal.access.stepup import ask_to_confirm, is_fresh
from ots_portal.clock import database_now
from ots_portal.lifecycle import StaleVersion, WrongStatus, wrong_status_sentence
from ots_portal.pages import add_errors, take, wrong_status
from ots_portal.people.http import PortalRequest
from ots_portal.verdicts import require

form_methods = require_http_methods(["GET", "HEAD", "POST"])


# ── the alert level ─────────────────────────────────────────────────────────────────────────────
@form_methods
def incident_level(request: PortalRequest, pk: UUID) -> HttpResponse:
    incident = readable(request, pk)
    require(rules.may_set_level(request.user, incident))
    form = level_form(incident, data=request.POST or None)
    if not form.is_valid():
        return _level_page(request, incident, form, status=422 if form.is_bound else 200)
    try:
        services.set_level(incident, by=request.user, at=database_now(), **form.cleaned_data)
    except ValidationError as error:
        add_errors(form, error)
        return _level_page(request, incident, form, status=422)
    except StaleVersion:
        return _stale_level(request, pk)
    except WrongStatus as error:
        return wrong_status(request, incident, str(error))
    messages.success(request, _("The alert level is changed. The officers on duty are being told."))
    return redirect(incident)


def _stale_level(request: PortalRequest, pk: UUID) -> HttpResponse:
    """Show the level that stands now; sent again, the form answers to that one."""
    current = readable(request, pk)
    form = level_form(current, data={**request.POST.dict(), "seen": current.alert_level})
    return _level_page(request, current, form, is_stale=True, status=409)


def _level_page(
    request: PortalRequest,
    incident: Incident,
    form: LevelForm,
    *,
    status: int,
    is_stale: bool = False,
) -> HttpResponse:
    warning = ""
    if is_stale:
        level = {"level": incident.get_alert_level_display()}
        warning = (
            _(
                "Somebody else has set the level to “%(level)s” in the meantime. Nothing of yours was saved."
            )
            % level
        )
    title = _("Change the alert level")
    return _act_page(request, incident, form, title=title, warning=warning, status=status)


# ── who may read it ─────────────────────────────────────────────────────────────────────────────
@form_methods
def incident_restrict(request: PortalRequest, pk: UUID) -> HttpResponse:
    return _with_reason(
        request,
        pk,
        service=services.restrict,
        rule=rules.may_restrict,
        title=_("Leave it to the named participants"),
        explanation=_(
            "From now on only those who have a part in the incident read it, and the secretariat. What the"
            " others have read or been sent already cannot be taken back."
        ),
        done=_("Only the named participants read the incident now."),
    )


@form_methods
def incident_propose_opening(request: PortalRequest, pk: UUID) -> HttpResponse:
    return _with_reason(
        request,
        pk,
        service=services.propose_opening,
        rule=rules.may_propose_opening,
        title=_("Propose to open it to the members"),
        explanation=_(
            "A second person of your authority confirms it; one of the two is the head. Then every member"
            " reads the incident."
        ),
        done=_("The opening is proposed. A second person of your authority confirms it."),
    )


def _with_reason(  # noqa: PLR0913 -- the parts of one page
    request: PortalRequest,
    pk: UUID,
    *,
    service: Callable[..., Incident],
    rule: Callable[..., Any],
    title: str,
    explanation: str,
    done: str,
) -> HttpResponse:
    incident = readable(request, pk)
    require(rule(request.user, incident))
    form = ReasonForm(request.POST or None)
    if form.is_valid():
        return take(request, incident, service, done=done, reason=form.cleaned_data["reason"])
    status = 422 if form.is_bound else 200
    return _act_page(request, incident, form, title=title, explanation=explanation, status=status)


@require_POST
def incident_open_to_members(request: PortalRequest, pk: UUID) -> HttpResponse:
    """Confirm a proposal; whoever lowers a classification shows first who they are."""
    incident = readable(request, pk)
    require(rules.may_open_to_members(request.user, incident))
    if not is_fresh(request):
        return ask_to_confirm(request)
    done = _("The incident is open to the members.")
    return take(request, incident, services.open_to_members, done=done)


@require_POST
def incident_keep_restricted(request: PortalRequest, pk: UUID) -> HttpResponse:
    done = _("The proposal is dropped: the incident stays with the named participants.")
    return take(request, readable(request, pk), services.keep_restricted, done=done)


# ── duplicates ──────────────────────────────────────────────────────────────────────────────────
@form_methods
def incident_merge(request: PortalRequest, pk: UUID) -> HttpResponse:
    incident = readable(request, pk)
    require(rules.may_merge(request.user, incident))
    obstacles = queries.standing_in_the_way(incident)
    if incident.status not in INCIDENTS.steps["merge"].sources:
        return wrong_status(request, incident, wrong_status_sentence(incident))
    if obstacles:
        return wrong_status(request, incident, queries.merging_must_wait(obstacles))
    initial = {"into": request.GET.get("into", "")[:20]}
    form = MergeForm(request.POST or None, initial=initial, reader=request.user)
    if not form.is_valid():
        return _merge_page(request, incident, form, status=422 if form.is_bound else 200)
    data = form.cleaned_data
    try:
        return take(
            request,
            incident,
            services.merge,
            done=_("The incident is merged. Both numbers lead to this one."),
            into=data["into"].pk,
            reason=data["reason"],
        )
    except ValidationError as error:
        add_errors(form, error)
        return _merge_page(request, incident, form, status=422)


def _merge_page(
    request: PortalRequest, incident: Incident, form: MergeForm, *, status: int
) -> HttpResponse:
    explanation = _(
        "This incident goes into the other one. Both numbers lead there, its record stays readable, and for"
        " thirty days either participant can undo it."
    )
    alike = alike_to(incident, reader=request.user)
    return _act_page(
        request,
        incident,
        form,
        title=_("Merge into another incident"),
        explanation=explanation,
        alike=alike,
        status=status,
    )


@require_POST
def incident_unmerge(request: PortalRequest, pk: UUID) -> HttpResponse:
    done = _("The merge is undone: the incident stands by itself again.")
    return take(request, readable(request, pk), services.unmerge, done=done)


@require_POST
def incident_tell_apart(request: PortalRequest, pk: UUID) -> HttpResponse:
    """Say that two incidents are two; ``other`` is the one that seems alike."""
    incident = readable(request, pk)
    try:
        other = UUID(request.POST.get("other", ""))
        services.tell_apart(incident, by=request.user, at=database_now(), other=other)
    except (ValueError, ValidationError):
        sentence = _("There is no such incident, or it is not open to you.")
        return wrong_status(request, incident, sentence)
    messages.success(request, _("These are two incidents: they are not proposed as one any more."))
    return redirect(incident)


def _act_page(  # noqa: PLR0913 -- the parts of one page
    request: PortalRequest,
    incident: Incident,
    form: Form,
    *,
    title: str,
    explanation: str = "",
    warning: str = "",
    status: int = 200,
    **more: Any,
) -> HttpResponse:
    context = {
        "incident": incident,
        "form": form,
        "title": title,
        "explanation": explanation,
        "warning": warning,
        **more,
    }
    return render(request, "incidents/incident_act.html", context, status=status)
