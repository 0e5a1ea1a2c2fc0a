from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.db.models import Count, OuterRef, QuerySet, Subquery

from ots_portal.dispatch.forms import TO_LOOK_AT
from ots_portal.notifications import health, settling
from ots_portal.notifications.models import Attempt, Channel, Delivery, DeliveryStatus


def filtered(messages: QuerySet[Delivery], wishes: Mapping[str, Any]) -> QuerySet[Delivery]:
    """Narrow the messages by what the form asks; empty wishes narrow nothing."""
    statuses = {TO_LOOK_AT: (DeliveryStatus.FAILED, DeliveryStatus.UNKNOWN)}
    if status := wishes.get("status"):
        messages = messages.filter(status__in=statuses.get(status, (status,)))
    if kind := wishes.get("kind"):
        messages = messages.filter(entry__kind=kind)
    if participant := wishes.get("participant"):
        messages = messages.filter(recipient__participant=participant)
    if channel := wishes.get("channel"):
        messages = messages.filter(channel=channel)
    if cause := wishes.get("cause"):
        messages = health.with_cause(health.not_getting_away(messages)).filter(cause=cause)
    if name := wishes.get("q"):
        messages = messages.filter(recipient__full_name__icontains=name)
    return messages


def with_last_attempt(messages: QuerySet[Delivery]) -> QuerySet[Delivery]:
    """Add what came of the last try, the recipient and the entry, in the same query."""
    tries = Attempt.objects.filter(delivery=OuterRef("pk")).order_by("-started_at", "-id")
    return messages.select_related("entry", "recipient__participant").annotate(
        last_detail=Subquery(tries.values("detail")[:1]),
        last_tried_at=Subquery(tries.values("started_at")[:1]),
    )


def figures(messages: QuerySet[Delivery]) -> dict[str, int]:
    """Return how many wait, have failed, or may have been sent already."""
    asked = (DeliveryStatus.WAITING, DeliveryStatus.FAILED, DeliveryStatus.UNKNOWN)
    open_ones = messages.filter(status__in=asked).order_by().values_list("status")
    counted = dict(open_ones.annotate(count=Count("pk")))
    return {status: counted.get(status, 0) for status in asked}


@dataclass(frozen=True)
class ToSettle:
    """How many of the messages can be tried again, and how many can be withdrawn."""

    retry: int
    withdraw: int


def to_settle(messages: QuerySet[Delivery], *, at: datetime) -> ToSettle:
    """Count those that have not arrived; what has is on no index that this asks."""
    open_ones = (DeliveryStatus.WAITING, DeliveryStatus.FAILED, DeliveryStatus.UNKNOWN)
    counted = messages.filter(status__in=open_ones).order_by()
    return ToSettle(
        **counted.aggregate(
            retry=Count("pk", filter=settling.RETRYABLE),
            withdraw=Count("pk", filter=settling.withdrawable_at(at)),
        )
    )


def of_whom(messages: QuerySet[Delivery]) -> list[tuple[str, str, int]]:
    """Return (kind, participant, how many messages), the most first."""
    counted = messages.order_by().values_list("entry__kind", "recipient__participant")
    found = counted.annotate(count=Count("pk"))
    return sorted(found, key=lambda row: (-row[2], row[0], row[1]))


def oldest_due(messages: QuerySet[Delivery], *, at: datetime) -> Delivery | None:
    """Return the message to a person that should have gone out first."""
    due = messages.exclude(channel=Channel.WEBHOOK)
    due = due.filter(status=DeliveryStatus.WAITING, due_at__lte=at)
    return due.select_related("entry", "recipient__participant").order_by("due_at", "id").first()
