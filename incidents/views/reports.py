from collections.abc import Callable, Mapping
from typing import Any
from uuid import UUID

from django.conf import settings
from django.contrib import messages
from django.core.exceptions import ValidationError
from django.http import Http404, HttpResponse, HttpResponseBase
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.functional import Promise
from django.utils.translation import get_language, gettext_lazy
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from incidents.exports import reports as exports
from incidents.exports.report_list import downloads_of
from incidents.forms.incidents import ReasonForm
from incidents.forms.reports import ReportForm, ReportListFilter, with_another_row, without_row
from incidents.models import Incident, SituationReport
from incidents.presentation import reports as presentation
from incidents.queries import incidents as incident_queries
from incidents.queries import reports as queries
from incidents.rules import reports as rules
from incidents.services import reports as services
from incidents.services.reports import AlreadyDrafted
from incidents.statuses import REPORTS
from ots_portal.access.stepup import step_up_required
from ots_portal.clock import database_now
from ots_portal.lifecycle import StaleVersion, WrongStatus, wrong_status_sentence
from ots_portal.notifications.recipients import recipients_of
from ots_portal.pages import Difference, add_errors, differences, take, wrong_status
from ots_portal.paging import BadCursor, page_of, with_cursor
from ots_portal.paper import responses
from ots_portal.paper.problems import NotPrintable
from ots_portal.people.http import PortalRequest
from ots_portal.verdicts import Verdict, require

LIST_SIZE = 25
CODES = [code for code, _name in settings.LANGUAGES]
form_methods = require_http_methods(["GET", "HEAD", "POST"])

DONE: dict[str, str | Promise] = {
    "submit": gettext_lazy("The report is submitted. The head of the authority publishes it now."),
    "discard": gettext_lazy("The draft is discarded."),
    "send_back": gettext_lazy("The report is a draft again."),
    "publish": gettext_lazy(
        "The report is published. Those on duty who may read it are told in a moment."
    ),
    "recall": gettext_lazy("The report is recalled; nobody is told of it."),
    "withdraw": gettext_lazy("The report is withdrawn; its figures count no more."),
}


# ── the reports of an incident ──────────────────────────────────────────────────────────────────
@require_safe
def report_list(request: PortalRequest, pk: UUID) -> HttpResponse:
    incident = _incident(request, pk)
    whose = queries.who_reported_on(incident)
    filters = ReportListFilter(request.GET, whose=whose)
    wishes = filters.cleaned_data if filters.is_valid() else {}
    found = queries.filtered(
        queries.of_incident(incident, request.user), {**wishes, "exercise": True}
    )
    try:
        page = page_of(found, by="created_at", cursor=request.GET.get("cursor", ""), size=LIST_SIZE)
    except BadCursor as error:
        raise Http404 from error
    context = {
        "incident": incident,
        "filters": filters,
        "rows": presentation.rows(page.rows),
        "older": with_cursor(request.GET, page.older),
        "newer": with_cursor(request.GET, page.newer),
        "may_create": rules.may_create(request.user, incident),
        "draft": queries.of_incident(incident, request.user)
        .filter(status__in=queries.UNPUBLISHED)
        .first(),
        "is_narrowed": bool(wishes.get("participant")),
        "downloads": downloads_of(incident, participant=wishes.get("participant", "")),
    }
    return render(request, "incidents/report_list.html", context)


@require_safe
def report_figures(request: PortalRequest, pk: UUID) -> HttpResponse:
    """All figures of an incident: totals with their parts, and each over time."""
    incident = _incident(request, pk)
    context = {
        "incident": incident,
        "totals": presentation.totals_of(queries.reported_figures(incident)),
        "series": presentation.over_time(queries.figures_over_time(incident)),
        "downloads": [
            {
                "label": _("CSV with HXL tags"),
                "url": reverse("incidents:report_figures_csv", args=[incident.pk]),
            },
            {"label": "XLSX", "url": reverse("incidents:report_figures_xlsx", args=[incident.pk])},
        ],
    }
    return render(request, "incidents/report_figures.html", context)


@require_safe
def report_figures_csv(request: PortalRequest, pk: UUID) -> HttpResponseBase:
    return exports.figures_csv(_incident(request, pk))


@require_safe
def report_figures_xlsx(request: PortalRequest, pk: UUID) -> HttpResponseBase:
    try:
        return exports.figures_xlsx(_incident(request, pk), at=database_now())
    except NotPrintable as error:
        return responses.not_printable(request, error)


@require_POST
def report_new(request: PortalRequest, pk: UUID) -> HttpResponse:
    """Begin the next report from the last one, or go on with the one that is being written."""
    incident = _incident(request, pk)
    try:
        report = services.create(incident, by=request.user, at=database_now())
    except AlreadyDrafted as error:
        messages.info(request, str(error))
        return redirect(error.report)
    except WrongStatus as error:
        return wrong_status(request, incident, str(error))
    return redirect("incidents:report_edit", report.pk)


# ── one report ──────────────────────────────────────────────────────────────────────────────────
@require_safe
def report_detail(request: PortalRequest, pk: UUID) -> HttpResponse:
    report = _readable(request, pk)
    context = presentation.whole(report, reader=request.user, at=database_now())
    return render(request, "incidents/report_detail.html", context)


@require_safe
def report_pdf(request: PortalRequest, pk: UUID) -> HttpResponseBase:
    report = _readable(request, pk)
    try:
        return exports.report_pdf(report, language=get_language() or "en", at=database_now())
    except NotPrintable as error:
        return responses.not_printable(request, error)


@require_safe
def report_csv(request: PortalRequest, pk: UUID) -> HttpResponseBase:
    return exports.report_csv(_readable(request, pk))


@form_methods
def report_edit(request: PortalRequest, pk: UUID) -> HttpResponse:
    report = _readable(request, pk)
    verdict = rules.may_update(request.user, report)
    if verdict.code == "wrong_status":
        return wrong_status(request, report, str(verdict.reason))
    require(verdict)
    if request.method != "POST":
        return _editor(request, report, _form(request, report))
    return _posted(request, report)


def _posted(request: PortalRequest, report: SituationReport) -> HttpResponse:
    """Do what the button says: change the rows on the page, or keep what was written."""
    typed = request.POST.dict()
    verb, _colon, key = typed.pop("op", "save").partition(":")
    if verb == "refresh" and report.is_joint:
        return _refreshed(request, report, typed)
    if verb in ("add", "remove"):
        typed = with_another_row(typed) if verb == "add" else without_row(typed, key)
        return _editor(request, report, _form(request, report, typed=typed))
    if typed.get("version") != str(report.version):
        return _stale_page(request, report, typed)
    form = _form(request, report, data=request.POST)
    if not form.is_valid():
        return _editor(request, report, form, status=422)
    if verb == "preview":
        preview = presentation.preview(report, form.content())
        return _editor(request, report, form, preview=preview)
    return _save(request, report, form, then_submit=verb == "submit")


def _refreshed(
    request: PortalRequest, report: SituationReport, typed: Mapping[str, str]
) -> HttpResponse:
    """Put the countries' latest figures into a joint report; the texts stay as they were typed."""
    standing = [services.entry_of(figure) for figure in report.figures.all()]
    entries = services.joint_entries(report.incident, standing)
    kept = ("version", "kind", "as_of", "usual_source", *services.SECTIONS)
    texts = {name: text for name, text in typed.items() if name in kept}
    return _editor(request, report, _form(request, report, entries=entries, typed=texts))


def _save(
    request: PortalRequest, report: SituationReport, form: ReportForm, *, then_submit: bool
) -> HttpResponse:
    at = database_now()
    try:
        report = services.update(
            report,
            form.content(),
            by=request.user,
            at=at,
            version=form.cleaned_data["version"] or 0,
        )
        if then_submit:
            services.submit(report, by=request.user, at=at)
    except StaleVersion:
        return _stale_page(request, _readable(request, report.pk), request.POST.dict())
    except WrongStatus as error:
        return wrong_status(request, report, str(error))
    except ValidationError as error:
        add_errors(form, error)
        return _editor(request, report, form, status=422)
    done = DONE["submit"] if then_submit else _("The draft is saved.")
    messages.success(request, str(done))
    return redirect(report)


def _stale_page(
    request: PortalRequest, report: SituationReport, typed: Mapping[str, str]
) -> HttpResponse:
    """Show both versions; nothing is saved, and the form holds what the person wrote."""
    mine = _form(request, report, data=request.POST)
    now = _form(request, report)
    rows = differences(mine, now, fields=ReportForm.COMPARED)
    mine.is_valid()
    rows += _figures_that_differ(mine, now)
    again = _form(request, report, typed={**typed, "version": report.version})
    return _editor(request, report, again, differences=rows, is_stale=True, status=409)


def _figures_that_differ(mine: ReportForm, now: ReportForm) -> list[Difference]:
    yours, theirs = (presentation.as_lines(form.entries) for form in (mine, now))
    if yours == theirs:
        return []
    return [Difference(_("Figures"), "\n".join(theirs), "\n".join(yours))]


def _form(request: PortalRequest, report: SituationReport, **more: Any) -> ReportForm:
    asked = request.GET.get("language", "")
    own = (get_language() or "en").partition("-")[0]
    language = asked if asked in CODES else own if own in CODES else "en"
    return ReportForm(report, language=language, at=database_now(), **more)


def _editor(
    request: PortalRequest,
    report: SituationReport,
    form: ReportForm,
    *,
    status: int = 200,
    **more: Any,
) -> HttpResponse:
    context = {
        "report": report,
        "incident": report.incident,
        "title": presentation.title_of(report),
        "form": form,
        "carried": presentation.carried_text(report.starts_from),
        "language": dict(settings.LANGUAGES)[form.language],
        "languages": settings.LANGUAGES,
        **more,
    }
    return render(request, "incidents/report_edit.html", context, status=status)


# ── steps ───────────────────────────────────────────────────────────────────────────────────────
@require_POST
def report_submit(request: PortalRequest, pk: UUID) -> HttpResponse:
    return take(request, _readable(request, pk), services.submit, done=DONE["submit"])


@require_POST
def report_discard(request: PortalRequest, pk: UUID) -> HttpResponse:
    report = _readable(request, pk)
    try:
        services.discard(report, by=request.user, at=database_now())
    except WrongStatus as error:
        return wrong_status(request, report, str(error))
    messages.success(request, str(DONE["discard"]))
    return redirect("incidents:report_list", report.incident_id)


@form_methods
def report_send_back(request: PortalRequest, pk: UUID) -> HttpResponse:
    return _with_reason(
        request, pk, services.send_back, rules.may_send_back, title=_("Send the report back")
    )


@require_POST
def report_recall(request: PortalRequest, pk: UUID) -> HttpResponse:
    return take(request, _readable(request, pk), services.recall, done=DONE["recall"])


@form_methods
def report_withdraw(request: PortalRequest, pk: UUID) -> HttpResponse:
    return _with_reason(
        request, pk, services.withdraw, rules.may_withdraw, title=_("Withdraw the report")
    )


def _with_reason(
    request: PortalRequest,
    pk: UUID,
    service: Callable[..., SituationReport],
    rule: Callable[..., Verdict],
    *,
    title: str,
) -> HttpResponse:
    report = _readable(request, pk)
    require(rule(request.user, report))
    if report.status not in REPORTS.steps[service.__name__].sources:
        return wrong_status(request, report, wrong_status_sentence(report))
    form = ReasonForm(request.POST if request.method == "POST" else None)
    if form.is_valid():
        reason = form.cleaned_data["reason"]
        return take(request, report, service, done=DONE[service.__name__], reason=reason)
    context = {
        "report": report, "incident": report.incident, "form": form, "title": title,
        "report_title": presentation.title_of(report),
    }  # fmt: skip
    status = 422 if form.is_bound else 200
    return render(request, "incidents/report_reason.html", context, status=status)


@form_methods
def report_publish(request: PortalRequest, pk: UUID) -> HttpResponse:
    """Show once more what is published, and in whose name; the head has just shown who they are."""
    report = _readable(request, pk)
    require(rules.may_publish(request.user, report))
    if report.status not in REPORTS.steps["publish"].sources:
        return wrong_status(request, report, wrong_status_sentence(report))
    return _publish(request, report)


@step_up_required
def _publish(request: PortalRequest, report: SituationReport) -> HttpResponse:
    is_stale = False
    if request.method == "POST":
        try:
            version = _version_read(request)
            return take(request, report, services.publish, done=DONE["publish"], version=version)
        except StaleVersion:
            report, is_stale = _readable(request, report.pk), True
    at = database_now()
    context = {
        **presentation.whole(report, reader=request.user, at=at),
        "is_stale": is_stale,
        "recipients": recipients_of("incidents.report.published", report, by=request.user, at=at),
    }
    return render(
        request, "incidents/report_publish.html", context, status=409 if is_stale else 200
    )


def _version_read(request: PortalRequest) -> int | None:
    """Return which version the head had before them; what is no number is none that ever stood."""
    text = request.POST.get("version")
    if text is None:
        return None
    return int(text) if text.isascii() and text.isdecimal() and len(text) < 10 else 0  # noqa: PLR2004 -- 32 bits


def _incident(request: PortalRequest, pk: UUID) -> Incident:
    readable = incident_queries.visible_to(request.user).select_related("participant")
    return get_object_or_404(readable, pk=pk)


def _readable(request: PortalRequest, pk: UUID) -> SituationReport:
    reports = queries.whole(queries.visible_to(request.user))
    return get_object_or_404(reports.select_related("incident__participant"), pk=pk)
