"""Celery's door into notifications: one service call each, safe to run twice or late."""

from functools import partial

from celery import shared_task

from ots_portal.clock import database_now
from ots_portal.notifications import posting, services
from ots_portal.notifications.services import Share
from ots_portal.rounds.asking import AnyFound, asked_first


@shared_task
@asked_first(AnyFound(partial(services.what_is_due, share=Share.OTHERS)))
def sweep() -> int:
    """Deliver whatever waits but alerts: called by the doorbell at once, and by beat, which looks every second."""
    return _work(Share.OTHERS)


@shared_task
@asked_first(AnyFound(partial(services.what_is_due, share=Share.ALERTS)))
def sweep_alerts() -> int:
    """Deliver the alerts, in a queue and a worker of their own."""
    return _work(Share.ALERTS)


@shared_task
@asked_first(AnyFound(posting.what_is_due))
def post() -> int:
    """Send to webhooks whatever is due, in a queue of its own: others' servers may take their time."""
    return posting.post_due(clock=database_now)


def _work(share: Share) -> int:
    return services.work_through(clock=database_now, share=share, seconds=services.GOES_ON_SECONDS)
