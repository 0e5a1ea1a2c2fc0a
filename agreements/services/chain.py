"""The chain of a treaty: one entry after the other, each with the digest of the one before."""

from datetime import date, datetime
from typing import Any

from django.db import transaction
from django.db.models import F

from agreements.models import Instrument, LedgerEntry
from ots_portal.audit.digests import sha256
from ots_portal.audit.services import record
from ots_portal.paper.digests import canonical
from ots_portal.participants.models import Participant
from ots_portal.people.models import User


@transaction.atomic
def write(  # noqa: PLR0913 -- keywords only, each named where it is called
    instrument: Instrument,
    kind: str,
    *,
    participant: Participant | None,
    on: date,
    by: User | None,
    at: datetime,
    effective: date | None = None,
    annuls: LedgerEntry | None = None,
    **details: Any,
) -> LedgerEntry:
    """
    Write the next entry of the treaty's ledger; ``details`` are further facts of the act.

    ``annuls`` is the earlier entry that an annulment is about; its number stands in the body.

    Not for views: a service that has asked its rule calls it.
    """
    # The update locks the treaty's row, so that two entries cannot take one number.
    Instrument.objects.filter(pk=instrument.pk).update(version=F("version") + 1, updated_at=at)
    last = instrument.ledger.order_by("-number").first()
    number = last.number + 1 if last else 1
    told = {
        "number": number,
        "previous": last.digest if last else "",
        "treaty": instrument.code,
        "kind": kind,
        "participant": participant.pk if participant else None,
        "acted_on": on,
        "effective_on": effective,
        "details": details,
        "recorded_at": at,
        **({"annuls": annuls.number} if annuls else {}),
    }
    body = canonical(told)
    entry = LedgerEntry.objects.create(
        instrument=instrument,
        number=number,
        kind=kind,
        participant=participant,
        acted_on_date=on,
        effective_date=effective,
        annuls=annuls,
        body=body,
        digest=sha256(body),
        created_at=at,
        created_by=by,
    )
    record(
        "agreements.ledger_entry.appended",
        subject=entry,
        by=by,
        at=at,
        participant=participant.pk if participant else "",
        number=entry.number,
        act=kind,
        on_date=on,
        digest=entry.digest,
    )
    return entry
