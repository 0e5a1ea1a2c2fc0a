"""What becomes of the shifts of somebody who cannot be on duty any more."""

from datetime import datetime

from ots_portal.audit.services import record
from ots_portal.duty.models import Pattern, Shift, Swap
from ots_portal.duty.services import patterns, swaps
from ots_portal.duty.services.marks import settle
from ots_portal.duty.services.persons import conflict_of, end_now
from ots_portal.duty.statuses import SHIFTS, PatternStatus, ShiftStatus, SwapStatus
from ots_portal.lifecycle import take_step
from ots_portal.people.models import User


def take_out(person: User, *, by: User | None, at: datetime, successor: User | None = None) -> bool:
    """
    Take the person's shifts out of the roster, their participant being held; answer whether one ran.

    ``successor`` takes over the one that runs. What was planned for later leaves gaps, of which the heads
    are warned: who fills them is theirs to say.
    """
    running = Pattern.objects.filter(person=person, status=PatternStatus.RUNNING)
    for pattern in running.select_related("participant", "person"):
        patterns.end(pattern, by=None, at=at)
    asked = Swap.objects.filter(asked_of=person, status=SwapStatus.ASKED).select_related("shift")
    for swap in asked:
        swaps.lapse(swap, at=at)
    left = Shift.objects.filter(person=person, status=ShiftStatus.PLANNED, ends_at__gt=at)
    found = list(left.select_related("participant", "person"))
    for shift in found:
        if shift.starts_at < at:
            _leave(shift, successor, by=by, at=at)
        else:
            _give_up(shift, by=by, at=at)
    if found:
        settle(person.participant_id, at=at)
    return any(shift.starts_at < at for shift in found)


def _leave(shift: Shift, successor: User | None, *, by: User | None, at: datetime) -> None:
    """End the shift that runs; the successor has the rest of it, in place of what they had meanwhile."""
    until = shift.ends_at
    _give_up(shift, by=by, at=at)
    if not successor:
        return
    rest = Shift(
        participant=shift.participant, person=successor, rank=shift.rank, starts_at=at,
        ends_at=until, created_by=by, created_at=at, updated_at=at,
    )  # fmt: skip
    while other := conflict_of(rest):
        _give_up(other, by=by, at=at)
    rest.save(force_insert=True)
    record(
        "duty.shift.taken_over", subject=rest, by=by, at=at, participant=rest.participant_id,
        person=str(successor.pk),
    )  # fmt: skip


def _give_up(shift: Shift, *, by: User | None, at: datetime) -> None:
    """Take a shift out of the roster; of one that runs, the rest."""
    swaps.lapse_those_of([shift.pk], at=at)
    if shift.starts_at < at:
        end_now(shift, by=by, at=at)
        return
    take_step(
        shift, "cancel", lifecycle=SHIFTS, by=by, at=at, participant=shift.participant_id,
        person=str(shift.person_id),
    )  # fmt: skip
