"""Celery's door into meetings: one service call each, safe to run twice or late."""

from celery import shared_task

from meetings.services import minutes_reminders
from ots_portal.clock import database_now


@shared_task
def remind_of_comments() -> int:
    """Remind the States that have not commented on circulated minutes: called by beat every ten minutes."""
    return minutes_reminders.remind(at=database_now())
