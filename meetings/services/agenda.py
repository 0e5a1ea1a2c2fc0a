from datetime import datetime
from typing import Any

from django.db import transaction
from django.db.models import F, Max

from meetings.models import AgendaItem, Meeting
from meetings.queries import agenda as queries
from meetings.rules import agenda as rules
from meetings.services.refusals import require_now
from meetings.statuses import AGENDA_GROWS, AGENDA_OPEN
from ots_portal import lifecycle
from ots_portal.audit.services import changes_between, record
from ots_portal.lifecycle import StaleVersion, WrongStatus
from ots_portal.people.models import User

_FAR = 10_000  # beyond every position in use, so that reordering never meets a taken one


class HasItems(Exception):
    """An item with items of its own is not removed: they would go with it unseen."""


def _claim(meeting: Meeting, statuses: tuple[str, ...], at: datetime) -> None:
    """Lock the meeting and raise its version: the agenda is a part of what its readers see."""
    standing = Meeting.objects.filter(pk=meeting.pk, status__in=statuses)
    if not standing.update(version=F("version") + 1, updated_at=at):
        raise WrongStatus(lifecycle.wrong_status_sentence(meeting))


@transaction.atomic
def add_item(  # noqa: PLR0913 -- keywords only, each named where it is called
    meeting: Meeting,
    *,
    by: User,
    at: datetime,
    titles: dict[str, str],
    kind: str,
    parent: AgendaItem | None = None,
) -> AgendaItem:
    """
    Put an item at the end of the agenda, or of the item it belongs to.

    :raises Refused: unless ``rules.may_add_item``
    :raises WrongStatus: once the meeting is over
    """
    require_now(rules.may_add_item(by, meeting))
    _claim(meeting, AGENDA_GROWS, at)
    level = AgendaItem.objects.filter(meeting=meeting, parent=parent)
    last = level.aggregate(last=Max("position"))["last"] or 0
    item = AgendaItem.objects.create(
        meeting=meeting, parent=parent, position=last + 1, kind=kind, titles=titles
    )
    _record("meetings.agenda_item.added", item, by=by, at=at, titles=titles)
    return item


@transaction.atomic
def update_item(  # noqa: PLR0913 -- keywords only, each named where it is called
    item: AgendaItem,
    *,
    by: User,
    at: datetime,
    version: int,
    titles: dict[str, str],
    kind: str,
) -> AgendaItem:
    """
    Word the item anew; ``version`` is the one the person saw.

    :raises Refused: unless ``rules.may_change_items``
    :raises WrongStatus: once the agenda is adopted
    :raises StaleVersion: when somebody else has saved since
    """
    require_now(rules.may_change_items(by, item.meeting))
    _claim(item.meeting, AGENDA_OPEN, at)
    before = {"titles": item.titles, "kind": item.kind}
    changes = {"titles": titles, "kind": kind}
    rows = AgendaItem.objects.filter(pk=item.pk, version=version)
    if not rows.update(version=F("version") + 1, **changes):
        raise StaleVersion(AgendaItem.objects.get(pk=item.pk))
    item.refresh_from_db()
    _record(
        "meetings.agenda_item.updated", item, by=by, at=at, changes=changes_between(before, changes)
    )
    return item


@transaction.atomic
def move_item(item: AgendaItem, *, by: User, at: datetime, direction: str) -> AgendaItem:
    """
    Change places with the neighbour above or below ("up", "down"); at the end of the row nothing happens.

    :raises Refused: unless ``rules.may_change_items``
    :raises WrongStatus: once the agenda is adopted
    """
    require_now(rules.may_change_items(by, item.meeting))
    _claim(item.meeting, AGENDA_OPEN, at)
    order = list(queries.siblings_of(item))
    here = order.index(item)
    there = here - 1 if direction == "up" else here + 1
    if not 0 <= there < len(order):
        return item
    order[here], order[there] = order[there], order[here]
    _put_in_order(item, order)
    _record(
        "meetings.agenda_item.moved",
        item,
        by=by,
        at=at,
        position={"before": here + 1, "after": there + 1},
    )
    return item


def _put_in_order(item: AgendaItem, order: list[AgendaItem]) -> None:
    queries.siblings_of(item).order_by().update(position=F("position") + _FAR)
    for position, sibling in enumerate(order, start=1):
        sibling.position = position
    AgendaItem.objects.bulk_update(order, ["position"])


@transaction.atomic
def remove_item(item: AgendaItem, *, by: User, at: datetime) -> None:
    """
    Take the item off the agenda; the numbers of those after it move up.

    :raises Refused: unless ``rules.may_change_items``
    :raises WrongStatus: once the agenda is adopted
    :raises HasItems: while there are items under it
    """
    require_now(rules.may_change_items(by, item.meeting))
    _claim(item.meeting, AGENDA_OPEN, at)
    if item.items.exists():
        raise HasItems
    _record("meetings.agenda_item.removed", item, by=by, at=at, titles=item.titles)
    item.delete()


def _record(kind: str, item: AgendaItem, *, by: User, at: datetime, **data: Any) -> None:
    """The agenda's history is the meeting's."""
    record(kind, subject=item.meeting, by=by, at=at, item=str(item.pk), **data)
