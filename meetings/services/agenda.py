from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.db import transaction
from django.db.models import F, Max, ProtectedError
from django.utils.translation import gettext as _

from meetings.models import AgendaItem, Meeting
from meetings.models.agenda import MAX_DEPTH
from meetings.queries import agenda as queries
from meetings.rules import agenda as rules
from meetings.services import agenda_versions
from meetings.services.refusals import require_now
from meetings.statuses import AGENDA_GROWS, AGENDA_OPEN
from meetings.statuses.agenda import AgendaStage, ItemAccess, ItemOutcome
from ots_portal import lifecycle
from ots_portal.audit.services import changes_between, record
from ots_portal.lifecycle import StaleVersion, WrongStatus
from ots_portal.people.models import User

_FAR = 10_000  # beyond every position in use, so that reordering never meets a taken one
DIRECTIONS = ("up", "down", "in", "out")


class HasItems(Exception):
    """An item with items of its own is not removed: they would go with it unseen."""


class NoConsent(Exception):
    """An item after the adoption needs the meeting's consent, and nobody said how it was given."""


class NoPlace(Exception):
    """The item cannot stand there: under itself, too deep, or in another meeting."""


@dataclass(frozen=True)
class ItemFacts:
    """
    What is said of an item: its words by language, its kind and who may read it.

    ``minutes_allotted`` None: open-ended; ``proposed_by_id`` None: the secretariat.
    """

    titles: dict[str, str]
    kind: str
    minutes_allotted: int | None = None
    proposed_by_id: str | None = None
    access: str = ItemAccess.MEETING


FACTS = ("titles", "kind", "minutes_allotted", "proposed_by_id", "access")


def claim(meeting: Meeting, statuses: Sequence[str], at: datetime) -> None:
    """
    Lock the meeting and raise its version: the agenda is a part of what its readers see.

    :raises WrongStatus: unless it has one of the statuses
    """
    standing = Meeting.objects.filter(pk=meeting.pk, status__in=statuses)
    if not standing.update(version=F("version") + 1, updated_at=at):
        raise WrongStatus(lifecycle.wrong_status_sentence(meeting))
    meeting.refresh_from_db(fields=["status", "version"])


@transaction.atomic
def add_item(  # noqa: PLR0913 -- keywords only, each named where it is called
    meeting: Meeting,
    facts: ItemFacts,
    *,
    by: User,
    at: datetime,
    parent: AgendaItem | None = None,
    consent: str = "",
) -> AgendaItem:
    """
    Put an item at the end of the agenda, or of the item it belongs to.

    After the adoption it is an addendum, marked late, and ``consent`` says how the meeting agreed to it.

    :raises Refused: unless ``rules.may_add_item``
    :raises WrongStatus: once the meeting is over
    :raises NoConsent: after the adoption, without ``consent``
    """
    require_now(rules.may_add_item(by, meeting))
    claim(meeting, AGENDA_GROWS, at)
    is_late = rules.needs_consent(meeting)
    if is_late and not consent:
        raise NoConsent
    level = AgendaItem.objects.filter(meeting=meeting, parent=parent)
    last = level.aggregate(last=Max("position"))["last"] or 0
    item = AgendaItem.objects.create(
        meeting=meeting,
        parent=parent,
        position=last + 1,
        consent=consent if is_late else "",
        **{name: getattr(facts, name) for name in FACTS},
    )
    _record("meetings.agenda_item.added", item, by=by, at=at, titles=facts.titles)
    if is_late:
        agenda_versions.freeze(meeting, AgendaStage.ADDENDUM, by=by, at=at)
    return item


@transaction.atomic
def update_item(
    item: AgendaItem, facts: ItemFacts, *, by: User, at: datetime, version: int
) -> AgendaItem:
    """
    Word the item anew; ``version`` is the one the person saw.

    :raises Refused: unless ``rules.may_change_items``
    :raises WrongStatus: once the agenda is adopted
    :raises StaleVersion: when somebody else has saved since
    """
    require_now(rules.may_change_items(by, item.meeting))
    claim(item.meeting, AGENDA_OPEN, at)
    before = {name: getattr(item, name) for name in FACTS}
    changes = {name: getattr(facts, name) for name in FACTS}
    _change(item, version=version, changes=changes)
    _record(
        "meetings.agenda_item.updated", item, by=by, at=at, changes=changes_between(before, changes)
    )
    return item


def _change(item: AgendaItem, *, version: int, changes: dict[str, Any]) -> None:
    rows = AgendaItem.objects.filter(pk=item.pk, version=version)
    if not rows.update(version=F("version") + 1, **changes):
        raise StaleVersion(AgendaItem.objects.get(pk=item.pk))
    item.refresh_from_db()


@transaction.atomic
def settle_item(  # noqa: PLR0913 -- keywords only, each named where it is called
    item: AgendaItem,
    *,
    outcome: str,
    by: User,
    at: datetime,
    version: int,
    postponed_to: Meeting | None = None,
) -> AgendaItem:
    """
    Record what became of the item; ``postponed_to`` None: the meeting it is put off to is not known yet.

    :raises Refused: unless ``rules.may_settle_item``
    :raises WrongStatus: before the meeting is open, and once it is closed
    :raises StaleVersion: when somebody else has saved since
    """
    require_now(rules.may_settle_item(by, item))
    claim(item.meeting, rules.OUTCOME_OPEN, at)
    before = item.outcome
    changes = {
        "outcome": outcome,
        "postponed_to": postponed_to if outcome == ItemOutcome.POSTPONED else None,
    }
    _change(item, version=version, changes=changes)
    _record(
        "meetings.agenda_item.settled",
        item,
        by=by,
        at=at,
        outcome={"before": str(before), "after": str(outcome)},
        postponed_to=str(postponed_to.pk) if changes["postponed_to"] and postponed_to else "",
    )
    return item


@transaction.atomic
def move_item(item: AgendaItem, *, by: User, at: datetime, direction: str) -> AgendaItem:
    """
    Move one place "up" or "down", "in" under the item above it, or "out" behind the one it belongs to.

    Where there is no such place nothing happens.

    :raises Refused: unless ``rules.may_change_items``
    :raises WrongStatus: once the agenda is adopted
    """
    require_now(rules.may_change_items(by, item.meeting))
    claim(item.meeting, AGENDA_OPEN, at)
    _look_again(item)
    place = _place_towards(item, direction)
    return item if place is None else _put(item, *place, by=by, at=at)


@transaction.atomic
def place_item(item: AgendaItem, *, before: AgendaItem, by: User, at: datetime) -> AgendaItem:
    """
    Put the item right before another one, on that one's level.

    :raises Refused: unless ``rules.may_change_items``
    :raises WrongStatus: once the agenda is adopted
    :raises NoPlace: where it cannot stand
    """
    require_now(rules.may_change_items(by, item.meeting))
    claim(item.meeting, AGENDA_OPEN, at)
    _look_again(item)
    _look_again(before)
    if before.meeting_id != item.meeting_id or before.pk == item.pk:
        raise NoPlace
    if before.parent and not _may_stand_under(item, before.parent):
        raise NoPlace
    order = [other for other in queries.siblings_of(before) if other.pk != item.pk]
    return _put(item, before.parent, order.index(before), by=by, at=at)


def _look_again(item: AgendaItem) -> None:
    """Take the place where the item is now: before the claim somebody else may have moved or removed it."""
    try:
        item.refresh_from_db(fields=["parent", "position"])
    except AgendaItem.DoesNotExist as error:
        raise NoPlace from error


def _place_towards(item: AgendaItem, direction: str) -> tuple[AgendaItem | None, int] | None:
    """Return the parent and the place (from 0) to go to; None where there is none."""
    order = list(queries.siblings_of(item))
    here = order.index(item)
    if direction == "in":
        above = order[here - 1] if here else None
        return (above, above.items.count()) if above and _may_stand_under(item, above) else None
    if direction == "out":
        if item.parent is None:
            return None
        return item.parent.parent, list(queries.siblings_of(item.parent)).index(item.parent) + 1
    there = here - 1 if direction == "up" else here + 1
    return (item.parent, there) if 0 <= there < len(order) else None


def _may_stand_under(item: AgendaItem, parent: AgendaItem) -> bool:
    above: AgendaItem | None = parent
    depth = 0
    while above:
        if above.pk == item.pk:
            return False
        above, depth = above.parent, depth + 1
    return depth + _height(item) <= MAX_DEPTH


def _height(item: AgendaItem) -> int:
    return 1 + max((_height(below) for below in item.items.all()), default=0)


def _put(
    item: AgendaItem, parent: AgendaItem | None, place: int, *, by: User, at: datetime
) -> AgendaItem:
    before = _number_of(item)
    level = AgendaItem.objects.filter(meeting=item.meeting, parent=parent)
    order = list(level.exclude(pk=item.pk).order_by("position"))
    order.insert(place, item)
    level.update(position=F("position") + _FAR)
    AgendaItem.objects.filter(pk=item.pk).update(parent=parent, position=2 * _FAR)
    for position, other in enumerate(order, start=1):
        AgendaItem.objects.filter(pk=other.pk).update(position=position)
    item.refresh_from_db()
    _record(
        "meetings.agenda_item.moved",
        item,
        by=by,
        at=at,
        position={"before": before, "after": _number_of(item)},
    )
    return item


def _number_of(item: AgendaItem) -> str:
    entries = queries.agenda_of(item.meeting)
    return next(entry.number for entry in entries if entry.item.pk == item.pk)


@transaction.atomic
def remove_item(item: AgendaItem, *, by: User, at: datetime) -> None:
    """
    Take the item off the agenda; the numbers of those after it move up.

    :raises Refused: unless ``rules.may_change_items``
    :raises WrongStatus: once the agenda is adopted, or where something belongs to the item
    :raises HasItems: while there are items under it
    """
    require_now(rules.may_change_items(by, item.meeting))
    claim(item.meeting, AGENDA_OPEN, at)
    if item.items.exists():
        raise HasItems
    _record("meetings.agenda_item.removed", item, by=by, at=at, titles=item.titles)
    try:
        item.delete()
    except ProtectedError as error:
        raise WrongStatus(
            _("Documents, decisions or interventions belong to this item: it cannot be removed.")
        ) from error


def no_place_sentence() -> str:
    return _("An item cannot stand under itself, nor deeper than three levels.")


def _record(kind: str, item: AgendaItem, *, by: User, at: datetime, **data: Any) -> None:
    """The agenda's history is the meeting's."""
    record(kind, subject=item.meeting, by=by, at=at, item=str(item.pk), **data)
