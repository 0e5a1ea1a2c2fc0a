"""Writing entries, sealing them, and checking that nothing was touched."""

import hashlib
import json
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any

from django.core.serializers.json import DjangoJSONEncoder
from django.db import IntegrityError, models, transaction

from ots_portal.audit.models import AuditEntry, Seal, SealBlock
from ots_portal.audit.signals import entry_recorded
from ots_portal.people.models import User

ENTRIES_PER_BLOCK = 5_000
# An entry is recorded before its transaction commits. No transaction of ours lives this long, so what
# was recorded earlier than this before the last seal has been sealed or was rolled back.
LONGEST_TRANSACTION = timedelta(minutes=15)


@transaction.atomic
def record(
    kind: str,
    *,
    subject: models.Model,
    by: User | None,
    at: datetime,
    participant: str = "",
    **data: Any,
) -> AuditEntry:
    """
    Write down that ``kind`` happened to ``subject`` and tell whoever listens.

    ``by`` is None where the portal itself acts; ``participant`` is the slug of whose record it is
    (default: the actor's). ``data`` is stored as it is: never put a text of a restricted record there.
    """
    entry = AuditEntry(
        kind=kind,
        recorded_at=at,
        actor_id=by.pk if by else None,
        participant=participant or (by.participant_id if by else ""),
        subject_type=subject._meta.label_lower,
        subject_id=str(subject.pk),
    )
    entry.body = _canonical(entry, data)
    entry.digest = _sha256(entry.body)
    entry.save(force_insert=True)
    entry_recorded.send(AuditEntry, entry=entry)
    return entry


def changes_between(before: dict[str, Any], after: dict[str, Any]) -> dict[str, dict[str, Any]]:
    """Return {field: {"before": …, "after": …}} of the fields that differ."""
    return {
        name: {"before": before.get(name), "after": value}
        for name, value in after.items()
        if before.get(name) != value
    }


def seal(*, at: datetime) -> int:
    """Chain the committed entries that no block holds yet; return how many. Safe to run twice at once."""
    try:
        with transaction.atomic():
            return _seal_next_block(at)
    except IntegrityError:
        return 0  # another sealer took this number; the next run goes on from its block


def _seal_next_block(at: datetime) -> int:
    last = SealBlock.objects.order_by("-number").first()
    waiting = AuditEntry.objects.filter(seal=None)
    if last:
        waiting = waiting.filter(recorded_at__gte=last.sealed_at - LONGEST_TRANSACTION)
    entries = list(waiting.order_by("recorded_at", "id").only("id", "digest")[:ENTRIES_PER_BLOCK])
    if not entries:
        return 0
    previous = last.digest if last else ""
    block = SealBlock.objects.create(
        number=last.number + 1 if last else 1,
        sealed_at=at,
        entry_count=len(entries),
        previous_digest=previous,
        digest=_chained(previous, [entry.digest for entry in entries]),
    )
    Seal.objects.bulk_create(
        [Seal(block=block, position=n, entry=entry) for n, entry in enumerate(entries)]
    )
    return len(entries)


@dataclass(frozen=True)
class Verification:
    """What a check of the chain found; ``broken`` is a sentence naming the first fault, or ""."""

    entry_count: int
    block_count: int
    unsealed_count: int
    broken: str


def verify() -> Verification:
    """Check every entry against its digest and every block against its entries and predecessor."""
    broken = next(_faults(), "")
    return Verification(
        entry_count=AuditEntry.objects.count(),
        block_count=SealBlock.objects.count(),
        unsealed_count=AuditEntry.objects.filter(seal=None).count(),
        broken=broken,
    )


def _faults() -> Iterator[str]:
    for entry in AuditEntry.objects.order_by("recorded_at", "id").iterator(chunk_size=2_000):
        if entry.digest != _sha256(entry.body) or entry.body != _canonical(entry, entry.data):
            yield f"Entry {entry.pk} ({entry.kind}) does not match its digest."
    previous = ""
    for number, block in enumerate(SealBlock.objects.order_by("number").iterator(), start=1):
        digests = list(block.seals.order_by("position").values_list("entry__digest", flat=True))
        if block.number != number or block.previous_digest != previous:
            yield f"Seal {block.number} does not follow the one before it."
        if len(digests) != block.entry_count or block.digest != _chained(previous, digests):
            yield f"Seal {block.number} does not match the entries it seals."
        previous = block.digest


def _canonical(entry: AuditEntry, data: dict[str, Any]) -> str:
    return json.dumps(
        {
            "id": str(entry.pk),
            "kind": entry.kind,
            "recorded_at": entry.recorded_at.astimezone(UTC).isoformat(timespec="microseconds"),
            "actor": str(entry.actor_id) if entry.actor_id else None,
            "participant": entry.participant,
            "subject": [entry.subject_type, entry.subject_id],
            "data": data,
        },
        cls=DjangoJSONEncoder,
        ensure_ascii=False,
        separators=(",", ":"),
        sort_keys=True,
    )


def _chained(previous: str, digests: list[str]) -> str:
    return _sha256("\n".join([previous, *digests]))


def _sha256(text: str) -> str:
    return hashlib.sha256(text.encode()).hexdigest()
