from collections import defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from uuid import UUID

from django.contrib.auth.models import AnonymousUser
from django.db.models import QuerySet

from meetings.models import AgendaItem, Meeting
from meetings.queries import meetings as meeting_queries
from ots_portal.people.models import User


def visible_to(user: User | AnonymousUser) -> QuerySet[AgendaItem]:
    """Return the agenda items of the meetings the user may see."""
    return AgendaItem.objects.filter(meeting__in=meeting_queries.visible_to(user))


@dataclass(frozen=True)
class Numbered:
    """An agenda item with its place in the tree: "3.2" is the second point of the third."""

    item: AgendaItem
    number: str
    depth: int

    def __str__(self) -> str:
        return f"{self.number}. {self.item.title}"


def agenda_of(meeting: Meeting) -> list[Numbered]:
    """Return the agenda in reading order, each item with its number (one query)."""
    return numbered(meeting.agenda_items.order_by("position"))


def numbered(items: Sequence[AgendaItem] | QuerySet[AgendaItem]) -> list[Numbered]:
    """Number items that come in the order of their positions; gaps in the positions do not matter."""
    children: dict[UUID | None, list[AgendaItem]] = defaultdict(list)
    for item in items:
        children[item.parent_id].append(item)
    return list(_below(None, children, prefix="", depth=1))


def _below(
    parent: UUID | None, children: dict[UUID | None, list[AgendaItem]], *, prefix: str, depth: int
) -> Iterator[Numbered]:
    for count, item in enumerate(children.get(parent, []), start=1):
        number = f"{prefix}{count}"
        yield Numbered(item, number, depth)
        yield from _below(item.pk, children, prefix=f"{number}.", depth=depth + 1)


def siblings_of(item: AgendaItem) -> QuerySet[AgendaItem]:
    """Return the items on the same level, the item itself among them, in their order."""
    same_level = AgendaItem.objects.filter(meeting_id=item.meeting_id, parent_id=item.parent_id)
    return same_level.order_by("position")
