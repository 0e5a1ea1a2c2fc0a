import uuid

from django.db import models
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from incidents.models.incidents import Incident
from incidents.statuses import OPEN_TO_OFFERS, ItemKind, Priority, RequestStatus, Terms
from incidents.vocabularies.capacity_types import title_of
from incidents.vocabularies.units import counted
from ots_portal.audit.append_only import append_only
from ots_portal.participants.models import Participant
from ots_portal.people.models import User
from ots_portal.texts import in_language
from ots_portal.texts.fields import LanguageTexts, validate_plain_text


class AssistanceRequest(models.Model):
    """
    That a State asks the others for help with an incident, line by line.

    Its head of authority signs what another person wrote; from then on its words change only by an
    amendment that is signed the same way. Third States ask through the secretariat.
    """

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    incident = models.ForeignKey(Incident, on_delete=models.PROTECT, related_name="requests")
    participant = models.ForeignKey(
        Participant, on_delete=models.PROTECT, related_name="assistance_requests"
    )
    number = models.CharField(max_length=20, null=True, unique=True, editable=False)  # noqa: DJ001 -- no number is not ""
    status = models.CharField(
        max_length=20, choices=RequestStatus, default=RequestStatus.DRAFT, editable=False
    )
    version = models.PositiveIntegerField(default=1, editable=False)
    situations = LanguageTexts()
    delivery_place = models.CharField(
        gettext_lazy("place of delivery"), max_length=200, validators=[validate_plain_text]
    )
    latitude = models.FloatField(null=True, blank=True)
    longitude = models.FloatField(null=True, blank=True)
    entry_points = models.JSONField(
        gettext_lazy("entry points"), default=list, blank=True
    )  # of names
    needed_from = models.DateTimeField(gettext_lazy("needed from"), null=True, blank=True)
    needed_until = models.DateTimeField(gettext_lazy("needed until"), null=True, blank=True)
    terms = models.CharField(
        gettext_lazy("costs"), max_length=20, choices=Terms, default=Terms.FREE
    )
    # Field-level: for the requester, those who may offer, and the secretariat.
    contact_name = models.CharField(
        gettext_lazy("contact on site"),
        max_length=150,
        blank=True,
        validators=[validate_plain_text],
    )
    contact_phone = models.CharField(gettext_lazy("telephone"), max_length=40, blank=True)
    allows_over_acceptance = models.BooleanField(default=False)
    text_version = models.PositiveIntegerField(
        default=0, editable=False
    )  # of the newest RequestVersion
    digest = models.CharField(max_length=64, blank=True, editable=False)
    prepared_by = models.ForeignKey(User, on_delete=models.PROTECT, related_name="+")
    signed_by = models.ForeignKey(User, on_delete=models.PROTECT, null=True, related_name="+")
    created_at = models.DateTimeField(editable=False)
    updated_at = models.DateTimeField(editable=False)
    signed_at = models.DateTimeField(null=True, editable=False)
    circulated_at = models.DateTimeField(null=True, editable=False)
    fulfilled_at = models.DateTimeField(null=True, editable=False)
    closed_at = models.DateTimeField(null=True, editable=False)
    submission_key = models.UUIDField(null=True, editable=False)

    class Meta:
        ordering = ["-created_at", "-id"]
        constraints = [
            models.CheckConstraint(
                condition=models.Q(status__in=RequestStatus.values), name="request_status_is_known"
            ),
            # Invariant 5: whoever wrote it does not sign it, and what is signed has a hash.
            models.CheckConstraint(
                condition=models.Q(signed_by=None) | ~models.Q(signed_by=models.F("prepared_by")),
                name="request_is_signed_by_a_second_person",
            ),
            models.CheckConstraint(
                condition=models.Q(
                    status__in=["draft", "discarded"], number=None, signed_at=None, digest=""
                )
                | (
                    ~models.Q(status__in=["draft", "discarded"])
                    & ~models.Q(digest="")
                    & models.Q(number__isnull=False, signed_at__isnull=False)
                ),
                name="request_is_frozen_by_its_signature",
            ),
            models.UniqueConstraint(
                fields=["prepared_by", "submission_key"], name="one_request_per_submitted_form"
            ),
        ]
        indexes = [
            models.Index(fields=["status", "-created_at", "-id"], name="requests_by_status"),
            models.Index(fields=["incident", "-created_at", "-id"], name="requests_of_an_incident"),
            models.Index(fields=["updated_at", "id"], name="requests_changed_since"),
        ]

    def __str__(self) -> str:
        return self.number or _("Request for assistance (not signed)")

    def get_absolute_url(self) -> str:
        return reverse("incidents:request_detail", args=[self.pk])

    @property
    def is_draft(self) -> bool:
        return self.status == RequestStatus.DRAFT

    @property
    def is_exercise(self) -> bool:
        """An exercise's requests are exercises; needs ``incident``."""
        return self.incident.is_exercise

    @property
    def series(self) -> str:
        return "EXR" if self.is_exercise else "RFA"

    @property
    def is_open_to_offers(self) -> bool:
        return self.status in OPEN_TO_OFFERS


class RequestItem(models.Model):
    """
    One line of a request. Quantities are whole numbers of the unit (kg rather than parts of a tonne).

    ``accepted`` is moved by one conditional update in the transaction of the decision; it never passes
    ``needed`` unless the request allows more.
    """

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    request = models.ForeignKey(AssistanceRequest, on_delete=models.CASCADE, related_name="items")
    line = models.PositiveIntegerField()
    kind = models.CharField(max_length=20, choices=ItemKind)
    capacity_type = models.CharField(
        max_length=20, blank=True
    )  # incidents.vocabularies.capacity_types
    descriptions = LanguageTexts()
    unit = models.CharField(max_length=20)  # incidents.vocabularies.units
    needed = models.PositiveBigIntegerField()
    accepted = models.PositiveBigIntegerField(default=0, editable=False)
    allows_over_acceptance = models.BooleanField(default=False, editable=False)  # of the request
    priority = models.PositiveSmallIntegerField(choices=Priority, default=Priority.MEDIUM)
    needed_by = models.DateTimeField(null=True, blank=True)
    cancelled_at = models.DateTimeField(null=True, editable=False)  # by an amendment

    class Meta:
        ordering = ["line"]
        constraints = [
            models.UniqueConstraint(fields=["request", "line"], name="one_item_per_line"),
            models.CheckConstraint(condition=models.Q(needed__gte=1), name="item_needs_something"),
            models.CheckConstraint(
                condition=models.Q(allows_over_acceptance=True)
                | models.Q(accepted__lte=models.F("needed")),
                name="item_is_not_over_accepted",
            ),
            models.CheckConstraint(
                condition=models.Q(kind__in=ItemKind.values, priority__in=Priority.values),
                name="item_words_are_known",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.line}. {self.needed} {self.unit}"

    @property
    def in_words(self) -> str:
        """Return "500 tents: Winter tents" in the active language."""
        what = title_of(self.capacity_type) or in_language(self.descriptions)
        return f"{counted(self.needed, self.unit)}: {what}"


@append_only
class RequestVersion(models.Model):
    """The frozen text of a request as it was signed; the first is the request, the others amend it."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    request = models.ForeignKey(
        AssistanceRequest, on_delete=models.PROTECT, related_name="versions"
    )
    number = models.PositiveIntegerField()
    content = models.JSONField()  # what the digest is of, in canonical form
    digest = models.CharField(max_length=64)
    reason = models.CharField(max_length=1000, blank=True, validators=[validate_plain_text])
    prepared_by = models.ForeignKey(User, on_delete=models.PROTECT, related_name="+")
    signed_by = models.ForeignKey(User, on_delete=models.PROTECT, related_name="+")
    signed_at = models.DateTimeField()

    class Meta:
        ordering = ["number"]
        constraints = [
            models.UniqueConstraint(fields=["request", "number"], name="one_text_per_version"),
            models.CheckConstraint(
                condition=~models.Q(signed_by=models.F("prepared_by")),
                name="version_is_signed_by_a_second_person",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.request_id} {self.number}"


class Amendment(models.Model):
    """What shall change in a circulated request, until the head signs or drops it; one at a time."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    request = models.OneToOneField(
        AssistanceRequest, on_delete=models.CASCADE, related_name="amendment"
    )
    content = models.JSONField()  # of the shape of RequestVersion.content
    reason = models.CharField(max_length=1000, validators=[validate_plain_text])
    version = models.PositiveIntegerField(default=1, editable=False)
    prepared_by = models.ForeignKey(User, on_delete=models.PROTECT, related_name="+")
    prepared_at = models.DateTimeField()

    def __str__(self) -> str:
        return f"{self.request_id} +"
