"""Jobs as pages show them."""

from collections.abc import Iterable
from dataclasses import dataclass

from django.utils.functional import Promise
from django.utils.translation import gettext as _

from ots_portal import plugs
from ots_portal.jobs.failures import sentence_of
from ots_portal.jobs.models import Job
from ots_portal.jobs.statuses import JobStatus

TONES = {
    JobStatus.QUEUED: "neutral",
    JobStatus.RUNNING: "info",
    JobStatus.DONE: "good",
    JobStatus.FAILED: "severe",
    JobStatus.CANCELLED: "draft",
    JobStatus.EXPIRED: "draft",
}


@dataclass(frozen=True)
class JobView:
    """``percent`` is None where it is not known how much there is to do."""

    job: Job
    description: str | Promise
    tone: str
    percent: int | None
    stage: str | Promise
    how_far: str
    failure: str


def shown(job: Job) -> JobView:
    kind = plugs.jobs.get(job.kind)
    return JobView(
        job=job,
        description=kind.describe(job.parameters) if kind else "",
        tone=TONES[JobStatus(job.status)],
        percent=percent_of(job),
        stage=kind.stages.get(job.stage, "") if kind else "",
        how_far=how_far(job),
        failure="" if job.is_open else sentence_of(job),
    )


def rows(jobs: Iterable[Job]) -> list[JobView]:
    return [shown(job) for job in jobs]


def percent_of(job: Job) -> int | None:
    """Return how far it is; never 100 before it is done, as the file is still to be kept."""
    if job.status == JobStatus.QUEUED:
        return 0
    if not job.total_count:
        return None
    return min(99, job.done_count * 100 // job.total_count)


def how_far(job: Job) -> str:
    """Say it in numbers, "" before there are any."""
    numbers = {"done": f"{job.done_count:,}".replace(",", "\u202f")}
    if job.total_count:
        numbers["total"] = f"{job.total_count:,}".replace(",", "\u202f")
        return _("%(done)s of %(total)s") % numbers
    return _("%(done)s so far") % numbers if job.done_count else ""
