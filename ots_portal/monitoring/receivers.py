"""What is told to the log and the counters when something happens elsewhere."""

import sys
from typing import Any

import structlog
from django.core.signals import got_request_exception
from django.db import Error as DatabaseFailure
from django.db import transaction
from django.dispatch import receiver
from django_structlog.celery.signals import (
    bind_extra_task_metadata,
    modify_context_before_task_publish,
)

from ots_portal.audit.models import AuditEntry
from ots_portal.audit.signals import entry_recorded
from ots_portal.monitoring import figures

security = structlog.stdlib.get_logger("ots_portal.security")

# Sign-in, second factors, roles, sessions: what is recorded about an account.
ABOUT_ACCOUNTS = "people."


@receiver(entry_recorded, sender=AuditEntry)
def tell_security(entry: AuditEntry, **kwargs: Any) -> None:
    """Write a line about what concerns an account, once it is committed; ids and kinds only."""
    if not entry.kind.startswith(ABOUT_ACCOUNTS):
        return
    tell = security.warning if entry.kind.endswith("_failed") else security.info
    told = {"kind": entry.kind, "subject": entry.subject_id, "entry": str(entry.pk)}
    transaction.on_commit(lambda: tell("account", **told), robust=True)


@receiver(got_request_exception)
def count_database_error(**kwargs: Any) -> None:
    error = sys.exc_info()[1]
    if isinstance(error, DatabaseFailure):
        figures.count_database_error(type(error).__name__)


@receiver(modify_context_before_task_publish)
def give_task_only_the_id(context: dict[str, Any], **kwargs: Any) -> None:
    """Let the worker's lines name the request that woke it; what it does is not that person's doing."""
    for name in set(context) - {"request_id"}:
        del context[name]


@receiver(bind_extra_task_metadata)
def name_task(task: Any, **kwargs: Any) -> None:
    structlog.contextvars.bind_contextvars(task=task.name)
