"""Records as the search finds them: indexed the way the worker does it."""

from typing import Any

from ots_portal import plugs
from ots_portal.search import queries, services
from ots_portal.search.models import IndexedRecord


def indexed(*records: Any) -> None:
    """Index these records now, under every kind that their model has."""
    for record in records:
        for searchable in plugs.searchables.values():
            if searchable.model == record._meta.label_lower:
                services.index_records(searchable, [record.pk])


def found(reader: Any, q: str, **wishes: Any) -> list[Any]:
    """Return the records that this reader finds by these words, newest first."""
    page = queries.hits(reader, queries.Asked(queries.words_of(q), **wishes))
    return [hit.record for hit in page.hits]


def a_word_of(record: Any) -> str:
    """Return a word by which the record is found."""
    row = IndexedRecord.objects.get(kind=record._meta.label_lower, record_id=record.pk)
    return row.words.split()[-1]
