"""Celery's door into agreements: one service call each, safe to run twice or late."""

from celery import shared_task

from agreements.queries.corrections import due
from agreements.services import confirmations, corrections, instruments, reservations
from ots_portal.clock import database_now
from ots_portal.rounds.asking import AnyFound, asked_first


@shared_task
def enter_into_force() -> int:
    """Let treaties enter into force whose calculated and notified day has come; answers how many."""
    return instruments.enter_into_force_what_is_due(at=database_now())


@shared_task
def remind_of_confirmations() -> int:
    """Remind capitals that have not confirmed a text; answers of how many texts."""
    return confirmations.remind_due(at=database_now())


@shared_task
@asked_first(AnyFound(lambda at: [due(at)]))
def effect_corrections() -> int:
    """Write the results of corrections whose time to object is over; answers how many were effected."""
    return corrections.effect_what_is_due(at=database_now())


@shared_task
def accept_reservations_tacitly() -> int:
    """Write the acceptances of reservations by silence whose twelve months are over; answers how many."""
    return reservations.accept_tacitly_what_is_due(at=database_now())
