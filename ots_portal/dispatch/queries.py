from collections.abc import Mapping
from typing import Any

from django.db.models import Count, OuterRef, QuerySet, Subquery

from ots_portal.dispatch.forms import TO_LOOK_AT
from ots_portal.notifications.models import Attempt, Delivery, DeliveryStatus


def filtered(messages: QuerySet[Delivery], wishes: Mapping[str, Any]) -> QuerySet[Delivery]:
    """Narrow the messages by what the form asks; empty wishes narrow nothing."""
    statuses = {TO_LOOK_AT: (DeliveryStatus.FAILED, DeliveryStatus.UNKNOWN)}
    if status := wishes.get("status"):
        messages = messages.filter(status__in=statuses.get(status, (status,)))
    if kind := wishes.get("kind"):
        messages = messages.filter(entry__kind=kind)
    if participant := wishes.get("participant"):
        messages = messages.filter(recipient__participant=participant)
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
