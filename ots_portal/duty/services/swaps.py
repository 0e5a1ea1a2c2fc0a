"""Asking a colleague to take a shift, and what they answer."""

from collections.abc import Iterable
from datetime import datetime
from uuid import UUID

from django.core.exceptions import ValidationError
from django.db import transaction
from django.db.models import F, Q
from django.utils.translation import gettext as _

from ots_portal.audit.services import record
from ots_portal.duty.models import Shift, Swap
from ots_portal.duty.rules import shifts as shift_rules
from ots_portal.duty.rules import swaps as rules
from ots_portal.duty.services.apart import one_by_one
from ots_portal.duty.services.marks import settle
from ots_portal.duty.services.persons import conflict_of, conflict_sentence, hand_to
from ots_portal.duty.statuses import SWAPS, ShiftStatus, SwapStatus
from ots_portal.lifecycle import WrongStatus, take_step
from ots_portal.people.holding import hold, still_here
from ots_portal.people.models import User
from ots_portal.people.queries import may_be_on_duty
from ots_portal.verdicts import require


@transaction.atomic
def ask(  # noqa: PLR0913 -- keywords only, each named where it is called
    shift: Shift,
    *,
    by: User,
    at: datetime,
    asked_of: User | None = None,
    in_return: Shift | None = None,
    note: str = "",
) -> Swap:
    """
    Ask a colleague, or all who can have shifts (None), to take the own shift.

    ``in_return`` is a shift of that colleague which the asker takes for it.

    :raises Refused: unless ``rules.shifts.may_ask``
    :raises WrongStatus: once the shift has begun or is cancelled
    :raises ValidationError: where the colleague cannot take it, or a swap is asked for already
    """
    hold(shift.participant_id)
    shift = _shift(shift.pk)
    require(shift_rules.may_ask(still_here(by), shift))
    _require_ahead(shift, at)
    swap = Swap(
        shift=shift, asked_by=by, asked_of=asked_of, in_return=in_return, note=note,
        created_at=at, updated_at=at,
    )  # fmt: skip
    _validate(swap, at=at)
    swap.save(force_insert=True)
    record(
        "duty.swap.asked", subject=swap, by=by, at=at, participant=shift.participant_id,
        shift=str(shift.pk), asked_of=str(asked_of.pk) if asked_of else None,
        in_return=str(in_return.pk) if in_return else None,
    )  # fmt: skip
    return swap


def _validate(swap: Swap, *, at: datetime) -> None:
    """:raises ValidationError: where nobody could accept it"""
    if Swap.objects.filter(shift=swap.shift, status=SwapStatus.ASKED).exists():
        raise ValidationError(_("A swap of this shift is asked for already: withdraw it first."))
    colleague, back = swap.asked_of, swap.in_return
    if colleague:
        able = may_be_on_duty(swap.shift.participant_id).exclude(pk=swap.asked_by_id)
        if not able.filter(pk=colleague.pk).exists():
            raise ValidationError({"asked_of": _("This person cannot go on duty. Choose another.")})
    if back:
        is_theirs = colleague is not None and back.person_id == colleague.pk
        if not is_theirs or not back.is_planned or back.starts_at <= at:
            raise ValidationError(
                {"in_return": _("Choose a coming shift of the person whom you ask.")}
            )
    if colleague:
        _refuse_conflicts(swap, colleague)
    swap.full_clean(exclude=["shift", "asked_by", "asked_of", "in_return"])


def _refuse_conflicts(swap: Swap, taker: User) -> None:
    """:raises ValidationError: where either of the two would have two shifts at a time"""
    moving = [swap.shift_id, *([swap.in_return_id] if swap.in_return_id else [])]
    pairs = [(swap.shift, taker), *([(swap.in_return, swap.asked_by)] if swap.in_return else [])]
    for shift, person in pairs:
        wanted = Shift(pk=shift.pk, person=person, starts_at=shift.starts_at, ends_at=shift.ends_at)
        if other := conflict_of(wanted, leaving_out=moving):
            field = "asked_of" if person == taker else "in_return"
            raise ValidationError({field: conflict_sentence(person, other)})


@transaction.atomic
def accept(swap: Swap, *, by: User, at: datetime) -> Swap:
    """
    Take the shift, and give the one asked in return: the roster says so at once.

    :raises Refused: unless ``rules.may_accept``
    :raises WrongStatus: once it was answered or a shift of it has begun, is cancelled or is another's
    :raises ValidationError: where it would give somebody two shifts at a time
    """
    hold(swap.shift.participant_id)
    swap, by = _as_it_stands(swap), still_here(by)
    require(rules.may_accept(by, swap))
    _require_as_asked(swap, at)
    _refuse_conflicts(swap, by)
    slug = swap.shift.participant_id
    take_step(
        swap, "accept", lifecycle=SWAPS, by=by, at=at, participant=slug,
        changes={"decided_by": by}, shift=str(swap.shift_id),
    )  # fmt: skip
    hand_to(swap.shift, by, by=by, at=at)
    if swap.in_return:
        hand_to(swap.in_return, swap.asked_by, by=by, at=at)
    lapse_those_of([swap.shift_id, *filter(None, [swap.in_return_id])], at=at)
    settle(slug, at=at)
    return _as_it_stands(swap)


def _require_as_asked(swap: Swap, at: datetime) -> None:
    """:raises WrongStatus: where a shift is no more what was asked about"""
    if swap.status != SwapStatus.ASKED:
        return  # the step says so
    _require_ahead(swap.shift, at)
    others = swap.shift.person_id != swap.asked_by_id
    back = swap.in_return
    if back:
        _require_ahead(back, at)
        others = others or back.person_id != swap.asked_of_id
    if others:
        raise WrongStatus(_("The shift is somebody else’s by now."))


def _require_ahead(shift: Shift, at: datetime) -> None:
    """:raises WrongStatus: once the shift has begun or is cancelled"""
    if not shift.is_planned:
        raise WrongStatus(_("This shift is cancelled."))
    if shift.starts_at <= at:
        raise WrongStatus(_("This shift has begun: the head of the authority changes it."))


@transaction.atomic
def decline(swap: Swap, *, by: User, at: datetime) -> Swap:
    """
    Say no; the shift stays with who asked.

    :raises Refused: unless ``rules.may_decline``
    :raises WrongStatus: once it was answered
    """
    require(rules.may_decline(by, swap))
    return _close(swap, "decline", by=by, at=at)


@transaction.atomic
def withdraw(swap: Swap, *, by: User, at: datetime) -> Swap:
    """
    Ask no more.

    :raises Refused: unless ``rules.may_withdraw``
    :raises WrongStatus: once it was answered
    """
    require(rules.may_withdraw(by, swap))
    return _close(swap, "withdraw", by=by, at=at)


@transaction.atomic
def lapse(swap: Swap, *, at: datetime) -> Swap:
    """
    Close what nobody answered in time.

    :raises WrongStatus: once it was answered
    """
    return _close(swap, "lapse", by=None, at=at)


def _close(swap: Swap, verb: str, *, by: User | None, at: datetime) -> Swap:
    slug = swap.shift.participant_id
    changes = {"decided_by": by}
    return take_step(
        swap, verb, lifecycle=SWAPS, by=by, at=at, participant=slug, changes=changes,
        shift=str(swap.shift_id),
    )  # fmt: skip


def lapse_those_of(shift_keys: Iterable[UUID], *, at: datetime) -> None:
    """Close the swaps that are open about these shifts, whose participant is held."""
    keys = list(shift_keys)
    about = Q(shift__in=keys) | Q(in_return__in=keys)
    for swap in Swap.objects.filter(about, status=SwapStatus.ASKED).select_related("shift"):
        lapse(swap, at=at)


def lapse_due(*, at: datetime) -> int:
    """Close the open swaps of shifts that have begun; answers how many."""
    due = Q(shift__starts_at__lte=at) | Q(in_return__starts_at__lte=at)
    due |= ~Q(shift__status=ShiftStatus.PLANNED) | ~Q(shift__person=F("asked_by"))
    keys = list(
        Swap.objects.filter(due, status=SwapStatus.ASKED).values_list("pk", flat=True).distinct()
    )
    return one_by_one(keys, lambda key: _lapse_late(key, at))


@transaction.atomic
def _lapse_late(key: UUID, at: datetime) -> int:
    """Close it unless it was answered meanwhile."""
    swap = Swap.objects.select_related("shift").get(pk=key)
    hold(swap.shift.participant_id)
    swap.refresh_from_db(fields=["status"])
    if swap.status != SwapStatus.ASKED:
        return 0
    lapse(swap, at=at)
    return 1


def _shift(pk: UUID) -> Shift:
    return Shift.objects.select_related("participant", "person__participant").get(pk=pk)


def _as_it_stands(swap: Swap) -> Swap:
    found = Swap.objects.select_related(
        "shift__participant", "shift__person", "in_return__participant", "in_return__person",
        "asked_by__participant", "asked_of__participant",
    )  # fmt: skip
    return found.get(pk=swap.pk)
