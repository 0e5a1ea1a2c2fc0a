"""From the outbox to the people: fan out, deliver, try again, give up visibly."""

import logging
import random
import uuid
from collections.abc import Callable
from datetime import datetime, timedelta

from django.db import transaction
from django.db.models import F

from ots_portal import leases
from ots_portal.notifications.channels import SENDERS
from ots_portal.notifications.channels.results import Outcome, Result
from ots_portal.notifications.fan_out import insert_deliveries
from ots_portal.notifications.models import Attempt, Channel, Delivery, DeliveryStatus, OutboxRow
from ots_portal.notifications.queries import NOT_PAUSED
from ots_portal.notifications.wording import wording_for
from ots_portal.people.models import User
from ots_portal.plugs import notices

logger = logging.getLogger(__name__)

BATCH = 20
# When a try is repeated; after the last one the delivery has failed and the operator sees it.
# The pauses grow as the Standard Webhooks specification recommends for deliveries.
PAUSES = tuple(
    timedelta(seconds=seconds) for seconds in (5, 60, 300, 1800, 7200, 18000, 36000, 36000)
)

Clock = Callable[[], datetime]


def work_through(*, clock: Clock) -> int:
    """Fan out and deliver until nothing is due; return how many deliveries were tried."""
    while fan_out_waiting(clock=clock):
        pass
    tried = 0
    while batch := deliver_due(clock=clock):
        tried += batch
    return tried


def fan_out_waiting(*, clock: Clock) -> int:
    """Turn waiting outbox rows into deliveries; return how many rows were taken."""
    waiting = OutboxRow.objects.filter(fanned_out_at=None).select_related("entry")
    token, rows = leases.claim(waiting.order_by("created_at", "id"), at=clock(), limit=BATCH)
    for row in rows:
        try:
            _fan_out(row, token=token, at=clock())
        except Exception:
            # One row that cannot be fanned out must not hold up those behind it; its lease ends, and
            # it is tried again.
            logger.exception("The outbox row %s could not be fanned out.", row.pk)
    return len(rows)


@transaction.atomic
def _fan_out(row: OutboxRow, *, token: uuid.UUID, at: datetime) -> None:
    """Write one delivery per recipient and channel, and close the row, or neither."""
    if not leases.release(row, token=token, fanned_out_at=at):
        return
    notice = notices.get(row.entry.kind)
    if notice is None:  # the notice was removed between two releases of the portal
        return
    insert_deliveries(notice, row.entry, at=at, is_of_unknown_state=row.is_of_unknown_state)


def deliver_due(*, clock: Clock) -> int:
    """
    Try the deliveries whose time has come, alerts first; return how many were tried.

    While deliveries are paused none is claimed, and a batch that is under way stops at its next message.
    """
    at = clock()
    due = Delivery.objects.filter(NOT_PAUSED, status=DeliveryStatus.WAITING, due_at__lte=at)
    due = due.exclude(channel=Channel.WEBHOOK)  # posting.post_due sends these
    due = due.select_related("entry")
    token, claimed = leases.claim(due.order_by("-is_alert", "due_at", "id"), at=at, limit=BATCH)
    for delivery in claimed:
        _try(delivery, token=token, clock=clock)
    return len(claimed)


def _try(delivery: Delivery, *, token: uuid.UUID, clock: Clock) -> None:
    attempt = _start(delivery, token=token, at=clock())
    if attempt is None:
        return
    try:
        result = _send(delivery)
    except Exception as error:
        # A message that cannot be worded is tried again by the schedule, and then fails visibly.
        logger.exception("The delivery %s could not be sent.", delivery.pk)
        result = Result(Outcome.DEFERRED, f"{type(error).__name__}")
    _finish(delivery, attempt, result, token=token, at=clock())


@transaction.atomic
def _start(delivery: Delivery, *, token: uuid.UUID, at: datetime) -> Attempt | None:
    """Write the attempt before the network is touched; None when the lease is lost, or in a pause."""
    once_more = F("attempt_count") + 1
    if not leases.prolong(
        delivery, token=token, at=at, only_if=NOT_PAUSED, attempt_count=once_more
    ):
        return None
    return Attempt.objects.create(delivery=delivery, started_at=at)


def _send(delivery: Delivery) -> Result | None:
    """Send it, or answer None when the recipient may not see the record any more."""
    # A batch was read before its first message went out: role and address may be others by now.
    delivery.recipient = User.objects.get(pk=delivery.recipient_id)
    notice = notices.get(delivery.entry.kind)
    if notice is None or not (delivery.recipient.is_active or notice.reaches_inactive):
        return None
    record = notice.record_for(delivery.recipient, delivery.entry.subject_id)
    if record is None:
        return None
    wording = wording_for(notice, delivery.entry, record, delivery.recipient)
    return SENDERS[delivery.channel](delivery, wording)


@transaction.atomic
def _finish(
    delivery: Delivery, attempt: Attempt, result: Result | None, *, token: uuid.UUID, at: datetime
) -> None:
    """Record what came of it, unless the lease has passed to somebody else."""
    if result is None:
        outcome, detail = "withdrawn", "The recipient may not see it any more."
        changes = {"status": DeliveryStatus.WITHDRAWN, "finished_at": at}
    else:
        outcome, detail = str(result.outcome), result.detail
        changes = _what_follows(result, tries=delivery.attempt_count + 1, at=at)
    if leases.release(delivery, token=token, **changes):
        Attempt.objects.filter(pk=attempt.pk).update(
            finished_at=at, outcome=outcome, detail=detail[:300]
        )


def _what_follows(result: Result, *, tries: int, at: datetime) -> dict[str, object]:
    if result.outcome is Outcome.SENT:
        return {"status": DeliveryStatus.SENT, "finished_at": at}
    pause = pause_after(tries)
    if result.outcome is Outcome.REFUSED or pause is None:
        return {"status": DeliveryStatus.FAILED, "finished_at": at}
    return {"due_at": at + pause}


def pause_after(tries: int) -> timedelta | None:
    """Return how long to wait after so many tries; None after the last one."""
    if tries > len(PAUSES):
        return None
    # ±20 %: those who failed together do not come back together
    return PAUSES[tries - 1] * random.uniform(0.8, 1.2)  # noqa: S311 -- spreading load, no secret


def mark_read(delivery: Delivery, *, by: User, at: datetime) -> None:
    """Note that the recipient has opened the item; the first time counts."""
    Delivery.objects.filter(pk=delivery.pk, recipient=by, read_at=None).update(read_at=at)


def mark_all_read(*, by: User, at: datetime, up_to: datetime) -> int:
    """Note all items as read that the person saw on the page; later ones stay unread."""
    waiting = Delivery.objects.filter(recipient=by, channel="inbox", read_at=None)
    return waiting.filter(created_at__lte=up_to).update(read_at=at)
