"""What has been published to whoever asks: minutes, decisions and documents as one list, newest first."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any
from uuid import UUID

from django.contrib.auth.models import AnonymousUser
from django.db.models import F, Q, QuerySet, Value
from django.db.models.functions import Coalesce

from meetings.models import Decision, Minutes, Paper
from meetings.queries import decisions as decision_queries
from meetings.queries import minutes as minutes_queries
from meetings.queries import papers as paper_queries
from meetings.statuses import MinutesStatus
from meetings.statuses.documents import PaperStatus
from ots_portal.people.models import User

KINDS = ("minutes", "decision", "document")
Record = Minutes | Decision | Paper


@dataclass(frozen=True)
class Place:
    """Where a page of the list goes on: before this instant, and this key at the same instant."""

    at: datetime
    key: UUID

    def __str__(self) -> str:
        return f"{self.at.isoformat()}_{self.key}"


@dataclass(frozen=True)
class Published:
    """One thing in the room; ``kind`` is one of KINDS, ``at`` when it was opened to its readers."""

    kind: str
    at: datetime
    record: Record


def place_in(text: str) -> Place | None:
    """Return the place that ``text`` names; None where it names none."""
    moment, _sign, key = text.partition("_")
    try:
        at = datetime.fromisoformat(moment)
        return Place(at.astimezone(UTC), UUID(key)) if at.tzinfo else None
    except (ValueError, OverflowError):
        return None


def published_to(
    user: User | AnonymousUser,
    wishes: Mapping[str, Any],
    *,
    size: int,
    before: Place | None = None,
) -> list[Published]:
    """
    Return at most ``size`` things that were published and that the user may read (four queries).

    ``wishes`` may name a ``kind``, a ``year`` (of the publication, in UTC) and a ``series``.
    """
    kinds = [wishes["kind"]] if wishes.get("kind") else KINDS
    parts = [
        _narrowed(_OPEN[kind](user), wishes, before)
        .annotate(sort=Value(kind))
        .values_list("sort", "at", "pk")
        for kind in kinds
    ]
    first, *others = parts
    rows = first.union(*others, all=True) if others else first
    keys = list(rows.order_by("-at", "-pk")[:size])
    records = {kind: _records(kind, [key for k, _at, key in keys if k == kind]) for kind in kinds}
    return [
        Published(kind, at, records[kind][key]) for kind, at, key in keys if key in records[kind]
    ]


def _narrowed(
    rows: QuerySet[Any], wishes: Mapping[str, Any], before: Place | None
) -> QuerySet[Any]:
    if year := wishes.get("year"):
        first, after = datetime(year, 1, 1, tzinfo=UTC), datetime(year + 1, 1, 1, tzinfo=UTC)
        rows = rows.filter(at__gte=first, at__lt=after)
    if series := wishes.get("series"):
        rows = rows.filter(meeting__series=series)
    if before:
        rows = rows.filter(Q(at__lt=before.at) | Q(at=before.at, pk__lt=before.key))
    return rows.order_by()


def _minutes(user: User | AnonymousUser) -> QuerySet[Any]:
    published = minutes_queries.visible_to(user).filter(status=MinutesStatus.PUBLISHED)
    return published.annotate(at=F("published_at"))


def _decisions(user: User | AnonymousUser) -> QuerySet[Any]:
    adopted = decision_queries.visible_to(user).filter(number__isnull=False)
    return adopted.filter(adopted_at__isnull=False).annotate(at=F("adopted_at"))


def _papers(user: User | AnonymousUser) -> QuerySet[Any]:
    """Those that are out of their embargo: also the secretariat finds no others in this room."""
    issued = paper_queries.visible_to(user).filter(status=PaperStatus.ISSUED)
    opened = Coalesce("derestricted_at", "released_at")
    return issued.filter(released_at__isnull=False).annotate(at=opened)


_OPEN: dict[str, Callable[[User | AnonymousUser], QuerySet[Any]]] = {
    "minutes": _minutes,
    "decision": _decisions,
    "document": _papers,
}


def _records(kind: str, keys: Sequence[UUID]) -> dict[UUID, Record]:
    if not keys:
        return {}
    if kind == "minutes":
        minutes = Minutes.objects.select_related("meeting__series").filter(pk__in=keys)
        return {record.pk: record for record in minutes}
    if kind == "decision":
        decisions = Decision.objects.select_related("meeting__series").filter(pk__in=keys)
        return {record.pk: record for record in decisions}
    papers = paper_queries.with_versions(Paper.objects.filter(pk__in=keys))
    return {record.pk: record for record in papers}
