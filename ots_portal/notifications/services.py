"""From the outbox to the people: fan out, deliver, try again, give up visibly."""

import logging
import math
import time
import uuid
from collections.abc import Callable
from datetime import datetime, timedelta
from enum import StrEnum
from typing import Any

from django.db import transaction
from django.db.models import Q, QuerySet

from ots_portal import leases
from ots_portal.notifications import digests
from ots_portal.notifications.channels import CHANNELS
from ots_portal.notifications.fan_out import insert_deliveries
from ots_portal.notifications.models import Delivery, DeliveryStatus, OutboxRow
from ots_portal.notifications.queries import NOT_PAUSED
from ots_portal.notifications.releases import left_until
from ots_portal.notifications.sending import Run
from ots_portal.notifications.signals import fanned_out
from ots_portal.people.models import User
from ots_portal.plugs import notices

logger = logging.getLogger(__name__)

# What a dead worker had in hands comes free after so long: everybody is told within 30 seconds all the same.
LEASE = timedelta(seconds=25)
FAN_OUT_BATCH = 20
# What the worker of alerts has left for so long is taken by the others, too: it may not be there.
ALERTS_ARE_LATE = timedelta(seconds=1)
# Then the task ends and beat's next one goes on, so that whatever else stands in the queue (clocks, who is on
# duty) has its turn: a slow mail server may need hours for what waits, and a worker can be stopped.
GOES_ON_SECONDS = 10.0

Clock = Callable[[], datetime]


class Share(StrEnum):
    """Which part of the work a worker does: an alert never stands behind a digest of 10,000."""

    ALL = "all"
    ALERTS = "alerts"
    OTHERS = "others"

    def rows(self, *, at: datetime) -> Q:
        """Return the condition on rows with ``is_alert`` and ``due_at``."""
        if self is Share.ALL:
            return Q()
        if self is Share.ALERTS:
            return Q(is_alert=True)
        return Q(is_alert=False) | Q(due_at__lte=at - ALERTS_ARE_LATE)


def work_through(*, clock: Clock, share: Share = Share.ALL, seconds: float = math.inf) -> int:
    """
    Fan out and deliver until nothing is due, or the time is over; return how many deliveries were tried.

    A batch that is under way when the time ends is finished.
    """
    ends_at = time.monotonic() + seconds
    while fan_out_waiting(clock=clock, share=share) and time.monotonic() < ends_at:
        pass
    tried = 0
    with Run(clock) as run:
        while batch := (
            deliver_due(clock=clock, share=share, run=run)
            or (share is not Share.ALERTS and digests.send_due(run=run, clock=clock, lease=LEASE))
        ):
            tried += batch
            if time.monotonic() >= ends_at:
                break
            # What came in meanwhile must not wait for the rest of a large fan-out.
            fan_out_waiting(clock=clock, share=share)
    return tried


def what_is_due(at: datetime, *, share: Share) -> list[QuerySet[Any]]:
    """Return all that ``work_through`` would find to do, but for what somebody holds."""
    mine: tuple[QuerySet[Any], ...] = (_waiting_rows(share, at=at), _due_deliveries(share, at=at))
    of_digests = [] if share is Share.ALERTS else digests.what_is_due(at)
    return [*(leases.free(rows, at=at) for rows in mine), *of_digests]


def fan_out_waiting(*, clock: Clock, share: Share = Share.ALL) -> int:
    """Turn waiting outbox rows into deliveries; return how many rows were taken."""
    at = clock()
    waiting = _waiting_rows(share, at=at).select_related("entry")
    token, rows = leases.claim(
        waiting.order_by("-is_alert", "due_at", "id"), at=at, limit=FAN_OUT_BATCH, lease=LEASE
    )
    for row in rows:
        try:
            _fan_out(row, token=token, at=clock())
        except Exception:
            # One row that cannot be fanned out must not hold up those behind it; its lease ends, and
            # it is tried again.
            logger.exception("The outbox row %s could not be fanned out.", row.pk)
    return len(rows)


def _waiting_rows(share: Share, *, at: datetime) -> QuerySet[OutboxRow]:
    return OutboxRow.objects.filter(
        share.rows(at=at), fanned_out_at=None, recalled_at=None, due_at__lte=at
    )


@transaction.atomic
def _fan_out(row: OutboxRow, *, token: uuid.UUID, at: datetime) -> None:
    """Write one delivery per recipient and channel, and close the row, or neither."""
    not_recalled = Q(recalled_at=None)
    if later := left_until(row.entry.kind, since=row.created_at, at=at):
        leases.release(row, token=token, only_if=not_recalled, due_at=later)
        return
    if not leases.release(row, token=token, only_if=not_recalled, fanned_out_at=at):
        return
    notice = notices.get(row.entry.kind)
    if notice is None:  # the notice was removed between two releases of the portal
        return
    insert_deliveries(notice, row.entry, at=at, is_of_unknown_state=row.is_of_unknown_state)
    fanned_out.send(OutboxRow, entry=row.entry, notice=notice, at=at)


def deliver_due(*, clock: Clock, run: Run, share: Share = Share.ALL) -> int:
    """
    Try the deliveries whose time has come, alerts first; return how many were claimed.

    While deliveries are paused none is claimed, and a batch that is under way stops at its next message.
    """
    at = clock()
    due = _due_deliveries(share, at=at)
    if run.away:
        due = due.exclude(channel__in=run.away)
    # In the order of their index, and no further: ten thousand of one moment are not sorted for each batch.
    # An entry that thousands are told of is read once for a batch.
    due = due.prefetch_related("entry").order_by("-is_alert", "due_at")
    token, claimed = leases.claim(due, at=at, limit=run.size, lease=LEASE)
    if claimed:
        run.deliver(claimed, token=token, lease=LEASE)
    return len(claimed)


def _due_deliveries(share: Share, *, at: datetime) -> QuerySet[Delivery]:
    return Delivery.objects.filter(
        NOT_PAUSED,
        share.rows(at=at),
        status=DeliveryStatus.WAITING,
        due_at__lte=at,
        is_for_digest=False,
        channel__in=list(CHANNELS),  # what goes to webhooks is sent by posting.post_due
    )


def mark_read(delivery: Delivery, *, by: User, at: datetime) -> None:
    """Note that the recipient has opened the item; the first time counts."""
    Delivery.objects.filter(pk=delivery.pk, recipient=by, read_at=None).update(read_at=at)


def mark_all_read(*, by: User, at: datetime, up_to: datetime) -> int:
    """Note all items as read that the person saw on the page; later ones stay unread."""
    waiting = Delivery.objects.filter(recipient=by, channel="inbox", read_at=None)
    return waiting.filter(created_at__lte=up_to).update(read_at=at)
