import uuid

from django.db import models
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from incidents.models.incidents import Incident
from incidents.statuses import HELD, AlertStatus, ReceivedAlertStatus
from ots_portal.participants.models import Participant
from ots_portal.people.models import User
from ots_portal.texts.fields import validate_plain_text


class KnownSender(models.Model):
    """A sender of CAP messages that the portal trusts to say what it says; others go to quarantine."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    sender = models.CharField(_("sender"), max_length=200, unique=True)  # CAP 1.2, section 3.2.1
    name = models.CharField(_("name"), max_length=200, validators=[validate_plain_text])
    participant = models.ForeignKey(
        Participant, on_delete=models.PROTECT, null=True, blank=True, related_name="+"
    )
    added_at = models.DateTimeField(editable=False)
    added_by = models.ForeignKey(User, on_delete=models.PROTECT, null=True, related_name="+")
    removed_at = models.DateTimeField(null=True, editable=False)

    class Meta:
        ordering = ["name", "id"]

    def __str__(self) -> str:
        return f"{self.name} ({self.sender})"


class ReceivedAlert(models.Model):
    """
    A CAP message that came in, kept as it came.

    ``content`` is the parsed message (formats.cap); ``area`` its repaired shapes as GeoJSON. What is not
    ``Actual`` is never shown as real.
    """

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    incident = models.ForeignKey(
        Incident, on_delete=models.PROTECT, null=True, related_name="received_alerts"
    )
    status = models.CharField(max_length=20, choices=ReceivedAlertStatus, editable=False)
    version = models.PositiveIntegerField(default=1, editable=False)
    identifier = models.CharField(max_length=250)
    sender = models.CharField(max_length=250)
    sent_at = models.DateTimeField()
    sent_text = models.CharField(
        max_length=40
    )  # with the sender's own offset, as references repeat it
    cap_status = models.CharField(max_length=20)
    message_type = models.CharField(max_length=20)
    scope = models.CharField(max_length=20)
    references = models.JSONField(default=list)  # of [sender, identifier, sent]
    headline = models.CharField(max_length=500, blank=True)
    severity = models.CharField(max_length=20, blank=True)  # the gravest of its infos
    expires_at = models.DateTimeField(null=True)
    countries = models.JSONField(default=list)  # ISO 3166-1 alpha-2 of where its shapes lie
    area = models.JSONField(null=True)
    content = models.JSONField()
    warnings = models.JSONField(
        default=list
    )  # what was repaired or left aside, in sentences' codes
    xml = models.TextField()
    digest = models.CharField(max_length=64)
    signature = models.CharField(
        max_length=10, default="absent"
    )  # absent, present (never "verified")
    source = models.CharField(max_length=20)  # file, page, api, feed
    received_at = models.DateTimeField()
    received_by = models.ForeignKey(User, on_delete=models.PROTECT, null=True, related_name="+")
    updated_at = models.DateTimeField(editable=False)
    replaced_by = models.ForeignKey(
        "self", on_delete=models.PROTECT, null=True, related_name="replaces"
    )

    class Meta:
        ordering = ["-sent_at", "-id"]
        constraints = [
            models.CheckConstraint(
                condition=models.Q(status__in=ReceivedAlertStatus.values),
                name="received_alert_status_is_known",
            ),
            # CAP 1.2, section 3.2.1: the three together name a message. What is held keeps its name from nobody.
            models.UniqueConstraint(
                fields=["sender", "identifier", "sent_at"],
                condition=~models.Q(status__in=HELD),
                name="one_row_per_cap_message_not_held",
            ),
            models.UniqueConstraint(
                fields=["sender", "identifier", "sent_at", "digest"],
                name="one_row_per_content_of_a_cap_message",
            ),
        ]
        indexes = [
            models.Index(fields=["status", "-sent_at", "-id"], name="received_alerts_by_status"),
            models.Index(fields=["updated_at", "id"], name="received_alerts_changed_since"),
        ]

    def __str__(self) -> str:
        return self.headline or self.identifier

    def get_absolute_url(self) -> str:
        return reverse("incidents:received_alert_detail", args=[self.pk])

    @property
    def is_exercise(self) -> bool:
        return self.cap_status == "Exercise"


class Alert(models.Model):
    """A CAP message of our own, drafted from an incident; from its issue on its XML never changes."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    incident = models.ForeignKey(Incident, on_delete=models.PROTECT, related_name="alerts")
    participant = models.ForeignKey(Participant, on_delete=models.PROTECT, related_name="alerts")
    status = models.CharField(
        max_length=20, choices=AlertStatus, default=AlertStatus.DRAFT, editable=False
    )
    version = models.PositiveIntegerField(default=1, editable=False)
    identifier = models.CharField(max_length=250, null=True, unique=True, editable=False)  # noqa: DJ001 -- given when it is issued
    message_type = models.CharField(max_length=20)  # Alert, Update, Cancel
    scope = models.CharField(max_length=20)
    # An Update or Cancel: the message of ours that it follows.
    follows = models.ForeignKey(
        "self", on_delete=models.PROTECT, null=True, related_name="followed_by"
    )
    content = (
        models.JSONField()
    )  # what formats.cap writes: note, restriction, infos by language, areas
    xml = models.TextField(blank=True, editable=False)
    digest = models.CharField(max_length=64, blank=True, editable=False)
    drafted_by = models.ForeignKey(User, on_delete=models.PROTECT, related_name="+")
    approved_by = models.ForeignKey(User, on_delete=models.PROTECT, null=True, related_name="+")
    created_at = models.DateTimeField(editable=False)
    updated_at = models.DateTimeField(editable=False)
    approved_at = models.DateTimeField(null=True, editable=False)
    issued_at = models.DateTimeField(null=True, editable=False)
    expires_at = models.DateTimeField(null=True)

    class Meta:
        ordering = ["-created_at", "-id"]
        constraints = [
            models.CheckConstraint(
                condition=models.Q(status__in=AlertStatus.values), name="alert_status_is_known"
            ),
            models.CheckConstraint(
                condition=models.Q(approved_by=None)
                | ~models.Q(approved_by=models.F("drafted_by")),
                name="alert_is_approved_by_a_second_person",
            ),
        ]
        indexes = [
            models.Index(fields=["incident", "status"], name="alerts_of_an_incident"),
            models.Index(fields=["status", "expires_at"], name="alerts_that_expire"),
            models.Index(fields=["updated_at", "id"], name="alerts_changed_since"),
        ]

    def __str__(self) -> str:
        return self.identifier or str(_("Alert (not issued)"))

    def get_absolute_url(self) -> str:
        return reverse("incidents:alert_detail", args=[self.pk])


class AlertReceipt(models.Model):
    """The Ack or Error that answers a message which came in: CAP 1.2, section 3.2.1, msgType."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    alert = models.ForeignKey(ReceivedAlert, on_delete=models.CASCADE, related_name="receipts")
    participant = models.ForeignKey(Participant, on_delete=models.PROTECT, related_name="+")
    message_type = models.CharField(max_length=20)  # Ack, Error
    identifier = models.CharField(max_length=250, unique=True)
    note = models.CharField(max_length=1000, blank=True)
    xml = models.TextField()
    by = models.ForeignKey(User, on_delete=models.PROTECT, null=True, related_name="+")
    at = models.DateTimeField()

    class Meta:
        ordering = ["at", "id"]
        constraints = [
            models.UniqueConstraint(
                fields=["alert", "participant", "message_type"], name="one_receipt_per_participant"
            )
        ]

    def __str__(self) -> str:
        return self.identifier
