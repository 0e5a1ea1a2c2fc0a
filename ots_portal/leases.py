"""
Claiming work: a lease with a token, by a conditional update that SQLite can do, too.

Whoever holds a lease works on the row until the lease ends by the database's clock; a late worker finds
its token gone and must not record anything.
"""

import uuid
from datetime import datetime, timedelta
from typing import TypeVar

from django.db import connection, models, transaction
from django.db.models import Q, QuerySet

from ots_portal import among

LEASE = timedelta(seconds=60)
among.register()
Row = TypeVar("Row", bound=models.Model)


def free(waiting: QuerySet[Row], *, at: datetime) -> QuerySet[Row]:
    """Return those that nobody holds at that moment."""
    return waiting.filter(Q(lease_until=None) | Q(lease_until__lt=at))


def claim(
    waiting: QuerySet[Row], *, at: datetime, limit: int, lease: timedelta = LEASE
) -> tuple[uuid.UUID, list[Row]]:
    """
    Take up to ``limit`` rows that nobody holds; return the token and the rows, in their order.

    ``waiting`` is an ordered queryset of a model with ``lease_until`` and ``lease_token``.
    """
    token = uuid.uuid4()
    unheld = free(waiting, at=at)
    # Asked often and mostly in vain: without a transaction, which SQLite has for one only.
    if not unheld.exists():
        return token, []
    with transaction.atomic():
        if connection.features.has_select_for_update_skip_locked:
            # Two sweeps at once then share the work instead of waiting for each other.
            unheld = unheld.select_for_update(skip_locked=True)
        keys = list(unheld.values_list("pk", flat=True)[:limit])
        still_free = free(waiting.model._default_manager.filter(pk__among=keys), at=at)
        still_free.update(lease_until=at + lease, lease_token=token)
    return token, list(waiting.filter(pk__among=keys, lease_token=token))


def prolong(
    row: models.Model,
    *,
    token: uuid.UUID,
    at: datetime,
    lease: timedelta = LEASE,
    only_if: Q | None = None,
    **changes: object,
) -> bool:
    """
    Hold on to a row for another lease; False when somebody else holds it now.

    ``only_if`` is one more condition that must hold at that moment.
    """
    held = type(row)._default_manager.filter(only_if or Q(), pk=row.pk, lease_token=token)
    return held.update(lease_until=at + lease, **changes) == 1


def release(
    row: models.Model, *, token: uuid.UUID, only_if: Q | None = None, **changes: object
) -> bool:
    """
    Let go of a row with what came of it; False when somebody else holds it: nothing is recorded.

    ``only_if`` is one more condition that must hold at that moment.
    """
    held = type(row)._default_manager.filter(only_if or Q(), pk=row.pk, lease_token=token)
    return held.update(lease_until=None, lease_token=None, **changes) == 1
