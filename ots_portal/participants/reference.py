"""
The reference data: who takes part, their authorities and emergency numbers, from data/participants.json.

A row of the file is applied when it is new to the database or reads otherwise than when it was last
loaded; so loading twice changes nothing. In between, what people corrected or withdrew stands: it gives
way only to a row that the file itself has changed since, for that is newer knowledge of the same fact. A
row that somebody entered by hand is never touched, and none is ever deleted: an authority or a number
is superseded by the row that the file has now, and stays readable.
"""

import hashlib
import json
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Any

from django.db import models, transaction

from ots_portal.clock import database_now
from ots_portal.participants.models import (
    Authority,
    Dated,
    EmergencyNumber,
    Ending,
    Participant,
    SourcedRow,
)

DATA = Path(__file__).parent / "data" / "participants.json"
PLAIN = (
    "kind",
    "iso2",
    "iso3",
    "names",
    "official_names",
    "time_zone",
    "languages",
    "since",
    "notes",
)
SOURCED = ("confidence", "sources", "checked_on_date")
KEYS: dict[type[SourcedRow], tuple[str, ...]] = {
    Participant: ("slug",),
    Authority: ("participant_id", "kind"),
    EmergencyNumber: ("participant_id", "purpose"),
}


@dataclass(frozen=True)
class Row:
    """What the file says of one row; ``key`` finds it, ``values`` are its other columns."""

    model: type[SourcedRow]
    key: dict[str, Any]
    values: dict[str, Any]

    @property
    def digest(self) -> str:
        told = json.dumps([self.key, self.values], ensure_ascii=False, sort_keys=True)
        return hashlib.sha256(told.encode()).hexdigest()


@dataclass(frozen=True)
class Loaded:
    """How many rows the file has, and how many of them were applied now."""

    row_count: int
    applied_count: int


@transaction.atomic
def load(source: Path = DATA, *, at: datetime | None = None) -> Loaded:
    """
    Bring the file's new and changed rows into the database, all or none.

    ``at`` is when it happens (None: now).

    :raises ValidationError: when a row of the file says what the model does not allow
    """
    at = at or database_now()
    rows = list(_rows(json.loads(source.read_text(encoding="utf-8"))))
    known = {model: _digests(model) for model in KEYS}
    changed = [row for row in rows if _is_news(row, known[row.model])]
    for row in changed:
        _apply(row, at=at)
    return Loaded(len(rows), len(changed))


def _rows(told: dict[str, Any]) -> Iterator[Row]:
    for item in told["participants"]:
        yield Row(Participant, {"slug": item["slug"]}, _participant(item))
        of = {"participant_id": item["slug"]}
        for body in item["authorities"]:
            yield Row(Authority, {**of, "kind": body["kind"]}, _authority(body))
        for number in item["emergency_numbers"]:
            values = {name: number[name] for name in ("number", "notes", *SOURCED)}
            yield Row(EmergencyNumber, {**of, "purpose": number["purpose"]}, values)


def _participant(item: dict[str, Any]) -> dict[str, Any]:
    label = item["label"] or {"latitude": None, "longitude": None}
    return {**{name: item[name] for name in (*PLAIN, *SOURCED)}, **label}


def _authority(body: dict[str, Any]) -> dict[str, Any]:
    site = body["website"]
    return {
        **{name: body[name] for name in ("names", "acronym", "notes", *SOURCED)},
        "website": site["address"],
        "website_confidence": site["confidence"],
        "website_sources": site["sources"],
    }


def _digests(model: type[SourcedRow]) -> dict[tuple[str, ...], str]:
    """Return key → digest of the rows that are in the database; of several versions, the last one's."""
    rows = _objects(model)
    ordered = (
        rows.order_by(models.F("superseded_at").asc(nulls_last=True))
        if issubclass(model, Dated)
        else rows.all()
    )
    return {tuple(key): digest for *key, digest in ordered.values_list(*KEYS[model], "file_digest")}


def _is_news(row: Row, known: dict[tuple[str, ...], str]) -> bool:
    digest = known.get(tuple(row.key.values()))
    return digest is None or digest not in ("", row.digest)


def _apply(row: Row, *, at: datetime) -> None:
    if issubclass(row.model, Dated):
        _supersede(row, row.model, at=at)
        return
    stored, _is_new = _objects(row.model).update_or_create(
        **row.key, defaults={**row.values, "file_digest": row.digest}
    )
    stored.full_clean()


def _supersede(row: Row, model: type[Dated], *, at: datetime) -> None:
    renewed = model(**row.key, **row.values, file_digest=row.digest, entered_at=at)
    # The old row gives way first: one of a kind stands at a time.
    standing = _objects(model).filter(**row.key, superseded_at=None)
    standing.update(superseded_at=at, superseded_by_id=renewed.pk, ending=Ending.RENEWED)
    renewed.full_clean()
    renewed.save(force_insert=True)


def _objects(model: type[SourcedRow]) -> models.Manager[Any]:
    return model._default_manager
