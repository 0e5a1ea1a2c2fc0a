from typing import Any
from uuid import UUID

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from incidents.exports.lists import downloads
from incidents.forms.deployments import (
    AgreeForm,
    DeclineForm,
    DeploymentFilterForm,
    DeploymentForm,
    ExtensionForm,
    StepForm,
    edit_form,
    new_form,
)
from incidents.models import Deployment, OfferItem
from incidents.presentation import deployments as presentation
from incidents.queries import deployments as queries
from incidents.rules import deployments as rules
from incidents.services import deployment_log, extensions
from incidents.services import deployments as services
from incidents.statuses import DEPLOYMENTS
from ots_portal.clock import database_now
from ots_portal.lifecycle import StaleVersion, WrongStatus, wrong_status_sentence
from ots_portal.pages import add_errors, answering_to, differences, take, wrong_status
from ots_portal.paging import BadCursor, page_of, with_cursor
from ots_portal.people.http import PortalRequest
from ots_portal.verdicts import Verdict, require

LIST_SIZE = 50


def deployment_list(request: PortalRequest) -> HttpResponse:
    filters = DeploymentFilterForm(request.GET)
    wishes = filters.wishes()
    found = queries.filtered(queries.visible_to(request.user), wishes)
    related = found.select_related("participant", "host", "incident")
    try:
        page = page_of(
            related.annotate(open_count=queries.OPEN_AND_BLOCKING),
            by="created_at",
            cursor=request.GET.get("cursor", ""),
            size=LIST_SIZE,
        )
    except BadCursor as error:
        raise Http404 from error
    context = {
        "filters": filters,
        "rows": presentation.rows(page.rows, at=database_now()),
        "older": with_cursor(request.GET, page.older),
        "newer": with_cursor(request.GET, page.newer),
        "is_narrowed": any(wishes.values()),
        "downloads": downloads("deployments", request.GET),
        "lines": _lines_to_deploy(request),
    }
    return render(request, "incidents/deployments/list.html", context)


def _lines_to_deploy(request: PortalRequest) -> list[tuple[OfferItem, int]]:
    """Return the accepted lines of which the reader may still send something, the newest first."""
    if not (request.user.may_act or request.user.is_secretariat):
        return []
    lines = queries.with_what_is_left(queries.accepted_lines_of(request.user))
    return [(line, line.left) for line in lines[:10]]  # type: ignore[attr-defined]


def deployment_detail(request: PortalRequest, pk: UUID) -> HttpResponse:
    deployment = _readable(request, pk)
    context = presentation.whole(deployment, reader=request.user, at=database_now())
    return render(request, "incidents/deployments/detail.html", context)


def deployment_new(request: PortalRequest, pk: UUID) -> HttpResponse:
    """Plan a deployment of an accepted line."""
    line = get_object_or_404(queries.accepted_lines_of(request.user), pk=pk)
    require(rules.may_plan(request.user, line))
    left = line.accepted - queries.sent_of(line)
    form = new_form(line, left=max(left, 1), data=request.POST or None)
    if not form.is_valid():
        return _form_page(request, form, line=line, left=left, status=422 if form.is_bound else 200)
    try:
        deployment = services.plan(
            line,
            form.facts(),
            quantity=form.cleaned_data["quantity"],
            by=request.user,
            at=database_now(),
            submission_key=form.cleaned_data["submission_key"],
        )
    except ValidationError as error:
        add_errors(form, error)
        return _form_page(request, form, line=line, left=left, status=422)
    except WrongStatus as error:
        return wrong_status(request, line.offer.incident, str(error))
    messages.success(
        request, _("The deployment is planned. Settle its checklist before it sets out.")
    )
    return redirect(deployment)


def deployment_edit(request: PortalRequest, pk: UUID) -> HttpResponse:
    deployment = _readable(request, pk)
    verdict = rules.may_update(request.user, deployment)
    if verdict.code == "wrong_status":
        return wrong_status(request, deployment, str(verdict.reason))
    require(verdict)
    if request.method != "POST":
        return _form_page(request, edit_form(deployment), deployment=deployment)
    form = edit_form(deployment, data=request.POST)
    if not form.is_valid():
        return _form_page(request, form, deployment=deployment, status=422)
    version = form.cleaned_data["version"] or 0
    try:
        services.update(
            deployment, form.facts(), by=request.user, at=database_now(), version=version
        )
    except StaleVersion:
        return _stale_page(request, pk, form)
    except ValidationError as error:
        add_errors(form, error)
        return _form_page(request, form, deployment=deployment, status=422)
    messages.success(request, _("The deployment is saved."))
    return redirect(deployment)


def _stale_page(request: PortalRequest, pk: UUID, form: DeploymentForm) -> HttpResponse:
    """Show both versions; saving again then answers to the version that is shown."""
    current = _readable(request, pk)
    rows = differences(form, edit_form(current), fields=DeploymentForm.COMPARED)
    data = answering_to(request, current.version)
    again = edit_form(current, data=data)
    return _form_page(
        request, again, deployment=current, differences=rows, is_stale=True, status=409
    )


def _form_page(
    request: PortalRequest, form: DeploymentForm, *, status: int = 200, **more: Any
) -> HttpResponse:
    context = {"form": form, **more}
    return render(request, "incidents/deployments/form.html", context, status=status)


# ── steps ───────────────────────────────────────────────────────────────────────────────────────
def deployment_step(request: PortalRequest, pk: UUID, verb: str) -> HttpResponse:
    """Ask when and where it happened, and take the step."""
    deployment = _readable(request, pk)
    require(getattr(rules, f"may_{verb}")(request.user, deployment))
    if deployment.status not in DEPLOYMENTS.steps[verb].sources:
        return wrong_status(request, deployment, wrong_status_sentence(deployment))
    words = presentation.STEP_WORDS[verb]
    at = database_now()
    form = StepForm(
        request.POST if request.method == "POST" else None, at=at, needs_reason=words.needs_reason
    )
    if not form.is_valid():
        return _step_page(request, deployment, form, verb)
    service = getattr(services, verb)
    try:
        return take(request, deployment, service, done=words.done, **form.cleaned_data)
    except ValidationError as error:
        add_errors(form, error)
        return _step_page(request, deployment, form, verb)


def _step_page(
    request: PortalRequest, deployment: Deployment, form: StepForm, verb: str
) -> HttpResponse:
    context = {
        "deployment": deployment,
        "form": form,
        "title": str(presentation.STEP_WORDS[verb].label).rstrip("…"),
        "blocking": list(queries.blocking(deployment)) if verb == "depart" else [],
    }
    status = 422 if form.is_bound else 200
    return render(request, "incidents/deployments/step.html", context, status=status)


def deployment_log_page(request: PortalRequest, pk: UUID) -> HttpResponse:
    """Show the whole log, and add to it."""
    deployment = _readable(request, pk)
    at = database_now()
    may_log = rules.may_log(request.user, deployment)
    form = StepForm(request.POST if request.method == "POST" else None, at=at)
    if request.method == "POST":
        require(may_log)
        if form.is_valid() and _logged(request, deployment, form):
            messages.success(request, _("The entry is in the log."))
            return redirect("incidents:deployment_log", deployment.pk)
    context = {
        "deployment": deployment,
        "form": form,
        "may_log": may_log,
        "log": presentation.log_views(
            queries.log_of(deployment)[:500], deployment, reader=request.user
        ),
    }
    status = 422 if form.is_bound else 200
    return render(request, "incidents/deployments/log.html", context, status=status)


def _logged(request: PortalRequest, deployment: Deployment, form: StepForm) -> bool:
    try:
        deployment_log.log(deployment, by=request.user, at=database_now(), **form.cleaned_data)
    except ValidationError as error:
        add_errors(form, error)
        return False
    return True


# ── a longer stay ───────────────────────────────────────────────────────────────────────────────
def deployment_propose_extension(request: PortalRequest, pk: UUID) -> HttpResponse:
    deployment = _readable(request, pk)
    if refusal := _refused(
        request, deployment, rules.may_propose_extension(request.user, deployment)
    ):
        return refusal
    form = ExtensionForm(request.POST or None, initial={"until_at": deployment.until_at})
    title = _("Propose a longer stay")
    if not form.is_valid():
        return _simple_page(request, deployment, form, title)
    done = _("The longer stay is proposed; the other side is being told.")
    try:
        return take(request, deployment, extensions.propose, done=done, **form.cleaned_data)
    except ValidationError as error:
        add_errors(form, error)
        return _simple_page(request, deployment, form, title)


@require_POST
def deployment_agree_extension(request: PortalRequest, pk: UUID) -> HttpResponse:
    deployment = _readable(request, pk)
    if refusal := _refused(
        request, deployment, rules.may_agree_extension(request.user, deployment)
    ):
        return refusal
    form = AgreeForm(request.POST)
    if not form.is_valid():
        return _simple_page(request, deployment, form, _("Agree to the longer stay"))
    done = _("The team stays longer.")
    return take(request, deployment, extensions.agree, done=done, **form.cleaned_data)


def deployment_decline_extension(request: PortalRequest, pk: UUID) -> HttpResponse:
    deployment = _readable(request, pk)
    verdict = rules.may_decline_extension(request.user, deployment)
    if refusal := _refused(request, deployment, verdict):
        return refusal
    assert deployment.proposed_until_at
    seen = {"until_at": deployment.proposed_until_at.isoformat()}
    form = DeclineForm(request.POST or None, initial=seen)
    if not form.is_valid():
        return _simple_page(request, deployment, form, _("Decline the longer stay"))
    done = _("The longer stay is declined.")
    return take(request, deployment, extensions.decline, done=done, **form.cleaned_data)


def _refused(
    request: PortalRequest, deployment: Deployment, verdict: Verdict
) -> HttpResponse | None:
    """Answer 409 where only the status stands in the way; a refusal of the person is raised."""
    if verdict.code == "wrong_status":
        return wrong_status(request, deployment, str(verdict.reason))
    require(verdict)
    return None


def _simple_page(
    request: PortalRequest, deployment: Deployment, form: Any, title: str
) -> HttpResponse:
    context = {"deployment": deployment, "form": form, "title": title}
    status = 422 if form.is_bound else 200
    return render(request, "incidents/deployments/step.html", context, status=status)


def _readable(request: PortalRequest, pk: UUID) -> Deployment:
    return get_object_or_404(queries.with_parts(queries.visible_to(request.user)), pk=pk)
