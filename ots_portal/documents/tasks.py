"""Celery's door into documents: one service call, safe to run twice or late."""

from celery import shared_task

from ots_portal.clock import database_now
from ots_portal.documents import queries, services
from ots_portal.rounds.asking import AnyFound, asked_first


@shared_task
@asked_first(AnyFound(lambda at: [queries.due_for_scan(at)]))
def scan_waiting() -> int:
    """Have the files in quarantine scanned: beat looks every two seconds where there is a scanner."""
    return services.scan_waiting(clock=database_now)
