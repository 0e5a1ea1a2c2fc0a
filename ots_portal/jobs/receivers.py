from typing import Any

from django.db import transaction
from django.db.models.signals import post_delete
from django.dispatch import receiver

from ots_portal.audit.models import AuditEntry
from ots_portal.audit.signals import entry_recorded
from ots_portal.jobs import doorbell, results
from ots_portal.jobs.models import Job


@receiver(entry_recorded, dispatch_uid="jobs.wake_the_worker")
def wake_the_worker(sender: type, entry: AuditEntry, **kwargs: Any) -> None:
    if entry.kind == "jobs.job.begun":
        transaction.on_commit(doorbell.ring)


@receiver(post_delete, sender=Job, dispatch_uid="jobs.remove_the_files")
def remove_the_files(sender: type, instance: Job, **kwargs: Any) -> None:
    """No row without its file, no file without its row: also where the row goes with its person."""
    results.remove_after_commit(instance)
