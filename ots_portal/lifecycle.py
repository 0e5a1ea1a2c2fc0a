"""Status tables: which step leads from which status to which, and what it is called."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from typing import Any, TypeVar

from django.db import models, transaction
from django.db.models import F, Q
from django.utils.translation import gettext as _

from ots_portal.audit.services import record
from ots_portal.people.models import User

Subject = TypeVar("Subject", bound=models.Model)


class WrongStatus(Exception):
    """The step does not lead on from the status the subject is in."""


class StaleVersion(Exception):
    """Somebody else saved in the meantime; ``current`` is what stands now."""

    def __init__(self, current: models.Model) -> None:
        super().__init__(_("Somebody else changed this in the meantime."))
        self.current = current


@dataclass(frozen=True)
class Step:
    """
    One arrow of the diagram; ``records`` is the kind of audit entry it leaves.

    An ``automatic`` step (expire, enter into force) has a service and a job, and no rule, page or
    endpoint: nobody decides it.
    """

    verb: str
    sources: tuple[str, ...]
    target: str
    records: str
    automatic: bool = False


class Lifecycle:
    """
    The steps of one kind of record.

    ``field`` is the column that moves: a record has one status, and may have a second standing beside it,
    such as the credentials of a delegation.
    """

    def __init__(self, *steps: Step, field: str = "status") -> None:
        self.steps = {step.verb: step for step in steps}
        self.field = field

    def steps_from(self, status: str) -> list[Step]:
        return [step for step in self.steps.values() if status in step.sources]

    def diagram(self) -> str:
        """Draw the table as a Mermaid state diagram (docs/lifecycles)."""
        return "\n".join(["stateDiagram-v2", *self._arrows(), ""])

    def _arrows(self) -> Iterator[str]:
        for step in self.steps.values():
            for source in step.sources:
                yield f"    {source} --> {step.target}: {step.verb}"


@transaction.atomic
def take_step(  # noqa: PLR0913 -- keywords only, each named where it is called
    subject: Subject,
    verb: str,
    *,
    lifecycle: Lifecycle,
    by: User | None,
    at: datetime,
    participant: str = "",
    changes: dict[str, Any] | None = None,
    only_if: Q | None = None,
    **data: Any,
) -> Subject:
    """
    Move the subject along one arrow, with the fields that change by it, and record it.

    ``changes`` are further columns set in the same UPDATE; ``data`` goes into the audit entry.
    ``only_if`` is one more condition that must hold at that moment: a deadline, compared by the database.

    :raises WrongStatus: also when somebody else was faster
    """
    step, field = lifecycle.steps[verb], lifecycle.field
    moved = {
        field: step.target,
        "version": F("version") + 1,
        "updated_at": at,
        **(changes or {}),
    }
    rows = type(subject)._default_manager.filter(only_if or Q(), pk=subject.pk)
    # One source after the other, so that the one that hits is known: the copy in memory may be old.
    hits = (
        source for source in step.sources if rows.filter(**{field: source}).update(**moved) == 1
    )
    before = next(hits, None)
    if before is None:
        raise WrongStatus(wrong_status_sentence(subject, field=field))
    subject.refresh_from_db()
    data = {field: {"before": str(before), "after": str(step.target)}, **data}
    record(step.records, subject=subject, by=by, at=at, participant=participant, **data)
    return subject


def wrong_status_sentence(subject: models.Model, *, field: str = "status") -> str:
    """Say which status stands in the way."""
    current = type(subject)._default_manager.filter(pk=subject.pk).first()
    label = getattr(current, f"get_{field}_display")() if current else "—"
    return _("This is not possible any more: the status is now “%(status)s”.") % {"status": label}
