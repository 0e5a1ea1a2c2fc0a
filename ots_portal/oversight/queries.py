"""Reading the audit: ``visible_to`` is the boundary of list, detail and export alike."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from django.contrib.auth.models import AnonymousUser
from django.db.models import QuerySet

from ots_portal.audit.models import AuditEntry, Seal
from ots_portal.oversight.models import Check
from ots_portal.people.models import Role, User, normalise_email
from ots_portal.plugs import audited
from ots_portal.texts import fold

PEOPLE_FOUND = 20


def visible_to(user: User | AnonymousUser) -> QuerySet[AuditEntry]:
    """
    Return the entries the user may read: all to the auditor, the own participant's to a head.

    What is sealed in a delegation's room stays there: the auditor sees that the chain holds, not what it is of.
    """
    if not isinstance(user, User) or user.is_machine:
        return AuditEntry.objects.none()
    if user.role == Role.AUDITOR:
        sealed = [record.model for record in audited.values() if record.is_sealed]
        return AuditEntry.objects.exclude(subject_type__in=sealed)
    if user.is_head:
        return AuditEntry.objects.filter(participant=user.participant_id)
    return AuditEntry.objects.none()


@dataclass(frozen=True)
class Wishes:
    """What narrows the list; an empty value narrows nothing. ``people``: None, or ids that may be none."""

    people: tuple[UUID, ...] | None = None
    record_type: str = ""
    record: str = ""
    kind: str = ""
    since: datetime | None = None
    until: datetime | None = None
    participant: str = ""

    def __bool__(self) -> bool:
        return self != Wishes()

    def as_codes(self) -> dict[str, Any]:
        """Return what was asked for without anybody's name, for the audit."""
        codes = {
            "people": None if self.people is None else [str(pk) for pk in self.people],
            "record_type": self.record_type,
            "record": self.record,
            "kind": self.kind,
            "since": self.since.isoformat() if self.since else "",
            "until": self.until.isoformat() if self.until else "",
            "participant": self.participant,
        }
        return {name: value for name, value in codes.items() if value not in (None, "")}


def filtered(entries: QuerySet[AuditEntry], wishes: Wishes) -> QuerySet[AuditEntry]:
    equal = {
        "subject_type": wishes.record_type,
        "subject_id": wishes.record,
        "kind": wishes.kind,
        "participant": wishes.participant,
    }
    entries = entries.filter(**{name: value for name, value in equal.items() if value})
    if wishes.people is not None:
        entries = entries.filter(actor_id__in=wishes.people)
    if wishes.since:
        entries = entries.filter(recorded_at__gte=wishes.since)
    if wishes.until:
        entries = entries.filter(recorded_at__lte=wishes.until)
    return entries


def people_called(text: str, *, reader: User) -> tuple[UUID, ...]:
    """
    Return the ids of the people with that id, address or part of a name; [] where nobody is called so.

    Only those who have done something that the reader may read: a filter tells of nobody else.

    Names are compared folded ("Yilmaz" finds "Yılmaz"), which no database does alike.
    """
    try:
        return (UUID(text.strip()),)
    except ValueError:
        pass
    address, wanted = normalise_email(text), fold(text)
    actors = visible_to(reader).exclude(actor_id=None).order_by().values("actor_id")
    people = User.objects.filter(pk__in=actors).select_related(None).order_by("id")
    rows = people.values_list("pk", "email", "full_name")
    found = [
        pk for pk, email, name in rows if email == address or (wanted and wanted in fold(name))
    ]
    return tuple(found[:PEOPLE_FOUND])


def with_seal(entries: QuerySet[AuditEntry]) -> QuerySet[AuditEntry]:
    return entries.select_related("seal__block")


def digests_of(numbers: Sequence[int]) -> dict[int, list[str]]:
    """Return block number → the digests it covers, in order."""
    found: dict[int, list[str]] = {number: [] for number in numbers}
    rows = Seal.objects.filter(block__number__in=numbers).order_by("block__number", "position")
    for number, digest in rows.values_list("block__number", "entry__digest"):
        found[number].append(digest)
    return found


# ── checks ──────────────────────────────────────────────────────────────────────────────────────


def last_check() -> Check | None:
    return Check.objects.exclude(finished_at=None).order_by("-finished_at").first()


def check_under_way(*, since: datetime) -> Check | None:
    """Return the check that waits or runs; one that began before ``since`` was lost with its worker."""
    open_ones = Check.objects.filter(finished_at=None, requested_at__gte=since)
    return open_ones.order_by("-requested_at").first()
