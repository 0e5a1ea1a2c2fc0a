"""Celery's door into the clocks: one service call, safe to run twice or late."""

from celery import shared_task

from ots_portal.clock import database_now
from ots_portal.escalations import services
from ots_portal.rounds.asking import asked_first


@shared_task
@asked_first(services.anything_due)
def sweep() -> int:
    """Tell whoever is to be told next: beat looks every five seconds."""
    return services.work_through(clock=database_now)


@shared_task
@asked_first(services.anything_open)
def look_again() -> int:
    """End the clocks that nobody can answer any more: called by beat every minute while any is open."""
    return services.look_again(clock=database_now)
