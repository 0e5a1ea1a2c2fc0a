"""Beginning, stopping and ending work; ``running`` does it."""

import json
from collections.abc import Mapping
from datetime import datetime, timedelta
from hashlib import sha256
from typing import Any
from uuid import UUID

from django.conf import settings
from django.core.serializers.json import DjangoJSONEncoder
from django.db import IntegrityError, transaction
from django.utils.translation import gettext as _

from ots_portal import leases, plugs
from ots_portal.audit.services import record
from ots_portal.jobs import queries, results, rules
from ots_portal.jobs.models import Job
from ots_portal.jobs.results import Result
from ots_portal.jobs.statuses import JOBS, JobStatus
from ots_portal.lifecycle import WrongStatus, take_step
from ots_portal.people.models import User
from ots_portal.verdicts import require

# A worker that was killed is missed after so long.
LEASE = timedelta(seconds=20)


class LeaseLost(Exception):
    """The job is cancelled, gone, or in somebody else's hands: what was done for it counts for nothing."""


def begin(kind: str, parameters: Mapping[str, Any], *, by: User, at: datetime) -> Job:
    """
    Have a worker do the work; while the same is waiting or under way for this person, that one will do.

    :raises Refused: when the kind's rule says no, or the person has too many under way
    """
    text = json.dumps(parameters, cls=DjangoJSONEncoder, sort_keys=True)
    same = queries.same_work(by, kind=kind, digest=_digest(text))
    if found := same.first():
        return found
    require(rules.may_begin(by, plugs.jobs[kind], parameters))
    try:
        return _begun(kind, text, by=by, at=at)
    except IntegrityError:  # the same person asked for the same in the same moment
        if found := same.first():
            return found
        raise


@transaction.atomic
def _begun(kind: str, parameters: str, *, by: User, at: datetime) -> Job:
    job = Job.objects.create(
        kind=kind,
        owner=by,
        participant=by.participant,
        parameters=json.loads(parameters),
        parameters_sha256=_digest(parameters),
        created_at=at,
        updated_at=at,
    )
    # Of the parameters only the digest: what somebody searches for is nobody else's.
    told = {"job_kind": kind, "parameters_sha256": job.parameters_sha256}
    record("jobs.job.begun", subject=job, by=by, at=at, **told)
    return job


def _digest(text: str) -> str:
    return sha256(text.encode()).hexdigest()


def begin_again(job: Job, *, by: User, at: datetime) -> Job:
    """
    Have the same done once more.

    :raises WrongStatus: when this release does not know the kind of work
    :raises Refused: as ``begin``
    """
    if job.kind not in plugs.jobs:
        raise WrongStatus(_("The portal does not do this kind of work any more."))
    return begin(job.kind, job.parameters, by=by, at=at)


@transaction.atomic
def cancel(job: Job, *, by: User, at: datetime) -> Job:
    """
    Stop the work; a worker that has it in hands notices within a second.

    :raises WrongStatus: once it has ended
    """
    require(rules.may_cancel(by, job))
    cancelled = take_step(job, "cancel", lifecycle=JOBS, by=by, at=at, changes=_ended(at))
    results.remove_after_commit(cancelled)
    return cancelled


# ── what nobody decides ─────────────────────────────────────────────────────────────────────────


@transaction.atomic
def start(job: Job, *, token: UUID, at: datetime) -> Job:
    """:raises LeaseLost: when somebody else has it by now"""
    _hold(job, token=token, at=at)
    return _step(job, "start", at=at, changes={"started_at": at})


@transaction.atomic
def finish(job: Job, result: Result | None, *, token: UUID, at: datetime) -> Job:
    """:raises LeaseLost: when somebody else has it by now, or its owner cancelled it"""
    _hold(job, token=token, at=at)
    done = {**_ended(at), "expires_at": _expiry(at), "failure_code": "", "failure_details": {}}
    if result is None:
        return _step(job, "finish", at=at, changes=done, seconds=_seconds(job, at))
    told = {
        "content_type": result.content_type,
        "size_bytes": result.size_bytes,
        "sha256": result.sha256,
    }
    kept = {"stored_name": result.stored_name, "file_name": result.file_name, **told}
    return _step(job, "finish", at=at, changes={**done, **kept}, seconds=_seconds(job, at), **told)


@transaction.atomic
def fail(
    job: Job, *, token: UUID, at: datetime, code: str, details: Mapping[str, Any] | None = None
) -> Job:
    """:raises LeaseLost: when somebody else has it by now, or its owner cancelled it"""
    _hold(job, token=token, at=at)
    why = {"failure_code": code, "failure_details": dict(details or {})}
    changes = {**_ended(at), **why, "expires_at": _expiry(at)}
    failed = _step(job, "fail", at=at, changes=changes, seconds=_seconds(job, at), reason=code)
    results.remove_after_commit(failed)
    return failed


@transaction.atomic
def expire(job: Job, *, at: datetime) -> Job:
    """Let the result go; that the work was done stays for a while (docs/retention.md)."""
    results.remove_after_commit(job)
    return _step(job, "expire", at=at, changes={"stored_name": ""})


def _hold(job: Job, *, token: UUID, at: datetime) -> None:
    """Lock the row, and make sure that it is still this worker's."""
    if not leases.prolong(job, token=token, at=at, lease=LEASE):
        raise LeaseLost


def _step(job: Job, verb: str, *, at: datetime, changes: dict[str, Any], **data: Any) -> Job:
    return take_step(
        job,
        verb,
        lifecycle=JOBS,
        by=None,
        at=at,
        participant=job.participant_id,
        changes=changes,
        job_kind=job.kind,
        **data,
    )


def _ended(at: datetime) -> dict[str, Any]:
    return {"finished_at": at, "lease_until": None, "lease_token": None}


def _expiry(at: datetime) -> datetime:
    return at + timedelta(hours=settings.PORTAL_JOB_RESULT_HOURS)


def _seconds(job: Job, at: datetime) -> int:
    """Return how long its owner has waited."""
    return int((at - job.created_at).total_seconds())


def needs_step_up(job: Job) -> bool:
    """Return whether whoever has it done again, or fetches what it left, shows first who they are."""
    kind = plugs.jobs.get(job.kind)
    return kind is not None and kind.needs_step_up


# ── the result ──────────────────────────────────────────────────────────────────────────────────


def require_result(job: Job, *, by: User, at: datetime) -> None:
    """
    Go on only where there is a file that this person may have now.

    :raises WrongStatus: with the sentence why not
    """
    if job.status != JobStatus.DONE or (job.expires_at and job.expires_at <= at):
        raise WrongStatus(_("There is no result to fetch, or not any more."))
    if not job.has_result:
        raise WrongStatus(_("This work leaves no file."))
    if job.rights_version != by.rights_version:
        raise WrongStatus(
            _("Your rights or your second factor changed since it was made. Have it made anew.")
        )
