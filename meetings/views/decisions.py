"""Decisions: the list, the page of one, proposing and deciding."""

from collections.abc import Callable
from functools import partial
from typing import Any
from uuid import UUID

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from meetings.forms.decisions import (
    DecideForm,
    DecisionFilterForm,
    DecisionForm,
    ReasonForm,
    SupersedeForm,
)
from meetings.models import Decision, Meeting
from meetings.presentation import decisions as presentation
from meetings.queries import actions as action_queries
from meetings.queries import decisions as queries
from meetings.queries import meetings as meeting_queries
from meetings.queries import sittings as sitting_queries
from meetings.queries.agenda import agenda_of
from meetings.queries.agenda import visible_to as items_visible_to
from meetings.rules import decisions as rules
from meetings.services import decisions as services
from meetings.statuses.decisions import DECISIONS, DecisionStatus
from meetings.views.meetings import form_methods
from meetings.views.refusals import refused
from meetings.views.visitors import open_to_visitors
from ots_portal.clock import database_now
from ots_portal.lifecycle import StaleVersion, WrongStatus, wrong_status_sentence
from ots_portal.pages import add_errors, differences, take, wrong_status
from ots_portal.paging import BadCursor, page_of, with_cursor
from ots_portal.participants.models import Participant
from ots_portal.people.http import PortalRequest
from ots_portal.verdicts import require

LIST_SIZE = 25


@open_to_visitors
@require_safe
def decision_list(request: PortalRequest) -> HttpResponse:
    filters = DecisionFilterForm(request.GET)
    wishes = filters.wishes()
    found = queries.filtered(queries.visible_to(request.user), wishes)
    try:
        page = page_of(
            queries.with_names(found),
            by="created_at",
            cursor=request.GET.get("cursor", ""),
            size=LIST_SIZE,
        )
    except BadCursor as error:
        raise Http404 from error
    context = {
        "filters": filters,
        "rows": page.rows,
        "older": with_cursor(request.GET, page.older),
        "newer": with_cursor(request.GET, page.newer),
        "is_narrowed": any(wishes.values()),
    }
    return render(request, "meetings/decision_list.html", context)


@open_to_visitors
@require_safe
def decision_detail(request: PortalRequest, pk: UUID) -> HttpResponse:
    decision, user, at = _readable(request, pk), request.user, database_now()
    actions = action_queries.with_names(action_queries.visible_to(user).filter(decision=decision))
    follows = sitting_queries.interventions_visible_to(user).filter(decision=decision)
    context: dict[str, Any] = {
        "decision": decision,
        "meeting": decision.meeting,
        "tone": presentation.decision_tone(decision),
        "buttons": presentation.decision_buttons(decision, user=user),
        "actions": presentation.action_rows(list(actions.order_by("due_at", "id")), at=at),
        "votes": presentation.votes_of(decision),
        "rule": presentation.rule_text(decision),
        # An item, or a later decision, that is closed to this reader is not named here either.
        "item": decision.item_id and items_visible_to(user).filter(pk=decision.item_id).first(),
        "superseded_by": decision.superseded_by_id
        and queries.visible_to(user).filter(pk=decision.superseded_by_id).first(),
        "explanations": sitting_queries.with_names(follows).order_by("started_at", "id"),
        "sees_summaries": user.is_authenticated and user.is_secretariat,
    }
    if user.is_authenticated and user.is_secretariat:
        context |= {
            "may_update": rules.may_update(user, decision),
            "may_add_action": rules.may_add_action(user, decision)
            and rules.ready_to_add_action(decision),
            "history": presentation.history(decision),
        }
    return render(request, "meetings/decision_detail.html", context)


# ── proposing ───────────────────────────────────────────────────────────────────────────────────
@form_methods
def decision_new(request: PortalRequest, pk: UUID) -> HttpResponse:
    meetings = meeting_queries.visible_to(request.user)
    meeting = get_object_or_404(meetings.select_related("series"), pk=pk)
    require(rules.may_propose(request.user, meeting))
    if refusal := refused(request, meeting, rules.ready_to_propose(meeting)):
        return refusal
    form = DecisionForm(
        request.POST if request.method == "POST" else None, agenda=agenda_of(meeting)
    )
    if not form.is_valid():
        return _form_page(request, meeting, form, status=422 if form.is_bound else 200)
    try:
        decision = services.propose(meeting, form.wording(), by=request.user, at=database_now())
    except WrongStatus as error:
        return wrong_status(request, meeting, str(error))
    messages.success(request, _("The decision is proposed."))
    return redirect(decision)


@form_methods
def decision_edit(request: PortalRequest, pk: UUID) -> HttpResponse:
    decision = _readable(request, pk)
    if refusal := refused(request, decision, rules.may_update(request.user, decision)):
        return refusal
    make = partial(DecisionForm, agenda=agenda_of(decision.meeting), decision=decision)
    form = make(request.POST if request.method == "POST" else None)
    page = partial(_form_page, request, decision.meeting, decision=decision)
    if not form.is_valid():
        return page(form, status=422 if form.is_bound else 200)
    try:
        services.update(
            decision,
            form.wording(),
            by=request.user,
            at=database_now(),
            version=form.cleaned_data["version"] or 0,
        )
    except StaleVersion:
        return _stale_page(request, pk, form)
    except WrongStatus as error:
        return wrong_status(request, decision, str(error))
    messages.success(request, _("The decision is saved."))
    return redirect(decision)


def _stale_page(request: PortalRequest, pk: UUID, form: DecisionForm) -> HttpResponse:
    """Show both wordings; saving again then answers to the version that is shown."""
    current = _readable(request, pk)
    agenda = agenda_of(current.meeting)
    now = DecisionForm(agenda=agenda, decision=current)
    rows = differences(form, now, fields=DecisionForm.COMPARED)
    data = {**request.POST.dict(), "version": current.version}
    again = DecisionForm(data, agenda=agenda, decision=current)
    return _form_page(
        request, current.meeting, again, decision=current, differences=rows, is_stale=True,
        status=409,
    )  # fmt: skip


def _form_page(
    request: PortalRequest, meeting: Meeting, form: DecisionForm, *, status: int, **more: Any
) -> HttpResponse:
    context = {"meeting": meeting, "form": form, **more}
    return render(request, "meetings/decision_form.html", context, status=status)


# ── deciding ────────────────────────────────────────────────────────────────────────────────────
@form_methods
def decision_adopt(request: PortalRequest, pk: UUID) -> HttpResponse:
    return _decide(request, pk, "adopt")


@form_methods
def decision_reject(request: PortalRequest, pk: UUID) -> HttpResponse:
    return _decide(request, pk, "reject")


def _decide(request: PortalRequest, pk: UUID, verb: str) -> HttpResponse:
    """Ask how the meeting decided, and record it."""
    decision = _readable(request, pk)
    meeting = decision.meeting
    require(getattr(rules, f"may_{verb}")(request.user, decision))
    if decision.status not in DECISIONS.steps[verb].sources:
        return wrong_status(request, decision, wrong_status_sentence(decision))
    if refusal := refused(request, meeting, rules.ready_to_decide(meeting)):
        return refusal
    form = _decide_form(request, decision, verb)
    if not form.is_valid():
        return _decide_page(request, decision, form, verb, status=422 if form.is_bound else 200)
    return _record(request, decision, form, verb)


def _record(
    request: PortalRequest, decision: Decision, form: DecideForm, verb: str
) -> HttpResponse:
    details = form.decided()
    if verb == "adopt":
        details["version"] = form.cleaned_data["version"] or 0
    status = 409
    try:
        getattr(services, verb)(decision, by=request.user, at=database_now(), **details)
    except services.NoQuorum as error:
        form.add_error("ruling" if "ruling" in form.fields else None, str(error))
    except services.VotesSayOtherwise as error:
        form.add_error(None, str(error))
    except ValidationError as error:
        add_errors(form, error)
        status = 422
    except StaleVersion:
        return _changed_meanwhile(request, decision.pk, verb)
    except WrongStatus as error:
        return wrong_status(request, decision, str(error))
    else:
        messages.success(request, str(presentation.DONE[verb]))
        return redirect(decision)
    return _decide_page(request, decision, form, verb, status=status)


def _changed_meanwhile(request: PortalRequest, pk: UUID, verb: str) -> HttpResponse:
    """Show the text as it reads now: what was read before is not adopted."""
    current = _readable(request, pk)
    form = _decide_form(request, current, verb, version=current.version)
    form.is_valid()
    form.add_error(
        None, _("The text was changed in the meantime. Read it again before it is adopted.")
    )
    return _decide_page(request, current, form, verb, status=409)


def _decide_form(
    request: PortalRequest, decision: Decision, verb: str, *, version: int | None = None
) -> DecideForm:
    meeting = decision.meeting
    data = request.POST.copy() if request.method == "POST" else None
    if data is not None and version is not None:
        data["version"] = str(version)
    sitting = sitting_queries.running_sitting_of(meeting)
    return DecideForm(
        data,
        decision=decision,
        members=list(Participant.objects.filter(slug__in=sitting_queries.members_of(meeting))),
        present=sitting_queries.present_members(sitting) if sitting else [],
        asks_ruling=not rules.quorum_verdict(meeting),
        asks_reason=verb == "reject",
    )


def _decide_page(
    request: PortalRequest, decision: Decision, form: DecideForm, verb: str, *, status: int
) -> HttpResponse:
    context = {
        "decision": decision,
        "meeting": decision.meeting,
        "form": form,
        "verb": verb,
        "check": queries.last_check(decision.meeting),
        "quorum": rules.quorum_verdict(decision.meeting),
        "rule": queries.rule_of(decision.meeting),
    }
    return render(request, "meetings/decide.html", context, status=status)


@form_methods
def decision_defer(request: PortalRequest, pk: UUID) -> HttpResponse:
    decision = _readable(request, pk)
    require(rules.may_defer(request.user, decision))
    form = ReasonForm(
        request.POST if request.method == "POST" else None, label=_("Why it is deferred")
    )
    return ask_and_take(request, decision, "defer", form, services.defer, title=_("Defer"))


@form_methods
def decision_supersede(request: PortalRequest, pk: UUID) -> HttpResponse:
    decision = _readable(request, pk)
    require(rules.may_supersede(request.user, decision))
    later = queries.visible_to(request.user).filter(status=DecisionStatus.ADOPTED)
    if decision.adopted_at:
        later = later.filter(adopted_at__gte=decision.adopted_at).exclude(pk=decision.pk)
    form = SupersedeForm(request.POST if request.method == "POST" else None, later=later)

    def supersede(subject: Decision, *, by_decision: Decision, **more: Any) -> Decision:
        return services.supersede(subject, by_decision=by_decision.pk, **more)

    return ask_and_take(
        request, decision, "supersede", form, supersede, title=_("Superseded by a later decision")
    )


def ask_and_take(  # noqa: PLR0913 -- what is asked, and what is done with the answer
    request: PortalRequest,
    record: Any,
    verb: str,
    form: Any,
    service: Callable[..., Any],
    *,
    title: str,
    lifecycle: Any = DECISIONS,
) -> HttpResponse:
    """Show a form for what a step needs; take the step with what was filled in."""
    if record.status not in lifecycle.steps[verb].sources:
        return wrong_status(request, record, wrong_status_sentence(record))
    if form.is_valid():
        done = presentation.DONE[verb]
        try:
            return take(request, record, service, done=done, **form.cleaned_data)
        except ValidationError as error:
            add_errors(form, error)
    context = {"record": record, "form": form, "title": title}
    status = 422 if form.is_bound else 200
    return render(request, "meetings/step_form.html", context, status=status)


@form_methods
def decision_put_under_silence(request: PortalRequest, pk: UUID) -> HttpResponse:
    """Lead to the page that asks until when, in every capital's hour."""
    decision = _readable(request, pk)
    require(rules.may_put_under_silence(request.user, decision))
    if decision.status not in DECISIONS.steps["put_under_silence"].sources:
        return wrong_status(request, decision, wrong_status_sentence(decision))
    if refusal := refused(request, decision, rules.ready_to_put_under_silence(decision)):
        return refusal
    return redirect(reverse("silence:start", args=["meetings.decision", decision.pk]))


@require_POST
def decision_implement(request: PortalRequest, pk: UUID) -> HttpResponse:
    decision = _readable(request, pk)
    return take(request, decision, services.implement, done=presentation.DONE["implement"])


def _readable(request: PortalRequest, pk: UUID) -> Decision:
    return get_object_or_404(queries.with_names(queries.visible_to(request.user)), pk=pk)
