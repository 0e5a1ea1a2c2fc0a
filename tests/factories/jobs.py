from datetime import UTC, datetime, timedelta
from hashlib import sha256

import factory
from django.core.files.base import ContentFile
from django.core.files.storage import default_storage

from ots_portal.jobs.models import Job
from ots_portal.jobs.results import name_of
from ots_portal.jobs.statuses import JobStatus
from tests.factories.people import UserFactory

BEGUN_AT = datetime(2026, 11, 20, 12, 0, tzinfo=UTC)
FAR = datetime(2099, 1, 1, tzinfo=UTC)


class JobFactory(factory.django.DjangoModelFactory[Job]):
    """A job that waits; each of its own parameters."""

    class Meta:
        model = Job

    kind = "tests.count"
    owner = factory.SubFactory(UserFactory)
    participant = factory.SelfAttribute("owner.participant")
    parameters = factory.Sequence(lambda n: {"rows": n})
    parameters_sha256 = factory.Sequence(lambda n: sha256(str(n).encode()).hexdigest())
    created_at = BEGUN_AT
    updated_at = factory.SelfAttribute("created_at")


class RunningJobFactory(JobFactory):
    """A job in some worker's hands."""

    status = JobStatus.RUNNING
    attempt_count = 1
    started_at = BEGUN_AT
    done_count = 30
    total_count = 120
    stage = "writing"


class FailedJobFactory(JobFactory):
    status = JobStatus.FAILED
    attempt_count = 1
    failure_code = "fault"
    failure_details = {"attempts": 3}
    finished_at = BEGUN_AT + timedelta(minutes=2)
    expires_at = FAR


class EndedJobFactory(JobFactory):
    """A job that was cancelled, or has expired."""

    status = JobStatus.CANCELLED
    finished_at = BEGUN_AT + timedelta(minutes=2)


def done_job(*, content: bytes = b"0\r\n1\r\n", **more) -> Job:
    """Return a job whose result, a CSV file, can be fetched for a long time."""
    job = JobFactory(status=JobStatus.RUNNING, attempt_count=1, **{"started_at": BEGUN_AT, **more})
    stored = default_storage.save(name_of(job, 1), ContentFile(content))
    Job.objects.filter(pk=job.pk).update(
        status=JobStatus.DONE,
        stored_name=stored,
        file_name="lines.csv",
        content_type="text/csv",
        size_bytes=len(content),
        sha256=sha256(content).hexdigest(),
        rights_version=job.owner.rights_version,
        finished_at=BEGUN_AT + timedelta(minutes=2),
        expires_at=FAR,
    )
    job.refresh_from_db()
    return job
