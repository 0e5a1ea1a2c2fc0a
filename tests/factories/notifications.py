from datetime import UTC, datetime

import factory

from ots_portal.audit.services import record
from ots_portal.notifications.models import Channel, Delivery, DeliveryStatus

TOLD_AT = datetime(2026, 11, 20, 12, 0, tzinfo=UTC)


class InboxItemFactory(factory.django.DjangoModelFactory[Delivery]):
    """An inbox item about ``subject``, an incident that was reported."""

    class Meta:
        model = Delivery
        exclude = ("subject",)

    entry = factory.LazyAttribute(
        lambda item: record(
            "incidents.incident.reported", subject=item.subject, by=None, at=TOLD_AT
        )
    )
    channel = Channel.INBOX
    status = DeliveryStatus.SENT
    created_at = TOLD_AT
    due_at = TOLD_AT
    finished_at = TOLD_AT
