import uuid
from typing import Any

from django.conf import settings
from django.core.exceptions import ValidationError
from django.db import models
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from agreements.models.instruments import Instrument
from agreements.vocabularies.acts import AccessionTerms, SignatureTerms
from agreements.vocabularies.reservations import AcceptanceTerms, ReservationTerms
from ots_portal.texts.fields import validate_plain_text

# Vienna Convention on the Law of Treaties, article 56, 2: where the treaty says nothing.
USUAL_WITHDRAWAL_MONTHS = 12
MOST_PLACES, LONGEST_PLACE = 100, 200


def validate_rule(value: Any) -> None:
    """:raises ValidationError: unless it is a JSON object; what it says, the service checks"""
    if not isinstance(value, dict):
        raise ValidationError(_("The rule is a JSON object."), code="rule")


def validate_places(value: Any) -> None:
    """:raises ValidationError: unless it is a list of short texts, each the key or the name of a provision"""
    if not isinstance(value, list) or len(value) > MOST_PLACES:
        raise ValidationError(_("Provisions are a list of at most 100 names."), code="places")
    for place in value:
        if not isinstance(place, str) or not place or len(place) > LONGEST_PLACE:
            raise ValidationError(_("A provision is named by a short text."), code="places")
        validate_plain_text(place)


class FinalClauses(models.Model):
    """
    What a treaty says of its own life: entry into force, accession, reservations, withdrawal.

    It has effect from the adoption of the text (Vienna Convention, article 24, 4). ``rule`` is None while
    nobody has entered it: then nothing is calculated.
    """

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    instrument = models.OneToOneField(
        Instrument, on_delete=models.PROTECT, related_name="final_clauses", editable=False
    )
    rule = models.JSONField(null=True, blank=True, validators=[validate_rule])
    clause = models.CharField(max_length=300, blank=True, validators=[validate_plain_text])
    accession = models.CharField(
        max_length=20, choices=AccessionTerms, default=AccessionTerms.CLOSED
    )
    signature_terms = models.CharField(
        max_length=20, choices=SignatureTerms, default=SignatureTerms.UNTIL_IN_FORCE
    )
    # The last day on which it is signed, where the clauses name one.
    signature_until_date = models.DateField(null=True, blank=True)
    withdrawal_months = models.PositiveSmallIntegerField(null=True, blank=True)
    reservation_terms = models.CharField(
        max_length=20, choices=ReservationTerms, default=ReservationTerms.SILENT
    )
    # Where the terms name provisions: by their keys, or as the clause names them.
    reservation_provisions = models.JSONField(
        default=list, blank=True, validators=[validate_places]
    )
    reservation_acceptance = models.CharField(
        max_length=20, choices=AcceptanceTerms, default=AcceptanceTerms.EACH
    )
    version = models.PositiveIntegerField(default=1, editable=False)
    created_at = models.DateTimeField(editable=False)
    updated_at = models.DateTimeField(editable=False)
    created_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+", editable=False
    )

    class Meta:
        verbose_name_plural = "final clauses"
        constraints = [
            models.CheckConstraint(
                condition=models.Q(accession__in=AccessionTerms.values),
                name="accession_terms_are_known",
            ),
            models.CheckConstraint(
                condition=models.Q(signature_terms__in=SignatureTerms.values),
                name="signature_terms_are_known",
            ),
            models.CheckConstraint(
                condition=models.Q(
                    signature_terms=SignatureTerms.UNTIL_DAY, signature_until_date__isnull=False
                )
                | ~models.Q(signature_terms=SignatureTerms.UNTIL_DAY)
                & models.Q(signature_until_date=None),
                name="signature_terms_name_their_day",
                violation_error_message=_("Say until which day it is open for signature."),
            ),
            models.CheckConstraint(
                condition=models.Q(withdrawal_months=None)
                | models.Q(withdrawal_months__range=(0, 120)),
                name="withdrawal_takes_ten_years_at_most",
            ),
            models.CheckConstraint(
                condition=models.Q(reservation_terms__in=ReservationTerms.values),
                name="reservation_terms_are_known",
            ),
            models.CheckConstraint(
                condition=models.Q(reservation_acceptance__in=AcceptanceTerms.values),
                name="reservation_acceptance_is_known",
            ),
        ]

    def __str__(self) -> str:
        return self.clause or str(self.instrument)

    def get_absolute_url(self) -> str:
        return reverse("agreements:treaty", args=[self.instrument_id])

    @property
    def is_constituent(self) -> bool:
        """Whether the treaty establishes an organization, whose organ accepts reservations (article 20, 3)."""
        return self.reservation_acceptance == AcceptanceTerms.ORGAN

    @property
    def outlasts_entry_into_force(self) -> bool:
        """Whether States sign also once the treaty is in force."""
        return self.signature_terms != SignatureTerms.UNTIL_IN_FORCE

    @property
    def months_of_notice(self) -> int:
        """The months between a notice of withdrawal and its effect."""
        told = self.withdrawal_months
        return USUAL_WITHDRAWAL_MONTHS if told is None else told
