"""Entries on their way out: a table for people, or lines with digests for whoever checks the chain."""

from collections.abc import Iterator
from typing import Any

import orjson
from django.db.models import QuerySet

from ots_portal.audit.models import AuditEntry
from ots_portal.oversight import queries
from ots_portal.oversight.models import Export, ExportFormat
from ots_portal.oversight.wording import label_of, told_by
from ots_portal.paging import chunks_of
from ots_portal.people.models import User
from ots_portal.texts.tables import BYTE_ORDER_MARK, csv_line

FORMAT = "ots-audit-1"  # docs/audit.md describes it
CONTENT_TYPES = {
    ExportFormat.CSV: "text/csv; charset=utf-8",
    ExportFormat.JSON_LINES: "application/jsonl; charset=utf-8",
}
COLUMNS = (
    "recorded_at", "kind", "what", "actor_id", "actor", "participant", "record_type", "record_id", "reason",
    "told", "entry_id", "digest", "seal", "position",
)  # fmt: skip


def stream(export: Export, entries: QuerySet[AuditEntry]) -> Iterator[bytes]:
    """Yield the file in pieces; the caller has written the export down."""
    if export.format == ExportFormat.CSV:
        return table(entries)
    return lines(export, entries)


def table(entries: QuerySet[AuditEntry]) -> Iterator[bytes]:
    """Yield a CSV table, oldest first, times in UTC."""
    yield (BYTE_ORDER_MARK + csv_line(COLUMNS)).encode()
    for chunk in chunks_of(queries.with_seal(entries), by="recorded_at"):
        ids = {entry.actor_id for entry in chunk if entry.actor_id}
        names = {one.pk: one.name for one in User.objects.filter(pk__in=ids)}
        cells = (_cells(entry, names) for entry in chunk)
        yield "".join(csv_line(row) for row in cells).encode()


def _cells(entry: AuditEntry, names: dict[Any, str]) -> list[Any]:
    seal = getattr(entry, "seal", None)
    return [
        entry.recorded_at.isoformat(timespec="microseconds"),
        entry.kind,
        label_of(entry.kind),
        entry.actor_id,
        names.get(entry.actor_id, ""),
        entry.participant,
        entry.subject_type,
        entry.subject_id,
        entry.data.get("reason", ""),
        _told(entry),
        entry.pk,
        entry.digest,
        seal.block.number if seal else None,
        seal.position + 1 if seal else None,
    ]


def _told(entry: AuditEntry) -> str:
    parts = (
        f"{one.label}: {one.before} → {one.after}" if one.is_change else f"{one.label}: {one.after}"
        for one in told_by(entry)
    )
    return "; ".join(parts)


def lines(export: Export, entries: QuerySet[AuditEntry]) -> Iterator[bytes]:
    """
    Yield one JSON object per line: a head, then each block before the first of its entries.

    A block's line holds the digests of all its entries, those that are not in the export included: so
    the block can be computed, and with every block in the export the whole chain.
    """
    yield _line({"format": FORMAT, "export": str(export.pk), "taken_at": export.taken_at.isoformat(),
                 "filters": export.filters, "entry_count": export.entry_count})  # fmt: skip
    told: set[int] = set()
    for chunk in chunks_of(queries.with_seal(entries), by="recorded_at"):
        seals = {entry.pk: seal for entry in chunk if (seal := getattr(entry, "seal", None))}
        blocks = {seal.block.number: seal.block for seal in seals.values()}
        new = sorted(set(blocks) - told)
        digests = queries.digests_of(new)
        told.update(new)
        pieces = [
            _line({"block": number, "sealed_at": blocks[number].sealed_at.isoformat(),
                   "previous": blocks[number].previous_digest, "digest": blocks[number].digest,
                   "digests": digests[number]})
            for number in new
        ]  # fmt: skip
        for entry in chunk:
            seal = seals.get(entry.pk)
            place = {"in": seal.block.number, "position": seal.position} if seal else {"in": None}
            pieces.append(
                _line({"entry": str(entry.pk), **place, "digest": entry.digest, "body": entry.body})
            )
        yield b"".join(pieces)


def _line(data: dict[str, Any]) -> bytes:
    return orjson.dumps(data) + b"\n"
