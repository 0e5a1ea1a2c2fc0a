"""Between whom a reservation stands, from what is written of it: services settle by it, pages show it."""

from collections.abc import Iterable, Sequence
from datetime import date
from typing import TypeVar
from uuid import UUID

from agreements.models import (
    FinalClauses,
    Instrument,
    Objection,
    Reservation,
    ReservationAcceptance,
)
from agreements.queries.reservations import contracting_states, entitled_states, standing_objections
from agreements.queries.treaty import final_clauses_of
from agreements.rules.reservation_effects import Other, Relation, Standing, relation_of
from agreements.statuses import ReservationStatus
from agreements.vocabularies.reservations import AcceptanceTerms


def standing_of(reservation: Reservation, clauses: FinalClauses | None = None) -> Standing:
    """Return how it stands by itself; ``clauses`` are the treaty's, read where they are not given."""
    clauses = clauses or final_clauses_of(reservation.instrument) or FinalClauses()
    return Standing(
        acceptance=clauses.reservation_acceptance,
        terms=clauses.reservation_terms,
        circulated_on=reservation.circulated_on_date,
        awaits_confirmation=reservation.awaits_confirmation,
        confirmed_on=reservation.confirmed_on_date,
        decided_on=reservation.decided_on_date,
        withdrawn_on=reservation.withdrawn_on_date,
        is_not_permitted=reservation.status == ReservationStatus.NOT_PERMITTED,
    )


def relations_of(reservation: Reservation, *, today: date) -> list[Relation]:
    """Return how it stands towards each other State, whether or not the job has written what silence means."""
    return relations_of_each(reservation.instrument, [reservation], today=today)[reservation.pk]


def relations_of_each(
    instrument: Instrument, reservations: Sequence[Reservation], *, today: date
) -> dict[UUID, list[Relation]]:
    """
    Return the same of each of one treaty's reservations, in as many queries; of one that was annulled none.

    What States said later than ``today`` is not looked at.
    """
    clauses = final_clauses_of(instrument) or FinalClauses()
    consents = contracting_states(instrument, today)
    keys = [one.pk for one in reservations]
    acceptances = list(
        ReservationAcceptance.objects.filter(
            reservation__in=keys, is_tacit=False, accepted_on_date__lte=today
        )
    )
    objections = list(standing_objections(keys).filter(received_on_date__lte=today))
    said = {one.participant_id for one in acceptances}
    said |= {one.participant_id for one in objections}
    others = sorted(entitled_states(instrument, today) | said)
    return {
        reservation.pk: [
            relation_of(
                standing_of(reservation, clauses),
                _other(
                    key,
                    consents.get(key),
                    _of(reservation, acceptances),
                    _of(reservation, objections),
                    today,
                ),
                today,
            )
            for key in others
            if key != reservation.participant_id
            and reservation.status != ReservationStatus.ANNULLED
        ]
        for reservation in reservations
    }


Said = TypeVar("Said", ReservationAcceptance, Objection)


def _of(reservation: Reservation, said: Iterable[Said]) -> list[Said]:
    """Return what was said of one reservation."""
    return [one for one in said if one.reservation_id == reservation.pk]


def _other(
    key: str,
    consented_on: date | None,
    acceptances: Sequence[ReservationAcceptance],
    objections: Sequence[Objection],
    today: date,
) -> Other:
    accepted = next((one for one in acceptances if one.participant_id == key), None)
    own = [one for one in objections if one.participant_id == key]
    # The last one says how it stands: an objection that was withdrawn may have been made again.
    objection = own[-1] if own else None
    withdrawn_on = objection.withdrawn_on_date if objection else None
    return Other(
        key=key,
        consented_on=consented_on,
        accepted_on=accepted.accepted_on_date if accepted else None,
        objected_on=objection.received_on_date if objection else None,
        precludes=bool(objection and objection.precludes_entry_into_force),
        objection_withdrawn_on=withdrawn_on if withdrawn_on and withdrawn_on <= today else None,
    )


def needs_an_organ(standing: Standing) -> bool:
    """Tell whether States' own words count for nothing: the organ decides, or the treaty has (article 20, 1 and 3)."""
    return standing.acceptance == AcceptanceTerms.ORGAN or standing.needs_no_acceptance
