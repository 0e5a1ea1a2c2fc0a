"""Celery's door into the audit."""

from celery import shared_task

from ots_portal.audit import sealing, services
from ots_portal.clock import database_now
from ots_portal.rounds.asking import asked_first


@shared_task
@asked_first(sealing.anything_unsealed)
def seal() -> int:
    return services.seal(at=database_now())
