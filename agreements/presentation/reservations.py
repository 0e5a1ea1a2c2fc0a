"""Reservations as pages show them: what is said, between whom it stands, what may be done."""

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from django.db.models import Prefetch
from django.urls import reverse
from django.utils.translation import gettext as _

from agreements.models import (
    Declaration,
    DepositaryNotification,
    FinalClauses,
    Instrument,
    LedgerEntry,
    Objection,
    Reservation,
)
from agreements.presentation.treaty import Button
from agreements.queries import Reader, treaty
from agreements.queries.places import Places, places_of
from agreements.rules import declarations as declaration_rules
from agreements.rules import depositary
from agreements.rules import objections as objection_rules
from agreements.rules import reservations as rules
from agreements.rules.reservation_effects import Relation, last_day_to_object
from agreements.services.reservation_relations import relations_of_each, standing_of
from agreements.statuses import (
    DEPOSITING_STATUSES,
    STANDING_RESERVATIONS,
    DeclarationStatus,
    ObjectionStatus,
    ReservationStatus,
)
from agreements.vocabularies.acts import LedgerKind
from agreements.vocabularies.reservations import (
    ACCEPTING,
    OBJECTING,
    AcceptanceTerms,
    RelationKind,
    ReservationTerms,
)
from ots_portal.participants.models import Participant
from ots_portal.people.models import User

TONES = {
    ReservationStatus.FORMULATED: "draft",
    ReservationStatus.CIRCULATED: "info",
    ReservationStatus.ESTABLISHED: "good",
    ReservationStatus.OBJECTED: "warning",
    ReservationStatus.NOT_PERMITTED: "severe",
    ReservationStatus.WITHDRAWN: "neutral",
    ReservationStatus.ANNULLED: "neutral",
}
RELATION_TONES = {
    **dict.fromkeys(ACCEPTING, "good"),
    RelationKind.OBJECTED: "warning",
    RelationKind.PRECLUDED: "severe",
    RelationKind.NOT_PERMITTED: "severe",
}


@dataclass(frozen=True)
class RelationRow:
    """
    How a reservation stands towards one State, in words.

    ``notice``: when that State was told of the withdrawal, as far as the reader may see it.
    """

    participant: Participant
    relation: Relation
    words: str
    tone: str
    in_force: str
    notice: datetime | None = None


@dataclass(frozen=True)
class ReservationRow:
    """A reservation in the list of a treaty: ``summary`` says how many accepted, objected, may still object."""

    reservation: Reservation
    places: list[str]
    tone: str
    summary: str


@dataclass(frozen=True)
class Remark:
    """An objection or a declaration, with the button that withdraws it."""

    act: Objection | Declaration
    places: list[str]
    button: Button | None


@dataclass(frozen=True)
class Detail:
    """The page of one reservation."""

    places: list[str]
    tone: str
    relations: list[RelationRow]
    remarks: list[Remark]
    buttons: list[Button]
    facts: Sequence[tuple[str, str]]
    note: str
    notification: DepositaryNotification | None


# ── the list on the page of the treaty ──────────────────────────────────────────────────────────
def reservation_rows(
    instrument: Instrument, found: Sequence[Reservation], places: Places, *, today: date
) -> list[ReservationRow]:
    """Return a row for each of the treaty's reservations as they stood ``today``, in a fixed number of queries."""
    if not found:
        return []
    relations = relations_of_each(instrument, found, today=today)
    return [
        ReservationRow(
            reservation,
            places.names(reservation.provisions),
            TONES[ReservationStatus(reservation.status)],
            summary_of(reservation, relations[reservation.pk]),
        )
        for reservation in found
    ]


def summary_of(reservation: Reservation, relations: Iterable[Relation]) -> str:
    """Say in one sentence how the reservation stands towards the others; "" where it stands no more."""
    if reservation.status not in STANDING_RESERVATIONS:
        return ""
    if reservation.circulated_at is None:
        return _("The States have not been notified of it yet.")
    if reservation.awaits_confirmation:
        return _(
            "Made when signing; it has no effect until its State confirms it with its consent."
        )
    kinds = Counter(relation.kind for relation in relations)
    told = {
        "accepted": sum(kinds[kind] for kind in ACCEPTING),
        "objected": sum(kinds[kind] for kind in OBJECTING),
        "open": kinds[RelationKind.OPEN] + kinds[RelationKind.AWAITS_THE_ORGAN],
    }
    return _("Accepted by %(accepted)s, objected to by %(objected)s, open: %(open)s.") % told


def declaration_rows(
    user: Reader,
    instrument: Instrument,
    found: Iterable[Declaration],
    places: Places,
    *,
    is_past: bool = False,
) -> list[Remark]:
    """Return a row for each of the treaty's declarations, with the button that withdraws it unless the day is past."""
    may_act = not is_past and _keeps(user, instrument)
    return [
        Remark(
            declaration,
            places.names(declaration.provisions),
            _withdraw_declaration(user, declaration) if may_act else None,
        )
        for declaration in found
    ]


def _keeps(user: Reader, instrument: Instrument) -> bool:
    """Tell whether buttons are shown: to who keeps the ledger, while States act."""
    return (
        isinstance(user, User)
        and instrument.status in DEPOSITING_STATUSES
        and bool(depositary.keeps_the_ledger(user, instrument))
    )


def _withdraw_declaration(user: Any, declaration: Declaration) -> Button | None:
    if declaration.status != DeclarationStatus.MADE:
        return None
    return Button(
        reverse("agreements:declaration_withdraw", args=[declaration.pk]),
        _("Enter the withdrawal"),
        declaration_rules.may_withdraw(user, declaration),
        asks=True,
    )


# ── one reservation ─────────────────────────────────────────────────────────────────────────────
def detail_of(user: Reader, reservation: Reservation, *, today: date) -> Detail:
    instrument = reservation.instrument
    places, clauses = places_of(instrument), treaty.final_clauses_of(instrument) or FinalClauses()
    relations = relations_of_each(instrument, [reservation], today=today)[reservation.pk]
    entries = _entries_of(reservation)
    return Detail(
        places=places.names(reservation.provisions),
        tone=TONES[ReservationStatus(reservation.status)],
        relations=_relation_rows(user, reservation, relations, entries),
        remarks=_remarks(user, reservation),
        buttons=_buttons(user, reservation, clauses) if _keeps(user, instrument) else [],
        facts=_facts(clauses),
        note=summary_of(reservation, relations),
        notification=_notification(entries, LedgerKind.RESERVATION),
    )


def _entries_of(reservation: Reservation) -> list[LedgerEntry]:
    """Return the entries about this reservation alone: its own, its withdrawal."""
    kinds = (LedgerKind.RESERVATION, LedgerKind.RESERVATION_WITHDRAWN)
    notifications = Prefetch("notification", DepositaryNotification.objects.all())
    found = LedgerEntry.objects.filter(
        instrument=reservation.instrument_id,
        kind__in=kinds,
        participant=reservation.participant_id,
    ).prefetch_related(notifications)
    key = str(reservation.pk)
    return [entry for entry in found if entry.details.get("reservation") == key]


def _notification(entries: Iterable[LedgerEntry], kind: str) -> DepositaryNotification | None:
    entry = next((entry for entry in entries if entry.kind == kind), None)
    return getattr(entry, "notification", None) if entry else None


def _relation_rows(
    user: Reader,
    reservation: Reservation,
    relations: Sequence[Relation],
    entries: Sequence[LedgerEntry],
) -> list[RelationRow]:
    keys = [relation.key for relation in relations]
    states = Participant.objects.in_bulk(keys)
    notices = _notices(user, entries) if reservation.withdrawn_on_date else {}
    rows = [
        RelationRow(
            states[relation.key],
            relation,
            str(relation.kind.label),
            RELATION_TONES.get(relation.kind, "neutral"),
            _in_force_words(relation),
            notices.get(relation.key),
        )
        for relation in relations
    ]
    return sorted(rows, key=lambda row: row.participant.name)


def _in_force_words(relation: Relation) -> str:
    """Say what holds between the two States (articles 20, 4 b and 21)."""
    if relation.kind == RelationKind.PRECLUDED:
        return _("The treaty is not in force between the two.")
    if relation.kind == RelationKind.OBJECTED:
        return _("The provisions do not apply between the two, as far as the reservation goes.")
    if relation.kind in ACCEPTING:
        return _("The provisions apply between the two as the reservation modifies them.")
    if relation.kind in (RelationKind.WITHDRAWN, RelationKind.NOT_PERMITTED):
        return _("The treaty applies between the two as it stands.")
    return ""


def _notices(user: Reader, entries: Iterable[LedgerEntry]) -> Mapping[str, datetime | None]:
    """Return when each State had the notice of the withdrawal, of the receipts that the reader may see."""
    notification = _notification(entries, LedgerKind.RESERVATION_WITHDRAWN)
    if notification is None:
        return {}
    receipts = treaty.receipts_visible_to(user).filter(notification=notification)
    return {receipt.participant_id: receipt.received_at for receipt in receipts}


def _remarks(user: Reader, reservation: Reservation) -> list[Remark]:
    may_act = _keeps(user, reservation.instrument)
    found = reservation.objections.exclude(status=ObjectionStatus.ANNULLED).select_related(
        "participant", "reservation__instrument"
    )
    return [
        Remark(objection, [], _withdraw_objection(user, objection) if may_act else None)
        for objection in found
    ]


def _withdraw_objection(user: Any, objection: Objection) -> Button | None:
    if objection.status != ObjectionStatus.MADE:
        return None
    return Button(
        reverse("agreements:objection_withdraw", args=[objection.pk]),
        _("Enter the withdrawal"),
        objection_rules.may_withdraw(user, objection),
        asks=True,
    )


def _buttons(user: Any, reservation: Reservation, clauses: FinalClauses) -> list[Button]:
    """Return what the depositary can enter about it as it stands."""
    is_standing = reservation.status in STANDING_RESERVATIONS
    is_circulated = is_standing and reservation.circulated_at is not None
    by_organ = clauses.is_constituent
    offered = (
        ("reservation_confirm", _("Enter the confirmation"), rules.may_confirm,
         is_standing and reservation.awaits_confirmation),
        ("reservation_accept", _("Enter an acceptance"), rules.may_accept,
         is_circulated and not by_organ),
        ("reservation_accept_by_decision", _("Enter the organ’s decision"),
         rules.may_accept_by_decision,
         by_organ and reservation.status == ReservationStatus.CIRCULATED),
        ("objection_new", _("Enter an objection"), objection_rules.may_record_objection,
         is_circulated),
        ("reservation_find_not_permitted", _("Find it not permitted"), rules.may_find_not_permitted,
         reservation.status in (ReservationStatus.FORMULATED, ReservationStatus.CIRCULATED)),
        ("reservation_withdraw", _("Enter the withdrawal"), rules.may_withdraw, is_standing),
    )  # fmt: skip
    return [
        Button(
            reverse(f"agreements:{name}", args=[reservation.pk]),
            label,
            rule(user, reservation),
            asks=True,
        )
        for name, label, rule, is_possible in offered
        if is_possible
    ]


def _facts(clauses: FinalClauses) -> Sequence[tuple[str, str]]:
    return [
        (_("The treaty on reservations"), str(clauses.get_reservation_terms_display())),
        (_("Who accepts a reservation"), str(clauses.get_reservation_acceptance_display())),
    ]


# ── what is said above the forms ────────────────────────────────────────────────────────────────
def terms_sentence(instrument: Instrument) -> str:
    """Say what the final clauses permit."""
    clauses = treaty.final_clauses_of(instrument)
    if clauses is None:
        return _(
            "The final clauses have not been entered: enter first whether they permit reservations."
        )
    said = str(clauses.get_reservation_terms_display())
    if clauses.reservation_terms not in (ReservationTerms.ONLY, ReservationTerms.EXCEPT):
        return _("The treaty on reservations: %(terms)s.") % {"terms": said}
    names = places_of(instrument).names(clauses.reservation_provisions)
    told = {"terms": said, "places": "; ".join(names)}
    return _("The treaty on reservations: %(terms)s: %(places)s.") % told


def time_to_object_sentence(reservation: Reservation) -> str:
    """Say until when States may object that have consented already."""
    standing = standing_of(reservation)
    if standing.acceptance == AcceptanceTerms.ORGAN or standing.needs_no_acceptance:
        return _("No State’s objection counts here: what is entered is kept as a communication.")
    last = last_day_to_object(standing, None)
    if last is None:
        return _("The States have not been notified of this reservation yet.")
    return _(
        "A State may object until %(day)s, or until its consent where that is later; what comes afterwards is kept as a "
        "communication."
    ) % {"day": last.isoformat()}
