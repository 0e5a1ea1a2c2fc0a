"""Forgetting what is due, in batches; running it twice forgets nothing twice."""

from collections.abc import Iterator
from datetime import datetime, timedelta

from django.conf import settings
from django.db import transaction

from ots_portal import plugs
from ots_portal.audit.services import record
from ots_portal.privacy.models import RetentionRun

BATCH = 1_000


def due_counts(*, at: datetime) -> dict[str, int]:
    """Return how many of each kind would be forgotten now."""
    return {retention.kind: retention.count(before) for retention, before in _due(at)}


def forget_what_is_due(*, at: datetime) -> dict[str, int]:
    """Forget it, batch by batch, and record how many; return the numbers, nothing where nothing was due."""
    counts = {retention.kind: _forget(retention, before) for retention, before in _due(at)}
    gone = {kind: count for kind, count in counts.items() if count}
    if gone:
        _write_down(gone, at)
    return gone


def _due(at: datetime) -> Iterator[tuple[plugs.Retention, datetime]]:
    for kind, kept in settings.PORTAL_RETENTION.items():
        if kept["days"] is not None:
            yield plugs.retentions[kind], at - timedelta(days=kept["days"])


def _forget(retention: plugs.Retention, before: datetime) -> int:
    total = 0
    while count := retention.forget(before, BATCH):  # each batch commits by itself
        total += count
    return total


@transaction.atomic
def _write_down(counts: dict[str, int], at: datetime) -> None:
    run = RetentionRun.objects.create(started_at=at, counts=counts)
    record("privacy.retention_run.finished", subject=run, by=None, at=at, counts=counts)


def table() -> str:
    """Return settings.PORTAL_RETENTION as docs/retention.md shows it."""
    rows = [
        f"| {kind} | {_period(kept['days'])} | {kept['why']} | {kept['source']} |"
        for kind, kept in settings.PORTAL_RETENTION.items()
    ]
    return "\n".join(["| kind | kept for | why | source |", "|---|---|---|---|", *rows])


def _period(days: int | None) -> str:
    if days is None:
        return "ever"
    return "1 day" if days == 1 else f"{days} days"
