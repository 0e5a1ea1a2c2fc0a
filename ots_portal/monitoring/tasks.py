"""Celery's door into the monitoring."""

from celery import shared_task

from ots_portal.clock import database_now
from ots_portal.monitoring import services


@shared_task
def beat() -> None:
    services.beat(at=database_now())
