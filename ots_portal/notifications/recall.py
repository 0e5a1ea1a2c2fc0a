"""Taking back a message in the time in which nobody has been told of it yet (decisions.md 27)."""

from dataclasses import dataclass
from datetime import datetime
from math import ceil

from django.db import models
from django.utils.translation import gettext as _

from ots_portal.lifecycle import WrongStatus
from ots_portal.notifications.models import OutboxRow
from ots_portal.people.models import User


@dataclass(frozen=True)
class Window:
    """The time in which a message can still be taken back; ``seconds_left`` is whole, 0 where it is over."""

    ends_at: datetime
    seconds_left: int

    @property
    def clock(self) -> str:
        """What is left as minutes and seconds: "0:58"."""
        return f"{self.seconds_left // 60}:{self.seconds_left % 60:02d}"


def is_open(record: models.Model, kind: str) -> bool:
    """Return whether nobody has been told yet that this happened to the record."""
    row = _row(record, kind)
    return row is not None and _is_waiting(row)


def window_of(record: models.Model, kind: str, *, at: datetime) -> Window | None:
    """Return how long the message of this kind about the record can be taken back; None where it cannot."""
    row = _row(record, kind)
    if row is None or not _is_waiting(row):
        return None
    return Window(row.due_at, max(0, ceil((row.due_at - at).total_seconds())))


def stop(record: models.Model, kind: str, *, by: User, at: datetime) -> None:
    """
    Tell nobody of what happened to the record; what else it means is the caller's, in its own transaction.

    Whoever is faster wins: either everybody is told, or nobody.

    :raises WrongStatus: once it is being told
    """
    if not stop_if_waiting(record, kind, by=by, at=at):
        raise WrongStatus(too_late())


def stop_if_waiting(record: models.Model, kind: str, *, by: User, at: datetime) -> bool:
    """Do the same where it is not too late, for a step that is possible either way; say whether it was."""
    row = _row(record, kind)
    if row is None:
        return False
    # By the row's own key: a condition that joins other tables would be looked at before the row is locked.
    waiting = OutboxRow.objects.filter(pk=row.pk, fanned_out_at=None, recalled_at=None)
    return waiting.update(recalled_at=at, recalled_by=by) == 1


def was_told_since(record: models.Model, kind: str, moment: datetime) -> bool:
    """Return whether something of this kind has happened to the record since, and people hear or heard of it."""
    row = _row(record, kind)
    return row is not None and row.created_at >= moment and row.recalled_at is None


def too_late() -> str:
    return _("The messages have gone out: this cannot be recalled any more.")


def _row(record: models.Model, kind: str) -> OutboxRow | None:
    """Return the row of the last time that it happened; None where nobody is told of it at all."""
    rows = OutboxRow.objects.filter(
        entry__subject_type=record._meta.label_lower,
        entry__subject_id=str(record.pk),
        entry__kind=kind,
    )
    return rows.order_by("-created_at", "-id").first()


def _is_waiting(row: OutboxRow) -> bool:
    return row.fanned_out_at is None and row.recalled_at is None
