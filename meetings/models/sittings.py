import uuid

from django.db import models
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from meetings.models.agenda import AgendaItem
from meetings.models.delegations import Delegate, Delegation
from meetings.models.meeting import Meeting
from meetings.statuses.sittings import AttendanceMode, InterventionKind
from ots_portal.audit.append_only import append_only
from ots_portal.people.models import User
from ots_portal.texts.fields import LanguageTexts


class Sitting(models.Model):
    """A stretch of a meeting between two calls to order; ``ended_at`` None: it is sitting now."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    meeting = models.ForeignKey(Meeting, on_delete=models.PROTECT, related_name="sittings")
    number = models.PositiveSmallIntegerField(editable=False)  # within the meeting, from 1
    started_at = models.DateTimeField(_("called to order"))
    ended_at = models.DateTimeField(_("rose"), null=True, blank=True)
    version = models.PositiveIntegerField(default=1, editable=False)
    created_by = models.ForeignKey(User, on_delete=models.PROTECT, related_name="+", editable=False)
    updated_at = models.DateTimeField(editable=False)

    class Meta:
        ordering = ["number"]
        constraints = [
            models.UniqueConstraint(fields=["meeting", "number"], name="sittings_are_numbered"),
            models.UniqueConstraint(
                fields=["meeting"],
                condition=models.Q(ended_at=None),
                name="one_sitting_at_a_time",
            ),
            models.CheckConstraint(
                condition=models.Q(ended_at=None) | models.Q(ended_at__gt=models.F("started_at")),
                name="sitting_ends_after_it_starts",
            ),
        ]

    def __str__(self) -> str:
        return str(self.number)

    def get_absolute_url(self) -> str:
        return f"{reverse('meetings:session', args=[self.meeting_id])}?sitting={self.number}"

    @property
    def is_running(self) -> bool:
        return self.ended_at is None


class Attendance(models.Model):
    """A delegate's presence at a sitting; who leaves and comes back has a row for each stay."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    sitting = models.ForeignKey(Sitting, on_delete=models.PROTECT, related_name="attendances")
    delegate = models.ForeignKey(Delegate, on_delete=models.PROTECT, related_name="attendances")
    mode = models.CharField(max_length=10, choices=AttendanceMode, default=AttendanceMode.IN_ROOM)
    arrived_at = models.DateTimeField()
    left_at = models.DateTimeField(null=True)
    # When its hours were put right last, or it was added afterwards; None: as recorded when it happened.
    corrected_at = models.DateTimeField(null=True, editable=False)

    class Meta:
        ordering = ["arrived_at", "id"]
        constraints = [
            models.UniqueConstraint(
                fields=["sitting", "delegate"],
                condition=models.Q(left_at=None),
                name="present_once_at_a_time",
            ),
            models.CheckConstraint(
                condition=models.Q(left_at=None) | models.Q(left_at__gte=models.F("arrived_at")),
                name="leaves_after_arriving",
            ),
            models.CheckConstraint(
                condition=models.Q(mode__in=AttendanceMode.values),
                name="attendance_mode_is_known",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.delegate} {self.arrived_at:%H:%M}"


@append_only
class QuorumCheck(models.Model):
    """
    Whether a sitting was quorate at an instant; stored with who was present, never recomputed.

    ``present`` are slugs of the member participants with an accredited delegate in the room or remotely.
    """

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    sitting = models.ForeignKey(Sitting, on_delete=models.PROTECT, related_name="quorum_checks")
    checked_at = models.DateTimeField()
    checked_by = models.ForeignKey(User, on_delete=models.PROTECT, related_name="+")
    present = models.JSONField()
    member_count = models.PositiveSmallIntegerField()
    needed_count = models.PositiveSmallIntegerField()
    rule = models.CharField(max_length=10)
    is_quorate = models.BooleanField()

    class Meta:
        ordering = ["checked_at", "id"]

    def __str__(self) -> str:
        return f"{len(self.present)}/{self.needed_count}"


class Intervention(models.Model):
    """
    A place on the list of speakers, and what was said when it came.

    ``started_at`` None: still waiting; ``ended_at`` None: has the floor. ``position`` orders those who wait.
    """

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    sitting = models.ForeignKey(Sitting, on_delete=models.PROTECT, related_name="interventions")
    item = models.ForeignKey(
        AgendaItem,
        on_delete=models.PROTECT,
        related_name="interventions",
        verbose_name=_("agenda item"),
    )
    delegation = models.ForeignKey(
        Delegation,
        on_delete=models.PROTECT,
        related_name="interventions",
        verbose_name=_("delegation"),
    )
    delegate = models.ForeignKey(
        Delegate, on_delete=models.PROTECT, null=True, blank=True, related_name="+",
        verbose_name=_("speaker"),
    )  # fmt: skip
    kind = models.CharField(
        _("kind"), max_length=20, choices=InterventionKind, default=InterventionKind.STATEMENT
    )
    position = models.PositiveIntegerField(editable=False)
    started_at = models.DateTimeField(null=True, editable=False)
    ended_at = models.DateTimeField(null=True, editable=False)
    summaries = LanguageTexts(blank=True)
    # Language → how often its text was saved: two who write in two languages do not meet.
    summary_versions = models.JSONField(default=dict, editable=False)
    # Of an explanation of position: what the position is about.
    decision = models.ForeignKey(
        "meetings.Decision",
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="explanations",
        verbose_name=_("decision"),
    )
    version = models.PositiveIntegerField(default=1, editable=False)
    created_by = models.ForeignKey(User, on_delete=models.PROTECT, related_name="+", editable=False)
    updated_at = models.DateTimeField(editable=False)

    class Meta:
        ordering = ["position", "id"]
        constraints = [
            models.UniqueConstraint(
                fields=["sitting"],
                condition=models.Q(started_at__isnull=False, ended_at=None),
                name="one_has_the_floor",
            ),
            models.CheckConstraint(
                condition=models.Q(kind__in=InterventionKind.values),
                name="intervention_kind_is_known",
            ),
            models.CheckConstraint(
                condition=models.Q(ended_at=None) | models.Q(ended_at__gte=models.F("started_at")),
                name="intervention_ends_after_it_starts",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.delegation} {self.position}"

    @property
    def is_waiting(self) -> bool:
        return self.started_at is None

    @property
    def has_the_floor(self) -> bool:
        return self.started_at is not None and self.ended_at is None

    @property
    def anchor(self) -> str:
        return f"intervention-{self.pk}"
