import uuid

from django.db import models
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from meetings.models.agenda import AgendaItem
from meetings.models.meeting import Meeting
from meetings.statuses.decisions import ActionStatus, DecisionMode, DecisionStatus
from ots_portal.participants.models import Participant
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
    number = models.CharField(max_length=30, null=True, unique=True, editable=False)  # noqa: DJ001 -- no number is not ""
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


class ActionItem(models.Model):
    """
    What a participant has to do for a decision, until the last minute of ``due_on`` in ``time_zone``.

    That it is overdue is derived, never stored; every change of the day keeps its reason (the audit).
    """

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    decision = models.ForeignKey(Decision, on_delete=models.PROTECT, related_name="actions")
    titles = LanguageTexts()
    responsible = models.ForeignKey(
        Participant, on_delete=models.PROTECT, related_name="+", verbose_name=_("responsible")
    )
    due_on = models.DateField(_("due on"))
    time_zone = models.CharField(_("time zone"), max_length=60)
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
            models.Index(fields=["status", "due_on", "id"], name="actions_by_status_and_day"),
            models.Index(fields=["responsible", "status", "due_on"], name="actions_by_responsible"),
            models.Index(fields=["updated_at", "id"], name="actions_changed_since"),
        ]

    def __str__(self) -> str:
        return self.title

    def get_absolute_url(self) -> str:
        return reverse("meetings:action_detail", args=[self.pk])

    @property
    def title(self) -> str:
        return in_language(self.titles)
