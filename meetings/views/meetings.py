from collections.abc import Callable
from functools import partial
from http import HTTPStatus
from typing import Any
from uuid import UUID

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.db import IntegrityError
from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from meetings.forms import (
    NUMBER_IS_TAKEN,
    FilterForm,
    MeetingForm,
    edit_meeting_form,
    new_meeting_form,
    next_meeting_form,
)
from meetings.models import Meeting, Minutes
from meetings.presentation import in_session
from meetings.presentation import papers as paper_presentation
from meetings.queries import meetings as queries
from meetings.queries import papers as paper_queries
from meetings.queries.agenda import agenda_for, versions_of
from meetings.queries.announcements import announced_at
from meetings.queries.minutes import (
    adopted_at,
    adopting_meeting_for,
    published_for,
    readable_minutes_of,
)
from meetings.rules import agenda as agenda_rules
from meetings.rules import meetings as rules
from meetings.rules import minutes as minutes_rules
from meetings.rules import papers as paper_rules
from meetings.services import following
from meetings.services import meetings as services
from meetings.statuses import BEGUN, MEETING_TONES, MeetingStatus
from meetings.views import presentation
from meetings.views.participation import participation
from meetings.views.refusals import refused
from meetings.views.steps import MEETING_WORDS, meeting_buttons
from meetings.views.visitors import open_to_visitors
from ots_portal.clock import database_now
from ots_portal.lifecycle import StaleVersion, WrongStatus
from ots_portal.pages import add_errors, answering_to, differences, take, wrong_status
from ots_portal.paging import BadCursor, page_of, with_cursor
from ots_portal.people.http import PortalRequest
from ots_portal.verdicts import require

LIST_SIZE = 25
form_methods = require_http_methods(["GET", "HEAD", "POST"])


@open_to_visitors
@require_safe
def meeting_list(request: PortalRequest) -> HttpResponse:
    filters = FilterForm(request.GET)
    wishes = filters.wishes()
    found = queries.filtered(queries.visible_to(request.user), wishes, at=database_now())
    cursor = request.GET.get("cursor", "")
    try:
        page = page_of(queries.with_names(found), by="starts_at", cursor=cursor, size=LIST_SIZE)
    except BadCursor as error:
        raise Http404 from error
    context = {
        "filters": filters,
        "rows": presentation.meeting_rows(page.rows),
        "older": with_cursor(request.GET, page.older),
        "newer": with_cursor(request.GET, page.newer),
        "is_narrowed": any(wishes.values()),
        "may_create": request.user.is_authenticated and rules.may_create(request.user),
    }
    if request.htmx:
        return render(request, "meetings/meeting_list.html#rows", context)
    context["published"] = published_for(request.user)[:5]
    return render(request, "meetings/meeting_list.html", context)


@open_to_visitors
@require_safe
def meeting_detail(request: PortalRequest, pk: UUID) -> HttpResponse:
    meeting = _readable(request, pk)
    user = request.user
    context: dict[str, Any] = {
        "meeting": meeting,
        "tone": MEETING_TONES[MeetingStatus(meeting.status)],
        "figures": presentation.meeting_figures(meeting),
        "track": presentation.meeting_track(meeting),
        "languages": paper_presentation.names_of(meeting.working_languages),
        "agenda": agenda_for(meeting, user),
        "agenda_versions": versions_of(meeting),
        "announced": announced_at(meeting, user),
        "papers": paper_presentation.rows(
            paper_queries.newest_of(meeting, user), at=database_now()
        ),
        "may_create_paper": user.is_authenticated and paper_rules.may_create(user, meeting),
        "named": meeting.named_participants.select_related("participant"),
        "minutes": readable_minutes_of(meeting, user),
        "buttons": meeting_buttons(meeting, user=user),
        "participation": participation(meeting, user=user),
    }
    context |= _adoptions(meeting, context["minutes"], user)
    context |= in_session.shown_of(meeting, user)
    if user.is_authenticated and user.is_secretariat:
        context |= _of_the_secretariat(request, meeting)
    return render(request, "meetings/meeting_detail.html", context)


def _adoptions(meeting: Meeting, minutes: Minutes | None, user: Any) -> dict[str, Any]:
    """Return by which meeting its minutes were adopted, and which earlier minutes it adopted."""
    return {
        "adopting_meeting": adopting_meeting_for(minutes, user) if minutes else None,
        "adopted_here": adopted_at(meeting, user) if meeting.status in BEGUN else [],
    }


def _of_the_secretariat(request: PortalRequest, meeting: Meeting) -> dict[str, Any]:
    """Return what only those who keep the record see on its page."""
    has_minutes = hasattr(meeting, "minutes")
    ready = minutes_rules.ready_to_prepare(meeting)
    return {
        "may_update": rules.may_update(request.user, meeting),
        "may_follow": rules.may_follow(request.user, meeting),
        "may_add_item": agenda_rules.may_add_item(request.user, meeting),
        "may_settle": meeting.status in agenda_rules.OUTCOME_OPEN,
        "offers_minutes": ready and not has_minutes,
        "history": presentation.history(meeting),
    }


@form_methods
def meeting_new(request: PortalRequest) -> HttpResponse:
    require(rules.may_create(request.user))
    if request.method != "POST":
        return _form_page(request, new_meeting_form())
    return _plan(request, new_meeting_form(request.POST), services.create)


@form_methods
def meeting_follow(request: PortalRequest, pk: UUID) -> HttpResponse:
    """Plan the next meeting from this one."""
    last = _readable(request, pk)
    if refusal := refused(request, last, rules.may_follow(request.user, last)):
        return refusal
    if request.method != "POST":
        return _form_page(request, next_meeting_form(last), follows=last)
    form = next_meeting_form(last, request.POST)
    return _plan(request, form, partial(following.follow, last), follows=last)


def _plan(
    request: PortalRequest, form: MeetingForm, service: Callable[..., Meeting], **more: Any
) -> HttpResponse:
    if not form.is_valid():
        return _form_page(request, form, status=422, **more)
    try:
        meeting = service(
            form.facts(),
            by=request.user,
            at=database_now(),
            is_training=form.cleaned_data["is_training"],
            submission_key=form.cleaned_data["submission_key"],
        )
    except IntegrityError:  # somebody took the number between the form's look and the database's
        form.add_error("ordinal", NUMBER_IS_TAKEN)
        return _form_page(request, form, status=422, **more)
    return redirect(meeting)


@form_methods
def meeting_edit(request: PortalRequest, pk: UUID) -> HttpResponse:
    meeting = _readable(request, pk)
    if refusal := refused(request, meeting, rules.may_update(request.user, meeting)):
        return refusal
    if request.method != "POST":
        return _form_page(request, edit_meeting_form(meeting), meeting=meeting)
    form = edit_meeting_form(meeting, data=request.POST)
    if not form.is_valid():
        return _form_page(request, form, meeting=meeting, status=422)
    return _save(request, meeting, form)


def _save(request: PortalRequest, meeting: Meeting, form: MeetingForm) -> HttpResponse:
    version = form.cleaned_data["version"] or 0
    try:
        services.update(meeting, form.facts(), by=request.user, at=database_now(), version=version)
    except StaleVersion:
        return _stale_page(request, meeting.pk, form)
    except WrongStatus as error:
        return wrong_status(request, meeting, str(error))
    except services.WiderVisibility:
        form.add_error("visibility", form.WIDER)
    except ValidationError as error:
        add_errors(form, error)
    except IntegrityError:
        form.add_error("ordinal", NUMBER_IS_TAKEN)
    else:
        messages.success(request, _("The meeting is saved."))
        return redirect(meeting)
    return _form_page(request, form, meeting=meeting, status=422)


def _stale_page(request: PortalRequest, pk: UUID, form: MeetingForm) -> HttpResponse:
    """Show both versions; saving again then answers to the version that is shown."""
    current = _readable(request, pk)
    rows = differences(form, edit_meeting_form(current), fields=MeetingForm.COMPARED)
    again = edit_meeting_form(current, data=answering_to(request, current.version))
    return _form_page(request, again, meeting=current, differences=rows, is_stale=True, status=409)


def _form_page(
    request: PortalRequest, form: MeetingForm, *, status: int = 200, **more: Any
) -> HttpResponse:
    return render(request, "meetings/meeting_form.html", {"form": form, **more}, status=status)


@require_POST
def meeting_convene(request: PortalRequest, pk: UUID) -> HttpResponse:
    return _take(request, pk, services.convene)


@require_POST
def meeting_open(request: PortalRequest, pk: UUID) -> HttpResponse:
    """Open the meeting; where the page of its sittings asks for it, the first is called to order."""
    if request.POST.get("call_to_order") != "yes":
        return _take(request, pk, services.open)
    meeting = _readable(request, pk)
    answer = take(
        request, meeting, services.open, done=MEETING_WORDS["open"].done, call_to_order=True
    )
    is_done = answer.status_code == HTTPStatus.FOUND
    return redirect("meetings:session", meeting.pk) if is_done else answer


@require_POST
def meeting_suspend(request: PortalRequest, pk: UUID) -> HttpResponse:
    return _take(request, pk, services.suspend)


@require_POST
def meeting_resume(request: PortalRequest, pk: UUID) -> HttpResponse:
    return _take(request, pk, services.resume)


@require_POST
def meeting_adjourn(request: PortalRequest, pk: UUID) -> HttpResponse:
    return _take(request, pk, services.adjourn)


@require_POST
def meeting_close(request: PortalRequest, pk: UUID) -> HttpResponse:
    return _take(request, pk, services.close)


@require_POST
def meeting_postpone(request: PortalRequest, pk: UUID) -> HttpResponse:
    return _take(request, pk, services.postpone)


@require_POST
def meeting_cancel(request: PortalRequest, pk: UUID) -> HttpResponse:
    return _take(request, pk, services.cancel)


def _take(request: PortalRequest, pk: UUID, service: Callable[..., Meeting]) -> HttpResponse:
    done = MEETING_WORDS[service.__name__].done
    return take(request, _readable(request, pk), service, done=done)


def _readable(request: PortalRequest, pk: UUID) -> Meeting:
    meetings = queries.visible_to(request.user).select_related("host", "chair", "series")
    return get_object_or_404(meetings, pk=pk)
