"""From an entry to the webhooks that hear of it: those that want its kind, and may see its record."""

from datetime import datetime

from ots_portal.audit.models import AuditEntry
from ots_portal.notifications.models import Channel, Delivery, DeliveryStatus
from ots_portal.plugs import Notice
from ots_portal.webhooks import queries


def insert_for_endpoints(
    notice: Notice, entry: AuditEntry, *, at: datetime, status: DeliveryStatus
) -> None:
    """Write a delivery per endpoint that wants the kind and whose machine user may see the record."""
    endpoints = list(queries.wanting(entry))
    owners = {endpoint.owner_id: endpoint.owner for endpoint in endpoints}
    # There are as many as partner systems: each is asked through the app's own boundary.
    may_see = {
        key
        for key, owner in owners.items()
        if notice.record_for(owner, entry.subject_id) is not None
    }
    rows = [
        Delivery(
            entry=entry,
            recipient_id=endpoint.owner_id,
            channel=Channel.WEBHOOK,
            endpoint=endpoint,
            status=status,
            is_alert=notice.is_alert,
            created_at=at,
            # Not before the pause of its breaker is over.
            due_at=max(at, endpoint.retry_at or at),
        )
        for endpoint in endpoints
        if endpoint.owner_id in may_see
    ]
    Delivery.objects.bulk_create(rows, ignore_conflicts=True)
