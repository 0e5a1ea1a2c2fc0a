import uuid

from django.db import models
from django.db.models import Q
from django.urls import reverse
from django.utils.functional import Promise

from ots_portal import plugs
from ots_portal.jobs.statuses import OPEN, JobStatus
from ots_portal.participants.models import Participant
from ots_portal.people.models import User


class Job(models.Model):
    """
    Work that a person or a partner system asked for and that takes longer than a page may.

    ``kind`` names what the apps plugged in (plugs.JobKind). Nobody but its owner sees it, and only while the
    owner serves the participant it was begun for. ``rights_version`` is the owner's when the work ran: a
    result made with other rights is not handed out.
    """

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    kind = models.CharField(max_length=100)
    owner = models.ForeignKey(User, on_delete=models.CASCADE, related_name="jobs")
    participant = models.ForeignKey(Participant, on_delete=models.PROTECT, related_name="+")
    parameters = models.JSONField(default=dict)
    parameters_sha256 = models.CharField(max_length=64)
    status = models.CharField(max_length=9, choices=JobStatus, default=JobStatus.QUEUED)
    version = models.PositiveIntegerField(default=1)
    # How far it is: of how many it is not always known; ``stage`` is a code of the kind.
    done_count = models.PositiveBigIntegerField(default=0)
    total_count = models.PositiveBigIntegerField(null=True)
    stage = models.CharField(max_length=40, blank=True)
    attempt_count = models.PositiveIntegerField(default=0)
    rights_version = models.PositiveIntegerField(default=0)
    lease_until = models.DateTimeField(null=True)
    lease_token = models.UUIDField(null=True)
    # Why it failed: a code and what its sentence names.
    failure_code = models.CharField(max_length=40, blank=True)
    failure_details = models.JSONField(default=dict)
    # The name of the result in the file store. No FileField: what goes within a day is in no backup.
    stored_name = models.CharField(max_length=200, blank=True)
    file_name = models.CharField(max_length=150, blank=True)
    content_type = models.CharField(max_length=100, blank=True)
    size_bytes = models.PositiveBigIntegerField(null=True)
    sha256 = models.CharField(max_length=64, blank=True)
    created_at = models.DateTimeField()
    updated_at = models.DateTimeField()
    started_at = models.DateTimeField(null=True)
    finished_at = models.DateTimeField(null=True)
    expires_at = models.DateTimeField(null=True)

    class Meta:
        ordering = ["-created_at", "-id"]
        constraints = [
            models.CheckConstraint(
                condition=Q(status__in=JobStatus.values), name="job_status_is_known"
            ),
            models.UniqueConstraint(
                fields=["owner", "kind", "parameters_sha256"],
                condition=Q(status__in=OPEN),
                name="same_work_once_at_a_time",
            ),
            models.CheckConstraint(
                condition=Q(stored_name="") | Q(status=JobStatus.DONE, expires_at__isnull=False),
                name="a_result_is_of_what_is_done_and_expires",
            ),
            models.CheckConstraint(
                condition=~Q(status=JobStatus.FAILED) | ~Q(failure_code=""),
                name="a_failed_job_says_why",
            ),
        ]
        indexes = [
            models.Index(fields=["owner", "-created_at", "-id"], name="jobs_of_a_person"),
            models.Index(fields=["created_at"], name="jobs_open", condition=Q(status__in=OPEN)),
            models.Index(
                fields=["expires_at"],
                name="jobs_by_expiry",
                condition=Q(status__in=(JobStatus.DONE, JobStatus.FAILED)),
            ),
            models.Index(
                fields=["finished_at"],
                name="jobs_by_finish",
                condition=Q(finished_at__isnull=False),
            ),
        ]

    def __str__(self) -> str:
        return str(self.title)

    def get_absolute_url(self) -> str:
        return reverse("jobs:detail", args=[self.pk])

    @property
    def title(self) -> str | Promise:
        """What the work is called; of a kind that this release does not know, its code."""
        kind = plugs.jobs.get(self.kind)
        return kind.title if kind else self.kind

    @property
    def is_open(self) -> bool:
        return self.status in OPEN

    @property
    def has_result(self) -> bool:
        return bool(self.stored_name)
