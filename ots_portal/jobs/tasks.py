"""Celery's door into jobs, on a queue of its own: long work must not stand before anybody's message."""

from celery import shared_task

from ots_portal.clock import database_now
from ots_portal.jobs import running
from ots_portal.rounds.asking import AnyFound, asked_first


@shared_task
@asked_first(AnyFound(running.what_is_due))
def sweep() -> int:
    """Do whatever waits: called by the doorbell at once, and by beat, which looks every two seconds."""
    return running.work_through(clock=database_now)
