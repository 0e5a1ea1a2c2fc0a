"""Pages on participants' parts in an incident, and on what other systems call it."""

from typing import Any
from uuid import UUID

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST

from incidents.forms.involvements import (
    LANGUAGE_NAMES,
    RoleForm,
    StatementForm,
    part_form,
    statement_form,
)
from incidents.forms.references import ReferenceForm
from incidents.models import ExternalReference, Incident, Involvement
from incidents.presentation.involvements import languages_of, title_of
from incidents.queries import involvements as queries
from incidents.queries import references as reference_queries
from incidents.rules import incidents as incident_rules
from incidents.rules import involvements as rules
from incidents.services import involvements as services
from incidents.services import references as reference_services
from incidents.views.readable import readable
from ots_portal.access.stepup import ask_to_confirm, is_fresh
from ots_portal.clock import database_now
from ots_portal.lifecycle import StaleVersion
from ots_portal.pages import add_errors, differences
from ots_portal.people.http import PortalRequest
from ots_portal.verdicts import require

form_methods = require_http_methods(["GET", "HEAD", "POST"])


@form_methods
def involvement_new(request: PortalRequest, pk: UUID) -> HttpResponse:
    incident = readable(request, pk)
    require(rules.may_add(request.user, incident))
    form = part_form(incident, data=request.POST or None)
    if form.is_valid() and rules.is_about_readers(incident) and not is_fresh(request):
        return ask_to_confirm(request)
    if form.is_valid():
        try:
            part = services.add(incident, by=request.user, at=database_now(), **form.cleaned_data)
        except ValidationError as error:
            add_errors(form, error)
        else:
            done = _("%(participant)s has a part in the incident and is being told.")
            messages.success(request, done % {"participant": part.participant.name})
            return redirect(incident)
    explanation = _(
        "Whoever gets a part reads the incident from then on, whoever else may read it."
    )
    return _act_page(request, incident, form, title=_("Add a participant"), explanation=explanation)


@form_methods
def involvement_role(request: PortalRequest, pk: UUID) -> HttpResponse:
    part = _readable_part(request, pk)
    require(rules.may_change_role(request.user, part))
    form = RoleForm(request.POST or None, initial={"role": part.role})
    if form.is_valid():
        role = form.cleaned_data["role"]
        services.change_role(part, role=role, by=request.user, at=database_now())
        messages.success(request, _("The part is changed."))
        return redirect(part.incident)
    return _act_page(request, part.incident, form, title=title_of(part))


@require_POST
def involvement_remove(request: PortalRequest, pk: UUID) -> HttpResponse:
    part = _readable_part(request, pk)
    incident, name = part.incident, part.participant.name
    require(rules.may_remove(request.user, part))
    if rules.is_about_readers(incident) and not is_fresh(request):
        return ask_to_confirm(request)
    try:
        services.remove(part, by=request.user, at=database_now())
    except ValidationError as error:
        messages.error(request, " ".join(error.messages))
    else:
        done = _("%(participant)s has no part in the incident any more.")
        messages.success(request, done % {"participant": name})
    return redirect(incident)


@form_methods
def involvement_edit(request: PortalRequest, pk: UUID) -> HttpResponse:
    """Say how the own part goes, the public text in the language that the address names."""
    part = _readable_part(request, pk)
    require(rules.may_update(request.user, part))
    if request.method != "POST":
        form = statement_form(part, language=_language_asked_for(request))
        return _statement_page(request, part, form)
    form = statement_form(part, data=request.POST)
    if not form.is_valid():
        return _statement_page(request, part, form, status=422)
    version = form.cleaned_data["version"] or 0
    try:
        services.update(part, form.statement(), by=request.user, at=database_now(), version=version)
    except StaleVersion:
        return _stale_statement(request, pk, form)
    except ValidationError as error:
        add_errors(form, error)
        return _statement_page(request, part, form, status=422)
    messages.success(request, _("What you say of your part is saved."))
    return redirect(part.incident)


def _language_asked_for(request: PortalRequest) -> str:
    wanted = request.GET.get("language", "")
    return wanted if wanted in LANGUAGE_NAMES else ""


def _stale_statement(request: PortalRequest, pk: UUID, form: StatementForm) -> HttpResponse:
    """Show both versions; saving again then answers to the version that is shown."""
    current = _readable_part(request, pk)
    now = statement_form(current, language=form.cleaned_data["language"])
    rows = differences(form, now, fields=StatementForm.COMPARED)
    again = statement_form(current, data={**request.POST.dict(), "version": current.version})
    return _statement_page(request, current, again, differences=rows, is_stale=True, status=409)


def _statement_page(
    request: PortalRequest,
    part: Involvement,
    form: StatementForm,
    *,
    status: int = 200,
    **more: Any,
) -> HttpResponse:
    context = {
        "incident": part.incident,
        "part": part,
        "form": form,
        "title": title_of(part),
        "languages": languages_of(part, but=form.text_language),
        **more,
    }
    return render(request, "incidents/involvement_edit.html", context, status=status)


def _readable_part(request: PortalRequest, pk: UUID) -> Involvement:
    found = queries.visible_to(request.user).select_related("incident", "participant")
    return get_object_or_404(found, pk=pk)


# ── what other systems call it ──────────────────────────────────────────────────────────────────
@form_methods
def reference_new(request: PortalRequest, pk: UUID) -> HttpResponse:
    incident = readable(request, pk)
    require(incident_rules.may_reference(request.user, incident))
    form = ReferenceForm(request.POST or None)
    if form.is_valid():
        at = database_now()
        try:
            reference_services.add_reference(incident, form.name(), by=request.user, at=at)
        except ValidationError as error:
            add_errors(form, error)
        else:
            messages.success(request, _("The name is added."))
            return redirect(incident)
    title = _("Add what another system calls it")
    return _act_page(request, incident, form, title=title)


@require_POST
def reference_remove(request: PortalRequest, pk: UUID) -> HttpResponse:
    found = reference_queries.visible_to(request.user).select_related("incident")
    reference: ExternalReference = get_object_or_404(found, pk=pk)
    incident = reference_services.remove_reference(reference, by=request.user, at=database_now())
    messages.success(request, _("The name is taken out."))
    return redirect(incident)


def _act_page(
    request: PortalRequest, incident: Incident, form: Any, *, title: str, explanation: str = ""
) -> HttpResponse:
    context = {"incident": incident, "form": form, "title": title, "explanation": explanation}
    status = 422 if form.is_bound else 200
    return render(request, "incidents/incident_act.html", context, status=status)
