import json
import uuid
from typing import Any, cast

from django.db import models

from ots_portal.audit.append_only import append_only


@append_only
class AuditEntry(models.Model):
    """
    One thing that happened. Entries are written once and never changed.

    ``body`` is the canonical text the digest is taken of; the columns repeat parts of it for queries.
    The actor is an opaque id without a foreign key: a person can be forgotten, the chain still holds.
    """

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    kind = models.CharField(max_length=100)
    recorded_at = models.DateTimeField()
    actor_id = models.UUIDField(null=True)  # None: the portal itself
    participant = models.CharField(max_length=40, blank=True)  # whose record it is about
    subject_type = models.CharField(max_length=100)
    subject_id = models.CharField(max_length=40)
    body = models.TextField()
    digest = models.CharField(max_length=64)

    class Meta:
        ordering = ["recorded_at", "id"]
        verbose_name_plural = "audit entries"
        indexes = [
            models.Index(fields=["recorded_at", "id"], name="audit_by_time"),
            models.Index(
                fields=["subject_type", "subject_id", "recorded_at"], name="audit_by_subject"
            ),
            models.Index(fields=["participant", "recorded_at"], name="audit_by_participant"),
            models.Index(fields=["actor_id", "recorded_at"], name="audit_by_actor"),
            models.Index(fields=["kind", "recorded_at"], name="audit_by_kind"),
            models.Index(fields=["subject_type", "recorded_at"], name="audit_by_subject_type"),
            # A head looks for one kind among the own entries; without it a rare one reads them all.
            models.Index(
                fields=["participant", "kind", "recorded_at"], name="audit_by_participant_kind"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.kind} at {self.recorded_at:%Y-%m-%d %H:%M} UTC"

    @property
    def data(self) -> dict[str, Any]:
        """
        What the entry tells beside who, when and what: verb's reason, changed fields.

        Nothing where somebody has made the body unreadable: the entry must be shown all the same.
        """
        try:
            data = json.loads(self.body)["data"]
        except (ValueError, LookupError, TypeError):
            return {}
        return cast("dict[str, Any]", data) if isinstance(data, dict) else {}


@append_only
class SealBlock(models.Model):
    """A link of the chain: the digest covers the previous link and the entries it seals, in order."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    number = models.PositiveBigIntegerField(unique=True)
    sealed_at = models.DateTimeField()
    entry_count = models.PositiveIntegerField()
    previous_digest = models.CharField(max_length=64, blank=True)
    digest = models.CharField(max_length=64)

    class Meta:
        ordering = ["number"]

    def __str__(self) -> str:
        return f"seal {self.number}"


@append_only
class Seal(models.Model):
    """
    That an entry stands in a block, and where.

    ``link`` chains the entries inside the block, so that a check can name the one that was replaced; ""
    in seals of the first release, which had none.
    """

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    block = models.ForeignKey(SealBlock, on_delete=models.PROTECT, related_name="seals")
    position = models.PositiveIntegerField()
    entry = models.OneToOneField(AuditEntry, on_delete=models.PROTECT, related_name="seal")
    link = models.CharField(max_length=64, blank=True, default="", db_default="")

    class Meta:
        ordering = ["block", "position"]
        constraints = [
            models.UniqueConstraint(fields=["block", "position"], name="one_entry_per_position")
        ]

    def __str__(self) -> str:
        return f"{self.block_id}/{self.position}"
