"""Keeping the index: what changed is indexed again, what is gone leaves it."""

import logging
import math
import time
import uuid
from collections.abc import Callable, Iterable, Iterator, Sequence
from datetime import datetime, timedelta
from itertools import chain
from typing import Any

from django.apps import apps
from django.db import IntegrityError, connection, transaction
from django.db.models import Exists, OuterRef, QuerySet

from ots_portal import plugs
from ots_portal.search.models import IndexedRecord, WaitingRecord
from ots_portal.search.positions import position_of
from ots_portal.texts import words_to_find

logger = logging.getLogger(__name__)

BATCH = 200
# A record with more letters is found by those it begins with: half a megabyte is what a tsvector takes.
MOST_LETTERS = 1_000_000
MOST_WORD_LETTERS = 500_000
TRIED_AGAIN_AFTER = timedelta(minutes=5)

Clock = Callable[[], datetime]


def what_is_due(at: datetime) -> list[QuerySet[WaitingRecord]]:
    """Return all that ``work_through`` would find to do."""
    return [_waiting(at)]


def work_through(*, clock: Clock, seconds: float = math.inf) -> int:
    """Index what waits until nothing does, or the time is over; return how many rows were taken."""
    ends_at = time.monotonic() + seconds
    taken = 0
    while batch := index_waiting(at=clock()):
        taken += batch
        if time.monotonic() >= ends_at:
            break
    return taken


def index_waiting(*, at: datetime) -> int:
    """Index one batch of what waits; return how many rows were taken. Safe to run twice at once."""
    waiting = _waiting(at)
    # Asked often and mostly in vain: without a transaction, which SQLite has for one only.
    if not waiting.exists():
        return 0
    try:
        with transaction.atomic():
            return _index_batch(waiting, at=at)
    except IntegrityError:
        return 0  # another worker has indexed one of these records meanwhile; the next run goes on


def _waiting(at: datetime) -> QuerySet[WaitingRecord]:
    return WaitingRecord.objects.filter(due_at__lte=at).order_by("id")


def _index_batch(waiting: QuerySet[WaitingRecord], *, at: datetime) -> int:
    if connection.features.has_select_for_update_skip_locked:
        waiting = waiting.select_for_update(skip_locked=True)
    rows = list(waiting[:BATCH])
    failed = _index_subjects({(row.subject_type, row.subject_id) for row in rows})
    done = [row.pk for row in rows if (row.subject_type, row.subject_id) not in failed]
    WaitingRecord.objects.filter(pk__in=done).delete()
    later = [row.pk for row in rows if row.pk not in set(done)]
    WaitingRecord.objects.filter(pk__in=later).update(due_at=at + TRIED_AGAIN_AFTER)
    return len(rows)


def _index_subjects(subjects: Iterable[tuple[str, str]]) -> set[tuple[str, str]]:
    """Index what is found by these records; return those of which something could not be indexed."""
    wanted: dict[str, dict[uuid.UUID, tuple[str, str]]] = {}
    for subject in subjects:
        for kind, key in _touched(*subject):
            wanted.setdefault(kind, {})[key] = subject
    return {
        keys[key]
        for kind, keys in wanted.items()
        for key in index_records(plugs.searchables[kind], list(keys))
    }


def _touched(subject_type: str, subject_id: str) -> Iterator[tuple[str, uuid.UUID]]:
    for kind, searchable in plugs.searchables.items():
        if searchable.model == subject_type:
            yield kind, uuid.UUID(str(subject_id))
        elif follow := searchable.follows.get(subject_type):
            yield from ((kind, uuid.UUID(str(key))) for key in follow(subject_id))


def index_records(searchable: plugs.Searchable, keys: Sequence[uuid.UUID]) -> list[uuid.UUID]:
    """
    Write the rows of these records anew, and take out those of records that are gone.

    Return the keys of those that could not be read: one record must not hold up the others.
    """
    failed: list[uuid.UUID] = []
    rows = []
    for record in searchable.whole(model_of(searchable)._default_manager.filter(pk__in=keys)):
        try:
            rows.append(_row(searchable, record))
        except Exception:
            logger.exception("%s %s could not be indexed.", searchable.key, record.pk)
            failed.append(record.pk)
    standing = IndexedRecord.objects.filter(kind=searchable.key, record_id__in=keys)
    standing.exclude(record_id__in=failed).delete()
    _give_free_places(rows)
    IndexedRecord.objects.bulk_create(rows)
    return failed


def model_of(searchable: plugs.Searchable) -> Any:
    return apps.get_model(searchable.model)


def _row(searchable: plugs.Searchable, record: Any) -> IndexedRecord:
    at = searchable.at_of(record)
    return IndexedRecord(
        id=position_of(at, searchable.key, record.pk),
        kind=searchable.key,
        record_id=record.pk,
        at=at,
        participant=searchable.participant_of(record),
        words=_words(searchable.texts_of(record).values()),
    )


def _words(texts: Iterable[plugs.SearchText]) -> str:
    whole = "\n".join(chain.from_iterable((text.title, text.body) for text in texts))
    found = " ".join(sorted(words_to_find(whole[:MOST_LETTERS]), key=len))
    if len(found) > MOST_WORD_LETTERS:
        found = found[:MOST_WORD_LETTERS].rpartition(" ")[0]
    return found


def _give_free_places(rows: Sequence[IndexedRecord]) -> None:
    """Move rows off places where another record stands: two of one second may want the same."""
    taken = set(
        IndexedRecord.objects.filter(id__in=[row.id for row in rows]).values_list("id", flat=True)
    )
    for row in rows:
        while row.id in taken:
            row.id += 1
            if row.id not in taken and IndexedRecord.objects.filter(id=row.id).exists():
                taken.add(row.id)
        taken.add(row.id)


# ── all of it ───────────────────────────────────────────────────────────────────────────────────
def reindex(searchable: plugs.Searchable) -> int:
    """Index every record of the kind, a batch at a time, and take out what is gone; return how many there are."""
    forget_what_is_gone(searchable)
    keys = model_of(searchable)._default_manager.order_by("pk").values_list("pk", flat=True)
    count = 0
    for batch in _batches(keys):
        with transaction.atomic():
            index_records(searchable, batch)
        count += len(batch)
    return count


def _batches(keys: QuerySet[Any, uuid.UUID]) -> Iterator[list[uuid.UUID]]:
    """Yield all keys, each batch read when it is wanted: nothing is locked in between."""
    last: uuid.UUID | None = None
    while batch := list((keys.filter(pk__gt=last) if last else keys)[:BATCH]):
        yield batch
        last = batch[-1]


def catch_up(*, limit: int = 2_000) -> int:
    """
    Index what no audit entry told of, and take out what is gone; return how many records were missing.

    Facts are loaded and rows deleted without an entry, and a portal that is new to the search has none at all.
    """
    count = 0
    for searchable in plugs.searchables.values():
        forget_what_is_gone(searchable)
        keys = list(_missing(searchable)[:limit])
        for start in range(0, len(keys), BATCH):
            with transaction.atomic():
                index_records(searchable, keys[start : start + BATCH])
        count += len(keys)
    return count


def _missing(searchable: plugs.Searchable) -> QuerySet[Any, uuid.UUID]:
    indexed = IndexedRecord.objects.filter(kind=searchable.key, record_id=OuterRef("pk"))
    records = model_of(searchable)._default_manager.filter(~Exists(indexed))
    keys: QuerySet[Any, uuid.UUID] = records.order_by("pk").values_list("pk", flat=True)
    return keys


def forget_what_is_gone(searchable: plugs.Searchable) -> int:
    """Delete the rows of records that are there no more; return how many."""
    records = model_of(searchable)._default_manager.filter(pk=OuterRef("record_id"))
    gone = IndexedRecord.objects.filter(~Exists(records), kind=searchable.key)
    keys = list(gone.values_list("pk", flat=True))
    for start in range(0, len(keys), BATCH):
        IndexedRecord.objects.filter(pk__in=keys[start : start + BATCH]).delete()
    return len(keys)


def forget_unknown_kinds() -> int:
    """Delete the rows of kinds that no app plugs in any more; return how many."""
    count, _of_each = IndexedRecord.objects.exclude(kind__in=plugs.searchables).delete()
    return count
