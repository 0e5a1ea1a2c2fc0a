"""Clocks start with the messages of a notice; where that went wrong, the sweep makes it good."""

import logging
from datetime import datetime, timedelta
from typing import Any

from django.apps import apps
from django.db import transaction
from django.db.models import QuerySet

from ots_portal.audit.models import AuditEntry
from ots_portal.escalations import ladder, queries
from ots_portal.escalations.models import Clock, ClockStart
from ots_portal.escalations.statuses import ClockStatus
from ots_portal.notifications.models import Delivery, OutboxRow
from ots_portal.notifications.wording import is_of_exercise
from ots_portal.people.models import Role, User
from ots_portal.plugs import Notice, notices

logger = logging.getLogger(__name__)

ACTING = (Role.EDITOR, Role.HEAD)
# What happened longer ago than that gets no clock any more: whoever was told has other ways by then.
MADE_GOOD_FOR = timedelta(days=1)
BATCH = 100


def start_clocks(notice: Notice, entry: AuditEntry, *, at: datetime) -> None:
    """
    Start a clock for each participant that was told, and for each that should have been.

    It runs in the transaction that writes the deliveries. Who has acknowledged already gets none, and who
    has an open one for the record keeps it.
    """
    # Not of those who subscribed: they read it when it suits them.
    _start(notice, entry, told=notice.recipients(entry), at=at)


def start_missing(*, at: datetime) -> int:
    """
    Start the clocks of messages that went out without: return of how many.

    Starting them failed, or a worker of a release that knew no clocks told the people. They count from when
    people were told, so that what is overdue by then comes at once.
    """
    started = 0
    for row in missing(at=at)[:BATCH]:
        try:
            _start_again(row)
        except Exception:
            # The others' clocks must not wait for this one; it is tried again by the next sweep.
            logger.exception("The clocks of the entry %s could not be started.", row.entry_id)
        else:
            started += 1
    return started


def missing(*, at: datetime) -> QuerySet[OutboxRow]:
    """Return what people were told of without clocks, and whose clocks are still made good."""
    return queries.without_start(since=at - MADE_GOOD_FOR)


@transaction.atomic
def _start_again(row: OutboxRow) -> None:
    assert row.fanned_out_at
    notice, entry = notices[row.entry.kind], row.entry
    # Who has come on duty since was not told by this message.
    got_it = Delivery.objects.filter(entry=entry).values("recipient")
    told = notice.recipients(entry).filter(pk__in=got_it)
    _start(notice, entry, told=told, at=row.fanned_out_at)


def _start(notice: Notice, entry: AuditEntry, *, told: QuerySet[User], at: datetime) -> None:
    Clock.objects.bulk_create(_clocks(notice, entry, told, at=at), ignore_conflicts=True)
    row = OutboxRow.objects.get(entry=entry)
    ClockStart.objects.bulk_create([ClockStart(row=row, started_at=at)], ignore_conflicts=True)


def _clocks(
    notice: Notice, entry: AuditEntry, people: QuerySet[User], *, at: datetime
) -> list[Clock]:
    told = _participants_of(people)
    answerable = _participants_of(notice.answerable(entry)) if notice.answerable else set()
    waiting = (told | answerable) - _who_acknowledged(notice, entry)
    if not waiting or not notice.is_awaited(entry):
        return []
    about = _about(entry)
    return [
        _clock(notice, entry, slug, is_told=slug in told, about=about, at=at)
        for slug in sorted(waiting)
    ]


def _participants_of(people: QuerySet[User]) -> set[str]:
    acting = people.filter(role__in=ACTING).order_by()
    return set(acting.values_list("participant", flat=True).distinct())


def _who_acknowledged(notice: Notice, entry: AuditEntry) -> set[str]:
    said = AuditEntry.objects.filter(
        kind=notice.acknowledged_kind, subject_type=entry.subject_type, subject_id=entry.subject_id
    )
    actors = User.objects.filter(pk__in=said.values("actor_id")).order_by()
    return set(actors.values_list("participant", flat=True).distinct())


def _about(entry: AuditEntry) -> dict[str, Any]:
    """Return what the clock keeps of the record itself: number and exercise."""
    record = apps.get_model(entry.subject_type)._default_manager.get(pk=entry.subject_id)
    number = getattr(record, "number", "") or ""
    return {"number": str(number)[:60], "is_exercise": is_of_exercise(record)}


def _clock(  # noqa: PLR0913 -- keywords only, each named where it is called
    notice: Notice,
    entry: AuditEntry,
    participant: str,
    *,
    is_told: bool,
    about: dict[str, Any],
    at: datetime,
) -> Clock:
    clock = Clock(
        status=ClockStatus.OFFICERS_TOLD if is_told else ClockStatus.NOBODY_ON_DUTY,
        entry=entry,
        participant_id=participant,
        subject_type=entry.subject_type,
        subject_id=entry.subject_id,
        acknowledged_kind=notice.acknowledged_kind,
        started_at=at,
        counted_from=at,
        updated_at=at,
        **about,
    )
    # Where nobody is on duty, nobody was told: the next one is due now.
    clock.next_at = ladder.moment_of(clock, ladder.LADDER[0].verb) if is_told else at
    return clock
