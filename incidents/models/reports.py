import uuid

from django.db import models
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from incidents.models.incidents import Incident
from incidents.statuses import Confidence, Estimate, ReportKind, ReportStatus
from ots_portal.participants.models import Participant
from ots_portal.people.models import User
from ots_portal.texts.fields import LanguageTexts, validate_plain_text


class SituationReport(models.Model):
    """
    What is known of an incident at a moment, numbered within it.

    ``participant`` is the country that speaks; None: a joint report, which the secretariat keeps.
    A published one never changes: the next one supersedes it.
    """

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    incident = models.ForeignKey(Incident, on_delete=models.PROTECT, related_name="reports")
    participant = models.ForeignKey(
        Participant, on_delete=models.PROTECT, null=True, related_name="situation_reports"
    )
    # Of the incident and the participant, or of the joint ones; given when it is published.
    number = models.PositiveIntegerField(null=True, editable=False)
    kind = models.CharField(gettext_lazy("kind"), max_length=10, choices=ReportKind)
    status = models.CharField(
        max_length=20, choices=ReportStatus, default=ReportStatus.DRAFT, editable=False
    )
    version = models.PositiveIntegerField(default=1, editable=False)
    as_of = models.DateTimeField(gettext_lazy("as of"))
    situations = LanguageTexts(blank=True)
    responses = LanguageTexts(blank=True)
    needs = LanguageTexts(blank=True)
    outlooks = LanguageTexts(blank=True)
    starts_from = models.ForeignKey(
        "self", on_delete=models.PROTECT, null=True, related_name="+", editable=False
    )
    superseded_by = models.ForeignKey(
        "self", on_delete=models.PROTECT, null=True, related_name="supersedes", editable=False
    )
    created_by = models.ForeignKey(User, on_delete=models.PROTECT, related_name="+")
    submitted_by = models.ForeignKey(User, on_delete=models.PROTECT, null=True, related_name="+")
    published_by = models.ForeignKey(User, on_delete=models.PROTECT, null=True, related_name="+")
    created_at = models.DateTimeField(editable=False)
    updated_at = models.DateTimeField(editable=False)
    submitted_at = models.DateTimeField(null=True, editable=False)
    published_at = models.DateTimeField(null=True, editable=False)
    digest = models.CharField(
        max_length=64, blank=True, editable=False
    )  # SHA-256 of what was published

    class Meta:
        ordering = ["-created_at", "-id"]
        constraints = [
            models.CheckConstraint(
                condition=models.Q(status__in=ReportStatus.values), name="report_status_is_known"
            ),
            models.UniqueConstraint(
                fields=["incident", "participant", "number"],
                name="one_number_per_report_of_a_participant",
            ),
            models.UniqueConstraint(
                fields=["incident", "number"],
                condition=models.Q(participant=None),
                name="one_number_per_joint_report",
            ),
            models.CheckConstraint(
                condition=models.Q(
                    status__in=["draft", "submitted", "discarded"], number=None, published_at=None
                )
                | (
                    models.Q(status__in=["published", "superseded", "withdrawn"])
                    & models.Q(number__isnull=False, published_at__isnull=False)
                ),
                name="report_number_comes_with_publication",
            ),
            # Invariant 6: nothing is reported as of a time after its publication.
            models.CheckConstraint(
                condition=models.Q(published_at=None)
                | models.Q(as_of__lte=models.F("published_at")),
                name="report_is_not_of_the_future",
            ),
        ]
        indexes = [
            models.Index(fields=["incident", "-created_at", "-id"], name="reports_of_an_incident"),
            models.Index(fields=["updated_at", "id"], name="reports_changed_since"),
        ]

    def __str__(self) -> str:
        if self.number is None:
            return _("Situation report (not published)")
        return _("Situation report %(number)s") % {"number": self.number}

    def get_absolute_url(self) -> str:
        return reverse("incidents:report_detail", args=[self.pk])

    @property
    def is_joint(self) -> bool:
        return self.participant_id is None


class Figure(models.Model):
    """
    One figure of a report: how many, of what, where, as of when, who says so and how sure.

    A missing figure is unknown; 0 means that somebody counted and found none. A range has ``value`` as its
    lower end. Two sources that disagree are two rows.
    """

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    report = models.ForeignKey(SituationReport, on_delete=models.CASCADE, related_name="figures")
    country = models.CharField(max_length=2)  # ISO 3166-1 alpha-2, one of the incident's
    subdivision = models.CharField(max_length=6, blank=True)  # ISO 3166-2; "": the whole country
    indicator = models.CharField(max_length=40)  # incidents.vocabularies.indicators
    exposure = models.CharField(max_length=40, blank=True)  # what is counted: people, buildings …
    value = models.PositiveBigIntegerField()
    value_to = models.PositiveBigIntegerField(null=True, blank=True)  # None: not a range
    unit = models.CharField(max_length=20, blank=True)
    estimate = models.CharField(max_length=10, choices=Estimate, default=Estimate.PRIMARY)
    confidence = models.CharField(max_length=10, choices=Confidence, default=Confidence.SOME)
    source = models.CharField(max_length=200, validators=[validate_plain_text])
    as_of = models.DateTimeField()
    position = models.PositiveIntegerField(default=0)

    class Meta:
        ordering = ["position", "id"]
        constraints = [
            models.CheckConstraint(
                condition=models.Q(value_to=None) | models.Q(value_to__gt=models.F("value")),
                name="figure_range_rises",
            ),
            models.CheckConstraint(
                condition=models.Q(estimate__in=Estimate.values, confidence__in=Confidence.values),
                name="figure_words_are_known",
            ),
            models.UniqueConstraint(
                fields=["report", "country", "subdivision", "indicator", "exposure", "source"],
                name="one_figure_per_source",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.country} {self.indicator} {self.value}"
