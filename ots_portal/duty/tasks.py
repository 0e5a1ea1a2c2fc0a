"""Celery's door into the duty roster: one service call each, safe to run twice or late."""

from celery import shared_task

from ots_portal.clock import database_now
from ots_portal.duty.services import gaps, marks, patterns, swaps
from ots_portal.rounds.asking import asked_first


@shared_task
@asked_first(marks.anything_differs)
def settle() -> int:
    """Mark who is on duty now: beat looks every 15 seconds; answers how many rosters changed."""
    return marks.settle_all(at=database_now())


@shared_task
def look_ahead() -> int:
    """Plan the patterns' next days, close swaps that came too late, warn of gaps; answers of how many."""
    at = database_now()
    patterns.continue_all(at=at)
    swaps.lapse_due(at=at)
    return gaps.warn_all(at=at)
