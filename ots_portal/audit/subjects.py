"""The records that entries are about, through each one's own boundary: one query for each kind of record."""

from collections.abc import Iterable, Iterator, Mapping
from typing import Any

from django.core.exceptions import ValidationError

from ots_portal import plugs
from ots_portal.people.models import User

Key = tuple[str, str]  # subject_type, subject_id


def readable_subjects(
    keys: Iterable[Key], reader: User
) -> Mapping[Key, tuple[plugs.AuditedRecord, Any]]:
    """Return the records that the reader may open, each with what the apps say of its kind; the others are missing."""
    wanted: dict[str, set[str]] = {}
    for model, key in keys:
        wanted.setdefault(model, set()).add(key)
    return {
        (model, str(record.pk)): (plugs.audited[model], record)
        for model, ids in wanted.items()
        if model in plugs.audited
        for record in _readable(plugs.audited[model], ids, reader)
    }


def _readable(kind: plugs.AuditedRecord, ids: Iterable[str], reader: User) -> Iterable[Any]:
    records = kind.visible_to(reader)
    return records.filter(pk__in=list(_valid(records.model._meta.pk, ids)))


def _valid(key: Any, ids: Iterable[str]) -> Iterator[Any]:
    for text in ids:
        try:
            yield key.to_python(text)
        except ValidationError:  # the id of another release's record
            continue
