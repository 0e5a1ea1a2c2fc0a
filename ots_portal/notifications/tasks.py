"""Celery's door into notifications: one service call each, safe to run twice or late."""

from celery import shared_task

from ots_portal.clock import database_now
from ots_portal.notifications import posting, services
from ots_portal.notifications.services import Share


@shared_task
def sweep() -> int:
    """Deliver whatever waits but alerts: called by the doorbell at once and by beat every second."""
    return services.work_through(clock=database_now, share=Share.OTHERS)


@shared_task
def sweep_alerts() -> int:
    """Deliver the alerts, in a queue and a worker of their own."""
    return services.work_through(clock=database_now, share=Share.ALERTS)


@shared_task
def post() -> int:
    """Send to webhooks whatever is due, in a queue of its own: others' servers may take their time."""
    return posting.post_due(clock=database_now)
