"""What stands in the way of annulling an entry of the ledger, and what the treaty's force rests on."""

from django.db.models import QuerySet

from agreements.models import Annulment, Instrument, LedgerEntry, ReservationAcceptance
from agreements.queries import Reader
from agreements.statuses import AnnulmentStatus, InstrumentStatus
from agreements.vocabularies.acts import RESERVATIONS_AND_MORE, LedgerKind
from ots_portal.people.models import Role, User

# What a State said, with the name of the record that its entry is about: annulled while nothing rests on it.
SAID = {
    LedgerKind.RESERVATION: "reservation",
    LedgerKind.OBJECTION: "objection",
    LedgerKind.COMMUNICATION: "objection",
    LedgerKind.DECLARATION: "declaration",
}
# What follows from these is not annulled, and has ways of its own: an acceptance is final, what is withdrawn is made
# anew, a correction is objected to or corrected in turn, a registration is the United Nations'.
NEVER_TAKEN_BACK = RESERVATIONS_AND_MORE - frozenset(SAID)
# Nor is what no State did: a day is calculated, and the text was made by all.
NOT_ANNULLED = NEVER_TAKEN_BACK | {
    LedgerKind.ENTRY_INTO_FORCE,
    LedgerKind.ADOPTION,
    LedgerKind.AUTHENTICATION,
    LedgerKind.ANNULMENT,
}


def annulments_visible_to(user: Reader) -> QuerySet[Annulment]:
    """Return what was proposed, to those who keep the ledger; what it came to stands in the ledger for all."""
    if not isinstance(user, User):
        return Annulment.objects.none()
    found = Annulment.objects.select_related(
        "entry__instrument", "entry__participant", "created_by"
    )
    if user.is_secretariat:
        return found
    if user.role not in (Role.EDITOR, Role.HEAD):
        return found.none()
    return found.filter(entry__instrument__depositary=user.participant_id)


def proposed_of(instrument: Instrument) -> QuerySet[Annulment]:
    return Annulment.objects.filter(entry__instrument=instrument, status=AnnulmentStatus.PROPOSED)


def later_entry_of(entry: LedgerEntry) -> LedgerEntry | None:
    """Return the first later entry of the same State that stands: it may rest on this one."""
    return _later(entry).filter(participant=entry.participant_id).first()


def entry_resting_on(entry: LedgerEntry) -> LedgerEntry | None:
    """
    Return the first later entry, of any State, about the reservation, objection or declaration that one entered.

    Asked of the kinds in ``SAID``; other acts of the same State do not rest on what it said.
    """
    name = SAID[LedgerKind(entry.kind)]
    key = entry.details[name]
    return next((one for one in _later(entry) if one.details.get(name) == key), None)


def is_accepted_by_silence(entry: LedgerEntry) -> bool:
    """Tell whether a State has accepted by its silence what the entry of a reservation says: no entry tells that."""
    if entry.kind != LedgerKind.RESERVATION:
        return False
    return ReservationAcceptance.objects.filter(reservation=entry.details["reservation"]).exists()


def _later(entry: LedgerEntry) -> QuerySet[LedgerEntry]:
    later = entry.instrument.ledger.filter(number__gt=entry.number, annulled_by=None)
    return later.exclude(kind=LedgerKind.ANNULMENT).order_by("number")


def brought_into_force(entry: LedgerEntry) -> bool:
    """Tell whether the treaty is in force, and this act was among those counted for it."""
    if entry.instrument.status != InstrumentStatus.IN_FORCE:
        return False
    # The entry of the day says from which calculation it follows; a later one may count other acts.
    days = entry.instrument.ledger.filter(kind=LedgerKind.ENTRY_INTO_FORCE)
    day = days.order_by("-number").first()
    key = day.details.get("calculation") if day else None
    calculation = entry.instrument.calculations.filter(pk=key).first() if key else None
    counted = calculation.proof["counted"] if calculation else []
    told = (entry.participant_id, entry.kind, entry.acted_on_date.isoformat())
    return any((act["code"], act["kind"], act["date"]) == told for act in counted)
