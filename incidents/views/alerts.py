"""The pages of our own alerts."""

from collections.abc import Callable
from typing import Any
from uuid import UUID

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from incidents.exports.lists import downloads
from incidents.formats import cap
from incidents.forms.alerts import AlertFilterForm, AlertForm
from incidents.models import Alert
from incidents.presentation import alerts as presentation
from incidents.queries import alerts as queries
from incidents.queries import incidents as incident_queries
from incidents.rules import alerts as rules
from incidents.rules import received_alerts as received_rules
from incidents.services import alerts as services
from ots_portal.access.stepup import step_up_required
from ots_portal.clock import database_now
from ots_portal.lifecycle import StaleVersion, WrongStatus
from ots_portal.pages import add_errors, answering_to, differences, take, wrong_status
from ots_portal.paging import BadCursor, page_of, with_cursor
from ots_portal.people.http import PortalRequest
from ots_portal.verdicts import require

LIST_SIZE = 50


@require_safe
def alert_list(request: PortalRequest) -> HttpResponse:
    filters = AlertFilterForm(request.GET)
    found = queries.filtered(queries.visible_to(request.user), filters.wishes())
    try:
        cursor = request.GET.get("cursor", "")
        rows = queries.whole(found).defer("xml", "follows__xml", "follows__content")
        page = page_of(rows, by="created_at", cursor=cursor, size=LIST_SIZE)
    except BadCursor as error:
        raise Http404 from error
    context = {
        "filters": filters,
        "rows": presentation.alert_rows(page.rows),
        "older": with_cursor(request.GET, page.older),
        "newer": with_cursor(request.GET, page.newer),
        "is_narrowed": any(filters.wishes().values()),
        "downloads": downloads("alerts", request.GET),
        "may_take_in": received_rules.may_take_in(request.user),
        "may_keep_senders": received_rules.may_keep_senders(request.user),
    }
    return render(request, "incidents/alert_list.html", context)


@require_safe
def alert_detail(request: PortalRequest, pk: UUID) -> HttpResponse:
    alert = _readable(request, pk)
    context = presentation.alert_page(alert, reader=request.user, at=database_now())
    return render(request, "incidents/alert_detail.html", context)


@require_safe
def alert_xml(request: PortalRequest, pk: UUID) -> HttpResponse:
    """Hand out the message as it was issued, as a download."""
    alert = _readable(request, pk)
    if not alert.xml:
        raise Http404
    return xml_download(alert.xml, name=alert.identifier or "alert", digest=alert.digest)


def xml_download(text: str, *, name: str, digest: str = "") -> HttpResponse:
    """Answer with CAP's XML, never shown by the browser: it came from outside, or goes there."""
    safe = "".join(letter if letter.isascii() and letter.isalnum() else "-" for letter in name)
    headers = {
        "Content-Disposition": f'attachment; filename="{safe[:100]}.cap.xml"',
        "Content-Security-Policy": "sandbox; default-src 'none'",
        "Cache-Control": "private, no-cache",
    }
    return HttpResponse(
        cap.bytes_of(text, digest=digest), content_type="application/cap+xml", headers=headers
    )


@require_POST
def alert_new(request: PortalRequest, pk: UUID) -> HttpResponse:
    """Begin an alert from an incident."""
    incident = get_object_or_404(incident_queries.visible_to(request.user), pk=pk)
    try:
        alert = services.draft(incident, by=request.user, at=database_now())
    except WrongStatus as error:
        return wrong_status(request, incident, str(error))
    return redirect("incidents:alert_edit", alert.pk)


@require_POST
def alert_follow(request: PortalRequest, pk: UUID) -> HttpResponse:
    """Begin the update or the cancellation of an issued alert."""
    alert = _readable(request, pk)
    message_type = "Cancel" if request.POST.get("message_type") == "Cancel" else "Update"
    try:
        begun = services.follow_up(
            alert, message_type=message_type, by=request.user, at=database_now()
        )
    except WrongStatus as error:
        return wrong_status(request, alert, str(error))
    return redirect("incidents:alert_edit", begun.pk)


@require_http_methods(["GET", "HEAD", "POST"])
def alert_edit(request: PortalRequest, pk: UUID) -> HttpResponse:
    alert = _readable(request, pk)
    verdict = rules.may_update(request.user, alert)
    if verdict.code == "wrong_status":
        return wrong_status(request, alert, str(verdict.reason))
    require(verdict)
    if request.method != "POST":
        return _edit_page(request, alert, AlertForm(alert))
    form = AlertForm(alert, request.POST)
    if not form.is_valid():
        return _edit_page(request, alert, form, status=422)
    return _save(request, alert, form)


def _save(request: PortalRequest, alert: Alert, form: AlertForm) -> HttpResponse:
    content = form.content()
    is_new_language = set(content.texts) - set(form.standing.texts)
    try:
        services.update(
            alert,
            content,
            scope=form.cleaned_data["scope"],
            by=request.user,
            at=database_now(),
            version=form.cleaned_data["version"],
        )
    except StaleVersion:
        return _stale_page(request, alert.pk)
    except WrongStatus as error:
        return wrong_status(request, alert, str(error))
    except ValidationError as error:
        add_errors(form, error)
        return _edit_page(request, alert, form, status=422)
    messages.success(request, _("The alert is saved."))
    return redirect("incidents:alert_edit", alert.pk) if is_new_language else redirect(alert)


def _stale_page(request: PortalRequest, pk: UUID) -> HttpResponse:
    """Show both versions; saving again then answers to the version that is shown."""
    current = _readable(request, pk)
    data = answering_to(request, current.version)
    again, standing = AlertForm(current, data), AlertForm(current)
    rows = differences(again, standing, fields=again.compared)
    return _edit_page(request, current, again, differences=rows, is_stale=True, status=409)


def _edit_page(
    request: PortalRequest, alert: Alert, form: AlertForm, *, status: int = 200, **more: Any
) -> HttpResponse:
    context = {"alert": alert, "title": presentation.title_of(alert), "form": form, **more}
    return render(request, "incidents/alert_edit.html", context, status=status)


@require_POST
def alert_approve(request: PortalRequest, pk: UUID) -> HttpResponse:
    return _take(request, pk, services.approve)


@require_POST
def alert_issue(request: PortalRequest, pk: UUID) -> HttpResponse:
    require(rules.may_issue(request.user, _readable(request, pk)))
    return _issue(request, pk)


@step_up_required
def _issue(request: PortalRequest, pk: UUID) -> HttpResponse:
    return _take(request, pk, services.issue)


@require_POST
def alert_discard(request: PortalRequest, pk: UUID) -> HttpResponse:
    return _take(request, pk, services.discard)


@require_POST
def alert_send_back(request: PortalRequest, pk: UUID) -> HttpResponse:
    return _take(request, pk, services.send_back)


def _take(request: PortalRequest, pk: UUID, service: Callable[..., Alert]) -> HttpResponse:
    alert = _readable(request, pk)
    done = presentation.ALERT_STEPS[service.__name__].done
    try:
        return take(request, alert, service, done=done)
    except ValidationError as error:
        return _not_ready(request, alert, error)


def _not_ready(request: PortalRequest, alert: Alert, error: ValidationError) -> HttpResponse:
    """Show the alert with what stands in the way."""
    context = presentation.alert_page(alert, reader=request.user, at=database_now())
    context["obstacles"] = error.messages
    return render(request, "incidents/alert_detail.html", context, status=422)


def _readable(request: PortalRequest, pk: UUID) -> Alert:
    return get_object_or_404(queries.whole(queries.visible_to(request.user)), pk=pk)
