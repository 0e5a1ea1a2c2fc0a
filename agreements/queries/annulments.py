"""What stands in the way of annulling an entry of the ledger, and what the treaty's force rests on."""

from django.db.models import QuerySet

from agreements.models import Annulment, Instrument, LedgerEntry
from agreements.queries import Reader
from agreements.statuses import AnnulmentStatus, InstrumentStatus
from agreements.vocabularies.acts import LedgerKind
from ots_portal.people.models import User

# What no State did is not annulled: a day is calculated, and the text was made by all.
NOT_ANNULLED = frozenset(
    {
        LedgerKind.ENTRY_INTO_FORCE,
        LedgerKind.ADOPTION,
        LedgerKind.AUTHENTICATION,
        LedgerKind.ANNULMENT,
    }
)


def annulments_visible_to(user: Reader) -> QuerySet[Annulment]:
    """Return what was proposed, to those who keep the ledger; what it came to stands in the ledger for all."""
    if not isinstance(user, User):
        return Annulment.objects.none()
    found = Annulment.objects.select_related(
        "entry__instrument", "entry__participant", "created_by"
    )
    if user.is_secretariat:
        return found
    return found.filter(entry__instrument__depositary=user.participant_id)


def proposed_of(instrument: Instrument) -> QuerySet[Annulment]:
    return Annulment.objects.filter(entry__instrument=instrument, status=AnnulmentStatus.PROPOSED)


def later_entry_of(entry: LedgerEntry) -> LedgerEntry | None:
    """Return the first later entry of the same State that stands: it may rest on this one."""
    later = entry.instrument.ledger.filter(
        participant=entry.participant_id, number__gt=entry.number, annulled_by=None
    )
    return later.exclude(kind=LedgerKind.ANNULMENT).order_by("number").first()


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
