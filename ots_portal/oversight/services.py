"""Having the chain checked, and taking entries out of the portal."""

from collections.abc import Callable
from dataclasses import asdict
from datetime import datetime, timedelta

from django.db import transaction
from django.db.models import Count, QuerySet

from ots_portal.audit.models import AuditEntry
from ots_portal.audit.services import record
from ots_portal.audit.verification import Anchor, Verification, verify
from ots_portal.oversight import queries, rules
from ots_portal.oversight.models import Check, CheckScope, Export
from ots_portal.people.models import User
from ots_portal.verdicts import require

FULL_EVERY = timedelta(days=1)
NEW_EVERY = timedelta(minutes=10)
# A check that has run for longer was lost with its worker: a million entries take less than a minute.
LOST_AFTER = timedelta(minutes=30)
# From here on an export is a mass export: who takes it confirms who they are, and the heads are told.
SMALL_EXPORT = 500

Clock = Callable[[], datetime]


# ── checks ──────────────────────────────────────────────────────────────────────────────────────


@transaction.atomic
def ask_for_check(*, by: User, at: datetime) -> Check:
    """
    Ask a worker to check the whole chain; while one waits or runs already, that one will do.

    :raises Refused: unless ``rules.may_check``
    """
    require(rules.may_check(by))
    waiting = queries.check_under_way(since=at - LOST_AFTER)
    if waiting and waiting.scope == CheckScope.FULL:
        return waiting
    check = Check.objects.create(scope=CheckScope.FULL, requested_at=at)
    record("oversight.check.requested", subject=check, by=by, at=at)
    return check


def carry_out_due_check(*, clock: Clock) -> Check | None:
    """Check what somebody asked for or what is due; None where there is nothing to do. Safe to run twice."""
    check = _claimed(at=clock())
    if check is None:
        return None
    before = queries.last_check()
    is_partial = check.scope == CheckScope.NEW and before
    found = verify(since=before.head) if is_partial and before else verify(expected=_known(before))
    _finish(check, found, before=before, at=clock())
    return check


def anything_due(at: datetime) -> bool:
    """Return whether ``carry_out_due_check`` would find a check that was asked for or is due."""
    return _asked_for(at).exists() or _due_scope(at) is not None


def _asked_for(at: datetime) -> QuerySet[Check]:
    return Check.objects.filter(started_at=None, requested_at__gte=at - LOST_AFTER)


def _claimed(*, at: datetime) -> Check | None:
    check = _asked_for(at).order_by("requested_at").first() or _due(at)
    if check is None:
        return None
    claimed = Check.objects.filter(pk=check.pk, started_at=None).update(started_at=at)
    return check if claimed else None


def _due(at: datetime) -> Check | None:
    """Write down the check whose time has come."""
    scope = _due_scope(at)
    return Check.objects.create(scope=scope, requested_at=at) if scope else None


def _due_scope(at: datetime) -> CheckScope | None:
    """Return what is to be checked by now: all of it once a day, what is new in between."""
    if queries.check_under_way(since=at - LOST_AFTER):
        return None
    done = Check.objects.exclude(finished_at=None)
    if not done.filter(scope=CheckScope.FULL, finished_at__gt=at - FULL_EVERY).exists():
        return CheckScope.FULL
    last = queries.last_check()
    # What is broken stays broken: only a full check says that it was put right.
    if (
        last
        and not last.fault
        and last.head
        and last.finished_at
        and last.finished_at <= at - NEW_EVERY
    ):
        return CheckScope.NEW
    return None


def _known(before: Check | None) -> tuple[Anchor, ...]:
    """Return the block that the last sound check had read: a chain made anew does not hold it."""
    return (before.head,) if before and before.head and not before.fault else ()


@transaction.atomic
def _finish(check: Check, found: Verification, *, before: Check | None, at: datetime) -> None:
    check.refresh_from_db()
    check.finished_at = at
    check.entry_count, check.block_count = found.entry_count, found.block_count
    check.unsealed_count = found.unsealed_count
    check.found_fault = asdict(found.fault) if found.fault else {}
    if found.head:
        check.head_number, check.head_digest = found.head.number, found.head.digest
    check.save()
    if found.fault and (before is None or before.found_fault != check.found_fault):
        record("oversight.check.failed", subject=check, by=None, at=at, fault=check.found_fault)


# ── exports ─────────────────────────────────────────────────────────────────────────────────────


def is_mass_export(entries: QuerySet[AuditEntry]) -> bool:
    return entries.order_by()[: SMALL_EXPORT + 1].count() > SMALL_EXPORT


@transaction.atomic
def take_out(
    entries: QuerySet[AuditEntry],
    *,
    wishes: queries.Wishes,
    file_format: str,
    by: User,
    at: datetime,
) -> Export:
    """
    Write down that ``by`` takes these entries out; the caller then streams them.

    One entry per participant whose entries they are, so that each head reads of the own ones; of a mass
    export the heads are told.

    :raises Refused: unless ``rules.may_read``
    """
    require(rules.may_read(by))
    counts = dict(
        entries.order_by()
        .values_list("participant")
        .annotate(count=Count("pk"))
        .order_by("participant")
    )
    total = sum(counts.values())
    export = Export.objects.create(
        taken_by=by, taken_at=at, format=file_format, filters=wishes.as_codes(), entry_count=total
    )
    kind = "oversight.export.taken_in_mass" if total > SMALL_EXPORT else "oversight.export.taken"
    for participant, count in (counts or {by.participant_id: 0}).items():
        record(
            kind,
            subject=export,
            by=by,
            at=at,
            participant=participant,
            entry_count=count,
            **export.as_told(),
        )
    return export
