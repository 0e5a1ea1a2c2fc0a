"""Celery's door into the API's memory."""

from celery import shared_task
from oauth2_provider.models import AccessToken

from ots_portal.api import idempotency
from ots_portal.clock import database_now


@shared_task
def forget_old_answers() -> int:
    """Delete the answers whose day is over, and tokens that have expired; returns how many answers."""
    at = database_now()
    AccessToken.objects.filter(expires__lt=at).delete()
    return idempotency.forget_old_answers(at=at)
