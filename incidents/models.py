import uuid

from django.db import models
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from incidents import hazards
from incidents.statuses import (
    AlertLevel,
    Classification,
    IncidentStatus,
    ParticipantRole,
    Scheme,
)
from ots_portal.participants.models import Participant
from ots_portal.people.models import User
from ots_portal.texts import in_language
from ots_portal.texts.fields import LanguageTexts, validate_plain_text


class Incident(models.Model):
    """
    An emergency that concerns more than one country, or may.

    It belongs to the participant that reports it; the number is given when it is reported.
    """

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    number = models.CharField(_("number"), max_length=20, null=True, unique=True, editable=False)  # noqa: DJ001 -- no number is not ""
    participant = models.ForeignKey(
        Participant,
        on_delete=models.PROTECT,
        related_name="incidents",
        verbose_name=_("reported by"),
    )
    status = models.CharField(
        _("status"),
        max_length=20,
        choices=IncidentStatus,
        default=IncidentStatus.DRAFT,
        editable=False,
    )
    version = models.PositiveIntegerField(default=1, editable=False)
    is_exercise = models.BooleanField(_("exercise"), default=False)
    classification = models.CharField(
        _("who may read it"), max_length=20, choices=Classification, default=Classification.MEMBERS
    )
    alert_level = models.CharField(_("alert level"), max_length=10, choices=AlertLevel)
    hazard = models.CharField(_("hazard"), max_length=10, choices=hazards.CHOICES)
    titles = LanguageTexts()
    descriptions = LanguageTexts(blank=True)
    onset_at = models.DateTimeField(_("when it began"))
    place = models.CharField(
        _("place"), max_length=200, blank=True, validators=[validate_plain_text]
    )
    latitude = models.FloatField(_("latitude"), null=True, blank=True)
    longitude = models.FloatField(_("longitude"), null=True, blank=True)
    countries = models.JSONField(
        _("countries affected"), default=list
    )  # ISO 3166-1 alpha-2, any country
    magnitude = models.FloatField(_("magnitude"), null=True, blank=True)
    magnitude_scale = models.CharField(_("scale of the magnitude"), max_length=10, blank=True)
    depth_km = models.FloatField(_("depth (km)"), null=True, blank=True)
    created_at = models.DateTimeField(editable=False)
    created_by = models.ForeignKey(
        User, on_delete=models.PROTECT, null=True, related_name="+", editable=False
    )  # None: taken in by the portal itself
    updated_at = models.DateTimeField(editable=False)
    reported_at = models.DateTimeField(null=True, editable=False)
    reported_by = models.ForeignKey(
        User, on_delete=models.PROTECT, null=True, related_name="+", editable=False
    )
    verified_at = models.DateTimeField(null=True, editable=False)
    closed_at = models.DateTimeField(null=True, editable=False)
    submission_key = models.UUIDField(null=True, editable=False)
    sources = models.JSONField(
        default=list, blank=True, editable=False
    )  # of facts entered from public sources
    searchable = models.TextField(editable=False)
    row_json = models.TextField(editable=False)

    class Meta:
        ordering = ["-onset_at", "-id"]
        constraints = [
            models.CheckConstraint(
                condition=models.Q(status__in=IncidentStatus.values), name="incident_status_is_known"
            ),
            models.CheckConstraint(
                condition=models.Q(alert_level__in=AlertLevel.values), name="incident_level_is_known"
            ),
            models.CheckConstraint(
                condition=models.Q(classification__in=Classification.values),
                name="incident_classification_is_known",
            ),
            models.CheckConstraint(
                condition=models.Q(latitude=None, longitude=None)
                | models.Q(latitude__range=(-90, 90), longitude__range=(-180, 180)),
                name="incident_point_is_on_earth",
                violation_error_message=_("Latitude and longitude belong together."),
            ),
            # A number is given with the report, and every reported incident has one.
            models.CheckConstraint(
                condition=models.Q(status__in=["draft", "discarded"], number=None, reported_at=None)
                | (~models.Q(status__in=["draft", "discarded"]) & models.Q(number__isnull=False)
                   & models.Q(reported_at__isnull=False)),
                name="incident_number_comes_with_the_report",
            ),
            models.UniqueConstraint(
                fields=["created_by", "submission_key"], name="one_incident_per_submitted_form"
            ),
        ]  # fmt: skip
        indexes = [
            models.Index(fields=["-onset_at", "-id"], name="incidents_newest_first"),
            models.Index(fields=["status", "-onset_at", "-id"], name="incidents_by_status"),
            models.Index(fields=["participant", "status"], name="incidents_of_a_participant"),
            models.Index(fields=["updated_at", "id"], name="incidents_changed_since"),
        ]

    def __str__(self) -> str:
        return f"{self.number} {self.title}" if self.number else self.title

    def get_absolute_url(self) -> str:
        return reverse("incidents:detail", args=[self.pk])

    @property
    def title(self) -> str:
        """The title in the active language, else in the language it was written in."""
        return in_language(self.titles)

    @property
    def is_draft(self) -> bool:
        return self.status == IncidentStatus.DRAFT

    @property
    def series(self) -> str:
        """Exercises are numbered apart, so that no number of one can be taken for the other's."""
        return "EX" if self.is_exercise else "OTS"

    @property
    def magnitude_text(self) -> str:
        return f"M {self.magnitude} {self.magnitude_scale}".strip() if self.magnitude else ""


class Involvement(models.Model):
    """The part a participant has in an incident; it lets the participant's people read it."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    incident = models.ForeignKey(Incident, on_delete=models.CASCADE, related_name="involvements")
    participant = models.ForeignKey(
        Participant, on_delete=models.PROTECT, related_name="involvements"
    )
    role = models.CharField(max_length=20, choices=ParticipantRole)

    class Meta:
        ordering = ["participant_id"]
        constraints = [
            models.UniqueConstraint(
                fields=["incident", "participant"], name="one_role_per_participant_and_incident"
            ),
            models.CheckConstraint(
                condition=models.Q(role__in=ParticipantRole.values),
                name="involvement_role_is_known",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.participant_id}: {self.role}"


class ExternalReference(models.Model):
    """The name another system gives to the incident, with the version that was taken in."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    incident = models.ForeignKey(Incident, on_delete=models.CASCADE, related_name="references")
    # Of the incident: two participants may each report what one system knows under one name.
    participant = models.ForeignKey(Participant, on_delete=models.PROTECT, related_name="+")
    scheme = models.CharField(max_length=10, choices=Scheme)
    value = models.CharField(max_length=60)
    version_at = models.DateTimeField(null=True)
    address = models.URLField(blank=True)
    digest = models.CharField(max_length=64, blank=True)

    class Meta:
        ordering = ["scheme", "value"]
        constraints = [
            models.UniqueConstraint(
                fields=["participant", "scheme", "value"], name="one_incident_per_foreign_name"
            )
        ]

    def __str__(self) -> str:
        return f"{self.get_scheme_display()} {self.value}"
