"""Errors in an authentic text and their correction; registration with the United Nations."""

import json
import uuid
from datetime import datetime
from typing import Any

from django.conf import settings
from django.core.validators import MaxValueValidator, MinValueValidator
from django.db import models
from django.db.models import Q
from django.urls import reverse
from django.utils.translation import gettext as _

from agreements.models.instruments import Instrument
from agreements.models.provisions import Provision
from agreements.statuses import CorrectionStatus, RegistrationStatus
from ots_portal.audit.append_only import append_only
from ots_portal.participants.models import Participant
from ots_portal.texts.fields import validate_plain_text

# What depositaries set: "within 90 days from the date of this notification", as in C.N.782.1999.TREATIES-13 and
# in the Summary of Practice of the Secretary-General as Depositary (ST/LEG/7/Rev.1), "Correction of errors".
USUAL_OBJECTION_DAYS = 90
LONGEST_OBJECTION_DAYS = 730
LONGEST_WORDS = 4_000


class Correction(models.Model):
    """
    A proposal to correct an error in an authentic text (Vienna Convention, article 79).

    The text itself never changes: what is corrected is ``lines``, shown over it once the correction is effected.
    ``objection_until`` is set by the notification of the proposal, ``objection_days`` after it.
    """

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    instrument = models.ForeignKey(
        Instrument, on_delete=models.PROTECT, related_name="corrections", editable=False
    )
    number = models.PositiveSmallIntegerField(editable=False)  # within the treaty, from 1
    error = models.CharField(max_length=1000, validators=[validate_plain_text])
    objection_days = models.PositiveSmallIntegerField(
        default=USUAL_OBJECTION_DAYS,
        validators=[MinValueValidator(1), MaxValueValidator(LONGEST_OBJECTION_DAYS)],
    )
    objection_until = models.DateTimeField(null=True, editable=False)
    settled_at = models.DateTimeField(null=True, editable=False)
    status = models.CharField(
        max_length=20, choices=CorrectionStatus, default=CorrectionStatus.PROPOSED, editable=False
    )
    version = models.PositiveIntegerField(default=1, editable=False)
    created_at = models.DateTimeField(editable=False)
    updated_at = models.DateTimeField(editable=False)
    created_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+", editable=False
    )

    class Meta:
        ordering = ["number"]
        constraints = [
            models.UniqueConstraint(
                fields=["instrument", "number"], name="corrections_are_numbered"
            ),
            models.CheckConstraint(
                condition=Q(status__in=CorrectionStatus.values), name="correction_status_is_known"
            ),
            models.CheckConstraint(
                condition=Q(status=CorrectionStatus.PROPOSED)
                | Q(objection_until__isnull=False, settled_at__isnull=False),
                name="a_correction_is_settled_once_notified",
            ),
        ]
        indexes = [models.Index(fields=["status", "objection_until"], name="corrections_that_wait")]

    def __str__(self) -> str:
        return _("Correction %(number)s") % {"number": self.number}

    def get_absolute_url(self) -> str:
        return reverse("agreements:correction", args=[self.pk])

    @property
    def mark(self) -> str:
        """How the text names it: Corr.1."""
        return f"Corr.{self.number}"

    def is_over_at(self, at: datetime) -> bool:
        """Tell whether nobody may object any more."""
        return self.objection_until is not None and at >= self.objection_until


@append_only
class CorrectionLine(models.Model):
    """
    Words of one provision in one language that are wrong, and the words that are right.

    ``provision`` is None where the portal does not hold the text; ``place`` is the provision's key, or its name.
    """

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    correction = models.ForeignKey(Correction, on_delete=models.PROTECT, related_name="lines")
    position = models.PositiveSmallIntegerField()
    place = models.CharField(max_length=200, validators=[validate_plain_text])
    provision = models.ForeignKey(
        Provision, on_delete=models.PROTECT, null=True, related_name="corrections"
    )
    language = models.CharField(max_length=10)
    wrong = models.TextField(max_length=LONGEST_WORDS, validators=[validate_plain_text])
    right = models.TextField(max_length=LONGEST_WORDS, validators=[validate_plain_text])

    class Meta:
        ordering = ["correction", "position"]
        constraints = [
            models.UniqueConstraint(
                fields=["correction", "position"], name="lines_of_a_correction_have_an_order"
            )
        ]

    def __str__(self) -> str:
        return f"{self.place} ({self.language})"


@append_only
class CorrectionObjection(models.Model):
    """That a State objected to a correction in time: it is not made (article 79, 2 b)."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    correction = models.ForeignKey(Correction, on_delete=models.PROTECT, related_name="objections")
    participant = models.ForeignKey(Participant, on_delete=models.PROTECT, related_name="+")
    reason = models.CharField(max_length=500, validators=[validate_plain_text])
    objected_at = models.DateTimeField()
    created_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+"
    )

    class Meta:
        ordering = ["objected_at", "participant_id"]
        constraints = [
            models.UniqueConstraint(
                fields=["correction", "participant"], name="a_state_objects_to_a_correction_once"
            )
        ]

    def __str__(self) -> str:
        return f"{self.participant_id}: {self.reason}"


@append_only
class ProcesVerbal(models.Model):
    """The procès-verbal of rectification: what was corrected, digested (article 79, 2 a)."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    correction = models.OneToOneField(
        Correction, on_delete=models.PROTECT, related_name="proces_verbal"
    )
    body = models.TextField()
    digest = models.CharField(max_length=64)
    drawn_up_at = models.DateTimeField()

    class Meta:
        verbose_name_plural = "procès-verbaux"

    def __str__(self) -> str:
        return self.digest

    @property
    def told(self) -> dict[str, Any]:
        told: dict[str, Any] = json.loads(self.body)
        return told


class Registration(models.Model):
    """
    That the treaty was registered with the Secretariat of the United Nations.

    Charter of the United Nations, article 102; Vienna Convention, article 80. Only after the entry into force.
    """

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    instrument = models.OneToOneField(
        Instrument, on_delete=models.PROTECT, related_name="registration", editable=False
    )
    submitted_on_date = models.DateField()
    # I-39357: what the Secretariat registers, ex officio or on request, has I before its number.
    number = models.CharField(
        max_length=20, blank=True, editable=False, validators=[validate_plain_text]
    )
    registered_on_date = models.DateField(null=True, editable=False)
    # Of the United Nations Treaty Series.
    volume = models.CharField(
        max_length=20, blank=True, editable=False, validators=[validate_plain_text]
    )
    status = models.CharField(
        max_length=20,
        choices=RegistrationStatus,
        default=RegistrationStatus.SUBMITTED,
        editable=False,
    )
    version = models.PositiveIntegerField(default=1, editable=False)
    created_at = models.DateTimeField(editable=False)
    updated_at = models.DateTimeField(editable=False)
    created_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+", editable=False
    )

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=Q(status__in=RegistrationStatus.values),
                name="registration_status_is_known",
            ),
            models.CheckConstraint(
                condition=Q(status=RegistrationStatus.SUBMITTED)
                | Q(registered_on_date__isnull=False) & ~Q(number=""),
                name="what_is_registered_has_number_and_day",
            ),
            models.CheckConstraint(
                condition=~Q(status=RegistrationStatus.PUBLISHED) | ~Q(volume=""),
                name="what_is_published_has_a_volume",
            ),
        ]

    def __str__(self) -> str:
        return self.number or self.get_status_display()

    def get_absolute_url(self) -> str:
        return f"{reverse('agreements:treaty', args=[self.instrument_id])}#registration"
