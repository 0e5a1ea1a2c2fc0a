"""Sealing: chaining the committed entries into blocks, every two seconds."""

from datetime import datetime, timedelta

from django.db import IntegrityError, transaction
from django.db.models import QuerySet

from ots_portal.audit.digests import chained, linked
from ots_portal.audit.models import AuditEntry, Seal, SealBlock

ENTRIES_PER_BLOCK = 5_000
# An entry is recorded before its transaction commits. No transaction of ours lives this long, so what
# was recorded earlier than this before the last seal has been sealed or was rolled back.
LONGEST_TRANSACTION = timedelta(minutes=15)


def anything_unsealed(_at: datetime) -> bool:
    """Return whether ``seal`` would find an entry that no block holds."""
    return _unsealed(SealBlock.objects.order_by("-number").first()).exists()


def _unsealed(last: SealBlock | None) -> QuerySet[AuditEntry]:
    """Return the committed entries that no block holds; ``last`` is the newest block."""
    waiting = AuditEntry.objects.filter(seal=None)
    return (
        waiting.filter(recorded_at__gte=last.sealed_at - LONGEST_TRANSACTION) if last else waiting
    )


def seal(*, at: datetime) -> int:
    """Chain the committed entries that no block holds yet; return how many. Safe to run twice at once."""
    try:
        with transaction.atomic():
            return _seal_next_block(at)
    except IntegrityError:
        return 0  # another sealer took this number; the next run goes on from its block


def _seal_next_block(at: datetime) -> int:
    last = SealBlock.objects.order_by("-number").first()
    waiting = _unsealed(last)
    entries = list(waiting.order_by("recorded_at", "id").only("id", "digest")[:ENTRIES_PER_BLOCK])
    if not entries:
        return 0
    previous = last.digest if last else ""
    block = SealBlock.objects.create(
        number=last.number + 1 if last else 1,
        sealed_at=at,
        entry_count=len(entries),
        previous_digest=previous,
        digest=chained(previous, [entry.digest for entry in entries]),
    )
    Seal.objects.bulk_create(_seals(block, entries))
    return len(entries)


def _seals(block: SealBlock, entries: list[AuditEntry]) -> list[Seal]:
    seals, link = [], block.previous_digest
    for position, entry in enumerate(entries):
        link = linked(link, entry.digest)
        seals.append(Seal(block=block, position=position, entry=entry, link=link))
    return seals
