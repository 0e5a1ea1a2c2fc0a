import uuid
from datetime import datetime

from django.conf import settings
from django.db import models
from django.urls import reverse
from django.utils.translation import pgettext_lazy

from ots_portal.texts.fields import validate_plain_text


class IdempotentAnswer(models.Model):
    """
    What a caller was answered to a request that it may repeat without changing anything twice.

    The row is claimed before the work (``lease_until``) and filled in the transaction of the change.
    """

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    user = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="+")
    key = models.CharField(max_length=200)
    fingerprint = models.CharField(max_length=64)  # SHA-256 of method, address and body
    created_at = models.DateTimeField()
    lease_until = models.DateTimeField()
    finished_at = models.DateTimeField(null=True)
    status = models.PositiveSmallIntegerField(default=0)
    content_type = models.CharField(max_length=60, blank=True)
    headers = models.JSONField(default=dict)
    body = models.BinaryField(default=bytes)

    class Meta:
        ordering = ["created_at", "id"]
        constraints = [
            models.UniqueConstraint(fields=["user", "key"], name="one_answer_per_caller_and_key"),
            models.CheckConstraint(
                condition=models.Q(finished_at=None, status=0)
                | models.Q(finished_at__isnull=False, status__gte=200),
                name="an_answer_is_there_when_finished",
            ),
        ]
        indexes = [models.Index(fields=["created_at"], name="answers_by_age")]

    def __str__(self) -> str:
        return f"{self.key}: {self.status or '…'}"


class ClientScope(models.Model):
    """A scope that the client of a partner system may ask for; one without any row may ask for all."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    application = models.ForeignKey(
        "oauth2_provider.Application", on_delete=models.CASCADE, related_name="scope_rows"
    )
    name = models.CharField(max_length=60)

    class Meta:
        ordering = ["name"]
        constraints = [
            models.UniqueConstraint(fields=["application", "name"], name="one_scope_once_a_client")
        ]

    def __str__(self) -> str:
        return self.name


class PartnerSystem(models.Model):
    """
    What its head of authority decided of a machine user: what it may ask for, from where, and how earnestly.

    A machine user without such a row is as it was before there were any: every scope, from anywhere.
    ``networks`` are in CIDR notation; none: from anywhere. Suspended is the machine user that is not active.
    """

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    user = models.OneToOneField(
        settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="partner_system"
    )
    purpose = models.CharField(max_length=200, blank=True, validators=[validate_plain_text])
    scopes = models.JSONField(default=list)
    networks = models.JSONField(default=list, blank=True)
    # Fixed once made: what was an exercise yesterday must not write in earnest today.
    is_exercise = models.BooleanField(default=False)
    created_by = models.ForeignKey(  # None: whoever runs the portal, from its command line
        settings.AUTH_USER_MODEL, on_delete=models.SET_NULL, null=True, related_name="+"
    )
    created_at = models.DateTimeField()
    updated_at = models.DateTimeField()
    revoked_at = models.DateTimeField(null=True)
    version = models.PositiveIntegerField(default=1)

    class Meta:
        ordering = ["-created_at", "-id"]

    def __str__(self) -> str:
        return self.user.name

    def get_absolute_url(self) -> str:
        return reverse("systems:detail", args=[self.pk])

    @property
    def participant_id(self) -> str:
        return self.user.participant_id

    @property
    def standing(self) -> "SystemStanding":
        if self.revoked_at:
            return SystemStanding.REVOKED
        return SystemStanding.ACTIVE if self.user.is_active else SystemStanding.SUSPENDED


class SystemStanding(models.TextChoices):
    """How a partner system stands; the machine user and ``revoked_at`` say it, so it is no column."""

    ACTIVE = "active", pgettext_lazy("partner system", "Active")
    SUSPENDED = "suspended", pgettext_lazy("partner system", "Suspended")
    REVOKED = "revoked", pgettext_lazy("partner system", "Revoked")


class Credential(models.Model):
    """
    What the portal knows of a client's id and secret beside the toolkit's own: until when, last used when.

    Of the last use and of the last refusal it is known to the minute: nothing is written with each call.
    """

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    application = models.OneToOneField(
        "oauth2_provider.Application", on_delete=models.CASCADE, related_name="credential"
    )
    created_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.SET_NULL, null=True, related_name="+"
    )
    created_at = models.DateTimeField()
    ends_at = models.DateTimeField(
        null=True
    )  # from then on it is refused; None: until somebody ends it
    last_used_at = models.DateTimeField(null=True)
    last_used_from = models.GenericIPAddressField(null=True)
    # Good credentials from an address that is not allowed: somebody else may have them.
    refused_at = models.DateTimeField(null=True)
    refused_from = models.GenericIPAddressField(null=True)

    class Meta:
        ordering = ["-created_at", "-id"]

    def __str__(self) -> str:
        return str(self.application.client_id)

    def has_ended(self, *, at: datetime) -> bool:
        return self.ends_at is not None and self.ends_at <= at
