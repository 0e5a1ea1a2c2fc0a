from typing import Any
from uuid import UUID

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.http import HttpResponse, HttpResponseBase
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _

from incidents.exports import manifests as exports
from incidents.forms.manifests import ManifestForm, PersonForm, manifest_form
from incidents.models import Deployment
from incidents.presentation import manifests as presentation
from incidents.queries import deployments as queries
from incidents.rules import deployments as rules
from incidents.services import manifests as services
from ots_portal.clock import database_now
from ots_portal.lifecycle import StaleVersion
from ots_portal.pages import add_errors, answering_to, wrong_status
from ots_portal.paper import responses
from ots_portal.paper.problems import NotPrintable
from ots_portal.people.http import PortalRequest
from ots_portal.verdicts import require


def manifest_detail(request: PortalRequest, pk: UUID) -> HttpResponse:
    """Show the manifest, ready to print; the sender adds people one by one here."""
    deployment = _readable(request, pk)
    may_write = rules.may_write_manifest(request.user, deployment)
    if request.method != "POST":
        return _page(request, deployment, PersonForm(initial=_usual(deployment)))
    if refusal := _refused(request, deployment):
        return refusal
    require(may_write)
    form = PersonForm(request.POST)
    if not form.is_valid():
        return _page(request, deployment, form, status=422)
    try:
        services.add_person(deployment, form.cleaned_data, by=request.user, at=database_now())
    except ValidationError as error:
        add_errors(form, error)
        return _page(request, deployment, form, status=422)
    messages.success(request, _("The person is on the manifest."))
    return redirect("incidents:manifest", deployment.pk)


def _usual(deployment: Deployment) -> dict[str, str]:
    return {"nationality": deployment.participant.iso2 or ""}


def _page(
    request: PortalRequest, deployment: Deployment, form: PersonForm, *, status: int = 200
) -> HttpResponse:
    context = {
        **presentation.manifest(deployment),
        "form": form,
        "may_write": rules.may_write_manifest(request.user, deployment),
    }
    return render(request, "incidents/manifests/detail.html", context, status=status)


def manifest_edit(request: PortalRequest, pk: UUID) -> HttpResponse:
    """Take both lists as pasted; a preview stands before they replace what is there."""
    deployment = _readable(request, pk)
    if refusal := _refused(request, deployment):
        return refusal
    require(rules.may_write_manifest(request.user, deployment))
    at = database_now()
    data = request.POST if request.method == "POST" else None
    form = manifest_form(deployment, today=timezone.localdate(at), data=data)
    if not form.is_bound:
        return _edit_page(request, deployment, form)
    if not form.is_valid():
        return _edit_page(request, deployment, form, status=422)
    if "save" not in request.POST:
        return _edit_page(request, deployment, form, is_preview=True)
    try:
        services.replace(
            deployment,
            people=form.people_sheet.rows,
            items=form.items_sheet.rows,
            by=request.user,
            at=at,
            version=form.cleaned_data["version"],
        )
    except StaleVersion:
        return _stale_page(request, pk, form)
    messages.success(request, _("The manifest is saved."))
    return redirect("incidents:manifest", deployment.pk)


def _stale_page(request: PortalRequest, pk: UUID, form: ManifestForm) -> HttpResponse:
    """Say that it was changed; saving again then replaces what stands now."""
    current = _readable(request, pk)
    data = answering_to(request, current.version)
    again = manifest_form(current, today=form.today, data=data)
    again.is_valid()
    standing = presentation.manifest(current)
    return _edit_page(request, current, again, is_stale=True, standing=standing, status=409)


def _edit_page(
    request: PortalRequest,
    deployment: Deployment,
    form: ManifestForm,
    *,
    is_preview: bool = False,
    status: int = 200,
    **more: Any,
) -> HttpResponse:
    context = {
        "deployment": deployment,
        "form": form,
        "is_preview": is_preview,
        "people": presentation.people_of(form.people_sheet.rows) if form.is_bound else [],
        "items": presentation.items_of(form.items_sheet.rows) if form.is_bound else [],
        **more,
    }
    return render(request, "incidents/manifests/edit.html", context, status=status)


def _refused(request: PortalRequest, deployment: Deployment) -> HttpResponse | None:
    """Answer 409 once the deployment is over."""
    verdict = rules.may_write_manifest(request.user, deployment)
    if verdict.code == "wrong_status":
        return wrong_status(request, deployment, str(verdict.reason))
    return None


def manifest_pdf(request: PortalRequest, pk: UUID) -> HttpResponseBase:
    deployment = _readable(request, pk)
    at = database_now()
    try:
        content = exports.to_pdf(deployment, at=at)
    except NotPrintable as error:
        return responses.not_printable(request, error)
    services.record_taken(deployment, by=request.user, at=at, form="pdf")
    name = exports.file_name(deployment, "pdf")
    return responses.download(content, name=name, content_type=responses.PDF)


def manifest_csv(request: PortalRequest, pk: UUID) -> HttpResponseBase:
    deployment = _readable(request, pk)
    content = exports.to_csv(deployment)
    services.record_taken(deployment, by=request.user, at=database_now(), form="csv")
    name = exports.file_name(deployment, "csv")
    return responses.download(content, name=name, content_type=responses.CSV)


def _readable(request: PortalRequest, pk: UUID) -> Deployment:
    """:raises Refused: to whoever may read the deployment but not who is in the team"""
    deployment = get_object_or_404(queries.with_parts(queries.visible_to(request.user)), pk=pk)
    require(rules.may_read_manifest(request.user, deployment))
    return deployment
