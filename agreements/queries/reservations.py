"""What is read of reservations, objections and declarations, and the facts that say between whom they stand."""

from collections.abc import Iterable, Mapping
from datetime import date, timedelta
from typing import Any
from uuid import UUID

from django.db.models import Exists, OuterRef, Q, QuerySet

from agreements.models import (
    Declaration,
    Instrument,
    LedgerEntry,
    Objection,
    Reservation,
    ReservationAcceptance,
    Signatory,
    Signature,
)
from agreements.queries import Reader, visible_to
from agreements.queries.treaty import STATES, final_clauses_of, standing_signatures
from agreements.statuses import ObjectionStatus, ReservationStatus
from agreements.vocabularies.acts import CONSENTS, AccessionTerms, LedgerKind
from agreements.vocabularies.reservations import ReactionKind
from ots_portal import plugs
from ots_portal.participants.models import Participant
from ots_portal.people.models import User

# A little less than twelve months: what is found is looked at, what is not yet due stays as it is.
SHORTEST_PERIOD = timedelta(days=364)
DECISION = "meetings.decision"
# Adopted decisions, also those that have been carried out since.
ADOPTED = ("adopted", "implemented")
MOST_DECISIONS = 200


def _of_readable(user: Reader, path: str = "instrument") -> Exists:
    return Exists(visible_to(user).order_by().filter(pk=OuterRef(path)))


def reservations_visible_to(user: Reader) -> QuerySet[Reservation]:
    found = Reservation.objects.filter(_of_readable(user))
    return found.select_related("instrument", "participant")


def acceptances_visible_to(user: Reader) -> QuerySet[ReservationAcceptance]:
    found = ReservationAcceptance.objects.filter(_of_readable(user, "reservation__instrument"))
    return found.select_related("reservation__instrument", "participant")


def objections_visible_to(user: Reader) -> QuerySet[Objection]:
    found = Objection.objects.filter(_of_readable(user, "reservation__instrument"))
    return found.select_related(
        "reservation__instrument", "reservation__participant", "participant"
    )


def declarations_visible_to(user: Reader) -> QuerySet[Declaration]:
    found = Declaration.objects.filter(_of_readable(user))
    return found.select_related("instrument", "participant")


# ── what the effects are calculated from ────────────────────────────────────────────────────────
def contracting_states(instrument: Instrument, on: date) -> dict[str, date]:
    """Return since when each State that is bound to consent on a day is so: its key → day of its consent."""
    kinds = [*CONSENTS, LedgerKind.WITHDRAWAL, LedgerKind.WITHDRAWAL_REVOKED]
    entries = instrument.ledger.filter(kind__in=kinds, annulled_by=None).order_by("number")
    return consents_in(entries, on)


def consents_in(entries: Iterable[LedgerEntry], on: date) -> dict[str, date]:
    """Return the same from entries that were read already, in the order of their numbers."""
    since: dict[str, date] = {}
    gone: dict[str, date] = {}
    for entry in entries:
        key = entry.participant_id
        # What came later says nothing of the day: a State that left and came back was bound before it left.
        if key is None or entry.acted_on_date > on:
            continue
        if entry.kind in CONSENTS:
            gone.pop(key, None)
            since[key] = entry.acted_on_date
        elif entry.kind == LedgerKind.WITHDRAWAL:
            gone[key] = entry.effective_date or entry.acted_on_date
        elif entry.kind == LedgerKind.WITHDRAWAL_REVOKED:
            gone.pop(key, None)
    return {
        key: day
        for key, day in since.items()
        if day <= on and not (key in gone and gone[key] <= on)
    }


def signature_of(instrument: Instrument, participant: Participant) -> Signature | Signatory | None:
    """Return the State's signature as the depositary has it, else as public sources report it."""
    own = standing_signatures(instrument).filter(participant=participant).first()
    return own or Signatory.objects.filter(instrument=instrument, participant=participant).first()


def signatories_of(instrument: Instrument) -> set[str]:
    """Return the keys of the States that signed."""
    own = standing_signatures(instrument).values_list("participant_id", flat=True)
    reported = Signatory.objects.filter(instrument=instrument)
    return {*own, *reported.values_list("participant_id", flat=True)}


def entitled_states(instrument: Instrument, on: date) -> set[str]:
    """Return the keys of contracting States and of those entitled to become parties (article 23, 1)."""
    clauses = final_clauses_of(instrument)
    negotiated = set(instrument.negotiating_states.values_list("pk", flat=True))
    keys = negotiated | signatories_of(instrument) | set(contracting_states(instrument, on))
    if clauses and clauses.accession == AccessionTerms.OPEN:
        # Whom the depositary notifies then: all States of the directory.
        keys |= set(Participant.objects.filter(kind__in=STATES).values_list("pk", flat=True))
    return keys


def signatory_or_contracting(instrument: Instrument, on: date) -> set[str]:
    """Return whom article 79 asks about a correction: signatory States and contracting States."""
    return signatories_of(instrument) | set(contracting_states(instrument, on))


def standing_objections(reservations: Iterable[UUID]) -> QuerySet[Objection]:
    """Return what counts against these reservations, withdrawn ones too; nothing annulled, no mere communications."""
    found = Objection.objects.filter(reservation__in=reservations, kind=ReactionKind.OBJECTION)
    return found.exclude(status=ObjectionStatus.ANNULLED).order_by("created_at", "id")


# ── what the daily round looks at ───────────────────────────────────────────────────────────────
def awaiting_tacit_acceptance(at: Any) -> QuerySet[Reservation]:
    """
    Return the reservations of which the round may find news.

    A contracting State may have accepted by silence, and that does not stand yet; or one that spoke while it was
    only entitled to become a party has consented since, and now its word counts.
    """
    said = Q(reservation=OuterRef(OuterRef("pk")), participant=OuterRef("participant"))
    accepted = Exists(ReservationAcceptance.objects.filter(said))
    objected = Exists(
        Objection.objects.filter(said, kind=ReactionKind.OBJECTION).exclude(
            status=ObjectionStatus.ANNULLED
        )
    )
    consents = LedgerEntry.objects.filter(
        instrument=OuterRef("instrument"), kind__in=[*CONSENTS], annulled_by=None
    ).exclude(participant=OuterRef("participant"))
    unanswered = Exists(consents.filter(~accepted, ~objected))
    answered = Exists(consents.filter(accepted | objected))
    looked_at = (
        ReservationStatus.CIRCULATED, ReservationStatus.ESTABLISHED, ReservationStatus.OBJECTED
    )  # fmt: skip
    is_due = Q(unanswered, circulated_at__lte=at - SHORTEST_PERIOD)
    is_open = Q(answered, status__in=(ReservationStatus.CIRCULATED, ReservationStatus.OBJECTED))
    return Reservation.objects.filter(is_due | is_open, status__in=looked_at).order_by(
        "created_at", "id"
    )


# ── the decision of the competent organ ─────────────────────────────────────────────────────────
def decisions_for(user: User) -> Mapping[UUID, str]:
    """Return the newest adopted decisions that the person may read, by key: how they are called."""
    linkable = plugs.linkables.get(DECISION)
    if linkable is None:
        return {}
    found = linkable.visible_to(user).filter(status__in=ADOPTED)
    newest = found.order_by("-created_at", "-id")[:MOST_DECISIONS]
    return {decision.pk: str(linkable.label_of(decision)) for decision in newest}


def adopted_decision(user: User, pk: UUID) -> tuple[Any, str] | None:
    """Return an adopted decision that the person may read, and how it is called; None where there is none."""
    linkable = plugs.linkables.get(DECISION)
    if linkable is None:
        return None
    decision = linkable.visible_to(user).filter(pk=pk, status__in=ADOPTED).first()
    return (decision, str(linkable.label_of(decision))) if decision else None


def objection_of(reservation: Reservation, participant: Participant) -> Objection | None:
    """Return the State's objection that stands."""
    return reservation.objections.filter(
        participant=participant, kind=ReactionKind.OBJECTION, status=ObjectionStatus.MADE
    ).first()
