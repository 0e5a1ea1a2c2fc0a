import uuid
from datetime import UTC, date, datetime, time, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from django.db import models
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from meetings.models.agenda import AgendaItem
from meetings.models.meeting import Meeting
from meetings.models.sittings import QuorumCheck
from meetings.statuses.decisions import (
    NUMBERED,
    UNDONE,
    ActionStatus,
    DecisionMode,
    DecisionStatus,
)
from ots_portal.audit.append_only import append_only
from ots_portal.participants.models import Participant, validate_time_zone
from ots_portal.people.models import User
from ots_portal.texts import in_language
from ots_portal.texts.fields import LanguageTexts


class Decision(models.Model):
    """
    What a meeting decided, or is asked to decide; numbered when it is adopted, never before.

    ``votes`` of a vote: participant slug → "yes", "no" or "abstain"; empty for other modes.
    """

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    meeting = models.ForeignKey(Meeting, on_delete=models.PROTECT, related_name="decisions")
    item = models.ForeignKey(
        AgendaItem, on_delete=models.PROTECT, null=True, blank=True, related_name="decisions",
        verbose_name=_("agenda item"),
    )  # fmt: skip
    number = models.CharField(max_length=60, null=True, unique=True, editable=False)  # noqa: DJ001 -- no number is not ""
    titles = LanguageTexts()
    texts = LanguageTexts()
    mode = models.CharField(
        _("decided by"), max_length=12, choices=DecisionMode, default=DecisionMode.CONSENSUS
    )
    status = models.CharField(
        max_length=15, choices=DecisionStatus, default=DecisionStatus.PROPOSED, editable=False
    )
    votes = models.JSONField(default=dict, blank=True, editable=False)
    reason = LanguageTexts(blank=True, editable=False)  # of deferring, of not adopting
    # What the votes came to when they were counted: {"rule": …, "yes": 3, "no": 1, "abstain": 0}.
    tally = models.JSONField(default=dict, blank=True, editable=False)
    # On which finding of presence it was decided; None: not in a sitting.
    quorum_check = models.ForeignKey(
        QuorumCheck, on_delete=models.PROTECT, null=True, related_name="decisions", editable=False
    )
    # Why the chair ruled that the meeting may decide although it was not found quorate.
    ruling = LanguageTexts(blank=True, editable=False)
    # Of the titles and texts that were adopted; "": not adopted.
    text_sha256 = models.CharField(max_length=64, blank=True, editable=False)
    superseded_by = models.ForeignKey(
        "self", on_delete=models.PROTECT, null=True, related_name="supersedes", editable=False
    )
    version = models.PositiveIntegerField(default=1, editable=False)
    proposed_by = models.ForeignKey(
        User, on_delete=models.PROTECT, null=True, related_name="+", editable=False
    )  # None: entered by the portal itself
    created_at = models.DateTimeField(editable=False)
    updated_at = models.DateTimeField(editable=False)
    adopted_at = models.DateTimeField(null=True, editable=False)

    class Meta:
        ordering = ["created_at", "id"]
        constraints = [
            models.CheckConstraint(
                condition=models.Q(status__in=DecisionStatus.values),
                name="decision_status_is_known",
            ),
            models.CheckConstraint(
                condition=models.Q(mode__in=DecisionMode.values), name="decision_mode_is_known"
            ),
            models.CheckConstraint(
                condition=models.Q(number__isnull=True)
                | models.Q(status__in=["adopted", "superseded", "implemented"]),
                name="only_adopted_decisions_have_a_number",
            ),
        ]
        indexes = [
            models.Index(fields=["status", "-adopted_at", "-id"], name="decisions_by_status"),
            models.Index(fields=["updated_at", "id"], name="decisions_changed_since"),
        ]

    def __str__(self) -> str:
        return self.number or self.title

    def get_absolute_url(self) -> str:
        return reverse("meetings:decision_detail", args=[self.pk])

    @property
    def title(self) -> str:
        return in_language(self.titles)

    @property
    def is_numbered(self) -> bool:
        return self.status in NUMBERED


class DecisionCounter(models.Model):
    """
    The last number that a meeting's decisions have; ``prefix`` is what stands before it, for good.

    The row is moved in the transaction that adopts, so no number is left out and none given twice.
    """

    meeting = models.OneToOneField(
        Meeting, on_delete=models.PROTECT, primary_key=True, related_name="decision_counter"
    )
    prefix = models.CharField(max_length=50, unique=True)  # "D/MM-3"
    last = models.PositiveIntegerField(default=0)

    def __str__(self) -> str:
        return f"{self.prefix}/{self.last}"


class ActionItem(models.Model):
    """
    What a participant has to do for a decision, until the last minute of ``due_on`` in ``time_zone``.

    That it is overdue is derived, never stored; every change of the day keeps its reason (DueDateMove).
    """

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    decision = models.ForeignKey(Decision, on_delete=models.PROTECT, related_name="actions")
    titles = LanguageTexts()
    responsible = models.ForeignKey(
        Participant, on_delete=models.PROTECT, related_name="+", verbose_name=_("responsible")
    )
    due_on = models.DateField(_("due on"))
    time_zone = models.CharField(_("time zone"), max_length=60, validators=[validate_time_zone])
    # The instant at which that day ends there; from then on an undone action is overdue.
    due_at = models.DateTimeField(editable=False)
    due_set_at = models.DateTimeField(editable=False)  # since when it is due on that day
    status = models.CharField(
        max_length=15, choices=ActionStatus, default=ActionStatus.OPEN, editable=False
    )
    report = LanguageTexts(blank=True, editable=False)
    version = models.PositiveIntegerField(default=1, editable=False)
    created_at = models.DateTimeField(editable=False)
    created_by = models.ForeignKey(User, on_delete=models.PROTECT, related_name="+", editable=False)
    updated_at = models.DateTimeField(editable=False)
    done_at = models.DateTimeField(null=True, editable=False)

    class Meta:
        ordering = ["due_on", "id"]
        constraints = [
            models.CheckConstraint(
                condition=models.Q(status__in=ActionStatus.values), name="action_status_is_known"
            )
        ]
        indexes = [
            models.Index(fields=["status", "due_at", "id"], name="actions_by_status_and_due"),
            models.Index(fields=["responsible", "status", "due_at"], name="actions_by_owner"),
            models.Index(fields=["updated_at", "id"], name="actions_changed_since"),
        ]

    def __str__(self) -> str:
        return self.title

    def save(self, *args: Any, **kwargs: Any) -> None:
        self.due_at = end_of_day(self.due_on, self.time_zone)
        self.due_set_at = self.due_set_at or self.created_at
        super().save(*args, **kwargs)

    def get_absolute_url(self) -> str:
        return reverse("meetings:action_detail", args=[self.pk])

    @property
    def title(self) -> str:
        return in_language(self.titles)

    @property
    def is_undone(self) -> bool:
        return self.status in UNDONE

    def is_overdue_at(self, moment: datetime) -> bool:
        return self.is_undone and self.due_at <= moment


def end_of_day(day: date, zone: str) -> datetime:
    """Return the instant, in UTC, at which that day is over by the clocks of the zone."""
    midnight = datetime.combine(day + timedelta(days=1), time(0), tzinfo=ZoneInfo(zone))
    return midnight.astimezone(UTC)


@append_only
class DueDateMove(models.Model):
    """That the day of an action was moved, by whom and why: the history that its page shows."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    action = models.ForeignKey(ActionItem, on_delete=models.PROTECT, related_name="due_moves")
    moved_at = models.DateTimeField()
    moved_by = models.ForeignKey(User, on_delete=models.PROTECT, related_name="+")
    before = models.DateField()
    after = models.DateField()
    reason = LanguageTexts()

    class Meta:
        ordering = ["moved_at", "id"]

    def __str__(self) -> str:
        return f"{self.before} → {self.after}"


class ActionReminder(models.Model):
    """That the responsible was reminded, ``offset_days`` from the due day; once for each day and offset."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    action = models.ForeignKey(ActionItem, on_delete=models.PROTECT, related_name="reminders")
    due_on = models.DateField()
    offset_days = models.SmallIntegerField()
    reminded_at = models.DateTimeField()

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["action", "due_on", "offset_days"], name="each_reminder_once"
            )
        ]

    def __str__(self) -> str:
        return f"{self.action_id} {self.offset_days:+}"
