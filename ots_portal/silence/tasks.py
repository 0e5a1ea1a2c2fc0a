"""Celery's door into the silence procedure: one service call each, safe to run twice or late."""

from celery import shared_task

from ots_portal.clock import database_now
from ots_portal.silence import services


@shared_task
def settle() -> int:
    """Write the results of those whose time is over: called by beat every two seconds; answers how many."""
    return services.settle_due(clock=database_now)


@shared_task
def remind() -> int:
    """Remind of those that end in a day or in two hours: called by beat every minute; answers of how many."""
    return services.remind_due(clock=database_now)
