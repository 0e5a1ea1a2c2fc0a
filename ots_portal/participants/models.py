import uuid
from zoneinfo import available_timezones

from django.core.exceptions import ValidationError
from django.db import models
from django.urls import reverse
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from ots_portal.texts import in_language
from ots_portal.texts.fields import LanguageTexts


class Confidence(models.TextChoices):
    """How well a fact is attested: each stored fact says so beside its sources."""

    CONFIRMED = "confirmed", _("Confirmed by two or more sources")
    SINGLE = "single", _("Single source")
    NOT_CONFIRMED = "memory", _("Not confirmed")
    COMPUTED = "tool", _("Computed")


class ParticipantKind(models.TextChoices):
    MEMBER = "member", pgettext_lazy("participant", "Member State")
    OBSERVER = "observer", pgettext_lazy("participant", "Observer State")
    ORGANISATION = "organisation", pgettext_lazy("participant", "Observer organisation")
    SECRETARIAT = "secretariat", pgettext_lazy("participant", "Secretariat")
    THIRD = "third", pgettext_lazy("participant", "Third State")


def validate_time_zone(value: str) -> None:
    """:raises ValidationError: unless it is a canonical IANA zone name"""
    if value not in available_timezones():
        raise ValidationError(_("“%(zone)s” is not a time zone."), params={"zone": value})


class SourcedRow(models.Model):
    """A row of facts: how well attested, by whom, up to which day, and what the data file said of it."""

    confidence = models.CharField(
        max_length=20, choices=Confidence, default=Confidence.NOT_CONFIRMED
    )
    sources = models.JSONField(default=list, blank=True)
    checked_on_date = models.DateField(null=True, blank=True)
    # Of the row as the data file had it when it was last loaded; "" where an operator entered the row.
    file_digest = models.CharField(max_length=64, blank=True, editable=False)

    class Meta:
        abstract = True


class Participant(SourcedRow):
    """
    A State or organisation that takes part in the cooperation.

    Its key is an own slug, never an ISO code: one observer has none, and an operator edits the list.
    Confidence and sources are those of its participation.
    """

    slug = models.SlugField(primary_key=True, max_length=40)
    kind = models.CharField(max_length=20, choices=ParticipantKind)
    iso2 = models.CharField(max_length=2, null=True, blank=True, unique=True)
    iso3 = models.CharField(max_length=3, null=True, blank=True, unique=True)
    names = LanguageTexts()
    official_names = LanguageTexts(blank=True)
    time_zone = models.CharField(max_length=60, default="UTC", validators=[validate_time_zone])
    languages = models.JSONField(default=list)
    latitude = models.FloatField(null=True, blank=True)  # of the label on the map
    longitude = models.FloatField(null=True, blank=True)
    since = LanguageTexts(blank=True)
    notes = LanguageTexts(blank=True)

    class Meta:
        ordering = ["slug"]
        constraints = [
            models.CheckConstraint(
                condition=models.Q(kind__in=ParticipantKind.values),
                name="participant_kind_is_known",
            ),
            models.CheckConstraint(
                condition=models.Q(iso2=None, iso3=None)
                | models.Q(iso2__isnull=False, iso3__isnull=False),
                name="participant_iso_codes_come_together",
            ),
        ]

    def __str__(self) -> str:
        return self.name

    def get_absolute_url(self) -> str:
        return reverse("participants:detail", args=[self.slug])

    @property
    def name(self) -> str:
        """The name in the active language."""
        return in_language(self.names) or self.slug

    @property
    def is_member(self) -> bool:
        return self.kind == ParticipantKind.MEMBER


class AuthorityKind(models.TextChoices):
    COMPETENT = "competent", pgettext_lazy("authority", "Competent authority")
    OPERATIONAL = "operational", pgettext_lazy("authority", "Operational agency")


class Authority(SourcedRow):
    """
    A body of a participant: who may bind it under the Agreement, and who acts.

    The two differ: Türkiye's competent authority is the Ministry of Interior, its agency AFAD.
    """

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    participant = models.ForeignKey(
        Participant, on_delete=models.PROTECT, related_name="authorities"
    )
    kind = models.CharField(max_length=20, choices=AuthorityKind)
    names = LanguageTexts()
    acronym = models.CharField(max_length=40, blank=True)
    website = models.URLField(blank=True)
    website_confidence = models.CharField(
        max_length=20, choices=Confidence, default=Confidence.NOT_CONFIRMED
    )
    website_sources = models.JSONField(default=list, blank=True)
    notes = LanguageTexts(blank=True)

    class Meta:
        ordering = ["participant_id", "kind"]
        verbose_name_plural = "authorities"
        constraints = [
            models.CheckConstraint(
                condition=models.Q(kind__in=AuthorityKind.values), name="authority_kind_is_known"
            ),
            models.UniqueConstraint(
                fields=["participant", "kind"], name="one_authority_of_each_kind"
            ),
        ]

    def __str__(self) -> str:
        return self.name

    @property
    def name(self) -> str:
        """The name in the active language."""
        return in_language(self.names)

    @property
    def is_website_confirmed(self) -> bool:
        return self.website_confidence in (Confidence.CONFIRMED, Confidence.SINGLE)


class EmergencyPurpose(models.TextChoices):
    """What a number is for; in the order in which numbers are shown."""

    ALL = "all", pgettext_lazy("emergency number", "All emergencies")
    FIRE = "fire", pgettext_lazy("emergency number", "Fire")
    FOREST_FIRE = "forest_fire", pgettext_lazy("emergency number", "Forest fire")
    AMBULANCE = "ambulance", pgettext_lazy("emergency number", "Ambulance")
    POLICE = "police", pgettext_lazy("emergency number", "Police")
    RESCUE = "rescue", pgettext_lazy("emergency number", "Rescue")
    GAS = "gas", pgettext_lazy("emergency number", "Gas")
    INFORMATION = "information", pgettext_lazy("emergency number", "Information")


class EmergencyNumber(SourcedRow):
    """What a person in distress dials; shown with its source, check date and whether it is confirmed."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    participant = models.ForeignKey(
        Participant, on_delete=models.PROTECT, related_name="emergency_numbers"
    )
    purpose = models.CharField(max_length=20, choices=EmergencyPurpose)
    number = models.CharField(max_length=20, blank=True)  # blank: no such number is known
    notes = LanguageTexts(blank=True)

    class Meta:
        ordering = ["participant_id", "purpose"]
        constraints = [
            models.CheckConstraint(
                condition=models.Q(purpose__in=EmergencyPurpose.values),
                name="emergency_purpose_is_known",
            ),
            models.UniqueConstraint(
                fields=["participant", "purpose"], name="one_emergency_number_per_purpose"
            ),
        ]

    def __str__(self) -> str:
        return self.number or "—"

    @property
    def is_confirmed(self) -> bool:
        return bool(self.number) and self.confidence in (Confidence.CONFIRMED, Confidence.SINGLE)
