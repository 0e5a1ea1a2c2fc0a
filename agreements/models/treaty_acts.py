"""What States send and do about a treaty, before it stands in the depositary's ledger."""

import uuid
from datetime import date

from django.conf import settings
from django.db import models
from django.db.models import F, Q
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from agreements.models.instruments import Instrument
from agreements.models.waivers import FullPowersWaiver
from agreements.statuses import FullPowersStatus, SignatureStatus, StateInstrumentStatus
from agreements.vocabularies.acts import FROM_RECEIPT, DepositedKind, Office, SignatureKind
from ots_portal.participants.models import Participant
from ots_portal.texts.fields import validate_plain_text


class TreatyAct(models.Model):
    """What all of them have: whose it is, where it stands, who entered it."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    participant = models.ForeignKey(
        Participant, on_delete=models.PROTECT, related_name="+", verbose_name=_("State")
    )
    note = models.CharField(max_length=500, blank=True, validators=[validate_plain_text])
    # Why it was queried, refused or sent back.
    reason = models.CharField(
        max_length=500, blank=True, editable=False, validators=[validate_plain_text]
    )
    version = models.PositiveIntegerField(default=1, editable=False)
    created_at = models.DateTimeField(editable=False)
    updated_at = models.DateTimeField(editable=False)
    created_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+", editable=False
    )

    class Meta:
        abstract = True
        ordering = ["created_at", "id"]


class FullPowers(TreatyAct):
    """
    The document by which a State says who may sign for it (Vienna Convention, article 7).

    ``holder`` is the office and name as the document has them: it is read by the depositary and its State.
    """

    instrument = models.ForeignKey(
        Instrument, on_delete=models.PROTECT, related_name="full_powers", editable=False
    )
    holder = models.CharField(max_length=200, validators=[validate_plain_text])
    office = models.CharField(max_length=20, choices=Office)
    issued_by = models.CharField(max_length=200, validators=[validate_plain_text])
    issued_on_date = models.DateField()
    received_on_date = models.DateField()
    status = models.CharField(
        max_length=20, choices=FullPowersStatus, default=FullPowersStatus.RECEIVED, editable=False
    )

    class Meta(TreatyAct.Meta):
        verbose_name_plural = "full powers"
        constraints = [
            models.CheckConstraint(
                condition=Q(status__in=FullPowersStatus.values), name="full_powers_status_is_known"
            ),
            models.CheckConstraint(
                condition=Q(issued_on_date__lte=F("received_on_date")),
                name="full_powers_are_received_once_issued",
                violation_error_message=_("They were received before they were issued."),
            ),
        ]

    def __str__(self) -> str:
        return self.holder

    def get_absolute_url(self) -> str:
        return f"{reverse('agreements:treaty', args=[self.instrument_id])}#act-{self.pk}"


class Signature(TreatyAct):
    """A State's signature as the depositary has it; public sources' records are Signatory."""

    instrument = models.ForeignKey(
        Instrument, on_delete=models.PROTECT, related_name="treaty_signatures", editable=False
    )
    kind = models.CharField(max_length=30, choices=SignatureKind)
    signed_by = models.CharField(max_length=200, validators=[validate_plain_text])
    office = models.CharField(max_length=20, choices=Office)
    full_powers = models.ForeignKey(
        FullPowers, on_delete=models.PROTECT, null=True, blank=True, related_name="signatures"
    )
    # In place of full powers: that they were dispensed with for this person.
    waiver = models.ForeignKey(
        FullPowersWaiver,
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="signatures",
        editable=False,
    )
    signed_on_date = models.DateField()
    place = models.CharField(max_length=100, validators=[validate_plain_text])
    confirmed_on_date = models.DateField(null=True, editable=False)
    status = models.CharField(
        max_length=20, choices=SignatureStatus, default=SignatureStatus.FULL, editable=False
    )

    class Meta(TreatyAct.Meta):
        constraints = [
            models.CheckConstraint(
                condition=Q(status__in=SignatureStatus.values), name="signature_status_is_known"
            ),
            models.CheckConstraint(
                condition=Q(kind__in=SignatureKind.values), name="signature_kind_is_known"
            ),
            models.UniqueConstraint(
                fields=["instrument", "participant"],
                condition=~Q(status=SignatureStatus.ANNULLED),
                name="a_state_signs_once",
                violation_error_message=_("This State has signed already."),
            ),
        ]

    def __str__(self) -> str:
        return self.signed_by

    def get_absolute_url(self) -> str:
        return f"{reverse('agreements:treaty', args=[self.instrument_id])}#act-{self.pk}"

    @property
    def is_full(self) -> bool:
        return self.status == SignatureStatus.FULL

    @property
    def counts_from(self) -> date:
        """The day from which it is a full signature: that of its confirmation, where it needed one."""
        return self.confirmed_on_date or self.signed_on_date


class StateInstrument(TreatyAct):
    """
    A State's instrument on its way to deposit, or a notice of withdrawal.

    It counts from ``deposited_on_date``, never from the day it bears or the day it arrived (Vienna Convention,
    article 16); a notification and a notice of withdrawal count from the day they arrived (article 78 b).
    ``effective_date`` is when a withdrawal takes effect, or from when a State
    succeeds to its predecessor.
    """

    instrument = models.ForeignKey(
        Instrument, on_delete=models.PROTECT, related_name="state_instruments", editable=False
    )
    kind = models.CharField(max_length=30, choices=DepositedKind)
    signed_by = models.CharField(max_length=200, validators=[validate_plain_text])
    dated_date = models.DateField()
    received_on_date = models.DateField()
    deposited_on_date = models.DateField(null=True, editable=False)
    effective_date = models.DateField(null=True, editable=False)
    status = models.CharField(
        max_length=20,
        choices=StateInstrumentStatus,
        default=StateInstrumentStatus.RECEIVED,
        editable=False,
    )

    class Meta(TreatyAct.Meta):
        constraints = [
            models.CheckConstraint(
                condition=Q(status__in=StateInstrumentStatus.values),
                name="state_instrument_status_is_known",
            ),
            models.CheckConstraint(
                condition=Q(kind__in=DepositedKind.values), name="state_instrument_kind_is_known"
            ),
            models.CheckConstraint(
                condition=Q(dated_date__lte=F("received_on_date")),
                name="state_instrument_is_received_once_dated",
                violation_error_message=_("It was received before the day it bears."),
            ),
            models.CheckConstraint(
                condition=Q(deposited_on_date=None)
                | Q(deposited_on_date__gte=F("received_on_date")),
                name="state_instrument_is_deposited_once_received",
                violation_error_message=_("It was deposited before it was received."),
            ),
        ]
        indexes = [
            models.Index(fields=["instrument", "status"], name="state_instruments_by_treaty")
        ]

    def __str__(self) -> str:
        return f"{self.get_kind_display()}, {self.participant.name}"

    def get_absolute_url(self) -> str:
        return f"{reverse('agreements:treaty', args=[self.instrument_id])}#act-{self.pk}"

    def counts_from(self, deposited_on: date) -> date:
        """Return from which day it counts, if it is deposited on that one."""
        return self.received_on_date if self.kind in FROM_RECEIPT else deposited_on

    @property
    def is_withdrawal(self) -> bool:
        return self.kind == DepositedKind.WITHDRAWAL
