import uuid

from django.db import models
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from incidents.models.capacities import Capacity
from incidents.models.incidents import Incident
from incidents.models.requests import AssistanceRequest, RequestItem
from incidents.statuses import ItemKind, OfferStatus, Outcome, Terms
from incidents.vocabularies.capacity_types import title_of
from incidents.vocabularies.units import counted
from ots_portal.audit.append_only import append_only
from ots_portal.participants.models import Participant
from ots_portal.people.models import User
from ots_portal.texts import in_language
from ots_portal.texts.fields import LanguageTexts, validate_plain_text


class Offer(models.Model):
    """
    What a participant can send, to lines of a request; ``request`` None: unsolicited, to the incident.

    Until it is accepted only its two parties and the secretariat read it. Only the offerer edits it, only
    the requester decides on it.
    """

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    incident = models.ForeignKey(Incident, on_delete=models.PROTECT, related_name="offers")
    request = models.ForeignKey(
        AssistanceRequest, on_delete=models.PROTECT, null=True, related_name="offers"
    )
    # Who decides: of the request, or of the incident where the offer is unsolicited.
    recipient = models.ForeignKey(
        Participant, on_delete=models.PROTECT, related_name="offers_received"
    )
    participant = models.ForeignKey(
        Participant, on_delete=models.PROTECT, related_name="offers_made"
    )
    number = models.CharField(max_length=20, null=True, unique=True, editable=False)  # noqa: DJ001 -- no number is not ""
    status = models.CharField(
        max_length=20, choices=OfferStatus, default=OfferStatus.DRAFT, editable=False
    )
    version = models.PositiveIntegerField(default=1, editable=False)
    valid_until = models.DateTimeField(gettext_lazy("valid until"))
    terms = models.CharField(
        gettext_lazy("costs"), max_length=20, choices=Terms, default=Terms.FREE
    )
    conditions = LanguageTexts(blank=True)
    digest = models.CharField(max_length=64, blank=True, editable=False)
    content = models.JSONField(null=True, editable=False)  # frozen when it is signed
    # The version of the request's text that was offered to; an older one than the request's is flagged.
    request_text_version = models.PositiveIntegerField(default=0, editable=False)
    prepared_by = models.ForeignKey(User, on_delete=models.PROTECT, related_name="+")
    signed_by = models.ForeignKey(User, on_delete=models.PROTECT, null=True, related_name="+")
    created_at = models.DateTimeField(editable=False)
    updated_at = models.DateTimeField(editable=False)
    signed_at = models.DateTimeField(null=True, editable=False)
    submitted_at = models.DateTimeField(null=True, editable=False)
    decided_at = models.DateTimeField(null=True, editable=False)  # of the newest decision
    # Once it is set, nothing more of the offer is accepted; what was accepted before stays.
    rest_withdrawn_at = models.DateTimeField(null=True, editable=False)
    rest_withdrawn_by = models.ForeignKey(
        User, on_delete=models.PROTECT, null=True, editable=False, related_name="+"
    )
    submission_key = models.UUIDField(null=True, editable=False)

    class Meta:
        ordering = ["-created_at", "-id"]
        constraints = [
            models.CheckConstraint(
                condition=models.Q(status__in=OfferStatus.values), name="offer_status_is_known"
            ),
            models.CheckConstraint(
                condition=~models.Q(participant=models.F("recipient")), name="offer_goes_to_another"
            ),
            models.CheckConstraint(
                condition=models.Q(signed_by=None) | ~models.Q(signed_by=models.F("prepared_by")),
                name="offer_is_signed_by_a_second_person",
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
                name="offer_is_frozen_by_its_signature",
            ),
            models.CheckConstraint(
                condition=models.Q(rest_withdrawn_at=None, rest_withdrawn_by=None)
                | models.Q(
                    rest_withdrawn_at__isnull=False,
                    rest_withdrawn_by__isnull=False,
                    status__in=["partially_accepted", "declined"],
                ),
                name="offer_without_its_rest_is_not_whole",
            ),
            models.UniqueConstraint(
                fields=["prepared_by", "submission_key"], name="one_offer_per_submitted_form"
            ),
        ]
        indexes = [
            models.Index(fields=["request", "status"], name="offers_of_a_request"),
            models.Index(fields=["incident", "status"], name="offers_of_an_incident"),
            models.Index(fields=["status", "valid_until"], name="offers_that_expire"),
            models.Index(fields=["updated_at", "id"], name="offers_changed_since"),
        ]

    def __str__(self) -> str:
        return self.number or _("Offer (not signed)")

    def get_absolute_url(self) -> str:
        return reverse("incidents:offer_detail", args=[self.pk])

    @property
    def is_draft(self) -> bool:
        return self.status == OfferStatus.DRAFT

    @property
    def is_exercise(self) -> bool:
        """An exercise's offers are exercises; needs ``incident``."""
        return self.incident.is_exercise

    @property
    def series(self) -> str:
        return "EXO" if self.is_exercise else "OFR"

    @property
    def is_unsolicited(self) -> bool:
        return self.request_id is None

    @property
    def is_outdated(self) -> bool:
        """The request's text changed since this was offered to it; needs ``request``."""
        return bool(self.request and self.request_text_version < self.request.text_version)


class OfferItem(models.Model):
    """One line of an offer; quantities are whole numbers of the unit of the line it answers."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    offer = models.ForeignKey(Offer, on_delete=models.CASCADE, related_name="items")
    line = models.PositiveIntegerField()
    # None only in an unsolicited offer.
    request_item = models.ForeignKey(
        RequestItem, on_delete=models.PROTECT, null=True, related_name="offer_items"
    )
    capacity = models.ForeignKey(
        Capacity, on_delete=models.PROTECT, null=True, blank=True, related_name="offer_items"
    )
    kind = models.CharField(max_length=20, choices=ItemKind)
    capacity_type = models.CharField(max_length=20, blank=True)
    descriptions = LanguageTexts(blank=True)
    unit = models.CharField(max_length=20)
    offered = models.PositiveBigIntegerField()
    # What the newest decision takes of it: the sum that ``RequestItem.accepted`` counts.
    accepted = models.PositiveBigIntegerField(default=0, editable=False)
    ready_from = models.DateTimeField(null=True, blank=True)
    available_until = models.DateTimeField(null=True, blank=True)
    departs_within_hours = models.PositiveIntegerField(null=True, blank=True)
    self_sufficient_days = models.PositiveIntegerField(null=True, blank=True)
    needs_transport = models.BooleanField(default=False)
    transport_needs = models.CharField(max_length=500, blank=True, validators=[validate_plain_text])

    class Meta:
        ordering = ["line"]
        constraints = [
            models.UniqueConstraint(fields=["offer", "line"], name="one_offer_item_per_line"),
            models.CheckConstraint(condition=models.Q(offered__gte=1), name="offer_item_offers"),
            models.CheckConstraint(
                condition=models.Q(accepted__lte=models.F("offered")),
                name="no_more_is_accepted_than_offered",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.line}. {self.offered} {self.unit}"

    @property
    def rest(self) -> int:
        """What was not accepted of it, or not yet."""
        return self.offered - self.accepted

    def in_words_of(self, quantity: int) -> str:
        """Return "300 tents: Winter tents" of so many, in the active language; needs ``request_item``."""
        return f"{counted(quantity, self.unit)}: {self.what}"

    @property
    def in_words(self) -> str:
        return self.in_words_of(self.offered)

    @property
    def accepted_in_words(self) -> str:
        """What was accepted: all that others than the parties read."""
        return self.in_words_of(self.accepted)

    @property
    def what(self) -> str:
        own = title_of(self.capacity_type) or in_language(self.descriptions)
        asked = in_language(self.request_item.descriptions) if self.request_item else ""
        return own or asked or self.get_kind_display()


@append_only
class Decision(models.Model):
    """What the requester decided on a line of an offer; the newest one counts, none is ever changed."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    offer_item = models.ForeignKey(OfferItem, on_delete=models.PROTECT, related_name="decisions")
    outcome = models.CharField(max_length=20, choices=Outcome)
    accepted = models.PositiveBigIntegerField(default=0)
    reason = models.CharField(max_length=1000, blank=True, validators=[validate_plain_text])
    by = models.ForeignKey(User, on_delete=models.PROTECT, related_name="+")
    at = models.DateTimeField()

    class Meta:
        ordering = ["at", "id"]
        constraints = [
            models.CheckConstraint(
                condition=models.Q(outcome__in=Outcome.values), name="decision_outcome_is_known"
            ),
            models.CheckConstraint(
                condition=models.Q(outcome="decline", accepted=0)
                | (
                    models.Q(outcome="provisional")
                    | models.Q(outcome__in=["accept", "partial"], accepted__gte=1)
                ),
                name="decision_says_how_much",
            ),
            models.CheckConstraint(
                condition=~models.Q(outcome="decline") | ~models.Q(reason=""),
                name="declining_has_a_reason",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.offer_item_id} {self.outcome} {self.accepted}"
