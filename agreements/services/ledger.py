"""What a State has done goes into the ledger, and the entry into force is calculated anew."""

from datetime import date, datetime
from typing import Any

from django.db import transaction

from agreements.models import Instrument, LedgerEntry
from agreements.services import calculations, chain
from ots_portal.participants.models import Participant
from ots_portal.people.models import User


@transaction.atomic
def append(  # noqa: PLR0913 -- keywords only, each named where it is called
    instrument: Instrument,
    kind: str,
    *,
    participant: Participant,
    on: date,
    by: User,
    at: datetime,
    **details: Any,
) -> LedgerEntry:
    """Write an act of a State into the ledger; ``details`` are those of ``chain.write``."""
    entry = chain.write(instrument, kind, participant=participant, on=on, by=by, at=at, **details)
    calculations.recalculate(instrument, at=at)
    return entry
