import uuid

from django.db import models
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from meetings.statuses import MeetingKind
from meetings.statuses.series import DecisionRule, QuorumRule
from ots_portal.people.models import User
from ots_portal.texts import in_language
from ots_portal.texts.fields import LanguageTexts, validate_plain_text
from ots_portal.texts.languages import validate_languages


class Series(models.Model):
    """
    A body that meets again and again, and its rules of procedure: its meetings carry ordinals.

    The periods are whole days before the opening (invitations, documents) or after the adjournment
    (minutes, comments); None: the rules say nothing.
    """

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    # In symbols of documents and numbers of decisions: "MM" in "MM/2026/4".
    code = models.SlugField(_("code"), max_length=12, unique=True)
    kind = models.CharField(_("kind"), max_length=30, choices=MeetingKind)
    names = LanguageTexts()
    # A meeting of the series that says nothing else is planned with these.
    working_languages = models.JSONField(
        _("working languages"),
        default=list,
        db_default=[],
        blank=True,
        validators=[validate_languages],
    )
    quorum_rule = models.CharField(
        _("quorum"), max_length=10, choices=QuorumRule, default=QuorumRule.MAJORITY
    )
    quorum_number = models.PositiveSmallIntegerField(_("members present"), null=True, blank=True)
    decision_rule = models.CharField(
        _("decides by"), max_length=20, choices=DecisionRule, default=DecisionRule.CONSENSUS
    )
    invite_days = models.PositiveSmallIntegerField(
        _("invitations, days before"), null=True, blank=True
    )
    document_days = models.PositiveSmallIntegerField(
        _("documents, days before"), null=True, blank=True
    )
    minutes_days = models.PositiveSmallIntegerField(_("minutes, days after"), null=True, blank=True)
    comment_days = models.PositiveSmallIntegerField(_("comments, days"), null=True, blank=True)
    silence_hours = models.PositiveSmallIntegerField(
        _("silence, hours at least"), null=True, blank=True
    )
    # Where the rules of procedure stand; "": the portal does not know them, and counts as it usually does.
    rules_source = models.CharField(
        _("rules of procedure"),
        max_length=300,
        blank=True,
        default="",
        validators=[validate_plain_text],
    )
    # Of a form sent twice, one series is made.
    submission_key = models.UUIDField(null=True, editable=False)
    version = models.PositiveIntegerField(default=1, editable=False)
    created_at = models.DateTimeField(editable=False)
    created_by = models.ForeignKey(
        User, on_delete=models.PROTECT, null=True, related_name="+", editable=False
    )  # None: entered by the portal itself
    updated_at = models.DateTimeField(editable=False)

    class Meta:
        verbose_name_plural = "series"
        ordering = ["code"]
        constraints = [
            models.CheckConstraint(
                condition=models.Q(kind__in=MeetingKind.values), name="series_kind_is_known"
            ),
            models.CheckConstraint(
                condition=models.Q(quorum_rule__in=QuorumRule.values), name="quorum_rule_is_known"
            ),
            models.CheckConstraint(
                condition=models.Q(decision_rule__in=DecisionRule.values),
                name="decision_rule_is_known",
            ),
            models.CheckConstraint(
                condition=~models.Q(quorum_rule="number") | models.Q(quorum_number__gt=0),
                name="quorum_of_a_number_says_which",
                violation_error_message=_("Say how many members must be present."),
            ),
            models.UniqueConstraint(
                fields=["created_by", "submission_key"], name="one_series_per_submitted_form"
            ),
        ]

    def __str__(self) -> str:
        return self.name

    def get_absolute_url(self) -> str:
        return reverse("meetings:series_detail", args=[self.pk])

    @property
    def name(self) -> str:
        return in_language(self.names)
