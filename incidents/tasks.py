"""Celery's door into incidents."""

from celery import shared_task

from incidents.services import capacities, offers
from ots_portal.clock import database_now


@shared_task
def expire_offers() -> int:
    """End the offers whose time is over; answers how many."""
    return offers.expire_all(at=database_now())


@shared_task
def remind_of_certificates() -> int:
    return capacities.remind_of_certificates(at=database_now())
