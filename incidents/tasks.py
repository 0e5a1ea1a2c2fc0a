"""Celery's door into incidents."""

from celery import shared_task

from incidents.services import alerts, offers, received_alerts
from ots_portal.clock import database_now


@shared_task
def expire_offers() -> int:
    """End the offers whose time is over; answers how many."""
    return offers.expire_all(at=database_now())


@shared_task
def expire_alerts() -> int:
    """End the alerts, our own and received ones, whose time is over."""
    at = database_now()
    return alerts.expire_due(at=at) + received_alerts.expire_due(at=at)
