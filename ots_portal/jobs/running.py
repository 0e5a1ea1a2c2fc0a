"""What a worker does: take a job by a lease, do it as its owner would, and leave what came of it."""

import logging
from collections.abc import Callable
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID
from zoneinfo import ZoneInfo

from django.db import transaction
from django.db.models import F, QuerySet
from django.utils import timezone, translation

from ots_portal import leases, plugs
from ots_portal.jobs import queries, results, services
from ots_portal.jobs.context import Context, Heart, Stopped, held
from ots_portal.jobs.failures import JobFailed
from ots_portal.jobs.models import Job
from ots_portal.jobs.services import LEASE, LeaseLost
from ots_portal.jobs.statuses import JobStatus
from ots_portal.lifecycle import WrongStatus
from ots_portal.people.models import User
from ots_portal.plugs import JobKind

logger = logging.getLogger(__name__)

ATTEMPTS_AT_MOST = 3
# When work that met a fault (the file store is away) is tried again.
PAUSES = (timedelta(seconds=5), timedelta(seconds=30))
BATCH = 100

Clock = Callable[[], datetime]


def work_through(*, clock: Clock) -> int:
    """Let go of what has expired, then do whatever waits, one after the other; return how many."""
    expire_due(clock=clock)
    count = 0
    while (taken := _taken(at=clock())) is not None:
        job, token = taken
        if _is_begun(job, token=token, at=clock()):
            _work(job, token=token, clock=clock)
        count += 1
    return count


def what_is_due(at: datetime) -> list[QuerySet[Job]]:
    """Return all that ``work_through`` would find to do, but for what somebody holds."""
    return [queries.due_to_expire(at), leases.free(queries.open_jobs(), at=at)]


def expire_due(*, clock: Clock) -> int:
    """Expire the results whose time is over; return how many."""
    at = clock()
    jobs = list(queries.due_to_expire(at)[:BATCH])
    for job in jobs:
        try:
            services.expire(job, at=at)
        except WrongStatus:
            continue  # another sweep was faster
    return len(jobs)


def _taken(*, at: datetime) -> tuple[Job, UUID] | None:
    token, jobs = leases.claim(queries.open_jobs(), at=at, limit=1, lease=LEASE)
    return (jobs[0], token) if jobs else None


def _is_begun(job: Job, *, token: UUID, at: datetime) -> bool:
    """Count the attempt; a job whose workers were lost too often is given up instead."""
    try:
        if job.attempt_count >= ATTEMPTS_AT_MOST:
            code = job.failure_code or "lost"
            details = {"attempts": job.attempt_count}
            services.fail(job, token=token, at=at, code=code, details=details)
            return False
        _count_attempt(job, token=token, at=at)
    except (LeaseLost, WrongStatus):
        return False
    return True


@transaction.atomic
def _count_attempt(job: Job, *, token: UUID, at: datetime) -> None:
    # What a lost worker left in the store goes; a late one would find its token gone.
    results.remove_after_commit(job)
    afresh: dict[str, Any] = {
        "attempt_count": F("attempt_count") + 1,
        "done_count": 0,
        "total_count": None,
        "stage": "",
        "failure_code": "",
    }
    if not leases.prolong(job, token=token, at=at, lease=LEASE, **afresh):
        raise LeaseLost
    if job.status == JobStatus.QUEUED:
        services.start(job, token=token, at=at)
    job.refresh_from_db()


def _work(job: Job, *, token: UUID, clock: Clock) -> None:
    """Do it; nothing that happens here holds up the next job."""
    try:
        kind, owner = _checked(job)
        _run(job, kind, owner, token=token, clock=clock)
    except JobFailed as failure:
        _give_up(job, token=token, clock=clock, failure=failure)
    except (Stopped, LeaseLost, WrongStatus):
        logger.info("Job %s was cancelled or taken over.", job.pk)
    except Exception:
        logger.exception("Job %s met a fault.", job.pk)
        _try_later(job, token=token, at=clock())


def _checked(job: Job) -> tuple[JobKind, User]:
    """
    Return the kind and the owner, as they are now.

    :raises JobFailed: when the owner could not begin it any more
    """
    kind = plugs.jobs.get(job.kind)
    if kind is None:
        raise JobFailed("unknown_kind")
    owner = User.objects.get(pk=job.owner_id)
    if not owner.is_active or owner.participant_id != job.participant_id:
        raise JobFailed("account")
    if not kind.may_begin(owner, job.parameters):
        raise JobFailed("not_allowed")
    return kind, owner


def _run(job: Job, kind: JobKind, owner: User, *, token: UUID, clock: Clock) -> None:
    limit = kind.time_limit_seconds
    held(job, token).update(rights_version=owner.rights_version)
    context = Context(job, token=token, time_limit_seconds=limit)
    try:
        with (
            Heart(job, token=token, clock=clock, time_limit_seconds=limit),
            translation.override(owner.language),
            timezone.override(ZoneInfo(owner.time_zone)),
        ):
            kind.run(context, job.parameters, owner=owner, at=clock())
            _leave_result(job, context, token=token, clock=clock)
    finally:
        context.writer.close()


def _leave_result(job: Job, context: Context, *, token: UUID, clock: Clock) -> None:
    """Store the file, then say that it is done; where that cannot be said, the file goes again."""
    result = context.writer.store(job)
    try:
        _refuse_suspended(job)
        services.finish(job, result, token=token, at=clock())
    except BaseException:
        if result:
            results.remove(result)
        raise


def _refuse_suspended(job: Job) -> None:
    """Keep no file for somebody whose account was closed while it was made."""
    if not User.objects.filter(pk=job.owner_id, is_active=True).exists():
        raise JobFailed("account")


def _give_up(job: Job, *, token: UUID, clock: Clock, failure: JobFailed) -> None:
    try:
        services.fail(job, token=token, at=clock(), code=failure.code, details=failure.details)
    except (LeaseLost, WrongStatus):
        logger.info("Job %s was cancelled or taken over.", job.pk)


def _try_later(job: Job, *, token: UUID, at: datetime) -> None:
    """Leave it for a while, held by nobody; after the last attempt it has failed."""
    if job.attempt_count >= ATTEMPTS_AT_MOST:
        details = {"attempts": job.attempt_count}
        _give_up(job, token=token, clock=lambda: at, failure=JobFailed("fault", **details))
        return
    pause = PAUSES[job.attempt_count - 1]
    held(job, token).update(lease_until=at + pause, lease_token=None, failure_code="fault")
