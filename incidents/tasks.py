"""Celery's door into incidents: one service call each, safe to run twice or late."""

from celery import shared_task

from incidents.services import alerts, capacities, offers, received_alerts, recommendations
from ots_portal.clock import database_now


@shared_task
def expire_offers() -> int:
    """End the offers whose time is over; answers how many."""
    return offers.expire_all(at=database_now())


@shared_task
def remind_of_certificates() -> int:
    return capacities.remind_of_certificates(at=database_now())


@shared_task
def remind_of_recommendations() -> int:
    """Remind of reviews and recommendations whose day comes near: called by beat every hour."""
    return recommendations.remind(at=database_now())


@shared_task
def expire_alerts() -> int:
    """End the alerts, our own and received ones, whose time is over."""
    at = database_now()
    return alerts.expire_due(at=at) + received_alerts.expire_due(at=at)
