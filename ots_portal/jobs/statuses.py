from django.db.models import TextChoices
from django.utils.translation import pgettext_lazy

from ots_portal.lifecycle import Lifecycle, Step


class JobStatus(TextChoices):
    QUEUED = "queued", pgettext_lazy("job", "Waiting")
    RUNNING = "running", pgettext_lazy("job", "Under way")
    DONE = "done", pgettext_lazy("job", "Done")
    FAILED = "failed", pgettext_lazy("job", "Failed")
    CANCELLED = "cancelled", pgettext_lazy("job", "Cancelled")
    EXPIRED = "expired", pgettext_lazy("job", "Expired")


# A worker has it before it, or in hands.
OPEN = (JobStatus.QUEUED, JobStatus.RUNNING)

JOBS = Lifecycle(
    Step(
        "start",
        (JobStatus.QUEUED,),
        JobStatus.RUNNING,
        records="jobs.job.started",
        automatic=True,
    ),
    Step(
        "finish",
        (JobStatus.RUNNING,),
        JobStatus.DONE,
        records="jobs.job.finished",
        automatic=True,
    ),
    Step("fail", OPEN, JobStatus.FAILED, records="jobs.job.failed", automatic=True),
    Step("cancel", OPEN, JobStatus.CANCELLED, records="jobs.job.cancelled"),
    Step(
        "expire",
        (JobStatus.DONE, JobStatus.FAILED),
        JobStatus.EXPIRED,
        records="jobs.job.expired",
        automatic=True,
    ),
)
