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
from incidents.forms.offers import (
    DecisionForm,
    FilterForm,
    OfferSheet,
    ProposedForm,
    RestForm,
    draft_sheet,
    new_sheet,
    row_from_register,
)
from incidents.forms.requests import wants_another_line, with_another_line
from incidents.models import AssistanceRequest, Incident, Offer
from incidents.presentation import offers as presentation
from incidents.presentation.offers import STEP_WORDS
from incidents.presentation.requests import coverage_values
from incidents.queries import incidents as incident_queries
from incidents.queries import offers as queries
from incidents.queries import requests as request_queries
from incidents.rules import offers as rules
from incidents.services import offers as services
from incidents.services.bookings import BookedTwice
from incidents.services.decisions import OverAccepted
from incidents.statuses import ACCEPTED_OFFERS, OFFERS
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
from ots_portal.participants.models import Participant
from ots_portal.people.http import PortalRequest
from ots_portal.verdicts import require

LIST_SIZE = 50
form_methods = require_http_methods(["GET", "HEAD", "POST"])


@require_safe
def offer_list(request: PortalRequest) -> HttpResponse:
    filters = FilterForm(request.GET)
    found = queries.filtered(queries.visible_to(request.user), filters.wishes(), user=request.user)
    try:
        page = page_of(
            queries.with_items(queries.with_parts(found)),
            by="created_at",
            cursor=request.GET.get("cursor", ""),
            size=LIST_SIZE,
        )
    except BadCursor as error:
        raise Http404 from error
    context = {
        "filters": filters,
        "downloads": downloads("offers", request.GET),
        "rows": presentation.rows(page.rows, reader=request.user),
        "older": with_cursor(request.GET, page.older),
        "newer": with_cursor(request.GET, page.newer),
        "is_narrowed": any(filters.wishes().values()),
    }
    return render(request, "incidents/offer_list.html", context)


@require_safe
def offer_detail(request: PortalRequest, pk: UUID) -> HttpResponse:
    offer = _readable(request, pk)
    return render(
        request, "incidents/offer_detail.html", presentation.whole(offer, reader=request.user)
    )


@form_methods
def offer_new(request: PortalRequest, pk: UUID) -> HttpResponse:
    """Offer to lines of a request."""
    asked = get_object_or_404(
        request_queries.with_parts(request_queries.visible_to(request.user)), pk=pk
    )
    require(rules.may_create(request.user, asked))
    return _new(request, asked.incident, asked)


@form_methods
def offer_new_unsolicited(request: PortalRequest, pk: UUID) -> HttpResponse:
    """Offer to an incident what nobody has asked for."""
    incident = get_object_or_404(incident_queries.visible_to(request.user), pk=pk)
    require(rules.may_create_unsolicited(request.user, incident))
    return _new(request, incident, None)


def _new(
    request: PortalRequest, incident: Incident, asked: AssistanceRequest | None
) -> HttpResponse:
    at, adds_line = database_now(), wants_another_line(request.POST)
    recipients = [] if asked else _recipients(request, incident)
    data = with_another_line(request.POST) if adds_line else request.POST
    sheet = new_sheet(
        data if request.method == "POST" else None,
        participant=request.user.participant_id,
        request=asked,
        at=at,
        proposed=_proposed(request, asked),
        recipients=recipients,
    )
    page = {
        "incident": incident, "request_": asked, "sheet": sheet, "adds_line": adds_line,
        "recipients": recipients,
    }  # fmt: skip
    if request.method != "POST" or adds_line:
        return _new_page(request, page)
    if not sheet.is_valid():
        return _new_page(request, page, status=422)
    try:
        offer = _create(request, incident, asked, sheet)
    except ValidationError as error:
        add_errors(sheet.form, error)
        return _new_page(request, page, status=422)
    messages.success(request, _("The draft is kept. The head of authority signs it next."))
    return redirect(offer)


def _recipients(request: PortalRequest, incident: Incident) -> list[Participant]:
    return queries.recipients_of(incident, besides=request.user.participant_id)


def _proposed(request: PortalRequest, asked: AssistanceRequest | None) -> dict[str, Any] | None:
    """Return the row that the address proposes: a capacity of one's own for a line; None where it names none."""
    chosen = ProposedForm(request.GET)
    if asked is None or not chosen.is_valid():
        return None
    wishes = chosen.cleaned_data
    own = queries.capacities_of(request.user.participant_id)
    capacity = own.filter(pk=wishes["capacity"]).first()
    item = asked.items.filter(pk=wishes["item"], cancelled_at=None).first()
    return row_from_register(capacity, item) if capacity and item else None


def _create(
    request: PortalRequest, incident: Incident, asked: AssistanceRequest | None, sheet: OfferSheet
) -> Offer:
    details: dict[str, Any] = {
        "by": request.user,
        "at": database_now(),
        "submission_key": sheet.form.cleaned_data["submission_key"],
    }
    if asked is None:
        recipient = sheet.form.cleaned_data.get("recipient")
        return services.create_unsolicited(
            incident, sheet.offered(), recipient=recipient, **details
        )
    return services.create(asked, sheet.offered(), **details)


def _new_page(request: PortalRequest, page: dict[str, Any], *, status: int = 200) -> HttpResponse:
    return render(request, "incidents/offer_new.html", page, status=status)


@form_methods
def offer_edit(request: PortalRequest, pk: UUID) -> HttpResponse:
    offer = _readable(request, pk)
    require(rules.may_update(request.user, offer))
    if request.method != "POST":
        return _edit_page(request, offer, draft_sheet(offer))
    if wants_another_line(request.POST):
        sheet = draft_sheet(offer, with_another_line(request.POST))
        return _edit_page(request, offer, sheet, adds_line=True)
    sheet = draft_sheet(offer, request.POST)
    if not sheet.is_valid():
        return _edit_page(request, offer, sheet, status=422)
    return _save(request, offer, sheet)


def _save(request: PortalRequest, offer: Offer, sheet: OfferSheet) -> HttpResponse:
    version = sheet.form.cleaned_data["version"] or 0
    try:
        services.update(offer, sheet.offered(), by=request.user, at=database_now(), version=version)
    except StaleVersion:
        return _stale_page(request, offer.pk)
    except WrongStatus as error:
        return wrong_status(request, offer, str(error))
    except ValidationError as error:
        add_errors(sheet.form, error)
        return _edit_page(request, offer, sheet, status=422)
    messages.success(request, _("The draft is saved."))
    return redirect(offer)


def _stale_page(request: PortalRequest, pk: UUID) -> HttpResponse:
    """Show both versions; saving again then answers to the version that is shown."""
    current = _readable(request, pk)
    data = answering_to(request, current.version)
    again = draft_sheet(current, data)
    rows = differences(again.form, draft_sheet(current).form, fields=again.form.COMPARED)
    return _edit_page(request, current, again, differences=rows, is_stale=True, status=409)


def _edit_page(
    request: PortalRequest, offer: Offer, sheet: OfferSheet, *, status: int = 200, **more: Any
) -> HttpResponse:
    context = {
        "offer": offer, "request_": offer.request, "incident": offer.incident, "sheet": sheet, **more,
    }  # fmt: skip
    return render(request, "incidents/offer_edit.html", context, status=status)


# ── the offerer's steps ─────────────────────────────────────────────────────────────────────────
@require_POST
def offer_sign(request: PortalRequest, pk: UUID) -> HttpResponse:
    offer = _readable(request, pk)
    require(rules.may_sign(request.user, offer))
    return _sign(request, offer)


@step_up_required
def _sign(request: PortalRequest, offer: Offer) -> HttpResponse:
    version = version_read(request)
    try:
        return take(request, offer, services.sign, done=STEP_WORDS["sign"].done, version=version)
    except StaleVersion:
        return wrong_status(request, offer, CHANGED_UNREAD)


@require_POST
def offer_discard(request: PortalRequest, pk: UUID) -> HttpResponse:
    return _take(request, pk, services.discard)


@require_POST
def offer_submit(request: PortalRequest, pk: UUID) -> HttpResponse:
    offer = _readable(request, pk)
    try:
        return _take(request, pk, services.submit)
    except BookedTwice as error:
        return wrong_status(request, offer, str(error))


@require_POST
def offer_withdraw(request: PortalRequest, pk: UUID) -> HttpResponse:
    return _take(request, pk, services.withdraw)


@form_methods
def offer_withdraw_rest(request: PortalRequest, pk: UUID) -> HttpResponse:
    """Take back what nobody has accepted yet; the page says first what that is, and what stays."""
    offer = _readable(request, pk)
    require(rules.may_withdraw_rest(request.user, offer))
    form = RestForm(request.POST if request.method == "POST" else None)
    if form.is_valid():
        done, reason = STEP_WORDS["withdraw_rest"].done, form.cleaned_data["reason"]
        return take(request, offer, services.withdraw_rest, done=done, reason=reason)
    context = {"offer": offer, "form": form, "rest": presentation.rest(offer)}
    status = 422 if form.is_bound else 200
    return render(request, "incidents/offer_withdraw_rest.html", context, status=status)


@require_POST
def offer_confirm(request: PortalRequest, pk: UUID) -> HttpResponse:
    """Say that the offer still stands although the request has changed since."""
    offer = _readable(request, pk)
    require(rules.may_confirm(request.user, offer))
    return _confirm(request, offer)


@step_up_required
def _confirm(request: PortalRequest, offer: Offer) -> HttpResponse:
    done = _("The offer is confirmed: it answers the newest text of the request.")
    text_version = version_read(request)
    return take(request, offer, services.confirm, done=done, text_version=text_version)


# ── the requester's steps ───────────────────────────────────────────────────────────────────────
@require_POST
def offer_review(request: PortalRequest, pk: UUID) -> HttpResponse:
    return _take(request, pk, services.review)


@require_POST
def offer_accept(request: PortalRequest, pk: UUID) -> HttpResponse:
    offer = _readable(request, pk)
    require(rules.may_accept(request.user, offer))
    return _accept(request, offer)


@step_up_required
def _accept(request: PortalRequest, offer: Offer) -> HttpResponse:
    try:
        return take(request, offer, services.accept, done=STEP_WORDS["accept"].done)
    except (OverAccepted, BookedTwice) as error:
        return wrong_status(request, offer, str(error))


@form_methods
def offer_accept_in_part(request: PortalRequest, pk: UUID) -> HttpResponse:
    """Decide line by line: accept, in part, provisionally, decline."""
    offer = _readable(request, pk)
    require(rules.may_accept_in_part(request.user, offer))
    if offer.status not in OFFERS.steps["accept_in_part"].sources:
        return wrong_status(request, offer, wrong_status_sentence(offer))
    return _decide(request, offer)


@step_up_required
def _decide(request: PortalRequest, offer: Offer) -> HttpResponse:
    items = queries.items_to_decide(offer)
    data = request.POST if request.method == "POST" else None
    forms = [DecisionForm(item, data) for item in items]
    if data is None:
        return _decision_page(request, offer, forms)
    # Looked at each, so that everything that is wrong is said at once.
    if False in [form.is_valid() for form in forms]:
        return _decision_page(request, offer, forms, status=422)
    decisions = [form.decision for form in forms if form.decision]
    if not decisions:
        sentence = _("Decide on one line at least.")
        return _decision_page(request, offer, forms, problem=sentence, status=422)
    return _record(request, offer, forms, decisions)


def _record(
    request: PortalRequest, offer: Offer, forms: list[DecisionForm], decisions: list[Any]
) -> HttpResponse:
    done = STEP_WORDS["accept_in_part"].done
    try:
        return take(request, offer, services.accept_in_part, done=done, decisions=decisions)
    except ValidationError as error:
        problem = " ".join(error.messages)
        return _decision_page(request, offer, forms, problem=problem, status=422)
    except (OverAccepted, BookedTwice) as error:
        return _decision_page(request, offer, forms, problem=str(error), status=409)


def _decision_page(
    request: PortalRequest,
    offer: Offer,
    forms: list[DecisionForm],
    *,
    problem: str = "",
    status: int = 200,
) -> HttpResponse:
    lines = presentation.lines(
        [form.item for form in forms], list(queries.decisions_on(offer)), is_party=True
    )
    context = {
        "offer": offer,
        "rows": list(zip(lines, forms, strict=True)),
        "problem": problem,
        "nothing_more": rules.REST_WITHDRAWN.reason if offer.rest_withdrawn_at else "",
        "coverage": coverage_values(offer.request) if offer.request else None,
    }
    return render(request, "incidents/offer_decide.html", context, status=status)


@require_safe
def offer_pdf(request: PortalRequest, pk: UUID) -> HttpResponseBase:
    """What was accepted, as a document for the two parties, in the reader's language and in English."""
    offer = get_object_or_404(queries.with_parts(queries.of_parties(request.user)), pk=pk)
    if offer.status not in ACCEPTED_OFFERS:
        return wrong_status(request, offer, _("An acceptance is printed once there is one."))
    try:
        content = exports.acceptance_pdf(offer, language=get_language() or "en", at=database_now())
    except NotPrintable as error:
        return responses.not_printable(request, error)
    return responses.download(content, name=f"{offer.number}.pdf", content_type=responses.PDF)


@form_methods
def offer_accept_provisionally(request: PortalRequest, pk: UUID) -> HttpResponse:
    return _take_with_reason(
        request, pk, services.accept_provisionally, title=_("Accept the offer provisionally")
    )


@form_methods
def offer_decline(request: PortalRequest, pk: UUID) -> HttpResponse:
    return _take_with_reason(request, pk, services.decline, title=_("Decline the offer"))


def _take_with_reason(
    request: PortalRequest, pk: UUID, service: Callable[..., Offer], *, title: str
) -> HttpResponse:
    offer, verb = _readable(request, pk), service.__name__
    require(getattr(rules, f"may_{verb}")(request.user, offer))
    if offer.status not in OFFERS.steps[verb].sources:
        return wrong_status(request, offer, wrong_status_sentence(offer))
    return _with_reason(request, offer, service, title=title)


@step_up_required
def _with_reason(
    request: PortalRequest, offer: Offer, service: Callable[..., Offer], *, title: str
) -> HttpResponse:
    form = ReasonForm(request.POST or None)
    if form.is_valid():
        done, reason = STEP_WORDS[service.__name__].done, form.cleaned_data["reason"]
        try:
            return take(request, offer, service, done=done, reason=reason)
        except ValidationError as error:
            add_errors(form, error)
    context = {"record": offer, "form": form, "title": title}
    status = 422 if form.is_bound else 200
    return render(request, "incidents/record_reason.html", context, status=status)


def _take(request: PortalRequest, pk: UUID, service: Callable[..., Offer]) -> HttpResponse:
    done = STEP_WORDS[service.__name__].done
    return take(request, _readable(request, pk), service, done=done)


def _readable(request: PortalRequest, pk: UUID) -> Offer:
    return get_object_or_404(queries.with_parts(queries.visible_to(request.user)), pk=pk)
