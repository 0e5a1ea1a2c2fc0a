"""What the audit pages show: rows in words, each record through its own boundary."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from django.utils.functional import Promise
from django.utils.translation import gettext as _

from ots_portal.audit.models import AuditEntry
from ots_portal.audit.subjects import readable_subjects
from ots_portal.audit.verification import wrong_with_entry
from ots_portal.oversight.models import Check
from ots_portal.oversight.wording import Told, label_of, title_of, told_by
from ots_portal.participants.models import Participant
from ots_portal.people.models import User


@dataclass(frozen=True)
class RecordView:
    """``title`` and ``url`` are "" where the reader may not open the record: then only its kind is shown."""

    kind: str | Promise
    title: str = ""
    url: str = ""


@dataclass(frozen=True)
class ActorView:
    name: str
    is_forgotten: bool = False


@dataclass(frozen=True)
class RowView:
    pk: Any
    at: datetime
    label: str | Promise
    record: RecordView
    actor: ActorView
    participant: str


@dataclass(frozen=True)
class DetailView(RowView):
    kind: str
    actor_id: str
    record_type: str
    record_id: str
    reason: str
    told: list[Told]
    digest: str
    verifies: bool
    seal_number: int | None
    seal_position: int | None
    seal_digest: str
    sealed_at: datetime | None
    request_id: str = ""
    changes: list[Told] = field(default_factory=list)


def rows(entries: Sequence[AuditEntry], *, reader: User) -> list[RowView]:
    """Make the lines of a list; a query for the people, one for the participants, one per kind of record."""
    records = _records(entries, reader)
    actors = _actors(entries)
    names = _participants()
    return [RowView(**_row(entry, records, actors, names)) for entry in entries]


def _row(
    entry: AuditEntry,
    records: Mapping[tuple[str, str], RecordView],
    actors: Mapping[Any, ActorView],
    names: Mapping[str, str],
) -> dict[str, Any]:
    about = (entry.subject_type, entry.subject_id)
    return {
        "pk": entry.pk,
        "at": entry.recorded_at,
        "label": label_of(entry.kind),
        "record": records.get(about) or RecordView(title_of(entry.subject_type)),
        "actor": _actor(entry, actors),
        "participant": names.get(entry.participant, entry.participant),
    }


def detail(entry: AuditEntry, *, reader: User) -> DetailView:
    """``entry`` comes with its seal and block."""
    row = _row(entry, _records([entry], reader), _actors([entry]), _participants())
    seal = getattr(entry, "seal", None)
    told = told_by(entry)
    reason = str(entry.data.get("reason", ""))
    return DetailView(
        **row,
        kind=entry.kind,
        actor_id=str(entry.actor_id or ""),
        record_type=entry.subject_type,
        record_id=entry.subject_id,
        reason=reason,
        told=[one for one in told if not one.is_change and one.after != reason],
        changes=[one for one in told if one.is_change],
        digest=entry.digest,
        verifies=wrong_with_entry(entry) is None,
        seal_number=seal.block.number if seal else None,
        seal_position=seal.position + 1 if seal else None,
        seal_digest=seal.block.digest if seal else "",
        sealed_at=seal.block.sealed_at if seal else None,
        request_id=str(entry.data.get("request_id", "")),
    )


def _participants() -> dict[str, str]:
    return {one.slug: one.name for one in Participant.objects.all()}


def _actors(entries: Iterable[AuditEntry]) -> dict[Any, ActorView]:
    ids = {entry.actor_id for entry in entries if entry.actor_id}
    people = User.objects.filter(pk__in=ids)
    return {one.pk: ActorView(one.name, one.forgotten_at is not None) for one in people}


def _actor(entry: AuditEntry, actors: Mapping[Any, ActorView]) -> ActorView:
    if entry.actor_id is None:
        return ActorView(_("The portal"))
    return actors.get(entry.actor_id) or ActorView(_("A former user"), is_forgotten=True)


def _records(entries: Iterable[AuditEntry], reader: User) -> dict[tuple[str, str], RecordView]:
    """Return what may be said of each record that the reader may open; the others are missing."""
    found = readable_subjects(((one.subject_type, one.subject_id) for one in entries), reader)
    return {
        key: RecordView(kind.title, str(record), kind.address_of(record))
        for key, (kind, record) in found.items()
    }


def figures(check: Check | None) -> list[dict[str, Any]]:
    if check is None:
        return []
    return [
        {"label": _("Entries"), "value": _grouped(check.entry_count)},
        {"label": _("Seals"), "value": _grouped(check.block_count)},
        {"label": _("Not sealed yet"), "value": _grouped(check.unsealed_count)},
    ]


def _grouped(number: int) -> str:
    return f"{number:,}".replace(",", "\u202f")
