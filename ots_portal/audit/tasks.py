"""Celery's door into the audit."""

from celery import shared_task

from ots_portal.audit import services
from ots_portal.clock import database_now


@shared_task
def seal() -> int:
    return services.seal(at=database_now())
