"""The depositary's ledger: what counts, chained; what was calculated from it; who was notified."""

import json
import uuid
from typing import Any

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.urls import reverse

from agreements.models.instruments import Instrument
from agreements.statuses import ReceiptStatus
from agreements.vocabularies.acts import LedgerKind
from ots_portal.audit.append_only import append_only
from ots_portal.participants.models import Participant


@append_only
class LedgerEntry(models.Model):
    """
    One act in the ledger of a treaty; never changed, never deleted.

    ``body`` is the canonical JSON that is hashed: it holds the digest of the entry before it, so that a
    ministry can check the whole chain with a copy (docs/depositary.md).
    """

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    instrument = models.ForeignKey(Instrument, on_delete=models.PROTECT, related_name="ledger")
    number = models.PositiveIntegerField()  # within the treaty, from 1, without a gap
    kind = models.CharField(max_length=30, choices=LedgerKind)
    participant = models.ForeignKey(
        Participant, on_delete=models.PROTECT, null=True, related_name="+"
    )
    acted_on_date = models.DateField()
    effective_date = models.DateField(null=True)
    # Of an annulment: the earlier entry that has no effect any more.
    annuls = models.OneToOneField(
        "self", on_delete=models.PROTECT, null=True, related_name="annulled_by"
    )
    body = models.TextField()
    digest = models.CharField(max_length=64)
    created_at = models.DateTimeField()
    created_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, related_name="+"
    )

    class Meta:
        ordering = ["instrument", "number"]
        verbose_name_plural = "ledger entries"
        constraints = [
            models.UniqueConstraint(
                fields=["instrument", "number"], name="ledger_entries_are_numbered"
            ),
            models.CheckConstraint(
                condition=Q(kind__in=LedgerKind.values), name="ledger_kind_is_known"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.number}: {self.get_kind_display()}"

    def get_absolute_url(self) -> str:
        return f"{reverse('agreements:treaty', args=[self.instrument_id])}#entry-{self.number}"

    @property
    def details(self) -> dict[str, Any]:
        told: dict[str, Any] = json.loads(self.body)["details"]
        return told


@append_only
class EntryCalculation(models.Model):
    """
    What was calculated of a treaty's entry into force, with the digest of what it was calculated from.

    ``date`` is None while the rule is not met; ``proof`` is what the command prints as JSON.
    """

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    instrument = models.ForeignKey(
        Instrument, on_delete=models.PROTECT, related_name="calculations"
    )
    ledger_number = models.PositiveIntegerField()  # of the last entry it knows, 0 for none
    rule = models.JSONField()
    inputs_digest = models.CharField(max_length=64)
    # What was digested, so that who verifies the ledger computes the digest anew; "" before it was kept.
    inputs = models.TextField(blank=True)
    date = models.DateField(null=True)
    missing = models.TextField(blank=True)
    proof = models.JSONField()
    calculated_at = models.DateTimeField()

    class Meta:
        ordering = ["-calculated_at", "-ledger_number", "-id"]

    def __str__(self) -> str:
        return self.date.isoformat() if self.date else self.missing

    def get_absolute_url(self) -> str:
        return f"{reverse('agreements:treaty', args=[self.instrument_id])}#calculation"


@append_only
class DepositaryNotification(models.Model):
    """What the depositary tells all States concerned of one entry; issued once and for good."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    entry = models.OneToOneField(LedgerEntry, on_delete=models.PROTECT, related_name="notification")
    number = models.CharField(max_length=20, unique=True)  # CN.<n>.<year>, without a gap
    body = models.TextField()
    digest = models.CharField(max_length=64)
    issued_at = models.DateTimeField()
    issued_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+"
    )

    # Whoever hands it to somebody says in which language their State was told.
    language_of_state = "en"

    class Meta:
        ordering = ["-issued_at", "-id"]

    def __str__(self) -> str:
        return self.number

    def get_absolute_url(self) -> str:
        return reverse("agreements:depositary_notification", args=[self.pk])

    @property
    def told(self) -> dict[str, Any]:
        """What it says: number, treaty, act, State, day, text, and the text by language."""
        told: dict[str, Any] = json.loads(self.body)
        return told

    @property
    def texts(self) -> dict[str, str]:
        """The text by language; one that was issued in a single language has it under "en"."""
        told = self.told
        return dict(told.get("texts") or {"en": told.get("text", "")})

    @property
    def text_of_state(self) -> str:
        """The text as the reader's State was told it."""
        return self.texts.get(self.language_of_state) or str(self.told.get("text", ""))


class NotificationReceipt(models.Model):
    """
    That one State was sent a notification, and when it says that it has it.

    A State is informed only once the depositary has informed it (Vienna Convention, article 78 c).
    """

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    notification = models.ForeignKey(
        DepositaryNotification, on_delete=models.PROTECT, related_name="receipts"
    )
    participant = models.ForeignKey(Participant, on_delete=models.PROTECT, related_name="+")
    status = models.CharField(
        max_length=20, choices=ReceiptStatus, default=ReceiptStatus.SENT, editable=False
    )
    # The language in which this State was told, of those that the notification has.
    language = models.CharField(
        max_length=10, choices=settings.LANGUAGES, default="en", editable=False
    )
    sent_at = models.DateTimeField(editable=False)
    received_at = models.DateTimeField(null=True, editable=False)
    version = models.PositiveIntegerField(default=1, editable=False)
    updated_at = models.DateTimeField(editable=False)

    class Meta:
        ordering = ["participant_id"]
        constraints = [
            models.UniqueConstraint(
                fields=["notification", "participant"], name="one_receipt_per_state"
            ),
            models.CheckConstraint(
                condition=Q(status=ReceiptStatus.SENT, received_at=None)
                | Q(status=ReceiptStatus.RECEIVED, received_at__isnull=False),
                name="a_receipt_says_when",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.notification_id} {self.participant_id}"

    def get_absolute_url(self) -> str:
        return reverse("agreements:depositary_notification", args=[self.notification_id])
