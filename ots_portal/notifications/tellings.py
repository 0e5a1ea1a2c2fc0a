"""Who was told of something: the deliveries, as rooms below this one may know them."""

from collections.abc import Sequence
from uuid import UUID

from ots_portal.notifications.models import Channel, Delivery, DeliveryStatus
from ots_portal.plugs import Telling


def of_entries(entries: Sequence[UUID]) -> list[Telling]:
    """Return the messages to people about these audit entries, by participant; webhooks left out."""
    deliveries = Delivery.objects.filter(entry__in=entries, endpoint=None)
    ordered = deliveries.select_related("recipient__participant").order_by(
        "recipient__participant", "created_at", "id"
    )
    return [_telling(delivery) for delivery in ordered]


def _telling(delivery: Delivery) -> Telling:
    status = DeliveryStatus(delivery.status)
    is_told = status == DeliveryStatus.SENT
    # An item is in the inbox from the moment at which it was made.
    is_item = delivery.channel == Channel.INBOX
    return Telling(
        person=delivery.recipient,
        channel=delivery.channel,
        status=delivery.status,
        status_label=status.label,
        told_at=delivery.created_at if is_item else delivery.finished_at if is_told else None,
        read_at=delivery.read_at,
    )
