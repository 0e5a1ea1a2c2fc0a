"""Celery's door into privacy."""

from celery import shared_task

from ots_portal.clock import database_now
from ots_portal.privacy import retention


@shared_task
def forget_what_is_due() -> dict[str, int]:
    return retention.forget_what_is_due(at=database_now())
