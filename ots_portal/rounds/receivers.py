"""What Celery says of a task becomes a note about the round."""

import logging
from typing import Any

from celery.signals import task_failure, task_success
from django.db import Error as DatabaseFailure

from ots_portal.clock import database_now
from ots_portal.rounds import services
from ots_portal.rounds.schedule import scheduled

logger = logging.getLogger(__name__)


@task_success.connect
def note_run(sender: Any, **_kwargs: Any) -> None:
    if sender.name in scheduled():
        try:
            services.note_run(sender.name, at=database_now())
        except DatabaseFailure as error:
            _tell(sender.name, error)


@task_failure.connect
def note_failure(sender: Any, exception: BaseException, **_kwargs: Any) -> None:
    if sender.name in scheduled():
        try:
            services.note_failure(sender.name, exception, at=database_now())
        except DatabaseFailure as error:
            _tell(sender.name, error)


def _tell(task: str, error: DatabaseFailure) -> None:
    """Let the round be what it is: done, or failed for a reason that has its own line."""
    logger.warning("What became of %s could not be noted (%s).", task, type(error).__name__)
