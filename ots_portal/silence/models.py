import uuid
from datetime import datetime

from django.core.validators import RegexValidator
from django.db import models
from django.db.models import F, Q
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import pgettext_lazy

from ots_portal.participants.models import Participant, validate_time_zone
from ots_portal.people.models import User
from ots_portal.silence.statuses import ProcedureStatus
from ots_portal.texts import in_language
from ots_portal.texts.fields import MAX_LENGTH, LanguageTexts, validate_plain_text

REASON_LENGTH = 5_000
SHA256 = RegexValidator(r"\A[0-9a-f]{64}\Z")


class SilenceProcedure(models.Model):
    """
    A text that is adopted at an exact instant unless a State objects before it.

    ``subject_type`` ("meetings.decision") and ``subject_id`` name what is under silence; its own rule decides
    who reads it. ``participants`` are those who may break the silence, as they were when it began, and
    ``text_sha256`` is the digest of what they were asked about: whatever is changed later, it was this.
    """

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    subject_type = models.CharField(max_length=100, editable=False)
    subject_id = models.UUIDField(editable=False)
    # What it was called when it began.
    titles = LanguageTexts(editable=False)
    text_sha256 = models.CharField(max_length=64, validators=[SHA256], editable=False)
    participants = models.ManyToManyField(Participant, related_name="silence_procedures")
    status = models.CharField(
        max_length=10, choices=ProcedureStatus, default=ProcedureStatus.RUNNING, editable=False
    )
    version = models.PositiveIntegerField(default=1, editable=False)
    started_at = models.DateTimeField(editable=False)
    started_by = models.ForeignKey(User, on_delete=models.PROTECT, related_name="+")
    expires_at = models.DateTimeField()
    # Of the act: by whose clock the end was set.
    time_zone = models.CharField(max_length=60, validators=[validate_time_zone])
    updated_at = models.DateTimeField(editable=False)
    # When it was broken or withdrawn; of an adoption, the instant of expiry, however late that was written.
    result_at = models.DateTimeField(null=True, editable=False)
    withdraw_reason = models.TextField(
        max_length=REASON_LENGTH, blank=True, editable=False, validators=[validate_plain_text]
    )
    # How many hours before the end people were reminded last; None: not yet.
    reminded_hours = models.PositiveSmallIntegerField(null=True, editable=False)

    class Meta:
        ordering = ["-started_at", "-id"]
        constraints = [
            models.CheckConstraint(
                condition=Q(status__in=ProcedureStatus.values), name="silence_status_is_known"
            ),
            models.CheckConstraint(
                condition=Q(expires_at__gt=F("started_at")), name="silence_ends_after_it_begins"
            ),
            models.CheckConstraint(
                condition=Q(status=ProcedureStatus.RUNNING, result_at=None)
                | ~Q(status=ProcedureStatus.RUNNING) & Q(result_at__isnull=False),
                name="silence_results_have_an_instant",
            ),
            models.CheckConstraint(
                condition=Q(status=ProcedureStatus.ADOPTED, result_at__gte=F("expires_at"))
                | ~Q(status=ProcedureStatus.ADOPTED)
                & (Q(result_at=None) | Q(result_at__lt=F("expires_at"))),
                name="silence_is_broken_before_its_end",
            ),
            models.CheckConstraint(
                condition=~Q(status=ProcedureStatus.WITHDRAWN) | ~Q(withdraw_reason=""),
                name="silence_is_withdrawn_with_a_reason",
            ),
            models.UniqueConstraint(
                fields=["subject_type", "subject_id"],
                condition=Q(status=ProcedureStatus.RUNNING),
                name="one_running_silence_per_subject",
            ),
        ]
        indexes = [
            models.Index(
                fields=["subject_type", "subject_id", "started_at"], name="silences_by_subject"
            ),
            models.Index(fields=["-started_at", "-id"], name="silences_by_time"),
            models.Index(
                fields=["expires_at"],
                name="silences_by_end",
                condition=Q(status=ProcedureStatus.RUNNING),
            ),
        ]

    def __str__(self) -> str:
        return self.title

    def get_absolute_url(self) -> str:
        return reverse("silence:detail", args=[self.pk])

    @property
    def title(self) -> str:
        return in_language(self.titles) or _("Without a title")

    @property
    def is_running(self) -> bool:
        return self.status == ProcedureStatus.RUNNING

    def is_over_at(self, moment: datetime) -> bool:
        """Return whether the time is over, also where the result is not written yet."""
        return self.expires_at <= moment


class ObjectionKind(models.TextChoices):
    """How a State breaks the silence: by an objection, or by an amendment that it proposes."""

    OBJECTION = "objection", pgettext_lazy("silence procedure", "Objection")
    AMENDMENT = "amendment", pgettext_lazy("silence procedure", "Amendment")


class Objection(models.Model):
    """That a State broke the silence, why, and what it would have instead."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    procedure = models.ForeignKey(
        SilenceProcedure, on_delete=models.PROTECT, related_name="objections"
    )
    participant = models.ForeignKey(Participant, on_delete=models.PROTECT, related_name="+")
    person = models.ForeignKey(User, on_delete=models.PROTECT, related_name="+")
    at = models.DateTimeField()
    kind = models.CharField(max_length=10, choices=ObjectionKind)
    reason = models.TextField(max_length=REASON_LENGTH, validators=[validate_plain_text])
    proposed_text = models.TextField(
        max_length=MAX_LENGTH, blank=True, validators=[validate_plain_text]
    )

    class Meta:
        ordering = ["at", "id"]
        constraints = [
            models.CheckConstraint(
                condition=Q(kind__in=ObjectionKind.values), name="objection_kind_is_known"
            ),
            models.CheckConstraint(condition=~Q(reason=""), name="objections_have_a_reason"),
            models.CheckConstraint(
                condition=Q(kind=ObjectionKind.OBJECTION, proposed_text="")
                | Q(kind=ObjectionKind.AMENDMENT) & ~Q(proposed_text=""),
                name="amendments_have_a_text",
            ),
            models.UniqueConstraint(
                fields=["procedure", "participant"], name="one_objection_per_participant"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.participant_id}: {self.kind}"
