import logging
from datetime import datetime
from typing import Any

from django.db import transaction
from django.dispatch import receiver

from ots_portal.audit.models import AuditEntry
from ots_portal.audit.signals import entry_recorded
from ots_portal.escalations import services, starting
from ots_portal.notifications.models import OutboxRow
from ots_portal.notifications.signals import fanned_out
from ots_portal.plugs import Notice, notices

logger = logging.getLogger(__name__)


@receiver(fanned_out, sender=OutboxRow, dispatch_uid="escalations.start_clocks")
def start_clocks(
    sender: type, entry: AuditEntry, notice: Notice, at: datetime, **kwargs: Any
) -> None:
    """Start them in a savepoint: what goes wrong here must not keep the message from anybody."""
    if not notice.needs_acknowledgement:
        return
    try:
        with transaction.atomic():
            starting.start_clocks(notice, entry, at=at)
    except Exception:
        # The sweep makes them good (starting.start_missing).
        logger.exception("The clocks of the entry %s could not be started.", entry.pk)


@receiver(entry_recorded, sender=AuditEntry, dispatch_uid="escalations.follow_the_record")
def follow_the_record(sender: type, entry: AuditEntry, **kwargs: Any) -> None:
    """Stop or end the clocks of a record with what happens to it; of most records there are never any."""
    awaited = [notice for notice in notices.values() if notice.needs_acknowledgement]
    if any(entry.kind == notice.acknowledged_kind for notice in awaited):
        services.note_acknowledgement(entry)
    elif entry.kind.rpartition(".")[0] in {notice.kind.rpartition(".")[0] for notice in awaited}:
        services.end_what_is_over(entry)


@receiver(entry_recorded, sender=AuditEntry, dispatch_uid="escalations.go_on_after_a_pause")
def go_on_after_a_pause(sender: type, entry: AuditEntry, **kwargs: Any) -> None:
    if entry.kind == "notifications.pause.ended":
        services.give_time_after_pause(at=entry.recorded_at)
