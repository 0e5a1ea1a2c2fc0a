"""Reading jobs: ``visible_to`` is the boundary of pages, API and messages; the rest is the worker's."""

from datetime import datetime

from django.contrib.auth.models import AnonymousUser
from django.db.models import QuerySet

from ots_portal.jobs.models import Job
from ots_portal.jobs.statuses import OPEN, JobStatus
from ots_portal.people.models import User


def visible_to(user: User | AnonymousUser) -> QuerySet[Job]:
    """Return the user's own jobs: nobody else's, and none from when they served somebody else."""
    if not isinstance(user, User):
        return Job.objects.none()
    return Job.objects.filter(owner=user, participant=user.participant_id)


def record_for(user: User, subject_id: str) -> Job | None:
    """Return the job if it is the user's: asked again before a message is shown."""
    return visible_to(user).filter(pk=subject_id).first()


def same_work(user: User, *, kind: str, digest: str) -> QuerySet[Job]:
    """Return the user's job of that kind with those parameters that waits or is under way."""
    return visible_to(user).filter(kind=kind, parameters_sha256=digest, status__in=OPEN)


def open_jobs() -> QuerySet[Job]:
    """Return what waits for a worker or is under way, in the order in which it was begun."""
    return Job.objects.filter(status__in=OPEN).order_by("created_at", "id")


def due_to_expire(at: datetime) -> QuerySet[Job]:
    over = Job.objects.filter(status__in=(JobStatus.DONE, JobStatus.FAILED), expires_at__lte=at)
    return over.order_by("expires_at", "id")


def finished_before(moment: datetime) -> QuerySet[Job]:
    return Job.objects.exclude(status__in=OPEN).filter(finished_at__lt=moment)
