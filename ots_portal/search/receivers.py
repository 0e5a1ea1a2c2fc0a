from functools import cache
from typing import Any

from django.dispatch import receiver

from ots_portal import plugs
from ots_portal.audit.models import AuditEntry
from ots_portal.audit.signals import entry_recorded
from ots_portal.search.models import WaitingRecord


@receiver(entry_recorded, dispatch_uid="search.note_what_changed")
def note_what_changed(sender: type, entry: AuditEntry, **kwargs: Any) -> None:
    """Let the record wait for its turn, in the transaction of the change: neither is without the other."""
    if entry.subject_type in _searched():
        WaitingRecord.objects.create(
            subject_type=entry.subject_type, subject_id=entry.subject_id, due_at=entry.recorded_at
        )


@cache
def _searched() -> frozenset[str]:
    """Return the models whose records are searched, or concern one that is."""
    found = plugs.searchables.values()
    return frozenset(name for one in found for name in (one.model, *one.follows))
