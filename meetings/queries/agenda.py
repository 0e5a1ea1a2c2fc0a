import hashlib
import json
from collections import defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

from django.contrib.auth.models import AnonymousUser
from django.db.models import Exists, OuterRef, Q, QuerySet

from meetings.models import AgendaItem, AgendaVersion, HeadOfDelegation, Meeting
from meetings.queries import meetings as meeting_queries
from meetings.statuses.agenda import ItemAccess
from meetings.statuses.delegations import DelegationStatus
from ots_portal.people.models import User

_UP = ("", "parent__", "parent__parent__")  # an item, and those above it (MAX_DEPTH)
_STRICTNESS = tuple(ItemAccess.values)


def visible_to(user: User | AnonymousUser) -> QuerySet[AgendaItem]:
    """Return the items of the meetings the user may see, but for those closed to this reader."""
    items = AgendaItem.objects.filter(meeting__in=meeting_queries.visible_to(user))
    if isinstance(user, User) and user.is_secretariat:
        return items
    open_levels = levels_of(user)
    for step in _UP:
        within = Q(**{f"{step}access__in": open_levels})
        items = items.filter(within | Q(**{f"{step}pk": None}) if step else within)
    if isinstance(user, User) and user.is_member_staff and not user.is_head:
        return items | _led_by(user)
    return items


def _led_by(user: User) -> QuerySet[AgendaItem]:
    """Return the items of the meetings at which the user heads a delegation now."""
    leads = HeadOfDelegation.objects.filter(
        delegation__meeting=OuterRef("pk"), delegate__user=user, until=None
    ).exclude(delegation__status=DelegationStatus.WITHDRAWN)
    visible = meeting_queries.visible_to(user).filter(Exists(leads))
    return AgendaItem.objects.filter(meeting__in=visible)


def levels_of(user: User | AnonymousUser) -> frozenset[str]:
    """Return the levels of items that the user reads wherever the meeting itself is readable."""
    levels = {ItemAccess.MEETING.value}
    if isinstance(user, User) and (user.is_observer_staff or user.is_member_staff):
        levels.add(ItemAccess.OBSERVERS.value)
    if isinstance(user, User) and user.is_member_staff:
        levels.add(ItemAccess.MEMBERS.value)
    if isinstance(user, User) and user.is_member_staff and user.is_head:
        levels.add(ItemAccess.HEADS_ONLY.value)
    return frozenset(levels)


def levels_at(meeting: Meeting, user: User | AnonymousUser) -> frozenset[str]:
    """Return the levels of items that the user, who may see the meeting, reads at it (one query at most)."""
    if isinstance(user, User) and user.is_secretariat:
        return frozenset(ItemAccess.values)
    levels = levels_of(user)
    if isinstance(user, User) and user.is_member_staff and not user.is_head:
        return frozenset(ItemAccess.values) if _leads(meeting, user) else levels
    return levels


def _leads(meeting: Meeting, user: User) -> bool:
    leads = HeadOfDelegation.objects.filter(
        delegation__meeting=meeting, delegate__user=user, until=None
    )
    return leads.exclude(delegation__status=DelegationStatus.WITHDRAWN).exists()


@dataclass(frozen=True)
class Numbered:
    """
    An agenda item with its place in the tree: "3.2" is the second point of the third.

    ``access`` is the strictest of its own and of those above it; ``starts_at`` when it is due by the
    minutes allotted to those before it, None where one of them is open-ended.
    """

    item: AgendaItem
    number: str
    depth: int
    access: str = ItemAccess.MEETING
    starts_at: datetime | None = None

    def __str__(self) -> str:
        return f"{self.number}. {self.item.title}"


def agenda_of(meeting: Meeting, *, reader: User | AnonymousUser | None = None) -> list[Numbered]:
    """
    Return the whole agenda in reading order, each item with its number (one query).

    Items have ``leads_on``: whether it is put off to a meeting that the reader may see (None: anybody).
    """
    later = Meeting.objects.all() if reader is None else meeting_queries.visible_to(reader)
    items = (
        meeting.agenda_items.select_related("proposed_by")
        .annotate(leads_on=Exists(later.filter(pk=OuterRef("postponed_to_id"))))
        .order_by("position")
    )
    return numbered(items, starts_at=meeting.starts_at if meeting.has_hours else None)


def agenda_for(meeting: Meeting, user: User | AnonymousUser) -> list[Numbered]:
    """Return what the user may read of the agenda; the numbers are those of the whole (two queries at most)."""
    levels = levels_at(meeting, user)
    return [entry for entry in agenda_of(meeting, reader=user) if entry.access in levels]


def numbered(
    items: Sequence[AgendaItem] | QuerySet[AgendaItem], *, starts_at: datetime | None = None
) -> list[Numbered]:
    """Number items that come in the order of their positions; gaps in the positions do not matter."""
    children: dict[UUID | None, list[AgendaItem]] = defaultdict(list)
    for item in items:
        children[item.parent_id].append(item)
    entries = list(_below(None, children, prefix="", depth=1, access=ItemAccess.MEETING.value))
    return list(_timed(entries, children, starts_at))


def _below(
    parent: UUID | None,
    children: dict[UUID | None, list[AgendaItem]],
    *,
    prefix: str,
    depth: int,
    access: str,
) -> Iterator[Numbered]:
    for count, item in enumerate(children.get(parent, []), start=1):
        number, strictest = f"{prefix}{count}", max(access, item.access, key=_STRICTNESS.index)
        yield Numbered(item, number, depth, strictest)
        yield from _below(item.pk, children, prefix=f"{number}.", depth=depth + 1, access=strictest)


def _timed(
    entries: list[Numbered],
    children: dict[UUID | None, list[AgendaItem]],
    starts_at: datetime | None,
) -> Iterator[Numbered]:
    """Lay the items one after the other; one with items of its own lasts as long as they do."""
    due = starts_at if any(entry.item.minutes_allotted for entry in entries) else None
    for entry in entries:
        yield Numbered(entry.item, entry.number, entry.depth, entry.access, due)
        if due and not children.get(entry.item.pk):
            minutes = entry.item.minutes_allotted
            due = due + timedelta(minutes=minutes) if minutes else None


def siblings_of(item: AgendaItem) -> QuerySet[AgendaItem]:
    """Return the items on the same level, the item itself among them, in their order."""
    same_level = AgendaItem.objects.filter(meeting_id=item.meeting_id, parent_id=item.parent_id)
    return same_level.order_by("position")


# ── versions ────────────────────────────────────────────────────────────────────────────────────


def frozen_rows(meeting: Meeting) -> list[dict[str, Any]]:
    """Return the agenda as it is now in the form in which a version keeps it."""
    return [
        {
            "id": str(entry.item.pk),
            "number": entry.number,
            "depth": entry.depth,
            "kind": entry.item.kind,
            "titles": entry.item.titles,
            "access": entry.access,
            "minutes_allotted": entry.item.minutes_allotted,
            "proposed_by": entry.item.proposed_by_id,
            "is_late": entry.item.is_late,
        }
        for entry in agenda_of(meeting)
    ]


def digest_of(rows: list[dict[str, Any]]) -> str:
    """Return the SHA-256 by which a version is named."""
    return hashlib.sha256(json.dumps(rows, ensure_ascii=False, sort_keys=True).encode()).hexdigest()


def versions_of(meeting: Meeting) -> QuerySet[AgendaVersion]:
    """Return the frozen versions without their rows, the latest first."""
    return meeting.agenda_versions.defer("items").order_by("-number")


def versions_visible_to(user: User | AnonymousUser) -> QuerySet[AgendaVersion]:
    """Return the versions of the agendas of the meetings that the user may see."""
    return AgendaVersion.objects.filter(meeting__in=meeting_queries.visible_to(user))


def rows_of(meeting: Meeting, number: int) -> list[dict[str, Any]] | None:
    """Return the rows of a version; None where there is none with this number."""
    rows = meeting.agenda_versions.filter(number=number).values_list("items", flat=True)
    return rows.first()


@dataclass(frozen=True)
class Change:
    """How a row of one version stands in another: "same", "added", "removed" or "changed"."""

    kind: str
    before: dict[str, Any] | None
    after: dict[str, Any] | None


def changes_between(
    before: list[dict[str, Any]], after: list[dict[str, Any]], *, levels: frozenset[str]
) -> list[Change]:
    """Compare two versions by item, in the order of the later one; removed ones stand at the end."""
    old = {row["id"]: row for row in before if row["access"] in levels}
    new = [row for row in after if row["access"] in levels]
    kept = {row["id"] for row in new}
    changes = [Change(_kind_of(old.get(row["id"]), row), old.get(row["id"]), row) for row in new]
    gone = [Change("removed", row, None) for key, row in old.items() if key not in kept]
    return changes + gone


def _kind_of(before: dict[str, Any] | None, after: dict[str, Any]) -> str:
    if before is None:
        return "added"
    return "same" if before == after else "changed"
