"""Celery's door into incidents: one service call each, safe to run twice or late."""

import logging
from datetime import datetime
from typing import Any

from celery import shared_task
from django.db.models import QuerySet

from incidents.queries import alerts as alert_queries
from incidents.queries import feeds as feed_queries
from incidents.queries import offers as offer_queries
from incidents.queries import received_alerts as received_alert_queries
from incidents.services import (
    alerts,
    capacities,
    feeds,
    offers,
    received_alerts,
    recommendations,
)
from ots_portal.clock import database_now
from ots_portal.egress import FetchFailed, fetch
from ots_portal.rounds.asking import AnyFound, asked_first

logger = logging.getLogger(__name__)


@shared_task
@asked_first(AnyFound(lambda at: [offer_queries.due(at)]))
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


def _alerts_that_are_over(at: datetime) -> list[QuerySet[Any]]:
    return [alert_queries.due(at=at), received_alert_queries.due(at=at)]


@shared_task
@asked_first(AnyFound(_alerts_that_are_over))
def expire_alerts() -> int:
    """End the alerts, our own and received ones, whose time is over."""
    at = database_now()
    return alerts.expire_due(at=at) + received_alerts.expire_due(at=at)


@shared_task
@asked_first(AnyFound(lambda at: [feed_queries.due(at=at)]))
def ask_feeds() -> int:
    """
    Ask every hazard feed that is due, one after the other; answers how many that were.

    A fault of ours in one is logged and said on the feeds' page; the others are asked all the same.
    """
    due = list(feed_queries.due(at=database_now()))
    for feed in due:
        try:
            feeds.ask(feed, fetch=through_the_door, at=database_now())
        except Exception:
            logger.exception("A hazard feed could not be taken in.")
            feeds.note_fault(feed, at=database_now())
    return len(due)


def through_the_door(url: str, **limits: Any) -> feeds.Answer:
    """
    Fetch by the portal's one door to the outside.

    :raises NotFetched: with the door's sentence
    """
    try:
        return fetch(url, **limits)
    except FetchFailed as error:
        raise feeds.NotFetched(str(error)) from error
