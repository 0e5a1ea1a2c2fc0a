import uuid
from datetime import time

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
    WEBHOOK = "webhook", pgettext_lazy("channel", "Webhook")


class Cadence(models.TextChoices):
    """When a message is mailed; its item is in the inbox at once in any case."""

    AT_ONCE = "at_once", pgettext_lazy("cadence", "At once")
    HOURLY = "hourly", pgettext_lazy("cadence", "In an hourly digest")
    DAILY = "daily", pgettext_lazy("cadence", "In the daily digest")
    NEVER = "never", pgettext_lazy("cadence", "In the inbox only")


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
    It waits and fails as one; once it is finished, only those that went with it are its own.
    """

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    recipient = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="digests"
    )
    cadence = models.CharField(
        max_length=10, choices=Cadence, default=Cadence.DAILY, db_default=Cadence.DAILY
    )
    created_at = models.DateTimeField()
    due_at = models.DateTimeField(db_default=Now())
    lease_until = models.DateTimeField(null=True)
    lease_token = models.UUIDField(null=True)
    finished_at = models.DateTimeField(null=True)

    class Meta:
        ordering = ["created_at", "id"]
        indexes = [
            models.Index(
                fields=["due_at"], name="digests_waiting", condition=models.Q(finished_at=None)
            )
        ]

    def __str__(self) -> str:
        return f"digest to {self.recipient_id}"


class Delivery(models.Model):
    """
    One message to one person on one channel about one entry. An inbox item is one, too.

    One with an ``endpoint`` goes to that webhook; its recipient is the machine user whose rights count.
    """

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    # An alert to ten thousand writes twice ten thousand rows: what each row would ask and write in vain is left
    # out. Entries are append-only, and the one that is fanned out has an outbox row that refers to it.
    entry = models.ForeignKey(
        AuditEntry, on_delete=models.PROTECT, related_name="deliveries", db_constraint=False
    )
    # The three without an index of their own are found by a longer or a smaller one below.
    recipient = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        on_delete=models.CASCADE,
        related_name="deliveries",
        db_index=False,
    )
    channel = models.CharField(max_length=10, choices=Channel)
    endpoint = models.ForeignKey(
        "webhooks.Endpoint",
        on_delete=models.PROTECT,
        null=True,
        related_name="deliveries",
        db_index=False,
    )
    status = models.CharField(max_length=10, choices=DeliveryStatus, default=DeliveryStatus.WAITING)
    is_alert = models.BooleanField(default=False)
    # As the recipient's choices stood when it was made; an inbox item has no other than at once.
    cadence = models.CharField(
        max_length=10, choices=Cadence, default=Cadence.AT_ONCE, db_default=Cadence.AT_ONCE
    )
    # It waits for the recipient's next digest, and then goes out as a part of it.
    is_for_digest = models.BooleanField(db_default=False, default=False)
    digest = models.ForeignKey(
        Digest, on_delete=models.SET_NULL, null=True, related_name="deliveries", db_index=False
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
                condition=models.Q(endpoint=None),
                name="one_delivery_per_entry_and_person",
            ),
            models.UniqueConstraint(
                fields=["entry", "endpoint"],
                condition=models.Q(endpoint__isnull=False),
                name="one_delivery_per_entry_and_endpoint",
            ),
            models.CheckConstraint(
                condition=(models.Q(endpoint=None) & ~models.Q(channel="webhook"))
                | models.Q(endpoint__isnull=False, channel="webhook"),
                name="webhooks_have_an_endpoint",
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
                fields=["due_at"],
                name="deliveries_without_digest",
                condition=models.Q(status="waiting", is_for_digest=True, digest=None),
            ),
            models.Index(
                fields=["digest"],
                name="deliveries_of_a_digest",
                condition=models.Q(digest__isnull=False),
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
                fields=["endpoint", "-created_at", "-id"],
                name="messages_of_an_endpoint",
                condition=models.Q(endpoint__isnull=False),
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
    # Of a webhook: what went wrong, as egress says it ({"code", "details"}), and how the answer began.
    failure = models.JSONField(null=True)
    answer = models.TextField(blank=True, default="", db_default="")

    class Meta:
        ordering = ["started_at", "id"]

    def __str__(self) -> str:
        return f"{self.delivery_id}: {self.outcome or 'under way'}"


class KindChoice(models.Model):
    """When a person wants the mails of a kind; without a row they come at once."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    user = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="kind_choices"
    )
    kind = models.CharField(max_length=100)
    # The database's default is what every row meant while there was no other choice.
    cadence = models.CharField(
        max_length=10, choices=Cadence, default=Cadence.NEVER, db_default=Cadence.NEVER
    )

    class Meta:
        ordering = ["kind"]
        # Its first name: a table that is renamed is lost to the release that still runs.
        db_table = "notifications_unwantedmail"
        constraints = [
            models.UniqueConstraint(fields=["user", "kind"], name="one_choice_per_person_and_kind"),
            models.CheckConstraint(
                condition=models.Q(cadence__in=Cadence.values), name="cadence_of_kind_is_known"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.user_id}: {self.kind} {self.cadence}"


class MailTimes(models.Model):
    """
    When a person's digest comes and when mail keeps quiet, by the clock of the person's own zone.

    Without a row the digest comes at 07:00 and no hour is quiet. Quiet hours may go past midnight.
    """

    user = models.OneToOneField(
        settings.AUTH_USER_MODEL,
        on_delete=models.CASCADE,
        primary_key=True,
        related_name="mail_times",
    )
    digest_time = models.TimeField(default=time(7))
    quiet_from = models.TimeField(null=True, blank=True)
    quiet_until = models.TimeField(null=True, blank=True)

    class Meta:
        verbose_name_plural = "mail times"
        constraints = [
            models.CheckConstraint(
                condition=models.Q(quiet_from=None, quiet_until=None)
                | (
                    models.Q(quiet_from__isnull=False, quiet_until__isnull=False)
                    & ~models.Q(quiet_from=models.F("quiet_until"))
                ),
                name="quiet_hours_begin_and_end",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.user_id}: digest at {self.digest_time:%H:%M}"


class Subscription(models.Model):
    """
    What a person wants to hear of beyond what the own role and duty bring.

    Its values narrow it: of each topic that has some, one must fit. Without any it is everything the
    person may read.
    """

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    user = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="subscriptions"
    )
    name = models.CharField(max_length=100, validators=[validate_plain_text])
    cadence = models.CharField(max_length=10, choices=Cadence, default=Cadence.DAILY)
    created_at = models.DateTimeField()

    class Meta:
        ordering = ["created_at", "id"]
        constraints = [
            models.UniqueConstraint(
                fields=["user", "name"], name="one_subscription_per_person_and_name"
            ),
            models.CheckConstraint(
                condition=models.Q(cadence__in=Cadence.values),
                name="cadence_of_subscription_is_known",
            ),
        ]

    def __str__(self) -> str:
        return self.name


class SubscriptionValue(models.Model):
    """One value of one topic; of an ordered topic the least that is wanted."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    subscription = models.ForeignKey(Subscription, on_delete=models.CASCADE, related_name="values")
    topic = models.CharField(max_length=50)
    value = models.CharField(max_length=100)

    class Meta:
        ordering = ["topic", "value"]
        constraints = [
            models.UniqueConstraint(
                fields=["subscription", "topic", "value"],
                name="one_value_per_subscription_and_topic",
            )
        ]

    def __str__(self) -> str:
        return f"{self.topic}: {self.value}"


class MutedThread(models.Model):
    """A record, with all that hangs on it, of which a person wants no more than alerts and what is mandatory."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    user = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="muted_threads"
    )
    model = models.CharField(max_length=100)
    key = models.CharField(max_length=64)
    muted_at = models.DateTimeField()

    class Meta:
        ordering = ["-muted_at", "-id"]
        constraints = [
            models.UniqueConstraint(
                fields=["user", "model", "key"], name="one_mute_per_person_and_thread"
            )
        ]

    def __str__(self) -> str:
        return f"{self.user_id}: {self.model} {self.key}"


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
