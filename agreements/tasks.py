"""Celery's door into agreements: one service call each, safe to run twice or late."""

from celery import shared_task

from agreements.services import instruments
from ots_portal.clock import database_now


@shared_task
def enter_into_force() -> int:
    """Let treaties enter into force whose calculated and notified day has come; answers how many."""
    return instruments.enter_into_force_what_is_due(at=database_now())
