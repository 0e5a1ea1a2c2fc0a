from datetime import timedelta
from typing import Any

from django.conf import settings
from django.db import transaction
from django.dispatch import receiver

from ots_portal.audit.models import AuditEntry
from ots_portal.audit.signals import entry_recorded
from ots_portal.notifications import doorbell
from ots_portal.notifications.models import OutboxRow
from ots_portal.notifications.silence import is_silent
from ots_portal.plugs import notices


@receiver(entry_recorded, dispatch_uid="notifications.write_outbox_row")
def write_outbox_row(sender: type, entry: AuditEntry, **kwargs: Any) -> None:
    """Put the entry into the outbox, in its own transaction, if a notice is registered for it."""
    notice = notices.get(entry.kind)
    if notice is None or is_silent():
        return
    wait = timedelta(seconds=settings.PORTAL_RECALL_SECONDS if notice.is_recallable else 0)
    OutboxRow.objects.create(
        entry=entry,
        created_at=entry.recorded_at,
        due_at=entry.recorded_at + wait,
        is_alert=notice.is_alert,
    )
    transaction.on_commit(doorbell.ring_for_alerts if notice.is_alert else doorbell.ring)
