"""The demonstration's inboxes: what its people would have been told of what it records."""

from collections import defaultdict
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from datetime import timedelta
from typing import Any

from ots_portal.audit.models import AuditEntry
from ots_portal.audit.signals import entry_recorded
from ots_portal.notifications.matching import Audience
from ots_portal.notifications.models import Channel, Delivery, DeliveryStatus
from ots_portal.people.models import User, UserKind
from ots_portal.plugs import Notice, notices

# Of each inbox the newest few are unread, at most the half; the others were read a while after they came.
MOST_UNREAD = 4
READ_AFTER = timedelta(minutes=20)
# More than two pages of an inbox tell a visitor nothing new.
MOST_ITEMS = 60


@contextmanager
def filling_inboxes() -> Iterator[None]:
    """
    Put what is recorded here into the inboxes of the demonstration's people, and nowhere else.

    No mail is sent, no webhook is told, no clock starts. A second run, which records nothing, fills nothing.
    """
    entries: list[AuditEntry] = []

    def collect(sender: type, entry: AuditEntry, **kwargs: Any) -> None:
        entries.append(entry)

    entry_recorded.connect(collect)
    try:
        yield
    finally:
        entry_recorded.disconnect(collect)
    _fill(entries)


def _fill(entries: Iterable[AuditEntry]) -> None:
    people = User.objects.filter(is_demo=True, is_active=True, kind=UserKind.PERSON)
    known = {person.pk: person for person in people.select_related("participant")}
    items: dict[Any, list[Delivery]] = defaultdict(list)
    is_open = _Openness()
    for entry in sorted(entries, key=lambda one: one.recorded_at, reverse=True):
        notice = notices.get(entry.kind)
        if notice is None or Channel.INBOX not in notice.channels:
            continue
        for (key,) in Audience(notice, entry).whose_inbox():
            is_full = len(items[key]) >= MOST_ITEMS
            if key in known and not is_full and is_open.to(known[key], notice, entry):
                items[key].append(_item(notice, entry, known[key]))
    for inbox in items.values():
        for item in inbox[_unread_of(len(inbox)) :]:
            item.read_at = item.created_at + READ_AFTER
        Delivery.objects.bulk_create(inbox, ignore_conflicts=True)


def _unread_of(count: int) -> int:
    return max(1, min(MOST_UNREAD, count // 2))


class _Openness:
    """Whether the record of a message is open to its reader by now; each record is asked once for each person."""

    def __init__(self) -> None:
        self._known: dict[tuple[Any, ...], bool] = {}

    def to(self, person: User, notice: Notice, entry: AuditEntry) -> bool:
        key = (person.pk, notice.record_for, entry.subject_id)
        if key not in self._known:
            self._known[key] = notice.record_for(person, entry.subject_id) is not None
        return self._known[key]


def _item(notice: Notice, entry: AuditEntry, person: User) -> Delivery:
    came_at = entry.recorded_at
    return Delivery(
        entry=entry,
        recipient=person,
        channel=Channel.INBOX,
        status=DeliveryStatus.SENT,
        is_alert=notice.is_alert,
        created_at=came_at,
        due_at=came_at,
        finished_at=came_at,
    )
