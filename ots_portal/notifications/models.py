import uuid

from django.conf import settings
from django.db import models
from django.db.models.functions import Now
from django.urls import reverse
from django.utils.translation import pgettext_lazy

from ots_portal.audit.models import AuditEntry
from ots_portal.texts.fields import validate_plain_text


class OutboxRow(models.Model):
    """An audit entry somebody must hear about; written in the entry's own transaction."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    entry = models.OneToOneField(AuditEntry, on_delete=models.PROTECT, related_name="outbox_row")
    created_at = models.DateTimeField()
    # Later than created_at where it can be recalled until then.
    due_at = models.DateTimeField(db_default=Now())
    is_alert = models.BooleanField(db_default=False, default=False)
    lease_until = models.DateTimeField(null=True)
    lease_token = models.UUIDField(null=True)
    fanned_out_at = models.DateTimeField(null=True)
    recalled_at = models.DateTimeField(null=True)
    recalled_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.SET_NULL, null=True, related_name="+"
    )
    # It came with a backup: the portal that was lost may have sent its messages already.
    is_of_unknown_state = models.BooleanField(db_default=False, default=False)

    class Meta:
        ordering = ["created_at", "id"]
        constraints = [
            models.CheckConstraint(
                condition=models.Q(fanned_out_at=None) | models.Q(recalled_at=None),
                name="nothing_is_recalled_that_was_fanned_out",
            )
        ]
        indexes = [
            models.Index(
                fields=["-is_alert", "due_at"],
                name="outbox_waiting",
                condition=models.Q(fanned_out_at=None, recalled_at=None),
            )
        ]

    def __str__(self) -> str:
        return f"outbox: {self.entry_id}"


class Channel(models.TextChoices):
    INBOX = "inbox", pgettext_lazy("channel", "Inbox")
    MAIL = "mail", pgettext_lazy("channel", "E-mail")


class DeliveryStatus(models.TextChoices):
    WAITING = "waiting", pgettext_lazy("delivery", "Waiting")
    SENT = "sent", pgettext_lazy("delivery", "Delivered")
    FAILED = "failed", pgettext_lazy("delivery", "Failed")
    WITHDRAWN = "withdrawn", pgettext_lazy("delivery", "Withdrawn")
    UNKNOWN = "unknown", pgettext_lazy("delivery", "Perhaps sent already")


class Digest(models.Model):
    """
    A mail that tells of several entries; which, say its deliveries.

    It is written when it is sent first: a second try holds the same messages under the same Message-ID.
    """

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    recipient = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="digests"
    )
    created_at = models.DateTimeField()

    class Meta:
        ordering = ["created_at", "id"]

    def __str__(self) -> str:
        return f"digest to {self.recipient_id}"


class Delivery(models.Model):
    """One message to one person on one channel about one entry. An inbox item is one, too."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    entry = models.ForeignKey(AuditEntry, on_delete=models.PROTECT, related_name="deliveries")
    recipient = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="deliveries"
    )
    channel = models.CharField(max_length=10, choices=Channel)
    status = models.CharField(max_length=10, choices=DeliveryStatus, default=DeliveryStatus.WAITING)
    is_alert = models.BooleanField(default=False)
    # It waits for the recipient's next digest, and then goes out as a part of it.
    is_for_digest = models.BooleanField(db_default=False, default=False)
    digest = models.ForeignKey(
        Digest, on_delete=models.SET_NULL, null=True, related_name="deliveries"
    )
    created_at = models.DateTimeField()
    due_at = models.DateTimeField()
    lease_until = models.DateTimeField(null=True)
    lease_token = models.UUIDField(null=True)
    attempt_count = models.PositiveIntegerField(default=0)
    finished_at = models.DateTimeField(null=True)
    read_at = models.DateTimeField(null=True)

    class Meta:
        ordering = ["-created_at", "-id"]
        verbose_name_plural = "deliveries"
        constraints = [
            models.UniqueConstraint(
                fields=["entry", "recipient", "channel"],
                name="one_delivery_per_entry_person_channel",
            ),
            models.CheckConstraint(
                condition=models.Q(status__in=DeliveryStatus.values),
                name="delivery_status_is_known",
            ),
        ]
        indexes = [
            models.Index(
                fields=["-is_alert", "due_at"],
                name="deliveries_waiting",
                condition=models.Q(status="waiting"),
            ),
            models.Index(
                fields=["-created_at", "-id"],
                name="messages_by_time",
                condition=~models.Q(channel="inbox"),
            ),
            models.Index(
                fields=["created_at"],
                name="deliveries_failed",
                condition=models.Q(status="failed"),
            ),
            models.Index(
                fields=["created_at"],
                name="deliveries_unknown",
                condition=models.Q(status="unknown"),
            ),
            models.Index(
                fields=["recipient", "channel", "-created_at", "-id"], name="inbox_of_a_person"
            ),
            models.Index(
                fields=["finished_at"],
                name="deliveries_by_finish",
                condition=models.Q(finished_at__isnull=False),
            ),
            models.Index(
                fields=["recipient"],
                name="unread_of_a_person",
                condition=models.Q(channel="inbox", read_at=None),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.channel} to {self.recipient_id}"


class Attempt(models.Model):
    """A try to deliver, written before the network is touched: a crash leaves a trace."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    delivery = models.ForeignKey(Delivery, on_delete=models.CASCADE, related_name="attempts")
    started_at = models.DateTimeField()
    finished_at = models.DateTimeField(null=True)
    outcome = models.CharField(max_length=20, blank=True)
    detail = models.CharField(max_length=300, blank=True)

    class Meta:
        ordering = ["started_at", "id"]

    def __str__(self) -> str:
        return f"{self.delivery_id}: {self.outcome or 'under way'}"


class UnwantedMail(models.Model):
    """A kind of message that a person wants in the inbox only."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    user = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="unwanted_mails"
    )
    kind = models.CharField(max_length=100)

    class Meta:
        ordering = ["kind"]
        constraints = [
            models.UniqueConstraint(fields=["user", "kind"], name="one_choice_per_person_and_kind")
        ]

    def __str__(self) -> str:
        return f"{self.user_id}: no mail about {self.kind}"


class PauseReason(models.TextChoices):
    RESTORE = "restore", pgettext_lazy("pause", "Restored from a backup")
    BY_HAND = "by_hand", pgettext_lazy("pause", "Paused by hand")


class DeliveryPause(models.Model):
    """
    A time in which no message leaves the portal; what is in the inbox appears there all the same.

    ``backup_taken_at`` is the moment of the backup that a restored portal goes on from: what was not
    delivered by then may have been delivered since by the portal that was lost.
    """

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    is_standing = models.BooleanField(default=True)
    reason = models.CharField(max_length=10, choices=PauseReason)
    note = models.CharField(max_length=200, blank=True, validators=[validate_plain_text])
    backup_taken_at = models.DateTimeField(null=True)
    started_at = models.DateTimeField()
    # None: the operator at the server's own terminal.
    started_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.SET_NULL, null=True, related_name="+"
    )
    ended_at = models.DateTimeField(null=True)
    ended_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.SET_NULL, null=True, related_name="+"
    )

    class Meta:
        ordering = ["-started_at", "-id"]
        constraints = [
            models.UniqueConstraint(
                fields=["is_standing"],
                condition=models.Q(is_standing=True),
                name="one_pause_at_a_time",
            ),
            models.CheckConstraint(
                condition=models.Q(is_standing=True, ended_at=None)
                | models.Q(is_standing=False, ended_at__isnull=False),
                name="a_pause_that_ended_says_when",
            ),
            models.CheckConstraint(
                condition=models.Q(reason__in=PauseReason.values), name="pause_reason_is_known"
            ),
        ]

    def __str__(self) -> str:
        return f"pause since {self.started_at:%Y-%m-%d %H:%M} UTC"

    def get_absolute_url(self) -> str:
        return reverse("dispatch:list")
