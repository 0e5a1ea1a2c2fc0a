"""Celery's door into access: one service call each."""

from celery import shared_task

from ots_portal.access import sessions
from ots_portal.clock import database_now


@shared_task
def forget_ended_sessions() -> int:
    """Delete what is kept of sessions that are over; returns how many."""
    return sessions.forget_ended(at=database_now())
