from collections.abc import Callable
from typing import Any
from uuid import UUID

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.http import Http404, HttpResponse, HttpResponseBase
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import get_language
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from incidents.exports import assistance as exports
from incidents.exports.lists import downloads
from incidents.forms.incidents import ReasonForm
from incidents.forms.requests import (
    AmendmentSheet,
    FilterForm,
    RequestSheet,
    amendment_sheet,
    draft_sheet,
    new_sheet,
    wants_another_line,
    with_another_line,
)
from incidents.models import Amendment, AssistanceRequest, Incident
from incidents.presentation import assistance
from incidents.presentation import requests as presentation
from incidents.presentation.requests import STEP_WORDS
from incidents.queries import incidents as incident_queries
from incidents.queries import requests as queries
from incidents.rules import requests as rules
from incidents.services import acknowledgements, amendments
from incidents.services import requests as services
from incidents.statuses import REQUESTS
from ots_portal.access.stepup import step_up_required
from ots_portal.clock import database_now
from ots_portal.lifecycle import StaleVersion, WrongStatus, wrong_status_sentence
from ots_portal.pages import (
    CHANGED_UNREAD,
    add_errors,
    answering_to,
    differences,
    take,
    version_read,
    wrong_status,
)
from ots_portal.paging import BadCursor, page_of, with_cursor
from ots_portal.paper import responses
from ots_portal.paper.problems import NotPrintable
from ots_portal.people.http import PortalRequest
from ots_portal.verdicts import Verdict, require

LIST_SIZE = 50
form_methods = require_http_methods(["GET", "HEAD", "POST"])


@require_safe
def request_list(request: PortalRequest) -> HttpResponse:
    filters = FilterForm(request.GET)
    found = queries.filtered(queries.visible_to(request.user), filters.wishes())
    try:
        page = page_of(
            queries.with_parts(found).prefetch_related("items"),
            by="created_at",
            cursor=request.GET.get("cursor", ""),
            size=LIST_SIZE,
        )
    except BadCursor as error:
        raise Http404 from error
    context = {
        "filters": filters,
        "downloads": downloads("requests", request.GET),
        "rows": presentation.rows(page.rows),
        "older": with_cursor(request.GET, page.older),
        "newer": with_cursor(request.GET, page.newer),
        "is_narrowed": any(filters.wishes().values()),
    }
    return render(request, "incidents/request_list.html", context)


@require_safe
def request_detail(request: PortalRequest, pk: UUID) -> HttpResponse:
    record = _readable(request, pk)
    context = presentation.whole(record, reader=request.user, at=database_now())
    return render(request, "incidents/request_detail.html", context)


@require_safe
def request_coverage(request: PortalRequest, pk: UUID) -> HttpResponse:
    """The coverage table alone: what the page of the request asks for again and again."""
    values = presentation.coverage_values(_readable(request, pk))
    return render(request, "incidents/coverage_table.html", {"section": values})


@require_safe
def incident_coverage(request: PortalRequest, pk: UUID) -> HttpResponse:
    """The coverage of all requests of the incident that the reader sees."""
    incident = _incident(request, pk)
    requests = queries.of_incident(incident, request.user)
    values = assistance.coverage_values(incident, requests)
    return render(request, "incidents/coverage_table.html", {"section": values})


@form_methods
def request_new(request: PortalRequest, pk: UUID) -> HttpResponse:
    incident = _incident(request, pk)
    require(rules.may_create(request.user, incident))
    if request.method != "POST":
        return _new_page(request, incident, new_sheet(by=request.user))
    if wants_another_line(request.POST):
        sheet = new_sheet(with_another_line(request.POST), by=request.user)
        return _new_page(request, incident, sheet, adds_line=True)
    sheet = new_sheet(request.POST, by=request.user)
    if not sheet.is_valid():
        return _new_page(request, incident, sheet, status=422)
    try:
        record = services.create(
            incident,
            sheet.asked(),
            by=request.user,
            at=database_now(),
            participant=sheet.form.cleaned_data.get("participant"),
            submission_key=sheet.form.cleaned_data["submission_key"],
        )
    except ValidationError as error:
        add_errors(sheet.form, error)
        return _new_page(request, incident, sheet, status=422)
    messages.success(request, _("The draft is kept. The head of authority signs it next."))
    return redirect(record)


def _new_page(
    request: PortalRequest,
    incident: Incident,
    sheet: RequestSheet,
    *,
    status: int = 200,
    **more: Any,
) -> HttpResponse:
    context = {"incident": incident, "sheet": sheet, **more}
    return render(request, "incidents/request_new.html", context, status=status)


@form_methods
def request_edit(request: PortalRequest, pk: UUID) -> HttpResponse:
    record = _readable(request, pk)
    require(rules.may_update(request.user, record))
    if request.method != "POST":
        return _edit_page(request, record, draft_sheet(record))
    if wants_another_line(request.POST):
        sheet = draft_sheet(record, with_another_line(request.POST))
        return _edit_page(request, record, sheet, adds_line=True)
    sheet = draft_sheet(record, request.POST)
    if not sheet.is_valid():
        return _edit_page(request, record, sheet, status=422)
    return _save(request, record, sheet)


def _save(request: PortalRequest, record: AssistanceRequest, sheet: RequestSheet) -> HttpResponse:
    version = sheet.form.cleaned_data["version"] or 0
    try:
        services.update(record, sheet.asked(), by=request.user, at=database_now(), version=version)
    except StaleVersion:
        return _stale_page(request, record.pk)
    except WrongStatus as error:
        return wrong_status(request, record, str(error))
    except ValidationError as error:
        add_errors(sheet.form, error)
        return _edit_page(request, record, sheet, status=422)
    messages.success(request, _("The draft is saved."))
    return redirect(record)


def _stale_page(request: PortalRequest, pk: UUID) -> HttpResponse:
    """Show both versions; saving again then answers to the version that is shown."""
    current = _readable(request, pk)
    data = answering_to(request, current.version)
    again = draft_sheet(current, data)
    rows = differences(again.form, draft_sheet(current).form, fields=again.form.COMPARED)
    return _edit_page(request, current, again, differences=rows, is_stale=True, status=409)


def _edit_page(
    request: PortalRequest,
    record: AssistanceRequest,
    sheet: RequestSheet,
    *,
    status: int = 200,
    **more: Any,
) -> HttpResponse:
    context = {"request_": record, "incident": record.incident, "sheet": sheet, **more}
    return render(request, "incidents/request_edit.html", context, status=status)


# ── steps ───────────────────────────────────────────────────────────────────────────────────────
@require_POST
def request_sign(request: PortalRequest, pk: UUID) -> HttpResponse:
    record = _readable(request, pk)
    require(rules.may_sign(request.user, record))
    return _sign(request, record)


@step_up_required
def _sign(request: PortalRequest, record: AssistanceRequest) -> HttpResponse:
    version = version_read(request)
    try:
        return take(request, record, services.sign, done=STEP_WORDS["sign"].done, version=version)
    except StaleVersion:
        return wrong_status(request, record, CHANGED_UNREAD)


@require_POST
def request_discard(request: PortalRequest, pk: UUID) -> HttpResponse:
    return _take(request, pk, services.discard)


@require_POST
def request_circulate(request: PortalRequest, pk: UUID) -> HttpResponse:
    return _take(request, pk, services.circulate)


@require_POST
def request_resume(request: PortalRequest, pk: UUID) -> HttpResponse:
    return _take(request, pk, services.resume)


@require_POST
def request_fulfil(request: PortalRequest, pk: UUID) -> HttpResponse:
    return _take(request, pk, services.fulfil)


@require_POST
def request_close(request: PortalRequest, pk: UUID) -> HttpResponse:
    return _take(request, pk, services.close)


@form_methods
def request_suspend(request: PortalRequest, pk: UUID) -> HttpResponse:
    return _take_with_reason(
        request, pk, services.suspend, rules.may_suspend, title=_("Suspend the request")
    )


@form_methods
def request_withdraw(request: PortalRequest, pk: UUID) -> HttpResponse:
    return _take_with_reason(
        request, pk, services.withdraw, rules.may_withdraw, title=_("Withdraw the request")
    )


def _take(
    request: PortalRequest, pk: UUID, service: Callable[..., AssistanceRequest]
) -> HttpResponse:
    done = STEP_WORDS[service.__name__].done
    return take(request, _readable(request, pk), service, done=done)


def _take_with_reason(
    request: PortalRequest,
    pk: UUID,
    service: Callable[..., AssistanceRequest],
    rule: Callable[..., Verdict],
    *,
    title: str,
) -> HttpResponse:
    record, verb = _readable(request, pk), service.__name__
    require(rule(request.user, record))
    if record.status not in REQUESTS.steps[verb].sources:
        return wrong_status(request, record, wrong_status_sentence(record))
    form = ReasonForm(request.POST or None)
    if form.is_valid():
        done = STEP_WORDS[verb].done
        return take(request, record, service, done=done, reason=form.cleaned_data["reason"])
    context = {"record": record, "form": form, "title": title}
    status = 422 if form.is_bound else 200
    return render(request, "incidents/record_reason.html", context, status=status)


@require_POST
def request_acknowledge(request: PortalRequest, pk: UUID) -> HttpResponse:
    """Say that the request has arrived."""
    record = _readable(request, pk)
    acknowledgements.acknowledge(record, by=request.user, at=database_now())
    messages.success(request, _("Your participant has acknowledged the request."))
    return redirect(record)


# ── amendments ──────────────────────────────────────────────────────────────────────────────────
@form_methods
def request_amend(request: PortalRequest, pk: UUID) -> HttpResponse:
    record = _readable(request, pk)
    require(rules.may_amend(request.user, record))
    if request.method != "POST":
        return _amend_page(request, record, amendment_sheet(record))
    if wants_another_line(request.POST):
        sheet = amendment_sheet(record, with_another_line(request.POST))
        return _amend_page(request, record, sheet, adds_line=True)
    sheet = amendment_sheet(record, request.POST)
    if not sheet.is_valid():
        return _amend_page(request, record, sheet, status=422)
    return _prepare(request, record, sheet)


def _prepare(
    request: PortalRequest, record: AssistanceRequest, sheet: AmendmentSheet
) -> HttpResponse:
    data = sheet.form.cleaned_data
    try:
        amendments.prepare(
            record,
            sheet.asked(),
            reason=data["reason"],
            by=request.user,
            at=database_now(),
            version=data["version"] or 0,
        )
    except StaleVersion:
        return _stale_amendment(request, record.pk)
    except WrongStatus as error:
        return wrong_status(request, record, str(error))
    except ValidationError as error:
        add_errors(sheet.form, error)
        return _amend_page(request, record, sheet, status=422)
    messages.success(request, _("The amendment is prepared. The head of authority signs it next."))
    return redirect(record)


def _stale_amendment(request: PortalRequest, pk: UUID) -> HttpResponse:
    """Show both versions; saving again then answers to the version that is shown."""
    current = _readable(request, pk)
    data = answering_to(request, current.amendment.version)
    again = amendment_sheet(current, data)
    rows = differences(again.form, amendment_sheet(current).form, fields=again.form.COMPARED)
    return _amend_page(request, current, again, differences=rows, is_stale=True, status=409)


def _amend_page(
    request: PortalRequest,
    record: AssistanceRequest,
    sheet: AmendmentSheet,
    *,
    status: int = 200,
    **more: Any,
) -> HttpResponse:
    context = {"request_": record, "incident": record.incident, "sheet": sheet, **more}
    return render(request, "incidents/request_amend.html", context, status=status)


@require_POST
def request_sign_amendment(request: PortalRequest, pk: UUID) -> HttpResponse:
    amendment = _amendment(request, pk)
    require(rules.may_sign_amendment(request.user, amendment))
    return _sign_amendment(request, amendment)


@step_up_required
def _sign_amendment(request: PortalRequest, amendment: Amendment) -> HttpResponse:
    record = amendment.request
    version = version_read(request)
    try:
        amendments.sign(amendment, by=request.user, at=database_now(), version=version)
    except WrongStatus as error:
        return wrong_status(request, record, str(error))
    except ValidationError as error:
        return wrong_status(request, record, " ".join(error.messages))
    messages.success(request, _("The request is amended. Those who have offered are being told."))
    return redirect(record)


@require_POST
def request_drop_amendment(request: PortalRequest, pk: UUID) -> HttpResponse:
    amendment = _amendment(request, pk)
    try:
        amendments.drop(amendment, by=request.user, at=database_now())
    except WrongStatus as error:
        return wrong_status(request, amendment.request, str(error))
    messages.success(request, _("The amendment is dropped. The request stays as it is."))
    return redirect(amendment.request)


@require_safe
def request_versions(request: PortalRequest, pk: UUID) -> HttpResponse:
    """Every signed text of the request, and what each changed in the one before."""
    record = _readable(request, pk)
    versions = list(record.versions.select_related("signed_by__participant", "prepared_by"))
    pairs = list(zip([None, *versions], versions, strict=False))
    shown = [
        {"version": newer, "changes": presentation.comparison(older, newer)}
        for older, newer in reversed(pairs)
    ]
    context = {"request_": record, "incident": record.incident, "versions": shown}
    return render(request, "incidents/request_versions.html", context)


@require_safe
def request_pdf(request: PortalRequest, pk: UUID) -> HttpResponseBase:
    """The newest signed text as a document, in the reader's language and in English."""
    record = _readable(request, pk)
    versions = record.versions.select_related("signed_by__participant", "prepared_by__participant")
    newest = versions.order_by("-number").first()
    if newest is None:
        return wrong_status(request, record, _("A request is printed once it is signed."))
    try:
        content = exports.request_pdf(
            record, newest, language=get_language() or "en", at=database_now()
        )
    except NotPrintable as error:
        return responses.not_printable(request, error)
    name = f"{record.number} {newest.number}.pdf"
    return responses.download(content, name=name, content_type=responses.PDF)


def _amendment(request: PortalRequest, pk: UUID) -> Amendment:
    """Return the request's amendment; a reader of the request without a part in it is refused by the rule."""
    record = _readable(request, pk)
    require(rules.may_amend(request.user, record))
    found = Amendment.objects.filter(request=record).first()
    if found is None:
        raise Http404
    found.request = record
    return found


def _incident(request: PortalRequest, pk: UUID) -> Incident:
    return get_object_or_404(incident_queries.visible_to(request.user), pk=pk)


def _readable(request: PortalRequest, pk: UUID) -> AssistanceRequest:
    return get_object_or_404(queries.with_parts(queries.visible_to(request.user)), pk=pk)
