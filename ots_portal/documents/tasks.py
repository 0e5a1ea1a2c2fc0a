"""Celery's door into documents: one service call, safe to run twice or late."""

from celery import shared_task

from ots_portal.clock import database_now
from ots_portal.documents import services


@shared_task
def scan_waiting() -> int:
    """Have the files in quarantine scanned: called by beat every two seconds where there is a scanner."""
    return services.scan_waiting(clock=database_now)
