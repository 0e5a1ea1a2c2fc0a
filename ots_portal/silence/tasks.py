"""Celery's door into the silence procedure: one service call each, safe to run twice or late."""

from celery import shared_task

from ots_portal.clock import database_now
from ots_portal.rounds.asking import AnyFound, asked_first
from ots_portal.silence import queries, services


@shared_task
@asked_first(AnyFound(lambda at: [queries.due(at)]))
def settle() -> int:
    """Write the results of those whose time is over: beat looks every two seconds; answers how many."""
    return services.settle_due(clock=database_now)


@shared_task
@asked_first(services.anything_to_remind_of)
def remind() -> int:
    """Remind of those that end in a day or in two hours: beat looks every minute; answers of how many."""
    return services.remind_due(clock=database_now)
