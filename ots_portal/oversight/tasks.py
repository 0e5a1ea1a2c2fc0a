"""Celery's door into oversight."""

from celery import shared_task

from ots_portal.clock import database_now
from ots_portal.oversight import services
from ots_portal.rounds.asking import asked_first


@shared_task
@asked_first(services.anything_due)
def check_the_audit() -> bool:
    """Carry out the check that was asked for or is due: beat looks every ten seconds."""
    return services.carry_out_due_check(clock=database_now) is not None
