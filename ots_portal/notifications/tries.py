"""
The tries of a batch: written together before the network is touched, and what came of each one by one.

A worker that dies leaves at most one message that may have arrived without being recorded.
"""

import random
import uuid
from collections.abc import Collection, Iterator, Mapping, Sequence
from contextlib import contextmanager
from datetime import datetime, timedelta
from typing import Any

from django.db import connection, transaction
from django.db.models import Exists, F, OuterRef, Q, QuerySet

from ots_portal import leases
from ots_portal.notifications.channels.results import Outcome, Result
from ots_portal.notifications.models import Attempt, Delivery, DeliveryStatus
from ots_portal.notifications.queries import NOT_PAUSED

# When a try is repeated; after the last one the delivery has failed and the operator sees it.
# The pauses grow as the Standard Webhooks specification recommends for deliveries.
PAUSES = tuple(
    timedelta(seconds=seconds) for seconds in (5, 60, 300, 1800, 7200, 18000, 36000, 36000)
)
LONGEST_RETRY_AFTER = timedelta(hours=1)
NOT_VISIBLE = "The recipient may not see it any more."


@contextmanager
def quick_commits() -> Iterator[None]:
    """
    Do not wait for the disk with every result (decisions.md 26).

    Should PostgreSQL itself be killed, what the last fraction of a second sent is sent again under the same
    id. What was accepted is not concerned: outbox rows are written elsewhere.
    """
    if connection.vendor != "postgresql" or connection.in_atomic_block:
        yield
        return
    with connection.cursor() as cursor:
        cursor.execute("SET synchronous_commit TO off")
    try:
        yield
    finally:
        if connection.is_usable():
            with connection.cursor() as cursor:
                cursor.execute("RESET synchronous_commit")


@transaction.atomic
def start(
    deliveries: Sequence[Delivery],
    *,
    token: uuid.UUID,
    at: datetime,
    lease: timedelta = leases.LEASE,
) -> dict[uuid.UUID, uuid.UUID]:
    """
    Write the attempts before the network is touched, of those whose lease still holds.

    Return delivery → attempt.
    """
    keys = [delivery.pk for delivery in deliveries]
    held = Delivery.objects.filter(NOT_PAUSED, pk__among=keys, lease_token=token)
    once_more = F("attempt_count") + 1
    if held.update(attempt_count=once_more, lease_until=at + lease) != len(keys):
        keys = list(held.values_list("pk", flat=True))
    attempts = {key: uuid.uuid4() for key in keys}
    if attempts:
        _write(attempts, at=at)
    return attempts


def _write(attempts: Mapping[uuid.UUID, uuid.UUID], *, at: datetime) -> None:
    """By hand: to make ten thousand objects, and to prepare each for the database, takes longer than to write them."""
    insert = f"INSERT INTO {Attempt._meta.db_table} (id, delivery_id, started_at, outcome, detail, answer)"
    moment = connection.ops.adapt_datetimefield_value(at)
    with connection.cursor() as cursor:
        if connection.vendor == "postgresql":
            pairs = [[key.hex for key in keys] for keys in (attempts.values(), attempts.keys())]
            given = "FROM unnest(%s::uuid[], %s::uuid[]) AS given (id, delivery)"
            cursor.execute(
                f"{insert} SELECT given.id, given.delivery, %s, '', '', '' {given}",
                [moment, *pairs],
            )
        else:
            rows = [(own.hex, key.hex, moment) for key, own in attempts.items()]
            cursor.executemany(f"{insert} VALUES (%s, %s, %s, '', '', '')", rows)


@transaction.atomic
def give_back(deliveries: Sequence[Delivery], *, token: uuid.UUID) -> None:
    """Take back the attempts that did not come about; the deliveries stay due."""
    if not deliveries:
        return
    held = Delivery.objects.filter(pk__in=[one.pk for one in deliveries], lease_token=token)
    keys = list(held.values_list("pk", flat=True))
    Attempt.objects.filter(delivery__in=keys, finished_at=None, outcome="").delete()
    held.update(attempt_count=F("attempt_count") - 1, lease_until=None, lease_token=None)


def withdraw(delivery: Delivery, *, token: uuid.UUID, at: datetime) -> None:
    with transaction.atomic():
        if leases.release(delivery, token=token, status=DeliveryStatus.WITHDRAWN, finished_at=at):
            Attempt.objects.create(
                delivery=delivery,
                started_at=at,
                finished_at=at,
                outcome="withdrawn",
                detail=NOT_VISIBLE,
            )


def close(deliveries: Collection[uuid.UUID], *, token: uuid.UUID, at: datetime) -> None:
    """Say of deliveries that they are sent: their tries say so already, one by one (marks.py)."""
    if deliveries:
        held = Delivery.objects.filter(pk__among=deliveries, lease_token=token)
        held.update(status=DeliveryStatus.SENT, finished_at=at, lease_until=None, lease_token=None)


def sent_already(claimed: Sequence[Delivery]) -> set[uuid.UUID]:
    """Return which of these arrived: who noted it did not live to close them."""
    tried = [delivery.pk for delivery in claimed if delivery.attempt_count]
    return (
        set(_gone_well().filter(delivery__in=tried).values_list("delivery", flat=True))
        if tried
        else set()
    )


def close_what_was_sent(*, at: datetime) -> None:
    """Close whatever waits although it arrived, whoever held it: before all that waits is called of unknown state."""
    sent = Delivery.objects.filter(HAS_ARRIVED, status=DeliveryStatus.WAITING)
    sent.update(status=DeliveryStatus.SENT, finished_at=at, lease_until=None, lease_token=None)


def _gone_well() -> QuerySet[Attempt]:
    return Attempt.objects.filter(outcome=str(Outcome.SENT)).order_by()


# A worker died between the last note and the end of its batch.
HAS_ARRIVED = Q(attempt_count__gt=0) & Q(Exists(_gone_well().filter(delivery=OuterRef("pk"))))


def finish(
    delivery: Delivery, attempt: uuid.UUID, result: Result | None, *, token: uuid.UUID, at: datetime
) -> None:
    """
    Record what came of it, unless the lease has passed to somebody else.

    ``result`` None: it was not sent, the recipient may not see it any more.
    """
    if result is None:
        outcome, detail = "withdrawn", NOT_VISIBLE
        changes: dict[str, Any] = {"status": DeliveryStatus.WITHDRAWN, "finished_at": at}
    else:
        outcome, detail = str(result.outcome), result.detail
        changes = what_follows(result, tries=delivery.attempt_count + 1, at=at)
    # Not one transaction: a crash in between leaves a delivery that is finished and a try without an end.
    if leases.release(delivery, token=token, **changes):
        Attempt.objects.filter(pk=attempt).update(
            finished_at=at, outcome=outcome, detail=detail[:300]
        )


def what_follows(result: Result, *, tries: int, at: datetime) -> dict[str, Any]:
    """Return the columns of a delivery after so many tries, of which this was the last."""
    if result.outcome is Outcome.SENT:
        return {"status": DeliveryStatus.SENT, "finished_at": at}
    if result.outcome is Outcome.REFUSED or tries > len(PAUSES):
        return {"status": DeliveryStatus.FAILED, "finished_at": at}
    # ±20 %: those who failed together do not come back together
    pause = PAUSES[tries - 1] * random.uniform(0.8, 1.2)  # noqa: S311 -- spreading load, no secret
    if result.retry_after:
        pause = max(pause, min(result.retry_after, LONGEST_RETRY_AFTER))
    return {"due_at": at + pause}
