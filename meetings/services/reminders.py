"""Reminding those who are responsible of actions whose day comes near, or has passed."""

from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

from django.db import transaction

from meetings.models import ActionItem, ActionReminder
from meetings.statuses.decisions import UNDONE
from ots_portal.audit.services import record

# Days from the due day (design of meetings, I8).
REMINDED_ON = (-14, -3, 0, 7)
# By the clock of the action's zone: nobody is reminded in the night.
FROM_HOUR = 8


def remind(*, at: datetime) -> int:
    """
    Remind of undone actions, each at the latest of its four days that has come; answers how many were.

    Each day reminds once, however often or late this runs; one that was missed is made up for by the next
    only. A day before that on which the due day was set reminds nobody: they have just been told.
    """
    soon = at + timedelta(days=-REMINDED_ON[0] + 2)
    undone = ActionItem.objects.filter(
        status__in=UNDONE, due_at__lte=soon, decision__meeting__is_training=False
    )
    return sum(_remind_once(action, at=at) for action in undone.iterator())


@transaction.atomic
def _remind_once(action: ActionItem, *, at: datetime) -> bool:
    offset = offset_due(action, at=at)
    if offset is None:
        return False
    # The unique constraint is the judge between two workers; the row in memory may be out of date.
    standing = ActionItem.objects.filter(pk=action.pk, status__in=UNDONE, due_on=action.due_on)
    if not standing.select_for_update(of=("self",)).exists():
        return False
    _reminder, is_new = ActionReminder.objects.get_or_create(
        action=action, due_on=action.due_on, offset_days=offset, defaults={"reminded_at": at}
    )
    if is_new:
        record(
            "meetings.action.reminded", subject=action, by=None, at=at,
            participant=action.responsible_id, due_on=action.due_on.isoformat(), days=offset,
        )  # fmt: skip
    return is_new


def offset_due(action: ActionItem, *, at: datetime) -> int | None:
    """Return which of the days counts now, in the action's zone; None where none has come."""
    zone = ZoneInfo(action.time_zone)
    now, set_on = at.astimezone(zone), action.due_set_at.astimezone(zone).date()
    today = now.date() if now.hour >= FROM_HOUR else now.date() - timedelta(days=1)
    days = [(offset, action.due_on + timedelta(days=offset)) for offset in REMINDED_ON]
    come = [offset for offset, day in days if day <= today and (day > set_on or offset >= 0)]
    return come[-1] if come else None
