import uuid

from django.db import models
from django.urls import reverse
from django.utils.translation import gettext as _

from incidents.models.incidents import Incident
from incidents.statuses import RecommendationStatus, ReviewStatus
from ots_portal.participants.models import Participant
from ots_portal.people.models import User
from ots_portal.texts import in_language
from ots_portal.texts.fields import LanguageTexts


class AfterActionReview(models.Model):
    """What went well and what did not, due 60 days after an incident closed; one per incident."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    incident = models.OneToOneField(Incident, on_delete=models.PROTECT, related_name="review")
    status = models.CharField(
        max_length=20, choices=ReviewStatus, default=ReviewStatus.OPEN, editable=False
    )
    version = models.PositiveIntegerField(default=1, editable=False)
    due_date = models.DateField()
    summaries = LanguageTexts(blank=True)
    opened_at = models.DateTimeField(editable=False)
    updated_at = models.DateTimeField(editable=False)
    published_at = models.DateTimeField(null=True, editable=False)
    published_by = models.ForeignKey(User, on_delete=models.PROTECT, null=True, related_name="+")

    class Meta:
        ordering = ["due_date", "id"]
        constraints = [
            models.CheckConstraint(
                condition=models.Q(status__in=ReviewStatus.values), name="review_status_is_known"
            )
        ]

    def __str__(self) -> str:
        return _("After-action review")

    def get_absolute_url(self) -> str:
        return reverse("incidents:review_detail", args=[self.pk])


class Finding(models.Model):
    """One thing that was learnt: ``is_strength`` where it should be kept, else where it should change."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    review = models.ForeignKey(AfterActionReview, on_delete=models.CASCADE, related_name="findings")
    participant = models.ForeignKey(
        Participant, on_delete=models.PROTECT, related_name="+"
    )  # who says so
    texts = LanguageTexts()
    is_strength = models.BooleanField(default=False)
    by = models.ForeignKey(User, on_delete=models.PROTECT, related_name="+")
    at = models.DateTimeField()

    class Meta:
        ordering = ["at", "id"]

    def __str__(self) -> str:
        return in_language(self.texts)


class Recommendation(models.Model):
    """What shall be done, by which participant, until when."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    review = models.ForeignKey(
        AfterActionReview, on_delete=models.CASCADE, related_name="recommendations"
    )
    finding = models.ForeignKey(
        Finding, on_delete=models.SET_NULL, null=True, related_name="recommendations"
    )
    participant = models.ForeignKey(  # who owns it
        Participant, on_delete=models.PROTECT, related_name="recommendations"
    )
    status = models.CharField(
        max_length=20,
        choices=RecommendationStatus,
        default=RecommendationStatus.OPEN,
        editable=False,
    )
    version = models.PositiveIntegerField(default=1, editable=False)
    texts = LanguageTexts()
    due_date = models.DateField()
    report = models.CharField(max_length=1000, blank=True)  # what the owner says was done
    created_by = models.ForeignKey(User, on_delete=models.PROTECT, related_name="+")
    created_at = models.DateTimeField(editable=False)
    updated_at = models.DateTimeField(editable=False)

    class Meta:
        ordering = ["due_date", "id"]
        constraints = [
            models.CheckConstraint(
                condition=models.Q(status__in=RecommendationStatus.values),
                name="recommendation_status_is_known",
            )
        ]

    def __str__(self) -> str:
        return in_language(self.texts)

    def get_absolute_url(self) -> str:
        return reverse("incidents:recommendation_detail", args=[self.pk])

    @property
    def incident(self) -> Incident:
        return self.review.incident
