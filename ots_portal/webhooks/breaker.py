"""
When an endpoint is left in peace, and when it is given up.

After some failures in a row the breaker opens: nothing is sent until ``retry_at``. Then one message probes;
it arrives and all others follow, or the next pause is longer. Nothing here reads or writes the database.
"""

from datetime import datetime, timedelta
from typing import Any

from ots_portal.webhooks.models import DisabledBecause, Endpoint

OPENS_AFTER = 5  # failures in a row
PAUSES = tuple(timedelta(seconds=seconds) for seconds in (30, 60, 120, 300, 900))
LONGEST_RETRY_AFTER = timedelta(hours=1)
# security.md F14: an endpoint is given up after so much, whichever comes first.
GIVES_UP_AFTER_FAILURES = 50
GIVES_UP_AFTER = timedelta(days=5)


def after_success(*, at: datetime) -> dict[str, Any]:
    """Return the columns of an endpoint that answered well."""
    return {"failure_count": 0, "failing_since": None, "retry_at": None, "succeeded_at": at}


def after_failure(
    endpoint: Endpoint, *, at: datetime, retry_after: timedelta | None = None
) -> dict[str, Any]:
    """
    Return the columns of an endpoint that failed.

    Who asks to be left alone for a while (``retry_after``, 429 or 503) is there: that is counted as no
    failure in a row, and the pause is the one that was asked for.
    """
    since = endpoint.failing_since or at
    if retry_after is not None:
        pause = min(retry_after, LONGEST_RETRY_AFTER)
        return {"failing_since": since, "retry_at": at + pause}
    count = endpoint.failure_count + 1
    return {
        "failure_count": count,
        "failing_since": since,
        "retry_at": at + _pause_after(count) if count >= OPENS_AFTER else None,
    }


def _pause_after(failure_count: int) -> timedelta:
    return PAUSES[min(failure_count - OPENS_AFTER, len(PAUSES) - 1)]


def why_give_up(changes: dict[str, Any], *, at: datetime) -> DisabledBecause | None:
    """Return why an endpoint is disabled with these columns; None where it is tried on."""
    if changes.get("failure_count", 0) >= GIVES_UP_AFTER_FAILURES:
        return DisabledBecause.FAILURES
    since = changes.get("failing_since")
    return DisabledBecause.TOO_LONG if since and at - since >= GIVES_UP_AFTER else None
