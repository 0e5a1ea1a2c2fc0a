import uuid
from typing import Any

from django.conf import settings
from django.db import models
from django.urls import reverse
from django.utils.translation import pgettext_lazy

from ots_portal.audit.verification import Anchor, Fault


class CheckScope(models.TextChoices):
    FULL = "full", pgettext_lazy("check of the audit", "Everything")
    NEW = "new", pgettext_lazy("check of the audit", "What was sealed since the last check")


class Check(models.Model):
    """
    A check of the audit chain: asked for by the auditor, or due; a worker carries it out.

    It waits until ``started_at``, runs until ``finished_at``. ``found_fault`` has the fields of
    audit.verification.Fault, {} where nothing was found. ``head_number`` and ``head_digest`` are the
    newest block it read: the next check may go on from there.
    """

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    scope = models.CharField(max_length=10, choices=CheckScope)
    requested_at = models.DateTimeField()
    started_at = models.DateTimeField(null=True)
    finished_at = models.DateTimeField(null=True)
    entry_count = models.PositiveBigIntegerField(default=0)
    block_count = models.PositiveBigIntegerField(default=0)
    unsealed_count = models.PositiveBigIntegerField(default=0)
    head_number = models.PositiveBigIntegerField(default=0)
    head_digest = models.CharField(max_length=64, blank=True)
    found_fault = models.JSONField(default=dict)

    class Meta:
        ordering = ["-requested_at", "-id"]
        indexes = [
            models.Index(fields=["finished_at"], name="checks_by_end"),
            models.Index(
                fields=["requested_at"], name="checks_waiting", condition=models.Q(started_at=None)
            ),
        ]
        constraints = [
            models.CheckConstraint(
                condition=models.Q(scope__in=CheckScope.values), name="check_scope_is_known"
            )
        ]

    def __str__(self) -> str:
        return f"{self.scope} {self.requested_at:%Y-%m-%d %H:%M} UTC"

    def get_absolute_url(self) -> str:
        return reverse("oversight:state")

    @property
    def fault(self) -> Fault | None:
        return Fault(**self.found_fault) if self.found_fault else None

    @property
    def head(self) -> Anchor | None:
        return Anchor(self.head_number, self.head_digest) if self.head_digest else None


class ExportFormat(models.TextChoices):
    CSV = "csv", pgettext_lazy("export", "Table (CSV)")
    JSON_LINES = "jsonl", pgettext_lazy("export", "With digests, to be verified (JSON Lines)")


class Export(models.Model):
    """That somebody took entries out of the portal: which (as ids and codes), how many, in which form."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    taken_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+"
    )
    taken_at = models.DateTimeField()
    format = models.CharField(max_length=10, choices=ExportFormat)
    filters = models.JSONField(default=dict)
    entry_count = models.PositiveBigIntegerField()

    class Meta:
        ordering = ["-taken_at", "-id"]
        constraints = [
            models.CheckConstraint(
                condition=models.Q(format__in=ExportFormat.values), name="export_format_is_known"
            )
        ]

    def __str__(self) -> str:
        return f"{self.format} {self.taken_at:%Y-%m-%d %H:%M} UTC"

    def get_absolute_url(self) -> str:
        query = f"record_type={self._meta.label_lower}&record={self.pk}"
        return f"{reverse('oversight:list')}?{query}"

    def as_told(self) -> dict[str, Any]:
        """Return what the audit keeps of it."""
        return {"format": self.format, "filters": self.filters}
