"""Celery's door into agreements: one service call each, safe to run twice or late."""

from celery import shared_task

from agreements.services import confirmations, instruments
from ots_portal.clock import database_now


@shared_task
def enter_into_force() -> int:
    """Let treaties enter into force whose calculated and notified day has come; answers how many."""
    return instruments.enter_into_force_what_is_due(at=database_now())


@shared_task
def remind_of_confirmations() -> int:
    """Remind capitals that have not confirmed a text; answers of how many texts."""
    return confirmations.remind_due(at=database_now())
