"""Celery's door into meetings: one service call each, safe to run twice or late."""

from celery import shared_task

from meetings.services import moves
from ots_portal.clock import database_now


@shared_task
def tell_of_moves() -> int:
    """Tell of meetings that were moved ten minutes ago; answers of how many."""
    return moves.tell_due(at=database_now())
