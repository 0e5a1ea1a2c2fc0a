"""Celery's door into oversight."""

from celery import shared_task

from ots_portal.clock import database_now
from ots_portal.oversight import services


@shared_task
def check_the_audit() -> bool:
    """Carry out the check that was asked for or is due; asked every ten seconds, mostly for nothing."""
    return services.carry_out_due_check(clock=database_now) is not None
