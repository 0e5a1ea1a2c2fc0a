"""Swaps that wait for somebody."""

from datetime import datetime

from django.db.models import Q, QuerySet

from ots_portal.duty.models import Shift, Swap
from ots_portal.duty.queries.on_duty import manned
from ots_portal.duty.queries.readable import swaps_visible_to
from ots_portal.duty.rules.shifts import can_serve
from ots_portal.duty.statuses import ShiftStatus, SwapStatus
from ots_portal.people.models import User


def waiting_for(user: User, *, at: datetime) -> QuerySet[Swap]:
    """Return the open swaps that the user can accept, of shifts that have not begun."""
    asked = Q(asked_of=user)
    if can_serve(user, user.participant_id):
        asked |= Q(asked_of=None)
    found = swaps_visible_to(user).filter(asked, status=SwapStatus.ASKED, shift__starts_at__gt=at)
    return found.filter(shift__participant=user.participant_id).exclude(asked_by=user)


def coming_shifts_of(user: User, *, at: datetime) -> QuerySet[Shift]:
    """Return the user's own shifts that run or lie ahead."""
    own = Shift.objects.filter(person=user, status=ShiftStatus.PLANNED, ends_at__gt=at)
    return own.select_related("participant", "person")


def takeable_in_return(shift: Shift, *, at: datetime) -> QuerySet[Shift]:
    """Return the coming shifts of colleagues that somebody could take for this one."""
    others = manned().filter(participant=shift.participant_id, starts_at__gt=at)
    return others.exclude(person=shift.person_id).select_related("participant", "person")
