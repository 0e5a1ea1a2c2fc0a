import re
import uuid
from typing import Any
from zoneinfo import available_timezones

from django.conf import settings
from django.core.exceptions import ValidationError
from django.db import models
from django.db.models import Q
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from ots_portal.texts import in_language
from ots_portal.texts.fields import LanguageTexts, validate_plain_text


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


ONE_OF_A_KIND = _("There is one of this kind already: correct that one.")


class Ending(models.TextChoices):
    """Why a version stands no more."""

    CORRECTED = "corrected", pgettext_lazy("version", "Corrected")
    CONFIRMED = "confirmed", pgettext_lazy("version", "Checked again")
    WITHDRAWN = "withdrawn", pgettext_lazy("version", "Withdrawn")
    RENEWED = "renewed", pgettext_lazy("version", "Renewed from the reference data")


class Dated(SourcedRow):
    """
    An entry of the directory that is never overwritten: what replaces it is a row of its own.

    ``superseded_by`` is the version after this one; a withdrawn entry has none. Who and why of the end
    stand on the row that ended. ``entered_by`` is None where the reference data brought the row.
    """

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    # Where it was found, in words: a note verbale, a call; web addresses are in ``sources``.
    source_text = models.CharField(max_length=300, blank=True, validators=[validate_plain_text])
    entered_at = models.DateTimeField(default=timezone.now, editable=False)
    entered_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        on_delete=models.PROTECT,
        null=True,
        editable=False,
        related_name="+",
    )
    ending = models.CharField(max_length=10, choices=Ending, blank=True, editable=False)
    superseded_at = models.DateTimeField(null=True, editable=False)
    superseded_by = models.OneToOneField(
        "self", on_delete=models.PROTECT, null=True, editable=False, related_name="supersedes"
    )
    supersede_reason = models.CharField(
        max_length=500, blank=True, editable=False, validators=[validate_plain_text]
    )
    ended_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        on_delete=models.PROTECT,
        null=True,
        editable=False,
        related_name="+",
    )

    class Meta:
        abstract = True
        constraints = [
            models.CheckConstraint(
                condition=Q(
                    ending="",
                    superseded_at=None,
                    superseded_by=None,
                    supersede_reason="",
                    ended_by=None,
                )
                | Q(superseded_at__isnull=False)
                & (
                    Q(ending__in=["confirmed", "renewed"], superseded_by__isnull=False)
                    | Q(ending="corrected", superseded_by__isnull=False) & ~Q(supersede_reason="")
                    | Q(ending="withdrawn", superseded_by=None) & ~Q(supersede_reason="")
                ),
                name="%(class)s_ends_with_a_reason",
            ),
            models.CheckConstraint(
                condition=Q(entered_by=None)
                | ~Q(source_text="") & Q(checked_on_date__isnull=False),
                name="%(class)s_entered_has_a_source",
                violation_error_message=_("Say where it was found."),
            ),
        ]

    @property
    def is_superseded(self) -> bool:
        return self.superseded_at is not None


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


class Authority(Dated):
    """
    A body of a participant: who may bind it under the Agreement, and who acts.

    The two differ: Türkiye's competent authority is the Ministry of Interior, its agency AFAD.
    """

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
            *Dated.Meta.constraints,
            models.UniqueConstraint(
                fields=["participant", "kind"],
                condition=Q(superseded_at=None),
                name="one_authority_of_each_kind",
                violation_error_message=ONE_OF_A_KIND,
            ),
        ]

    def __str__(self) -> str:
        return self.name

    def get_absolute_url(self) -> str:
        return f"{self.participant.get_absolute_url()}#authority-{self.kind}"

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


class EmergencyNumber(Dated):
    """What a person in distress dials; shown with its source, check date and whether it is confirmed."""

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
            *Dated.Meta.constraints,
            models.UniqueConstraint(
                fields=["participant", "purpose"],
                condition=Q(superseded_at=None),
                name="one_emergency_number_per_purpose",
                violation_error_message=ONE_OF_A_KIND,
            ),
        ]

    def __str__(self) -> str:
        return self.number or "—"

    def get_absolute_url(self) -> str:
        return f"{self.participant.get_absolute_url()}#numbers"

    @property
    def telephone_uri(self) -> str:
        """What a telephone dials (RFC 3966); "" where no number is known."""
        digits = "".join(letter for letter in self.number if letter in "+0123456789*#")
        return f"tel:{digits}" if digits else ""

    @property
    def is_confirmed(self) -> bool:
        return bool(self.number) and self.confidence in (Confidence.CONFIRMED, Confidence.SINGLE)


class ContactPointKind(models.TextChoices):
    """Whom another authority turns to; after the Union Civil Protection Mechanism and IFRC GO."""

    OPERATIONS_ROOM = "operations_room", pgettext_lazy("contact point", "Operations room")
    FOCAL_POINT = "focal_point", pgettext_lazy("contact point", "Focal point")
    DEPUTY = "deputy", pgettext_lazy("contact point", "Deputy focal point")
    AUTHORITY = "authority", pgettext_lazy("contact point", "Competent authority's office")


class ContactVisibility(models.TextChoices):
    MEMBERS = "members", pgettext_lazy("visibility", "Members and the secretariat")
    OBSERVERS = "observers", pgettext_lazy("visibility", "Members and observers")
    PUBLIC = "public", pgettext_lazy("visibility", "Everyone")


MAX_PHONES = 3
# ITU-T E.164: at most 15 digits with the country code, of which none begins with 0.
_INTERNATIONAL = re.compile(r"\+[0-9]{7,15}")
_EXTENSION = re.compile(r"[0-9]{0,6}")
INVENTED = "+0"


def validate_phones(value: Any) -> None:
    """:raises ValidationError: unless it is a list of {"number": "+…", "extension": "…"}"""
    if not isinstance(value, list) or len(value) > MAX_PHONES:
        raise ValidationError(_("Give at most three telephone numbers."), code="phones")
    for phone in value:
        if (
            not isinstance(phone, dict)
            or set(phone) != {"number", "extension"}
            or not _INTERNATIONAL.fullmatch(str(phone["number"]))
            or not _EXTENSION.fullmatch(str(phone["extension"]))
        ):
            raise ValidationError(_("A telephone number is not in its international form."))


class ContactPoint(Dated):
    """
    An office that other authorities reach: by whom, how, in which languages and at which hours.

    It names offices, not people. ``authority_kind`` says of which body it is; "" is the participant
    itself. Numbers of the demonstration begin with +0, which no country has (ITU-T E.164).
    """

    participant = models.ForeignKey(
        Participant, on_delete=models.PROTECT, related_name="contact_points"
    )
    authority_kind = models.CharField(max_length=20, choices=AuthorityKind, blank=True)
    kind = models.CharField(max_length=20, choices=ContactPointKind)
    names = LanguageTexts()
    phones = models.JSONField(default=list, blank=True, validators=[validate_phones])
    email = models.EmailField(max_length=254, blank=True)
    radio = models.CharField(max_length=200, blank=True, validators=[validate_plain_text])
    languages = models.JSONField(default=list, blank=True)
    is_always_open = models.BooleanField(default=False)
    opens_at = models.TimeField(null=True, blank=True)
    closes_at = models.TimeField(null=True, blank=True)
    weekdays = models.JSONField(default=list, blank=True)  # ISO 8601: 1 is Monday
    time_zone = models.CharField(max_length=60, default="UTC", validators=[validate_time_zone])
    valid_from_date = models.DateField(null=True, blank=True)
    notes = LanguageTexts(blank=True)
    visibility = models.CharField(
        max_length=10, choices=ContactVisibility, default=ContactVisibility.MEMBERS
    )
    is_demo = models.BooleanField(default=False, editable=False)

    class Meta:
        ordering = ["participant_id", "kind", "authority_kind"]
        constraints = [
            *Dated.Meta.constraints,
            models.CheckConstraint(
                condition=Q(kind__in=ContactPointKind.values), name="contact_point_kind_is_known"
            ),
            models.CheckConstraint(
                condition=Q(visibility__in=ContactVisibility.values),
                name="contact_point_visibility_is_known",
            ),
            models.CheckConstraint(
                condition=Q(is_always_open=True, opens_at=None, closes_at=None)
                | Q(is_always_open=False, opens_at__isnull=False, closes_at__isnull=False)
                & ~Q(opens_at=models.F("closes_at")),
                name="contact_point_hours_are_whole",
                violation_error_message=_("Say from when to when the office is open."),
            ),
            models.CheckConstraint(
                condition=~Q(phones=[]) | ~Q(email="") | ~Q(radio=""),
                name="contact_point_can_be_reached",
                violation_error_message=_("Give a telephone number, an e-mail address or a radio."),
            ),
            models.UniqueConstraint(
                fields=["participant", "authority_kind", "kind"],
                condition=Q(superseded_at=None),
                name="one_contact_point_of_each_kind",
                violation_error_message=ONE_OF_A_KIND,
            ),
        ]

    def __str__(self) -> str:
        return self.name

    def get_absolute_url(self) -> str:
        return f"{self.participant.get_absolute_url()}#contact-{self.pk}"

    def clean(self) -> None:
        """:raises ValidationError: on an invented number where the office is a real one"""
        super().clean()
        # What is no list of telephones is refused by the field; here it is only passed over.
        told = [phone for phone in self.phones or () if isinstance(phone, dict)]
        invented = any(str(phone.get("number")).startswith(INVENTED) for phone in told)
        if invented and not self.is_demo:
            raise ValidationError({"phones": _("No country's code begins with 0.")})

    @property
    def name(self) -> str:
        return in_language(self.names)

    @property
    def is_operations_room(self) -> bool:
        return self.kind == ContactPointKind.OPERATIONS_ROOM
