from typing import Any

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
    if entry.kind in notices and not is_silent():
        OutboxRow.objects.create(entry=entry, created_at=entry.recorded_at)
        transaction.on_commit(doorbell.ring)
