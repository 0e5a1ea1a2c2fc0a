import uuid
from datetime import datetime

from django.db import models
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from incidents import hazards
from incidents.statuses import (
    AlertLevel,
    Classification,
    IncidentStatus,
    InvolvementStatus,
    ParticipantRole,
    Scheme,
)
from ots_portal.audit.append_only import append_only, fixed
from ots_portal.participants.models import Participant
from ots_portal.people.models import User
from ots_portal.texts import in_language
from ots_portal.texts.fields import LanguageTexts, validate_plain_text


@fixed("is_exercise")
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
    hazard = models.CharField(_("hazard"), max_length=10, choices=hazards.choices)
    secondary_hazards = models.JSONField(_("secondary hazards"), default=list, blank=True)
    titles = LanguageTexts()
    descriptions = LanguageTexts(blank=True)
    onset_at = models.DateTimeField(_("when it began"))
    detected_at = models.DateTimeField(_("when it was detected"), null=True, blank=True)
    place = models.CharField(
        _("place"), max_length=200, blank=True, validators=[validate_plain_text]
    )
    latitude = models.FloatField(_("latitude"), null=True, blank=True)
    longitude = models.FloatField(_("longitude"), null=True, blank=True)
    area = models.JSONField(
        _("area"), null=True, blank=True
    )  # GeoJSON geometry, RFC 7946; None: only a point
    river = models.CharField(
        _("river"), max_length=40, blank=True
    )  # key of ots_portal.geo's shared rivers
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
    archived_at = models.DateTimeField(null=True, editable=False)
    merged_into = models.ForeignKey(
        "self", on_delete=models.PROTECT, null=True, related_name="duplicates", editable=False
    )
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
            models.CheckConstraint(
                condition=models.Q(status="merged", merged_into__isnull=False)
                | (~models.Q(status="merged") & models.Q(merged_into=None)),
                name="incident_is_merged_into_another",
            ),
        ]  # fmt: skip
        indexes = [
            models.Index(fields=["-onset_at", "-id"], name="incidents_newest_first"),
            models.Index(fields=["status", "-onset_at", "-id"], name="incidents_by_status"),
            models.Index(fields=["participant", "status"], name="incidents_of_a_participant"),
            models.Index(fields=["updated_at", "id"], name="incidents_changed_since"),
            models.Index(fields=["hazard", "onset_at"], name="incidents_alike"),
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


@append_only
class LevelChange(models.Model):
    """Who raised or lowered the alert level of an incident, from what, and why; the first has no ``old``."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    incident = models.ForeignKey(Incident, on_delete=models.PROTECT, related_name="level_changes")
    old = models.CharField(max_length=10, choices=AlertLevel, blank=True)
    new = models.CharField(max_length=10, choices=AlertLevel)
    reason = models.CharField(max_length=1000, blank=True, validators=[validate_plain_text])
    by = models.ForeignKey(User, on_delete=models.PROTECT, null=True, related_name="+")
    at = models.DateTimeField()

    class Meta:
        ordering = ["at", "id"]

    def __str__(self) -> str:
        return f"{self.old or '—'} → {self.new}"


class Involvement(models.Model):
    """
    The part a participant has in an incident; it lets the participant's people read it.

    Its status, national class and public text are the participant's own to say: nobody else writes them.
    """

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    incident = models.ForeignKey(Incident, on_delete=models.CASCADE, related_name="involvements")
    participant = models.ForeignKey(
        Participant, on_delete=models.PROTECT, related_name="involvements"
    )
    role = models.CharField(max_length=20, choices=ParticipantRole)
    status = models.CharField(
        _("status"), max_length=20, choices=InvolvementStatus, default=InvolvementStatus.MONITORING
    )
    # By the country's own scale ("Level 4"): shown as it stands, never compared.
    national_class = models.CharField(
        _("national class"), max_length=60, blank=True, validators=[validate_plain_text]
    )
    subdivisions = models.JSONField(_("regions"), default=list, blank=True)  # ISO 3166-2 codes
    public_texts = LanguageTexts(blank=True)
    reason = models.CharField(max_length=200, blank=True)  # why it was proposed: distance, river
    version = models.PositiveIntegerField(default=1, editable=False)
    updated_at = models.DateTimeField(null=True, editable=False)

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
            models.CheckConstraint(
                condition=models.Q(status__in=InvolvementStatus.values),
                name="involvement_status_is_known",
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
    value = models.CharField(max_length=250)
    # GLIDE: the ISO 3166-1 alpha-3 code at its end; one number per country (glidenumber.net).
    country = models.CharField(max_length=3, blank=True)
    version_at = models.DateTimeField(null=True)
    address = models.URLField(blank=True)
    digest = models.CharField(max_length=64, blank=True)
    # The version that stands says that its source has taken it back.
    is_withdrawn = models.BooleanField(default=False, db_default=False)

    class Meta:
        ordering = ["scheme", "value"]
        constraints = [
            models.UniqueConstraint(
                fields=["participant", "scheme", "value"], name="one_incident_per_foreign_name"
            ),
            models.UniqueConstraint(
                fields=["incident", "country"],
                condition=models.Q(scheme="glide"),
                name="one_glide_number_per_country",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.get_scheme_display()} {self.value}"

    @property
    def moments(self) -> list[datetime]:
        """When the other system said something of it, newest first."""
        return [version.version_at for version in self.versions.all()]


class ReferenceVersion(models.Model):
    """What another system said of the incident at a moment; a newer one never overwrites it."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    reference = models.ForeignKey(
        ExternalReference, on_delete=models.CASCADE, related_name="versions"
    )
    version_at = models.DateTimeField()
    digest = models.CharField(max_length=64)  # SHA-256 of the file
    alert_level = models.CharField(max_length=10, choices=AlertLevel, blank=True)
    is_withdrawn = models.BooleanField(default=False, db_default=False)
    facts = models.JSONField(default=dict)  # keys of services.incidents.FACTS
    received_at = models.DateTimeField()

    class Meta:
        ordering = ["-version_at", "-id"]
        constraints = [
            models.UniqueConstraint(
                fields=["reference", "version_at", "is_withdrawn"],
                name="one_row_per_version_of_a_reference",
            )
        ]

    def __str__(self) -> str:
        return f"{self.reference_id} {self.version_at.isoformat()}"


class Merge(models.Model):
    """That one incident proved to be another: both numbers keep resolving, and it can be undone."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    incident = models.ForeignKey(Incident, on_delete=models.PROTECT, related_name="merges")
    into = models.ForeignKey(Incident, on_delete=models.PROTECT, related_name="merged_here")
    status_before = models.CharField(max_length=20, choices=IncidentStatus)
    reason = models.CharField(max_length=1000, validators=[validate_plain_text])
    by = models.ForeignKey(User, on_delete=models.PROTECT, related_name="+")
    at = models.DateTimeField()
    undone_at = models.DateTimeField(null=True)
    undone_by = models.ForeignKey(User, on_delete=models.PROTECT, null=True, related_name="+")

    class Meta:
        ordering = ["-at", "-id"]
        constraints = [
            models.CheckConstraint(
                condition=~models.Q(incident=models.F("into")), name="incident_merges_into_another"
            ),
            models.UniqueConstraint(
                fields=["incident"], condition=models.Q(undone_at=None), name="one_merge_at_a_time"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.incident_id} → {self.into_id}"


class DistinctPair(models.Model):
    """That somebody has looked at two incidents that seem alike, and says they are two."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    # The smaller key first, so that a pair is one row.
    first = models.ForeignKey(Incident, on_delete=models.CASCADE, related_name="+")
    second = models.ForeignKey(Incident, on_delete=models.CASCADE, related_name="+")
    by = models.ForeignKey(User, on_delete=models.PROTECT, related_name="+")
    at = models.DateTimeField()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["first", "second"], name="one_row_per_distinct_pair"),
            models.CheckConstraint(
                condition=models.Q(first__lt=models.F("second")), name="distinct_pair_is_ordered"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.first_id} ≠ {self.second_id}"


class OpeningProposal(models.Model):
    """That an incident for named participants should be open to the members; a second person decides."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    incident = models.OneToOneField(
        Incident, on_delete=models.CASCADE, related_name="opening_proposal"
    )
    reason = models.CharField(max_length=1000, validators=[validate_plain_text])
    proposed_by = models.ForeignKey(User, on_delete=models.PROTECT, related_name="+")
    proposed_at = models.DateTimeField()

    def __str__(self) -> str:
        return f"{self.incident_id} ↓"


@append_only
class KeptReason(models.Model):
    """
    Why something was done with an incident for named participants.

    The audit, which more people read, holds its SHA-256 alone.
    """

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    incident = models.ForeignKey(Incident, on_delete=models.PROTECT, related_name="kept_reasons")
    sha256 = models.CharField(max_length=64)
    text = models.CharField(max_length=1000, validators=[validate_plain_text])

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["incident", "sha256"], name="one_row_per_kept_reason_of_an_incident"
            )
        ]

    def __str__(self) -> str:
        return f"{self.incident_id} {self.sha256[:8]}"


class Acknowledgement(models.Model):
    """
    That a participant has received an incident's alert or a request for assistance, by whom and when.

    ``request`` None: the incident itself. The clock stops here; roster and escalation are the
    notifications'.
    """

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    incident = models.ForeignKey(
        Incident, on_delete=models.CASCADE, related_name="acknowledgements"
    )
    request = models.ForeignKey(
        "incidents.AssistanceRequest",
        on_delete=models.CASCADE,
        null=True,
        related_name="acknowledgements",
    )
    participant = models.ForeignKey(Participant, on_delete=models.PROTECT, related_name="+")
    by = models.ForeignKey(User, on_delete=models.PROTECT, related_name="+")
    at = models.DateTimeField()

    class Meta:
        ordering = ["at", "id"]
        constraints = [
            models.UniqueConstraint(
                fields=["incident", "participant"],
                condition=models.Q(request=None),
                name="one_acknowledgement_of_an_incident",
            ),
            models.UniqueConstraint(
                fields=["request", "participant"],
                condition=models.Q(request__isnull=False),
                name="one_acknowledgement_of_a_request",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.participant_id} {self.at.isoformat()}"
