"""
Checking that nothing in the audit was touched, and naming the first entry that was.

The chain is read in its own order, many blocks with one query, so that a hundred thousand entries take
seconds. Whoever rewrites entry, links and every later block leaves no trace inside the database: that is
what an anchor is for, a block's number and digest that was written down elsewhere.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from datetime import datetime
from itertools import groupby
from typing import Any

import orjson
from django.db import models
from django.utils.translation import gettext_lazy

from ots_portal.audit.digests import chained, linked, sha256
from ots_portal.audit.models import AuditEntry, Seal, SealBlock
from ots_portal.audit.sealing import LONGEST_TRANSACTION

ENTRIES_AT_ONCE = 10_000
BLOCKS_AT_ONCE = 2_000


class FaultCode(models.TextChoices):
    """What may be wrong with the chain, as a sentence."""

    CHANGED = (
        "changed",
        gettext_lazy("Entry %(entry)s (%(kind)s) does not match its digest: it was changed."),
    )
    COLUMNS = (
        "columns",
        gettext_lazy("Entry %(entry)s (%(kind)s) does not match its digest: a column was changed."),
    )
    REPLACED = (
        "replaced",
        gettext_lazy(
            "Entry %(entry)s (%(kind)s) at place %(position)s of seal %(block)s is not the one that was sealed: "
            "it was replaced or moved."
        ),
    )
    MISSING = (
        "missing",
        gettext_lazy("Entry %(entry)s at place %(position)s of seal %(block)s is missing."),
    )
    SEAL_MISSING = (
        "seal_missing",
        gettext_lazy(
            "Seal %(block)s does not match the entries it seals: the seal of place %(position)s is gone, behind "
            "entry %(entry)s."
        ),
    )
    BLOCK = (
        "block",
        gettext_lazy(
            "Seal %(block)s does not match the entries it seals, the first of which is %(entry)s."
        ),
    )
    ORDER = (
        "order",
        gettext_lazy(
            "Seal %(block)s does not follow the one before it; its first entry is %(entry)s."
        ),
    )
    ANCHOR = (
        "anchor",
        gettext_lazy(
            "Seal %(block)s is not the one that was written down: the chain was made anew at or before entry "
            "%(entry)s."
        ),
    )
    ADDED = (
        "added",
        gettext_lazy(
            "Entry %(entry)s (%(kind)s) stands outside the chain with a time that was sealed long ago: it was "
            "added later, or a clock ran back."
        ),
    )


@dataclass(frozen=True)
class Fault:
    """The first thing found wrong; ``entry`` is the id of the entry that it begins with, or ""."""

    code: str
    entry: str = ""
    kind: str = ""
    block: int = 0
    position: int = 0  # as people count: the first is 1

    def __str__(self) -> str:
        return FaultCode(self.code).label % {
            "entry": self.entry or "—",
            "kind": self.kind or "—",
            "block": self.block,
            "position": self.position,
        }


@dataclass(frozen=True)
class Anchor:
    """A block as somebody wrote it down outside of the database; written ``NUMBER:DIGEST``."""

    number: int
    digest: str

    def __str__(self) -> str:
        return f"{self.number}:{self.digest}"

    @classmethod
    def parse(cls, text: str) -> "Anchor":
        """:raises ValueError: unless it is a number, a colon and a SHA-256 in hexadecimal digits"""
        number, _colon, digest = text.strip().partition(":")
        if not number.isdecimal() or len(digest) != 64 or set(digest) - set("0123456789abcdef"):  # noqa: PLR2004 -- SHA-256
            message = f"“{text[:100]}” is not an anchor: NUMBER:DIGEST is."
            raise ValueError(message)
        return cls(int(number), digest)


@dataclass(frozen=True)
class Verification:
    """
    What a check of the chain found.

    ``broken`` is a sentence naming the first fault, or "". ``head`` is the newest block, None before
    the first one; whoever starts a later check from it trusts everything up to it.
    """

    entry_count: int
    block_count: int
    unsealed_count: int
    fault: Fault | None
    head: Anchor | None

    @property
    def broken(self) -> str:
        return str(self.fault) if self.fault else ""


def verify(*, since: Anchor | None = None, expected: tuple[Anchor, ...] = ()) -> Verification:
    """
    Check every entry against its digest and every block against its entries and predecessor.

    ``since``: only what was sealed after that block, which must still stand as written. ``expected``:
    further blocks that were written down. Counts are of the whole audit either way.
    """
    anchors = {anchor.number: anchor.digest for anchor in expected}
    if since:
        anchors[since.number] = since.digest
    fault = next(_faults(since.number if since else 0, anchors), None)
    last = SealBlock.objects.order_by("-number").first()
    return Verification(
        entry_count=AuditEntry.objects.count(),
        block_count=SealBlock.objects.count(),
        unsealed_count=_unsealed().count(),
        fault=fault,
        head=Anchor(last.number, last.digest) if last else None,
    )


def head() -> Anchor | None:
    """Return the newest block, to be written down outside of the database."""
    last = SealBlock.objects.order_by("-number").first()
    return Anchor(last.number, last.digest) if last else None


# ── block after block ───────────────────────────────────────────────────────────────────────────


@dataclass(frozen=True)
class _Block:
    number: int
    previous: str
    digest: str
    entry_count: int


def _faults(after: int, anchors: Mapping[int, str]) -> Iterator[Fault]:
    """Yield what is wrong, in the order of the chain, and behind it what is not sealed."""
    due = dict(anchors)
    previous, number = "", after
    if after:
        previous = due.pop(after)
        yield from _check_anchor(after, previous)
    for blocks in _batches(after):
        rows = _rows_of(blocks)
        for block in blocks:
            number += 1
            if block.number != number or block.previous != previous:
                yield Fault(FaultCode.ORDER, block=block.number, entry=_first_entry(block.number))
            yield from _faults_in(block, rows.get(block.number, []))
            if due.pop(block.number, block.digest) != block.digest:
                entry = _first_entry(block.number)
                yield Fault(FaultCode.ANCHOR, block=block.number, entry=entry)
            previous, number = block.digest, block.number
    for gone in sorted(
        due
    ):  # what was written down is newer than all that is left, or older than ``after``
        yield from _check_anchor(gone, due[gone])
    yield from _faults_of_unsealed()


def _check_anchor(number: int, digest: str) -> Iterator[Fault]:
    if not SealBlock.objects.filter(number=number, digest=digest).exists():
        yield Fault(FaultCode.ANCHOR, block=number, entry=_first_entry(number))


def _first_entry(number: int) -> str:
    first = Seal.objects.filter(block__number=number).order_by("position").first()
    return str(first.entry_id) if first else ""


def _batches(after: int) -> Iterator[list[_Block]]:
    """Yield consecutive blocks, about as many as hold ENTRIES_AT_ONCE entries."""
    while True:
        waiting = SealBlock.objects.filter(number__gt=after).order_by("number")
        columns = waiting.values_list("number", "previous_digest", "digest", "entry_count")
        found = [_Block(*row) for row in columns[:BLOCKS_AT_ONCE]]
        if not found:
            return
        batch: list[_Block] = []
        for block in found:
            batch.append(block)
            if sum(one.entry_count for one in batch) >= ENTRIES_AT_ONCE:
                yield batch
                batch = []
        if batch:
            yield batch
        after = found[-1].number


Row = tuple[Any, ...]
ENTRY_COLUMNS = (
    "id", "body", "digest", "kind", "recorded_at", "actor_id", "participant", "subject_type", "subject_id",
)  # fmt: skip
COLUMNS = (
    "block__number", "position", "link", "entry_id", *(f"entry__{name}" for name in ENTRY_COLUMNS[1:])
)  # fmt: skip


def _rows_of(blocks: list[_Block]) -> dict[int, list[Row]]:
    """Return the sealed entries of the blocks in order, by block; one query, rows without objects."""
    seals = Seal.objects.filter(
        block__number__gte=blocks[0].number, block__number__lte=blocks[-1].number
    )
    rows = seals.order_by("block__number", "position").values_list(*COLUMNS)
    return {number: list(group) for number, group in groupby(rows, key=lambda row: row[0])}


def _faults_in(block: _Block, rows: list[Row]) -> Iterator[Fault]:
    link, digests = block.previous, []
    for place, row in enumerate(rows):
        if row[1] != place:
            yield _missing(block, place, rows)
        if wrong := _wrong_with(row[3:]):
            yield replace(wrong, block=block.number, position=place + 1)
        link = linked(link, row[5])
        if row[2] and row[2] != link:  # seals of the first release have no link
            yield Fault(FaultCode.REPLACED, str(row[3]), row[6], block.number, place + 1)
        digests.append(row[5])
    if len(rows) < block.entry_count:
        yield _missing(block, len(rows), rows)
    if len(rows) != block.entry_count or block.digest != chained(block.previous, digests):
        entry = str(rows[0][3]) if rows else ""
        yield Fault(FaultCode.BLOCK, block=block.number, entry=entry)


def _missing(block: _Block, place: int, rows: list[Row]) -> Fault:
    """Say whether the seal went as well, or its entry alone; then the seal still knows its id."""
    seal = Seal.objects.filter(block__number=block.number, position=place).first()
    if seal:
        return Fault(FaultCode.MISSING, str(seal.entry_id), "", block.number, place + 1)
    before = str(rows[place - 1][3]) if 0 < place <= len(rows) else ""
    return Fault(FaultCode.SEAL_MISSING, before, "", block.number, place + 1)


def wrong_with_entry(entry: AuditEntry) -> Fault | None:
    """Check one entry against its digest and columns; the chain is not looked at."""
    return _wrong_with(tuple(getattr(entry, name) for name in ENTRY_COLUMNS))


def _wrong_with(entry: Row) -> Fault | None:
    pk, body, digest, kind, recorded_at, actor_id, participant, subject_type, subject_id = entry
    if sha256(body) != digest:
        return Fault(FaultCode.CHANGED, str(pk), kind)
    columns = {
        "id": str(pk),
        "kind": kind,
        "actor": str(actor_id) if actor_id else None,
        "participant": participant,
        "subject": [subject_type, subject_id],
    }
    if not _tells(body, columns, recorded_at):
        return Fault(FaultCode.COLUMNS, str(pk), kind)
    return None


def _tells(body: str, columns: dict[str, Any], recorded_at: datetime) -> bool:
    try:
        told = orjson.loads(body)
        moment = datetime.fromisoformat(told["recorded_at"])
        return moment == recorded_at and all(told[name] == value for name, value in columns.items())
    except (ValueError, LookupError, TypeError):
        return False  # whoever wrote this digest wrote no entry


# ── what no block holds ─────────────────────────────────────────────────────────────────────────


def _unsealed() -> "models.QuerySet[AuditEntry]":
    return AuditEntry.objects.filter(seal=None)


def _faults_of_unsealed() -> Iterator[Fault]:
    last = SealBlock.objects.order_by("-number").first()
    # Those before this would have been sealed: the sealer looks no further back.
    oldest = last.sealed_at - LONGEST_TRANSACTION if last else None
    waiting = _unsealed().order_by("recorded_at", "id")
    for row in waiting.values_list(*ENTRY_COLUMNS).iterator():
        if wrong := _wrong_with(row):
            yield wrong
        if oldest and row[4] < oldest:
            yield Fault(FaultCode.ADDED, str(row[0]), row[3])
