"""A shift: its page, planning, changing and cancelling it, and asking for a swap."""

import uuid
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime
from typing import Any
from zoneinfo import ZoneInfo

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from ots_portal.clock import database_now, parse_moment
from ots_portal.duty import presentation, queries
from ots_portal.duty.forms import ShiftForm, SwapForm
from ots_portal.duty.models import Shift, Swap
from ots_portal.duty.rules import shifts as rules
from ots_portal.duty.rules import swaps as swap_rules
from ots_portal.duty.services import shifts as services
from ots_portal.duty.services import swaps as swap_services
from ots_portal.duty.views.rosters import readable_participant
from ots_portal.lifecycle import StaleVersion, WrongStatus
from ots_portal.pages import add_errors, answering_to, differences, take, wrong_status
from ots_portal.participants.models import Participant
from ots_portal.people.http import PortalRequest
from ots_portal.verdicts import require

UNPROCESSABLE, CONFLICT = 422, 409


@contextmanager
def by_the_capitals_clock(participant: Participant) -> Iterator[None]:
    """Read and write the moments of a form by the clock of the participant's capital."""
    with timezone.override(ZoneInfo(participant.time_zone)):
        yield


def readable_shift(request: PortalRequest, pk: uuid.UUID) -> Shift:
    return get_object_or_404(queries.shifts_visible_to(request.user), pk=pk)


@require_safe
def shift_detail(request: PortalRequest, pk: uuid.UUID) -> HttpResponse:
    shift, at = readable_shift(request, pk), database_now()
    swaps = list(queries.swaps_visible_to(request.user).filter(shift=shift))
    has_open = any(swap.is_open for swap in swaps)
    is_ahead = shift.is_planned and shift.starts_at > at
    is_over = shift.ends_at <= at
    context = {
        "shift": shift,
        "tone": presentation.TONES[shift.status],  # type: ignore[index]
        "is_running": shift.runs_at(at),
        "is_over": is_over,
        "may_change": shift.is_planned and not is_over and rules.may_update(request.user, shift),
        "may_cancel": is_ahead and rules.may_cancel(request.user, shift),
        "may_ask": is_ahead and not has_open and rules.may_ask(request.user, shift),
        "has_two_clocks": request.user.time_zone != shift.participant.time_zone,
        "length": presentation.length_text(shift.ends_at - shift.starts_at),
        "swaps": [_swap_row(request, swap) for swap in swaps],
        "history": presentation.history(shift),
    }
    return render(request, "duty/shift_detail.html", context)


def _swap_row(request: PortalRequest, swap: Swap) -> dict[str, Any]:
    verbs = ("accept", "decline", "withdraw") if swap.is_open else ()
    allowed = {verb: getattr(swap_rules, f"may_{verb}")(request.user, swap) for verb in verbs}
    return {
        "swap": swap,
        "tone": presentation.SWAP_TONES[swap.status],  # type: ignore[index]
        **{f"may_{verb}": verdict for verb, verdict in allowed.items() if verdict},
    }


# ── planning ────────────────────────────────────────────────────────────────────────────────────


@require_http_methods(["GET", "HEAD", "POST"])
def shift_new(request: PortalRequest, slug: str) -> HttpResponse:
    participant = readable_participant(request, slug)
    require(rules.may_plan(request.user, participant))
    with by_the_capitals_clock(participant):
        data = request.POST if request.method == "POST" else None
        form = ShiftForm(data, participant=participant, starts_at=_wanted_start(request))
        if form.is_valid():
            try:
                at = database_now()
                shift = services.plan(participant, form.facts(), by=request.user, at=at)
            except ValidationError as error:
                add_errors(form, error)
            else:
                messages.success(request, _("The shift is on the roster; the person is told."))
                return redirect(shift)
        context = {"heading": _("Plan a shift"), "submit": _("Plan"), "shift": None}
        return _form_page(request, participant, form, context)


def _wanted_start(request: PortalRequest) -> datetime | None:
    """Return the beginning of the gap from which one came; it only fills the field."""
    return parse_moment(request.GET.get("from", ""))


@require_http_methods(["GET", "HEAD", "POST"])
def shift_update(request: PortalRequest, pk: uuid.UUID) -> HttpResponse:
    shift = readable_shift(request, pk)
    require(rules.may_update(request.user, shift))
    with by_the_capitals_clock(shift.participant):
        data = request.POST if request.method == "POST" else None
        form = ShiftForm(data, participant=shift.participant, shift=shift)
        if not form.is_valid():
            return _update_page(request, shift, form)
        version = form.cleaned_data["version"] or 0
        try:
            services.update(
                shift, form.facts(), by=request.user, at=database_now(), version=version
            )
        except ValidationError as error:
            add_errors(form, error)
            return _update_page(request, shift, form)
        except StaleVersion:
            return _both_versions(request, readable_shift(request, pk))
        except WrongStatus as error:
            return wrong_status(request, shift, str(error))
    messages.success(request, _("The shift is changed; whom it concerns is told."))
    return redirect(shift)


def _update_page(
    request: PortalRequest, shift: Shift, form: ShiftForm, **more: Any
) -> HttpResponse:
    context = {"heading": _("Change the shift"), "submit": _("Save"), "shift": shift, **more}
    return _form_page(request, shift.participant, form, context)


def _both_versions(request: PortalRequest, current: Shift) -> HttpResponse:
    """Show what stands now beside what was sent; saving again takes its place."""
    again = ShiftForm(
        answering_to(request, current.version), participant=current.participant, shift=current
    )
    now = ShiftForm(participant=current.participant, shift=current)
    fields = ("person", "rank", "starts_at", "ends_at", "note")
    answer = _update_page(
        request, current, again, differences=differences(again, now, fields=fields)
    )
    answer.status_code = CONFLICT
    return answer


def _form_page(
    request: PortalRequest, participant: Participant, form: ShiftForm, context: dict[str, Any]
) -> HttpResponse:
    context = {"form": form, "participant": participant, **context}
    status = UNPROCESSABLE if form.errors else 200
    return render(request, "duty/shift_form.html", context, status=status)


@require_POST
def shift_cancel(request: PortalRequest, pk: uuid.UUID) -> HttpResponse:
    shift = readable_shift(request, pk)
    done = _("The shift is taken out of the roster; the person is told.")
    return take(request, shift, services.cancel, done=done)


# ── asking for a swap ───────────────────────────────────────────────────────────────────────────


@require_http_methods(["GET", "HEAD", "POST"])
def shift_ask(request: PortalRequest, pk: uuid.UUID) -> HttpResponse:
    shift, at = readable_shift(request, pk), database_now()
    require(rules.may_ask(request.user, shift))
    form = SwapForm(request.POST if request.method == "POST" else None, shift=shift, at=at)
    if form.is_valid():
        try:
            swap_services.ask(shift, by=request.user, at=at, **form.cleaned_data)
        except ValidationError as error:
            add_errors(form, error)
        except WrongStatus as error:
            return wrong_status(request, shift, str(error))
        else:
            messages.success(request, _("The swap is asked for. The shift is yours until then."))
            return redirect(shift)
    status = UNPROCESSABLE if form.errors else 200
    return render(request, "duty/swap_form.html", {"form": form, "shift": shift}, status=status)
