import uuid
from urllib.parse import urlsplit

from django.conf import settings
from django.db import models
from django.urls import reverse
from django.utils.translation import pgettext_lazy

from ots_portal.participants.models import Participant
from ots_portal.texts.fields import validate_plain_text

LONGEST_URL = 500


class EndpointStatus(models.TextChoices):
    ACTIVE = "active", pgettext_lazy("webhook", "Active")
    DISABLED = "disabled", pgettext_lazy("webhook", "Disabled")


class DisabledBecause(models.TextChoices):
    BY_HAND = "by_hand", pgettext_lazy("webhook", "Somebody disabled it.")
    GONE = "gone", pgettext_lazy("webhook", "The other side said that it wants nothing more (410).")
    FAILURES = "failures", pgettext_lazy("webhook", "It failed too many times in a row.")
    TOO_LONG = "too_long", pgettext_lazy("webhook", "It failed for days on end.")


class Endpoint(models.Model):
    """
    An address of a partner system that the portal sends messages to, as its machine user may see them.

    No row of ``wanted_kinds``: it wants every kind. The secrets are encrypted (secrets.py); the previous
    one signs along until ``previous_secret_until``.
    """

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    participant = models.ForeignKey(
        Participant, on_delete=models.PROTECT, related_name="webhook_endpoints"
    )
    owner = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="webhook_endpoints"
    )
    url = models.CharField(max_length=LONGEST_URL)
    description = models.CharField(max_length=200, blank=True, validators=[validate_plain_text])
    secret = models.TextField()
    previous_secret = models.TextField(blank=True)
    previous_secret_until = models.DateTimeField(null=True)
    status = models.CharField(max_length=10, choices=EndpointStatus, default=EndpointStatus.ACTIVE)
    disabled_because = models.CharField(max_length=10, choices=DisabledBecause, blank=True)
    disabled_at = models.DateTimeField(null=True)
    created_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.SET_NULL, null=True, related_name="+"
    )
    created_at = models.DateTimeField()
    updated_at = models.DateTimeField()
    version = models.PositiveIntegerField(default=1)

    # How it fares: breaker.py moves these.
    failure_count = models.PositiveIntegerField(default=0)  # in a row
    failing_since = models.DateTimeField(null=True)
    retry_at = models.DateTimeField(null=True)  # until then nothing is sent there
    succeeded_at = models.DateTimeField(null=True)  # the last time
    # One message at a time, and those that waited longest first.
    served_at = models.DateTimeField(null=True)
    lease_until = models.DateTimeField(null=True)
    lease_token = models.UUIDField(null=True)

    class Meta:
        ordering = ["participant", "created_at", "id"]
        constraints = [
            models.UniqueConstraint(fields=["owner", "url"], name="one_endpoint_per_address"),
            models.CheckConstraint(
                condition=models.Q(status="active", disabled_because="", disabled_at=None)
                | models.Q(
                    status="disabled",
                    disabled_because__in=DisabledBecause.values,
                    disabled_at__isnull=False,
                ),
                name="a_disabled_endpoint_says_why",
            ),
            models.CheckConstraint(
                condition=models.Q(previous_secret="", previous_secret_until=None)
                | (~models.Q(previous_secret="") & models.Q(previous_secret_until__isnull=False)),
                name="a_previous_secret_ends",
            ),
            models.CheckConstraint(
                condition=models.Q(failure_count=0) | models.Q(failing_since__isnull=False),
                name="failures_have_begun_some_time",
            ),
        ]
        indexes = [models.Index(fields=["participant", "created_at"], name="endpoints_of_one")]

    def __str__(self) -> str:
        return self.description or self.place

    def get_absolute_url(self) -> str:
        return reverse("dispatch:webhook_detail", args=[self.pk])

    @property
    def place(self) -> str:
        """The address without its path, which may hold a key: for mails, and for whoever only watches."""
        parts = urlsplit(self.url)
        return f"{parts.scheme}://{parts.netloc}/"

    @property
    def is_active(self) -> bool:
        return self.status == EndpointStatus.ACTIVE


class WantedKind(models.Model):
    """A kind of message that an endpoint wants."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    endpoint = models.ForeignKey(Endpoint, on_delete=models.CASCADE, related_name="wanted_kinds")
    kind = models.CharField(max_length=100)

    class Meta:
        ordering = ["kind"]
        constraints = [
            models.UniqueConstraint(
                fields=["endpoint", "kind"], name="an_endpoint_wants_a_kind_once"
            )
        ]

    def __str__(self) -> str:
        return f"{self.endpoint_id}: {self.kind}"
