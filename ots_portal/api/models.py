import uuid

from django.conf import settings
from django.db import models


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
