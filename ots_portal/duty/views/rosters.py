"""Who is on duty now and next, and the roster of a participant by week and by month."""

from datetime import date, datetime
from typing import Any

from django.db.models import Exists, OuterRef
from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.dateparse import parse_date
from django.views.decorators.http import require_safe

from ots_portal import live
from ots_portal.clock import database_now
from ots_portal.duty import presentation, queries
from ots_portal.duty.hours import day_at
from ots_portal.duty.models import Shift, Swap
from ots_portal.duty.presentation import MONTH, WEEK, Window
from ots_portal.duty.queries.boards import board_of, boards
from ots_portal.duty.queries.coverage import gaps_of
from ots_portal.duty.queries.swaps import coming_shifts_of, waiting_for
from ots_portal.duty.rules import patterns as pattern_rules
from ots_portal.duty.rules import shifts as rules
from ots_portal.duty.statuses import ShiftStatus, SwapStatus
from ots_portal.participants.models import Participant
from ots_portal.people.http import PortalRequest
from ots_portal.ui.moments import in_zone, offset_label

EARLIEST, LATEST = date(2000, 1, 3), date(2100, 1, 1)
OWN, CAPITAL = "own", "capital"


@require_safe
def overview(request: PortalRequest) -> HttpResponse:
    """Show who is on duty now and next everywhere; whoever sees one roster only is led to it."""
    participants = list(queries.participants_visible_to(request.user))
    if not participants:
        raise Http404
    if len(participants) == 1:
        return redirect("duty:roster", participants[0].pk)
    context = {"boards": boards(participants, at=database_now())}
    return render(request, "duty/overview.html", context)


def readable_participant(request: PortalRequest, slug: str) -> Participant:
    return get_object_or_404(queries.participants_visible_to(request.user), pk=slug)


@require_safe
def roster(request: PortalRequest, slug: str) -> HttpResponse:
    participant, at = readable_participant(request, slug), database_now()
    now = {"board": board_of(participant, at=at), "user": request.user}
    if live.asked_again(request, ("live",)):
        return live.live_answer(request, "duty/now_card.html", now)
    view = MONTH if request.GET.get("view") == MONTH else WEEK
    clock = OWN if request.GET.get("zone") == OWN else CAPITAL
    zone = request.user.time_zone if clock == OWN else participant.time_zone
    window = presentation.window_of(view, _day(request, day_at(at, zone)))
    context = {
        "participant": participant,
        "now": live.live_part(request, "duty/now_card.html", now),
        "window": window,
        "view": view,
        "days": _days(request, participant, window, zone, at),
        "zone": zone,
        "own_shifts": list(coming_shifts_of(request.user, at=at).filter(participant=slug)[:5]),
        "waiting": list(waiting_for(request.user, at=at))
        if rules.can_serve(request.user, slug)
        else [],
        "may_plan": rules.may_plan(request.user, participant),
        "may_begin": pattern_rules.may_begin(request.user, participant),
        **_turns(request, participant, window, view, clock, at),
    }
    return render(request, "duty/roster.html", context)


def _day(request: PortalRequest, today: date) -> date:
    """Return the day that the address names; today where it names none that has a roster."""
    try:
        day = parse_date(request.GET.get("day", ""))
    except ValueError:
        day = None
    return day if day and EARLIEST <= day <= LATEST else today


def _days(
    request: PortalRequest, participant: Participant, window: Window, zone: str, at: datetime
) -> list[presentation.Day]:
    since, until = window.moments(zone)
    open_swaps = Swap.objects.filter(shift=OuterRef("pk"), status=SwapStatus.ASKED)
    shifts = Shift.objects.filter(
        participant=participant,
        status=ShiftStatus.PLANNED,
        ends_at__gt=since,
        starts_at__lt=until,
    ).annotate(has_open_swap=Exists(open_swaps))
    return presentation.days_of(
        window,
        list(shifts.select_related("person__participant")),
        gaps_of(participant.pk, since=since, until=until, at=at),
        zone=zone,
        reader=request.user,
        at=at,
    )


def _turns(  # noqa: PLR0913, PLR0917 -- what the address says, in its order
    request: PortalRequest,
    participant: Participant,
    window: Window,
    view: str,
    clock: str,
    at: datetime,
) -> dict[str, Any]:
    """Return the addresses by which one turns the page, and the clocks there are."""

    def address(day: date, *, view: str = view, clock: str = clock) -> str:
        return presentation.roster_url(participant.pk, day=day, view=view, zone=clock)

    offsets = {
        CAPITAL: offset_label(in_zone(at, participant.time_zone)),
        OWN: offset_label(in_zone(at, request.user.time_zone)),
    }
    return {
        "previous_url": address(window.previous),
        "following_url": address(window.following),
        "today_url": address(day_at(at, participant.time_zone)),
        "week_url": address(window.day, view=WEEK),
        "month_url": address(window.day, view=MONTH),
        "capital_url": address(window.day, clock=CAPITAL),
        "own_url": address(window.day, clock=OWN),
        "is_own_clock": clock == OWN,
        "has_two_clocks": request.user.time_zone != participant.time_zone,
        "offsets": offsets,
        "offset": offsets[clock],
    }
