"""What States reserved, declared and objected to, as it stands or as it stood on a day."""

import copy
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from typing import TypeVar

from agreements.models import Declaration, Instrument, LedgerEntry, Objection, Reservation
from agreements.statuses import DeclarationStatus, ObjectionStatus, ReservationStatus
from agreements.vocabularies.acts import LedgerKind

Said = TypeVar("Said", Objection, Declaration)


@dataclass(frozen=True)
class SaidByStates:
    """Everything that States reserved, declared and objected to about one treaty, but what was annulled."""

    reservations: list[Reservation]
    declarations: list[Declaration]
    objections: list[Objection]

    def on(self, day: date | None, entries: Iterable[LedgerEntry]) -> "SaidByStates":
        """
        Return each as it stood at the end of a day, which the ledger's ``entries`` tell; all of it for None.

        What was made later is not among them. The rows are copies to be shown, and not to be saved.
        """
        return self if day is None else _on(self, entries, day)


def said_by_states(instrument: Instrument) -> SaidByStates:
    """Return what States said, in the order in which it was entered, in three queries."""
    reservations = instrument.reservations.select_related("participant", "instrument")
    declarations = instrument.declarations.select_related("participant", "instrument")
    objections = Objection.objects.filter(reservation__instrument=instrument)
    return SaidByStates(
        list(reservations.exclude(status=ReservationStatus.ANNULLED)),
        list(declarations.exclude(status=DeclarationStatus.ANNULLED)),
        list(
            objections.exclude(status=ObjectionStatus.ANNULLED).select_related(
                "participant", "reservation__instrument"
            )
        ),
    )


def _on(found: SaidByStates, entries: Iterable[LedgerEntry], day: date) -> SaidByStates:
    objections = [
        _with_withdrawal(one, ObjectionStatus.MADE, day)
        for one in found.objections
        if one.received_on_date <= day
    ]
    settled = _settled_by(entries, day)
    objected = {one.reservation_id for one in objections}
    return SaidByStates(
        [
            _reservation(one, settled.get(str(one.pk)), day, is_objected=one.pk in objected)
            for one in found.reservations
            if one.made_on_date <= day
        ],
        [
            _with_withdrawal(one, DeclarationStatus.MADE, day)
            for one in found.declarations
            if one.received_on_date <= day
        ],
        objections,
    )


def _settled_by(entries: Iterable[LedgerEntry], day: date) -> dict[str, ReservationStatus]:
    """Return what had become by a day of each reservation, by its key, where an entry says it."""
    says = {
        LedgerKind.RESERVATION_ESTABLISHED: ReservationStatus.ESTABLISHED,
        LedgerKind.RESERVATION_NOT_PERMITTED: ReservationStatus.NOT_PERMITTED,
    }
    return {
        entry.details["reservation"]: says[LedgerKind(entry.kind)]
        for entry in entries
        if entry.kind in says and entry.acted_on_date <= day
    }


def _reservation(
    one: Reservation, settled: ReservationStatus | None, day: date, *, is_objected: bool
) -> Reservation:
    then = copy.copy(one)
    if one.circulated_on_date and one.circulated_on_date > day:
        then.circulated_at = None
    then.confirmed_on_date = _by(one.confirmed_on_date, day)
    then.decided_on_date = _by(one.decided_on_date, day)
    then.withdrawn_on_date = _by(one.withdrawn_on_date, day)
    if then.withdrawn_on_date:
        return then
    # That all have objected stands in no entry: it is told from the day of an objection on.
    was_objected = one.status == ReservationStatus.OBJECTED and is_objected
    open_status = (
        ReservationStatus.CIRCULATED if then.circulated_at else ReservationStatus.FORMULATED
    )
    then.status = settled or (ReservationStatus.OBJECTED if was_objected else open_status)
    return then


def _with_withdrawal(one: Said, made: str, day: date) -> Said:
    then = copy.copy(one)
    then.withdrawn_on_date = _by(one.withdrawn_on_date, day)
    then.status = one.status if then.withdrawn_on_date else made
    return then


def _by(known: date | None, day: date) -> date | None:
    return known if known and known <= day else None
