"""The pages of the alerts that come in, and of the list of known senders."""

from dataclasses import dataclass
from typing import Any
from uuid import UUID

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from incidents.exports.lists import downloads
from incidents.forms.alerts import (
    AlertFilesForm,
    LinkForm,
    ReceivedFilterForm,
    ReleaseForm,
    SenderForm,
)
from incidents.forms.incidents import ReasonForm
from incidents.models import AlertReceipt, ReceivedAlert
from incidents.presentation import received_alerts as presentation
from incidents.queries import incidents as incident_queries
from incidents.queries import received_alerts as queries
from incidents.rules import received_alerts as rules
from incidents.services import alert_proposals, known_senders, receipts
from incidents.services import received_alerts as services
from incidents.services.incidents import KnownAlready
from incidents.services.received_alerts import Answer, Outcome
from incidents.statuses import RECEIVED_ALERTS, ReceivedAlertStatus
from incidents.views.alerts import xml_download
from ots_portal.clock import database_now
from ots_portal.lifecycle import WrongStatus, wrong_status_sentence
from ots_portal.pages import add_errors, take, wrong_status
from ots_portal.paging import BadCursor, page_of, with_cursor
from ots_portal.people.http import PortalRequest
from ots_portal.verdicts import require

LIST_SIZE = 50
form_methods = require_http_methods(["GET", "HEAD", "POST"])
_ANSWER_TONES = {
    Outcome.ACCEPTED: "good",
    Outcome.QUARANTINED: "warning",
    Outcome.REPEATED: "neutral",
    Outcome.REFUSED: "extreme",
}


def _posted(request: PortalRequest) -> Any:
    """Return what was sent, even when nothing was filled in; None where the form is only shown."""
    return request.POST if request.method == "POST" else None


@require_safe
def received_alert_list(request: PortalRequest) -> HttpResponse:
    filters = ReceivedFilterForm(request.GET)
    found = queries.filtered(queries.visible_to(request.user), filters.wishes())
    try:
        cursor = request.GET.get("cursor", "")
        rows = found.defer("xml", "content", "area")
        page = page_of(rows, by="sent_at", cursor=cursor, size=LIST_SIZE)
    except BadCursor as error:
        raise Http404 from error
    held = queries.visible_to(request.user).filter(status=ReceivedAlertStatus.QUARANTINED).count()
    context = {
        "filters": filters,
        "rows": presentation.received_rows(page.rows),
        "older": with_cursor(request.GET, page.older),
        "newer": with_cursor(request.GET, page.newer),
        "is_narrowed": any(filters.wishes().values()),
        "downloads": downloads("received-alerts", request.GET),
        "held_count": held,
        "may_take_in": rules.may_take_in(request.user),
        "may_keep_senders": rules.may_keep_senders(request.user),
    }
    return render(request, "incidents/received_alert_list.html", context)


@require_safe
def received_alert_detail(request: PortalRequest, pk: UUID) -> HttpResponse:
    alert = _readable(request, pk)
    context = presentation.received_page(alert, reader=request.user)
    return render(request, "incidents/received_alert_detail.html", context)


@require_safe
def received_alert_xml(request: PortalRequest, pk: UUID) -> HttpResponse:
    """Hand out the message as it came, as a download."""
    alert = _readable(request, pk)
    return xml_download(alert.xml, name=alert.identifier, digest=alert.digest)


# ── taking in ───────────────────────────────────────────────────────────────────────────────────


@dataclass(frozen=True)
class FileAnswer:
    """What the page says of one file."""

    name: str
    outcome: str
    tone: str
    alert: ReceivedAlert | None
    sentences: tuple[str, ...]


@form_methods
def alert_upload(request: PortalRequest) -> HttpResponse:
    """Take several files in; each gets an answer of its own."""
    require(rules.may_take_in(request.user))
    form = AlertFilesForm(_posted(request), request.FILES or None)
    answers = []
    if request.method == "POST" and form.is_valid():
        answers = [_taken_in(request, name, content) for name, content in form.contents()]
        form = AlertFilesForm()
    context = {"form": form, "answers": answers}
    status = 422 if form.is_bound and not form.is_valid() else 200
    return render(request, "incidents/alert_upload.html", context, status=status)


def _taken_in(request: PortalRequest, name: str, content: bytes) -> FileAnswer:
    answer: Answer = services.take_in(content, source="page", by=request.user, at=database_now())
    return FileAnswer(
        name,
        str(answer.outcome.label),
        _ANSWER_TONES[answer.outcome],
        answer.alert,
        answer.sentences,
    )


# ── steps ───────────────────────────────────────────────────────────────────────────────────────


@form_methods
def received_alert_release(request: PortalRequest, pk: UUID) -> HttpResponse:
    """Ask whether the sender is to be trusted from now on, and take the alert out of quarantine."""
    alert = _readable(request, pk)
    require(rules.may_release(request.user, alert))
    form = ReleaseForm(_posted(request), initial={"sender_name": _named_in(alert)})
    return _with_form(request, alert, form, "release", _("Release the alert"))


def _named_in(alert: ReceivedAlert) -> str:
    names = (info["sender_name"] for info in alert.content["infos"])
    return next((name for name in names if name), "")[:200]


@require_POST
def received_alert_ignore(request: PortalRequest, pk: UUID) -> HttpResponse:
    done = presentation.STEPS["ignore"].done
    return take(request, _readable(request, pk), services.ignore, done=done)


@form_methods
def received_alert_link(request: PortalRequest, pk: UUID) -> HttpResponse:
    alert = _readable(request, pk)
    require(rules.may_link(request.user, alert))
    proposals = queries.proposals_for(alert, reader=request.user)
    form = LinkForm(proposals, _posted(request))
    return _with_form(request, alert, form, "link", _("Link the alert to an incident"))


@require_POST
def received_alert_unlink(request: PortalRequest, pk: UUID) -> HttpResponse:
    done = presentation.STEPS["unlink"].done
    return take(request, _readable(request, pk), services.unlink, done=done)


def _with_form(
    request: PortalRequest, alert: ReceivedAlert, form: Any, verb: str, title: str
) -> HttpResponse:
    if alert.status not in RECEIVED_ALERTS.steps[verb].sources:
        return wrong_status(request, alert, wrong_status_sentence(alert))
    if form.is_valid():
        try:
            return _take_with(request, alert, form, verb)
        except ValidationError as error:
            add_errors(form, error)
    context = {"alert": alert, "form": form, "title": title}
    status = 422 if form.is_bound else 200
    return render(request, "incidents/received_alert_step.html", context, status=status)


def _take_with(request: PortalRequest, alert: ReceivedAlert, form: Any, verb: str) -> HttpResponse:
    data = form.cleaned_data
    details = {"incident": _chosen(request, data)} if verb == "link" else data
    done = presentation.STEPS[verb].done
    return take(request, alert, getattr(services, verb), done=done, **details)


def _chosen(request: PortalRequest, data: dict[str, Any]) -> UUID:
    """:raises ValidationError: when no incident has that number"""
    if number := data.get("number"):
        found = incident_queries.visible_to(request.user).filter(number=number.upper()).first()
        if found is None:
            sentence = _("There is no such incident, or it is not open to you.")
            raise ValidationError({"number": sentence})
        return found.pk
    return UUID(data["incident"])


@require_POST
def received_alert_propose(request: PortalRequest, pk: UUID) -> HttpResponse:
    """Draft an incident from the alert."""
    alert = _readable(request, pk)
    verdict = rules.may_propose(request.user, alert)
    if verdict.code == "wrong_status":
        return wrong_status(request, alert, str(verdict.reason))
    try:
        incident = alert_proposals.propose(alert, by=request.user, at=database_now())
    except WrongStatus as error:
        return wrong_status(request, alert, str(error))
    except KnownAlready as error:
        messages.info(request, str(error))
        return redirect(error.incident)
    messages.success(request, _("The incident is drafted. Check it, then report it."))
    return redirect("incidents:edit", incident.pk)


@require_POST
def received_alert_acknowledge(request: PortalRequest, pk: UUID) -> HttpResponse:
    alert = _readable(request, pk)
    verdict = rules.may_acknowledge(request.user, alert)
    if verdict.code == "wrong_status":
        return wrong_status(request, alert, str(verdict.reason))
    receipts.acknowledge(alert, by=request.user, at=database_now())
    messages.success(request, _("The acknowledgement is made. Its message can be downloaded."))
    return redirect(alert)


@form_methods
def received_alert_object(request: PortalRequest, pk: UUID) -> HttpResponse:
    """Ask what is wrong with the alert, and make the Error message that says so."""
    alert = _readable(request, pk)
    verdict = rules.may_acknowledge(request.user, alert)
    if verdict.code == "wrong_status":
        return wrong_status(request, alert, str(verdict.reason))
    require(verdict)
    form = ReasonForm(_posted(request))
    if form.is_valid():
        reason = form.cleaned_data["reason"]
        receipts.report_error(alert, reason=reason, by=request.user, at=database_now())
        messages.success(request, _("The error message is made. It can be downloaded."))
        return redirect(alert)
    context = {"alert": alert, "form": form, "title": _("Report an error to the sender")}
    status = 422 if form.is_bound else 200
    return render(request, "incidents/received_alert_step.html", context, status=status)


@require_safe
def receipt_xml(request: PortalRequest, pk: UUID) -> HttpResponse:
    """Hand out the Ack or Error message of a participant."""
    seen = queries.visible_to(request.user)
    receipt = get_object_or_404(AlertReceipt, pk=pk, alert__in=seen.values("pk"))
    return xml_download(receipt.xml, name=receipt.identifier)


def _readable(request: PortalRequest, pk: UUID) -> ReceivedAlert:
    alerts = queries.visible_to(request.user).select_related("incident", "replaced_by")
    return get_object_or_404(alerts, pk=pk)


# ── known senders ───────────────────────────────────────────────────────────────────────────────


@form_methods
def known_sender_list(request: PortalRequest) -> HttpResponse:
    """The senders that are trusted, and a form for another one."""
    require(rules.may_keep_senders(request.user))
    form = SenderForm(_posted(request))
    if form.is_valid():
        try:
            known_senders.add(**form.cleaned_data, by=request.user, at=database_now())
        except ValidationError as error:
            add_errors(form, error)
        else:
            messages.success(request, _("The sender is on the list."))
            return redirect("incidents:known_sender_list")
    context = {"form": form, "senders": list(queries.senders())}
    status = 422 if form.is_bound else 200
    return render(request, "incidents/known_sender_list.html", context, status=status)


@require_POST
def known_sender_remove(request: PortalRequest, pk: UUID) -> HttpResponse:
    require(rules.may_keep_senders(request.user))
    sender = get_object_or_404(queries.senders(), pk=pk)
    known_senders.remove(sender, by=request.user, at=database_now())
    messages.success(request, _("The sender is trusted no more."))
    return redirect("incidents:known_sender_list")
