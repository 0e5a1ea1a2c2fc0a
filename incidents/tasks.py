"""Celery's door into incidents."""

from celery import shared_task

from incidents.services import offers
from ots_portal.clock import database_now


@shared_task
def expire_offers() -> int:
    """End the offers whose time is over; answers how many."""
    return offers.expire_all(at=database_now())
