"""Celery's door into the incidents."""

import logging

from celery import shared_task

from incidents.queries import feeds as queries
from incidents.services import feeds as services
from ots_portal.clock import database_now

logger = logging.getLogger(__name__)


@shared_task
def ask_feeds() -> None:
    """Ask every hazard feed that is due; one that fails does not keep the others waiting."""
    for feed in queries.due(at=database_now()):
        ask_one.delay(str(feed.pk))
