"""Who hears of jobs: their owner, in the inbox alone, and only of what they have stopped waiting for."""

from django.db.models import QuerySet
from django.utils.translation import gettext_lazy as _

from ots_portal.audit.models import AuditEntry
from ots_portal.jobs import queries
from ots_portal.jobs.models import Job
from ots_portal.people.models import User, UserKind
from ots_portal.plugs import Notice, plug_labels, plug_notice

# Whoever looks on sees on the page that it is done.
LONG_SECONDS = 60

SILENT = (
    "jobs.job.begun",
    "jobs.job.started",
    "jobs.job.cancelled",
    "jobs.job.expired",
)


def owner_who_waited(entry: AuditEntry) -> QuerySet[User]:
    """Return the owner, where it took longer than a minute."""
    if entry.data.get("seconds", 0) < LONG_SECONDS:
        return User.objects.none()
    owners = Job.objects.filter(pk=entry.subject_id).values("owner")
    return User.objects.filter(pk__in=owners, kind=UserKind.PERSON, is_active=True)


plug_notice(
    Notice(
        kind="jobs.job.finished",
        title=_("A background job is done"),
        recipients=owner_who_waited,
        record_for=queries.record_for,
        template="jobs/notices/job_finished",
        channels=("inbox",),
    )
)
plug_notice(
    Notice(
        kind="jobs.job.failed",
        title=_("A background job has failed"),
        recipients=owner_who_waited,
        record_for=queries.record_for,
        template="jobs/notices/job_failed",
        channels=("inbox",),
    )
)
plug_labels(
    {
        "jobs.job.begun": _("A background job is begun"),
        "jobs.job.started": _("A worker takes up a background job"),
        "jobs.job.finished": _("A background job is done"),
        "jobs.job.failed": _("A background job has failed"),
        "jobs.job.cancelled": _("A background job is cancelled"),
        "jobs.job.expired": _("The result of a background job expires"),
    }
)
