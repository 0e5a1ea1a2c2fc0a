"""Asking the index: only what the reader may see, newest first, and never how much there is besides."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from django.db.models import Q, QuerySet

from ots_portal import plugs
from ots_portal.paging import BadCursor
from ots_portal.people.models import User
from ots_portal.search.boundary import Readable, Reader, readable
from ots_portal.search.index import HasWords, rows_by_words, words_first
from ots_portal.search.models import IndexedRecord
from ots_portal.search.positions import first_at
from ots_portal.texts import words_asked_for

# Whoever pastes a page finds by its beginning; each word more costs, and narrows nothing any more.
MOST_LETTERS = 1_000
MOST_WORDS = 12
# A single letter begins too many words: it is looked for as a word.
SHORTEST_BEGINNING = 2


@dataclass(frozen=True)
class Asked:
    """What somebody looks for: a record has all the ``words``, the last of them as the beginning of one."""

    words: tuple[str, ...]
    kinds: Collection[str] | None = None  # None: all
    since: datetime | None = None
    until: datetime | None = None  # not included
    participant: str = ""


def words_of(text: str) -> tuple[str, ...]:
    """Return the words that are looked for; more than a dozen are not."""
    return tuple(words_asked_for(text[:MOST_LETTERS])[:MOST_WORDS])


@dataclass(frozen=True)
class Found:
    """A row of the index, and the record as the reader may see it."""

    row: IndexedRecord
    searchable: plugs.Searchable
    record: Any


@dataclass(frozen=True)
class FoundPage:
    """Hits newest first; ``older`` and ``newer`` are cursors of the neighbouring pages, or ""."""

    hits: Sequence[Found] = field(default_factory=list)
    older: str = ""
    newer: str = ""


def kinds_for(reader: Reader) -> dict[str, plugs.Searchable]:
    """Return the kinds of records that are searched for this reader, in the order in which apps plug them in."""
    if isinstance(reader, User):
        return plugs.searchables
    return {kind: one for kind, one in plugs.searchables.items() if one.is_public}


def hits(reader: Reader, asked: Asked, *, cursor: str = "", size: int = 20) -> FoundPage:
    """
    Return a page of what the reader may see.

    One query for the rows, then one for each kind of record on the page with what it fetches along.

    :raises BadCursor: when the cursor was not given out by this function
    """
    direction, place = _read(cursor)
    if not asked.words:
        return FoundPage()
    if direction == "<":
        found = _rows(reader, asked, size=size + 1, before=place)
        return _page(found[:size], reader, has_older=len(found) > size, has_newer=True)
    if direction == ">":
        later = _rows(reader, asked, size=size + 1, after=place)
        if len(later) >= size:
            return _page(later[:size][::-1], reader, has_older=True, has_newer=len(later) > size)
    found = _rows(reader, asked, size=size + 1)  # the first page is always a full one
    return _page(found[:size], reader, has_older=len(found) > size, has_newer=False)


def _rows(
    reader: Reader,
    asked: Asked,
    *,
    size: int,
    before: int | None = None,
    after: int | None = None,
) -> list[IndexedRecord]:
    """
    Return so many rows of what the reader may see: the newest, the newest ``before`` a place, or the oldest ``after`` one.

    Where many of the newest rows are hits, whoever they are hidden from, rows are read in their order until
    there are enough; otherwise the index of words says which are hits, and only these are read.
    """
    kinds = {
        kind: one
        for kind, one in kinds_for(reader).items()
        if asked.kinds is None or kind in asked.kinds
    }
    if not kinds:
        return []
    place = Q()
    if before is not None:
        place &= Q(id__lt=before)
    if after is not None:
        place &= Q(id__gt=after)
    if asked.since:
        place &= Q(id__gte=first_at(asked.since))
    rows = IndexedRecord.objects.filter(place).order_by("id" if after is not None else "-id")
    is_hit = _is_hit(asked, kinds)
    if words_first(rows, is_hit):
        condition = readable(reader, kinds, is_asked_of_few=True)
        return rows_by_words(rows.filter(is_hit), condition, size=size)
    return list(rows.filter(is_hit).filter(Readable(reader, kinds)).defer("words")[:size])


def _is_hit(asked: Asked, kinds: Collection[str]) -> Q:
    """Return the condition on a row itself; it says nothing of who may see the record."""
    is_last_whole = len(asked.words[-1]) < SHORTEST_BEGINNING
    is_hit = Q(HasWords(*asked.words, is_last_whole=is_last_whole))
    if len(kinds) < len(plugs.searchables):
        is_hit &= Q(kind__in=list(kinds))
    if asked.since:
        is_hit &= Q(at__gte=asked.since)
    if asked.until:
        is_hit &= Q(at__lt=asked.until)
    if asked.participant:
        is_hit &= Q(participant=asked.participant)
    return is_hit


def _page(
    rows: Sequence[IndexedRecord], reader: Reader, *, has_older: bool, has_newer: bool
) -> FoundPage:
    if not rows:
        return FoundPage()
    return FoundPage(
        _with_records(rows, reader),
        older=f"o{rows[-1].id}" if has_older else "",
        newer=f"n{rows[0].id}" if has_newer else "",
    )


def _with_records(rows: Sequence[IndexedRecord], reader: Reader) -> list[Found]:
    """Fetch the records, once more through the reader's boundary; what went in between is left out."""
    keys: dict[str, list[Any]] = {}
    for row in rows:
        keys.setdefault(row.kind, []).append(row.record_id)
    records = {
        (kind, record.pk): record
        for kind, wanted in keys.items()
        for record in _records(plugs.searchables[kind], reader, wanted)
    }
    return [
        Found(row, plugs.searchables[row.kind], records[row.kind, row.record_id])
        for row in rows
        if (row.kind, row.record_id) in records
    ]


def _records(searchable: plugs.Searchable, reader: Reader, keys: list[Any]) -> QuerySet[Any]:
    return searchable.whole(searchable.visible_to(reader).filter(pk__in=keys))


def _read(cursor: str) -> tuple[str, int]:
    if not cursor:
        return "", 0
    sign, digits = cursor[0], cursor[1:]
    # As it is written by _page; a number may be negative, before 1970.
    if sign not in "on" or not digits.removeprefix("-").isdecimal() or not digits.isascii():
        raise BadCursor(cursor)
    place = int(digits[:21])
    if abs(place) >= 1 << 63:
        raise BadCursor(cursor)
    return ("<" if sign == "o" else ">"), place


def is_cut(text: str) -> bool:
    """Return whether more words were typed than are looked for."""
    return len(text) > MOST_LETTERS or len(words_asked_for(text[:MOST_LETTERS])) > MOST_WORDS
