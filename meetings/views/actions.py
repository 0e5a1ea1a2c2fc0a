"""Actions: the board of what is to be done, the page of one, and its steps."""

from typing import Any
from uuid import UUID

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.core.paginator import Paginator
from django.http import Http404, HttpResponse, HttpResponseBase
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from meetings.exports import actions as exports
from meetings.forms.decisions import ActionFilterForm, ActionForm, DueForm, ReasonForm
from meetings.models import ActionItem, Meeting
from meetings.presentation import decisions as presentation
from meetings.queries import actions as queries
from meetings.queries import decisions as decision_queries
from meetings.rules import actions as rules
from meetings.rules import decisions as decision_rules
from meetings.services import actions as services
from meetings.statuses.decisions import ACTIONS
from meetings.views.decisions import ask_and_take
from meetings.views.meetings import form_methods
from meetings.views.refusals import refused
from ots_portal.clock import database_now
from ots_portal.lifecycle import StaleVersion, WrongStatus
from ots_portal.pages import add_errors, take, wrong_status
from ots_portal.paper.responses import download
from ots_portal.people.http import PortalRequest
from ots_portal.verdicts import require

LIST_SIZE = 50


@require_safe
def action_list(request: PortalRequest) -> HttpResponse:
    """What is open and overdue, by participant."""
    at = database_now()
    visible = queries.visible_to(request.user)
    filters = _filters(request)
    wishes = filters.wishes()
    # The most urgent first: a board is read from what is overdue.
    found = queries.with_names(queries.filtered(visible, wishes, at=at)).order_by("due_at", "id")
    page = Paginator(found, LIST_SIZE).get_page(request.GET.get("page"))
    context = {
        "filters": filters,
        "rows": presentation.action_rows(list(page), at=at),
        "owners": presentation.owner_rows(queries.by_participant(visible, at=at)),
        "next_url": _page_url(request, page.number + 1) if page.has_next() else "",
        "previous_url": _page_url(request, page.number - 1) if page.has_previous() else "",
        "is_narrowed": bool(request.GET),
        "downloads": exports.downloads(request.GET),
    }
    return render(request, "meetings/action_list.html", context)


def _page_url(request: PortalRequest, number: int) -> str:
    asked = request.GET.copy()
    asked["page"] = str(number)
    return f"?{asked.urlencode()}"


def _filters(request: PortalRequest) -> ActionFilterForm:
    meetings = Meeting.objects.filter(
        decisions__actions__in=queries.visible_to(request.user)
    ).distinct()
    return ActionFilterForm(request.GET, meetings=list(meetings))


@require_safe
def action_file(request: PortalRequest) -> HttpResponseBase:
    """Hand the list out as a file, with the filters of the page."""
    file_format = request.GET.get("format", "csv")
    if file_format not in exports.FORMATS:
        raise Http404
    at = database_now()
    wishes = _filters(request).wishes()
    found = queries.filtered(queries.visible_to(request.user), wishes, at=at)
    content = exports.content(
        queries.with_names(found),
        file_format=file_format,
        reader=request.user,
        at=at,
    )
    return download(
        content,
        name=f"actions-{at:%Y-%m-%d}.{file_format}",
        content_type=exports.FORMATS[file_format],
    )


@require_safe
def action_detail(request: PortalRequest, pk: UUID) -> HttpResponse:
    action, at = _readable(request, pk), database_now()
    word, tone = presentation.action_badge(action, at=at)
    decisions = decision_queries.visible_to(request.user)
    context: dict[str, Any] = {
        "action": action,
        "decision": action.decision,
        "may_read_decision": decisions.filter(pk=action.decision_id).exists(),
        "badge_word": word,
        "tone": tone,
        "buttons": presentation.action_buttons(action, user=request.user),
        "moves": action.due_moves.order_by("-moved_at", "-id"),
        "may_move_due": rules.may_move_due(request.user, action),
        "history": presentation.history(action),
    }
    return render(request, "meetings/action_detail.html", context)


@form_methods
def action_new(request: PortalRequest, pk: UUID) -> HttpResponse:
    decisions = decision_queries.with_names(decision_queries.visible_to(request.user))
    decision = get_object_or_404(decisions, pk=pk)
    require(decision_rules.may_add_action(request.user, decision))
    if refusal := refused(request, decision, decision_rules.ready_to_add_action(decision)):
        return refusal
    form = ActionForm(request.POST if request.method == "POST" else None)
    if form.is_valid():
        data = form.cleaned_data
        try:
            services.add(
                decision,
                titles=form.titles(),
                responsible=list(data["responsible"]),
                due_on=data["due_on"],
                time_zone=data["time_zone"],
                by=request.user,
                at=database_now(),
            )
        except ValidationError as error:
            add_errors(form, error)
        except WrongStatus as error:
            return wrong_status(request, decision, str(error))
        else:
            messages.success(request, _("The action is given; those responsible are told."))
            return redirect(decision)
    context = {"decision": decision, "meeting": decision.meeting, "form": form}
    status = 422 if form.is_bound else 200
    return render(request, "meetings/action_form.html", context, status=status)


@require_POST
def action_start(request: PortalRequest, pk: UUID) -> HttpResponse:
    action = _readable(request, pk)
    return take(request, action, services.start, done=presentation.DONE["start"])


@form_methods
def action_report(request: PortalRequest, pk: UUID) -> HttpResponse:
    action = _readable(request, pk)
    require(rules.may_report(request.user, action))
    data = request.POST if request.method == "POST" else None
    form = ReasonForm(data, name="report", label=_("What was done"))
    return ask_and_take(
        request, action, "report", form, services.report, title=_("Report as done"),
        lifecycle=ACTIONS,
    )  # fmt: skip


@require_POST
def action_close(request: PortalRequest, pk: UUID) -> HttpResponse:
    action = _readable(request, pk)
    return take(request, action, services.close, done=presentation.DONE["close"])


@form_methods
def action_send_back(request: PortalRequest, pk: UUID) -> HttpResponse:
    action = _readable(request, pk)
    require(rules.may_send_back(request.user, action))
    data = request.POST if request.method == "POST" else None
    form = ReasonForm(data, label=_("What is missing"))
    return ask_and_take(
        request, action, "send_back", form, services.send_back, title=_("Send back"),
        lifecycle=ACTIONS,
    )  # fmt: skip


@form_methods
def action_cancel(request: PortalRequest, pk: UUID) -> HttpResponse:
    action = _readable(request, pk)
    require(rules.may_cancel(request.user, action))
    data = request.POST if request.method == "POST" else None
    form = ReasonForm(data, label=_("Why it is cancelled"))
    return ask_and_take(
        request, action, "cancel", form, services.cancel, title=_("Cancel the action"),
        lifecycle=ACTIONS,
    )  # fmt: skip


@form_methods
def action_move_due(request: PortalRequest, pk: UUID) -> HttpResponse:
    action = _readable(request, pk)
    if refusal := refused(request, action, rules.may_move_due(request.user, action)):
        return refusal
    data = request.POST if request.method == "POST" else None
    form = DueForm(data, due_on=action.due_on, version=action.version)
    status = 422 if form.is_bound else 200
    if form.is_valid():
        given = form.cleaned_data
        try:
            services.move_due(
                action,
                due_on=given["due_on"],
                reason=given["reason"],
                by=request.user,
                at=database_now(),
                version=given["version"] or 0,
            )
        except ValidationError as error:
            add_errors(form, error)
        except StaleVersion:
            action.refresh_from_db()
            form.data = {**request.POST.dict(), "version": action.version}
            sentence = _("Somebody else changed this in the meantime. Look at it, and save again.")
            form.add_error(None, sentence)
            status = 409
        except WrongStatus as error:
            return wrong_status(request, action, str(error))
        else:
            messages.success(request, _("The day is moved; those responsible are told."))
            return redirect(action)
    context = {"record": action, "form": form, "title": _("Move the day")}
    return render(request, "meetings/step_form.html", context, status=status)


def _readable(request: PortalRequest, pk: UUID) -> ActionItem:
    return get_object_or_404(queries.with_names(queries.visible_to(request.user)), pk=pk)
