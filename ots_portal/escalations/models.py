import uuid

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.urls import reverse

from ots_portal.audit.models import AuditEntry
from ots_portal.escalations.statuses import OPEN, RUNNING, ClockStatus
from ots_portal.notifications.models import OutboxRow
from ots_portal.participants.models import Participant


def board_of(subject_id: object) -> str:
    """Return the address of the board with the clocks of one record, those that stand as well."""
    return f"{reverse('escalations:list')}?status=all&subject={subject_id}"


class Clock(models.Model):
    """
    That a participant was told of something, and how far the portal has gone since to get an answer.

    ``entry`` is what was told; its kind's notice says where and how one acknowledges. A participant has one
    clock at a time for a record, however many notices of it there are.
    """

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    version = models.PositiveIntegerField(default=1)
    status = models.CharField(max_length=20, choices=ClockStatus)
    entry = models.ForeignKey(AuditEntry, on_delete=models.PROTECT, related_name="clocks")
    participant = models.ForeignKey(Participant, on_delete=models.PROTECT, related_name="clocks")
    # As in the entry: what is acknowledged, and which kind of entry says so.
    subject_type = models.CharField(max_length=100)
    subject_id = models.CharField(max_length=40)
    acknowledged_kind = models.CharField(max_length=100)
    # What may be said of the record to whoever holds a link of a mail: its number, "" where it has none.
    number = models.CharField(max_length=60, blank=True)
    is_exercise = models.BooleanField(default=False)
    started_at = models.DateTimeField()
    # Later than that where a pause of the deliveries has held the clock up.
    counted_from = models.DateTimeField()
    updated_at = models.DateTimeField()
    # When somebody else was told last; None while it was the officer on duty alone.
    stepped_at = models.DateTimeField(null=True)
    # When somebody else is told; None where nobody is any more.
    next_at = models.DateTimeField(null=True)
    stopped_at = models.DateTimeField(null=True)
    stopped_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.SET_NULL, null=True, related_name="+"
    )
    is_by_link = models.BooleanField(default=False)

    class Meta:
        ordering = ["-started_at", "-id"]
        constraints = [
            models.CheckConstraint(
                condition=Q(status__in=ClockStatus.values), name="clock_status_is_known"
            ),
            models.CheckConstraint(
                condition=Q(status__in=OPEN, stopped_at=None)
                | (~Q(status__in=OPEN) & Q(stopped_at__isnull=False)),
                name="a_clock_that_stands_says_since_when",
            ),
            models.CheckConstraint(
                condition=Q(status__in=RUNNING, next_at__isnull=False)
                | (~Q(status__in=RUNNING) & Q(next_at=None)),
                name="a_clock_that_runs_says_until_when",
            ),
            models.UniqueConstraint(
                fields=["subject_type", "subject_id", "participant", "acknowledged_kind"],
                condition=Q(status__in=OPEN),
                name="one_open_clock_per_record_and_participant",
            ),
            models.UniqueConstraint(
                fields=["entry", "participant"], name="one_clock_per_entry_and_participant"
            ),
        ]
        indexes = [
            models.Index(
                fields=["next_at"], name="clocks_by_next_step", condition=Q(next_at__isnull=False)
            ),
            models.Index(
                fields=["-started_at", "-id"], name="clocks_open", condition=Q(status__in=OPEN)
            ),
            models.Index(
                fields=["participant", "-started_at", "-id"], name="clocks_of_participant"
            ),
            models.Index(fields=["subject_type", "subject_id"], name="clocks_by_subject"),
            models.Index(
                fields=["stopped_at"], name="clocks_stopped", condition=Q(stopped_at__isnull=False)
            ),
        ]

    def __str__(self) -> str:
        return f"{self.number or self.subject_id}: {self.participant_id}"

    def get_absolute_url(self) -> str:
        return board_of(self.subject_id)

    @property
    def is_open(self) -> bool:
        return self.status in OPEN

    @property
    def is_running(self) -> bool:
        return self.status in RUNNING


class ClockStart(models.Model):
    """
    That the clocks of a message were started, or that nobody was to have one: without it they are missing.

    It goes with the outbox row.
    """

    row = models.OneToOneField(
        OutboxRow, on_delete=models.CASCADE, primary_key=True, related_name="clock_start"
    )
    started_at = models.DateTimeField()

    class Meta:
        ordering = ["started_at"]

    def __str__(self) -> str:
        return f"clocks of {self.row_id}"
