"""The page of a sitting, made for a secretary who types live, and what its buttons do."""

from collections.abc import Callable
from typing import Any
from uuid import UUID

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from meetings.forms.sittings import AskForm, ForgottenStayForm, SittingHoursForm, StayHoursForm
from meetings.models import Attendance, Delegate, Meeting, Sitting
from meetings.presentation import sittings as presentation
from meetings.queries import decisions as decision_queries
from meetings.queries import sittings as queries
from meetings.queries.agenda import Numbered, agenda_for
from meetings.rules import sittings as rules
from meetings.services import attendance
from meetings.services import interventions as speaker_services
from meetings.services import sittings as services
from meetings.statuses.sittings import AttendanceMode
from meetings.views.meetings import form_methods
from meetings.views.refusals import refused
from ots_portal.clock import database_now
from ots_portal.lifecycle import StaleVersion, WrongStatus
from ots_portal.live import live_answer, live_part
from ots_portal.pages import add_errors, wrong_status
from ots_portal.people.http import PortalRequest
from ots_portal.verdicts import require

LIVE = "meetings/session_live.html"
SHOWN_SPOKEN = 8


@require_safe
def session(request: PortalRequest, pk: UUID) -> HttpResponse:
    """Show the running sitting, or the one that ``sitting`` in the address names; else the last."""
    meeting = readable_meeting(request, pk)
    return session_page(request, meeting)


def session_page(
    request: PortalRequest, meeting: Meeting, *, ask_form: AskForm | None = None, status: int = 200
) -> HttpResponse:
    agenda, at = agenda_for(meeting, request.user), database_now()
    sitting = _shown_sitting(request, meeting)
    conducts = bool(rules.may_conduct(request.user, meeting))
    sees_names = request.user.is_secretariat or request.user.is_member_staff
    live = presentation.live_context(meeting, sitting, agenda, at=at, sees_names=sees_names)
    spoken = live.pop("spoken")
    live |= _of_the_reader(request, meeting, sitting, conducts=conducts)
    if request.htmx and request.GET.get("part") == "live":
        return live_answer(request, LIVE, live)
    context: dict[str, Any] = {
        "meeting": meeting,
        "sitting": sitting,
        "conducts": conducts,
        "live": live_part(request, LIVE, live),
        "sittings": meeting.sittings.order_by("number"),
        "may_correct": conducts and rules.ready_to_correct(meeting),
        "ask_form": ask_form
        or _ask_form(request, meeting, sitting, agenda, speaker=live["speaker"]),
        "can_ask": bool(sitting and rules.ready_to_go_on(sitting)),
    }
    if conducts:
        context |= _editors(request, spoken, agenda, at=at)
        context["decisions"] = decision_queries.of_meeting(meeting, request.user)
    return render(request, "meetings/session.html", context, status=status)


def _of_the_reader(
    request: PortalRequest, meeting: Meeting, sitting: Sitting | None, *, conducts: bool
) -> dict[str, Any]:
    """Return what of the live part depends on who reads it; names of delegates are the members' own."""
    user = request.user
    own = queries.own_delegation(meeting, user)
    sees_names = user.is_secretariat or user.is_member_staff
    return {
        "conducts": conducts,
        "runs": bool(sitting and rules.ready_to_go_on(sitting)),
        "may_call": conducts and rules.ready_to_call(meeting),
        "may_correct": conducts and bool(rules.ready_to_correct(meeting)),
        "own_delegation": own if own and rules.may_ask_for_the_floor(user, own) else None,
        "roll": presentation.roll_of(sitting) if sitting and sees_names else [],
        "sees_names": sees_names,
        "notes": list(messages.get_messages(request)),
        "modes": AttendanceMode,
    }


def _editors(
    request: PortalRequest, spoken: Any, agenda: list[Numbered], *, at: Any
) -> dict[str, Any]:
    wants_all = "all" in request.GET
    shown = spoken if wants_all else spoken[:SHOWN_SPOKEN]
    return {
        "parts": presentation.spoken_parts(shown, agenda, at=at),
        "more_count": len(spoken) - len(shown),
    }


def _ask_form(  # noqa: PLR0913 -- what the form offers
    request: PortalRequest,
    meeting: Meeting,
    sitting: Sitting | None,
    agenda: list[Numbered],
    *,
    speaker: Any = None,
    data: Any = None,
) -> AskForm | None:
    """Return the form with the delegations in whose name this person asks; None where there is none."""
    if not sitting:
        return None
    delegations = queries.delegations_of(meeting)
    delegates = queries.accredited(meeting)
    if not request.user.is_secretariat:
        own = queries.own_delegation(meeting, request.user)
        if not own or not rules.may_ask_for_the_floor(request.user, own):
            return None
        delegations = delegations.filter(pk=own.pk)
        delegates = delegates.filter(delegation=own)
    return AskForm(
        data,
        delegations=delegations,
        delegates=delegates,
        decisions=decision_queries.of_meeting(meeting, request.user),
        agenda=agenda,
        item=speaker.item if speaker else None,
    )


def _shown_sitting(request: PortalRequest, meeting: Meeting) -> Sitting | None:
    asked = request.GET.get("sitting", "")
    number = int(asked) if asked.isascii() and asked.isdecimal() and len(asked) <= 4 else 0  # noqa: PLR2004 -- a small number
    named = meeting.sittings.filter(number=number).first()
    sitting = named or queries.running_sitting_of(meeting)
    sitting = sitting or meeting.sittings.order_by("number").last()
    if sitting:
        sitting.meeting = meeting
    return sitting


# ── one click each ──────────────────────────────────────────────────────────────────────────────
@require_POST
def call_to_order(request: PortalRequest, pk: UUID) -> HttpResponse:
    meeting = readable_meeting(request, pk)
    return act(request, meeting, services.call_to_order, meeting, whole=True)


@require_POST
def sitting_rise(request: PortalRequest, pk: UUID) -> HttpResponse:
    sitting = _readable(request, pk)
    return act(request, sitting.meeting, services.rise, sitting, whole=True)


@require_POST
def sitting_check_quorum(request: PortalRequest, pk: UUID) -> HttpResponse:
    sitting = _readable(request, pk)
    return act(request, sitting.meeting, services.check_quorum, sitting)


@require_POST
def sitting_arrive(request: PortalRequest, pk: UUID) -> HttpResponse:
    sitting = _readable(request, pk)
    require(rules.may_conduct(request.user, sitting.meeting))
    mode = request.POST.get("mode", "")
    known = mode if mode in AttendanceMode.values else AttendanceMode.IN_ROOM
    delegate = _delegate(request, sitting)
    return act(request, sitting.meeting, attendance.arrive, sitting, delegate=delegate, mode=known)


@require_POST
def sitting_leave(request: PortalRequest, pk: UUID) -> HttpResponse:
    sitting = _readable(request, pk)
    require(rules.may_conduct(request.user, sitting.meeting))
    delegate = _delegate(request, sitting)
    return act(request, sitting.meeting, attendance.leave, sitting, delegate=delegate)


@require_POST
def sitting_arrive_as_before(request: PortalRequest, pk: UUID) -> HttpResponse:
    sitting = _readable(request, pk)
    return act(request, sitting.meeting, attendance.arrive_as_before, sitting)


def _delegate(request: PortalRequest, sitting: Sitting) -> Delegate:
    delegates = Delegate.objects.filter(delegation__meeting=sitting.meeting_id)
    try:
        wanted = UUID(request.POST.get("delegate", ""))
    except ValueError:
        wanted = None
    return get_object_or_404(delegates, pk=wanted)


def act(  # noqa: PLR0913 -- what is done to what
    request: PortalRequest,
    meeting: Meeting,
    service: Callable[..., Any],
    subject: Any,
    *,
    whole: bool = False,
    anchor: str = "",
    **details: Any,
) -> HttpResponse:
    """
    Do what a button says and show the sitting anew.

    Where HTMX swaps a part of the page, what stands in the way is said in that part; else by a page.
    """
    try:
        service(subject, by=request.user, at=database_now(), **details)
    except WrongStatus as error:
        if not request.htmx:
            return wrong_status(request, meeting, str(error))
        messages.error(request, str(error))
    address = reverse("meetings:session", args=[meeting.pk])
    return redirect(f"{address}#{anchor}" if anchor else address)


# ── asking for the floor ────────────────────────────────────────────────────────────────────────
@require_POST
def intervention_ask(request: PortalRequest, pk: UUID) -> HttpResponse:
    sitting = _readable(request, pk)
    meeting = sitting.meeting
    agenda = agenda_for(meeting, request.user)
    form = _ask_form(request, meeting, sitting, agenda, data=request.POST)
    if form is None:
        require(rules.NOT_YOUR_DELEGATION)
    assert form
    if refusal := refused(request, meeting, rules.ready_to_go_on(sitting)):
        return refusal
    if not form.is_valid():
        return session_page(request, meeting, ask_form=form, status=422)
    data = form.cleaned_data
    try:
        speaker_services.ask_for_the_floor(
            sitting,
            delegation=data["delegation"],
            item=form.chosen_item(),
            kind=data["kind"],
            delegate=data["delegate"],
            decision=data["decision"],
            by=request.user,
            at=database_now(),
        )
    except ValidationError as error:
        add_errors(form, error)
        return session_page(request, meeting, ask_form=form, status=422)
    except WrongStatus as error:
        return wrong_status(request, meeting, str(error))
    return redirect(f"{reverse('meetings:session', args=[meeting.pk])}#speakers")


# ── corrections ─────────────────────────────────────────────────────────────────────────────────
@form_methods
def sitting_correct(request: PortalRequest, pk: UUID) -> HttpResponse:
    sitting = _readable(request, pk)
    form = SittingHoursForm(request.POST if request.method == "POST" else None, sitting=sitting)

    def save() -> None:
        services.correct(
            sitting,
            started_at=form.cleaned_data["begins_at"],
            ended_at=form.cleaned_data["ends_at"],
            reason=form.cleaned_data["reason"],
            by=request.user,
            at=database_now(),
            version=form.cleaned_data["version"] or 0,
        )

    title = _("Correct the hours of sitting %(number)s") % {"number": sitting.number}
    return _correct(request, sitting, form, save, title=title)


@form_methods
def stay_correct(request: PortalRequest, pk: UUID) -> HttpResponse:
    stays = Attendance.objects.filter(sitting__in=queries.visible_to(request.user))
    stay = get_object_or_404(stays.select_related("sitting__meeting", "delegate"), pk=pk)
    form = StayHoursForm(request.POST if request.method == "POST" else None, stay=stay)

    def save() -> None:
        attendance.correct(
            stay,
            arrived_at=form.cleaned_data["begins_at"],
            left_at=form.cleaned_data["ends_at"],
            reason=form.cleaned_data["reason"],
            by=request.user,
            at=database_now(),
            seen=form.seen_hours(),
        )

    title = _("Correct the stay of %(delegate)s") % {"delegate": stay.delegate.full_name}
    return _correct(request, stay.sitting, form, save, title=title, stay=stay)


@form_methods
def stay_add(request: PortalRequest, pk: UUID) -> HttpResponse:
    """Record a stay that nobody recorded when it happened."""
    sitting = _readable(request, pk)
    delegates = queries.accredited(sitting.meeting)
    data = request.POST if request.method == "POST" else None
    form = ForgottenStayForm(data, sitting=sitting, delegates=delegates)

    def save() -> None:
        attendance.add_stay(
            sitting,
            delegate=form.cleaned_data["delegate"],
            mode=form.cleaned_data["mode"],
            arrived_at=form.cleaned_data["begins_at"],
            left_at=form.cleaned_data["ends_at"],
            reason=form.cleaned_data["reason"],
            by=request.user,
            at=database_now(),
        )

    title = _("Add a forgotten stay to sitting %(number)s") % {"number": sitting.number}
    return _correct(request, sitting, form, save, title=title)


def _correct(  # noqa: PLR0913 -- what is corrected, by which form
    request: PortalRequest,
    sitting: Sitting,
    form: Any,
    save: Callable[[], None],
    *,
    title: str,
    stay: Attendance | None = None,
) -> HttpResponse:
    meeting = sitting.meeting
    require(rules.may_conduct(request.user, meeting))
    if refusal := refused(request, meeting, rules.ready_to_correct(meeting)):
        return refusal
    names = {"started_at": "begins", "ended_at": "ends", "arrived_at": "begins", "left_at": "ends"}
    is_stale = False
    if form.is_valid():
        try:
            save()
        except ValidationError as error:
            for name, sentences in error.message_dict.items():
                form.add_error(names.get(name, name), sentences)
        except StaleVersion:
            is_stale = True
        except WrongStatus as error:
            return wrong_status(request, meeting, str(error))
        else:
            return redirect(sitting.get_absolute_url())
    if is_stale:  # only what happened meanwhile is new: the hours that were typed are kept
        data = request.POST.copy()
        data["version"] = str(Sitting.objects.get(pk=sitting.pk).version)
        if stay:
            stay.refresh_from_db()
            data["seen"] = StayHoursForm.mark_of(stay)
        form.data = data
    context = {
        "meeting": meeting,
        "sitting": sitting,
        "form": form,
        "title": title,
        "is_stale": is_stale,
        "stay": stay,
        "has_quorum_checks": sitting.quorum_checks.exists(),
    }
    status = 409 if is_stale else 422 if form.is_bound else 200
    return render(request, "meetings/hours_form.html", context, status=status)


def readable_meeting(request: PortalRequest, pk: UUID) -> Meeting:
    meetings = queries.meetings_followed_by(request.user).select_related("series", "host")
    return get_object_or_404(meetings, pk=pk)


def _readable(request: PortalRequest, pk: UUID) -> Sitting:
    sittings = queries.visible_to(request.user).select_related("meeting__series")
    return get_object_or_404(sittings, pk=pk)
