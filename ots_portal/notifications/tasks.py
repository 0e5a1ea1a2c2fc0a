"""Celery's door into notifications: one service call each, safe to run twice or late."""

from celery import shared_task

from ots_portal.clock import database_now
from ots_portal.notifications import posting, services


@shared_task
def sweep() -> int:
    """Deliver whatever waits: called by the doorbell at once and by beat every second."""
    return services.work_through(clock=database_now)


@shared_task
def post() -> int:
    """Send to webhooks whatever is due, in a queue of its own: others' servers may take their time."""
    return posting.post_due(clock=database_now)
