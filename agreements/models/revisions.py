"""What a text was at a moment: revisions, the words frozen in them, and files that wait to become the text."""

import uuid

from django.conf import settings
from django.db import models
from django.urls import reverse
from django.utils.translation import gettext as _

from agreements.models.instruments import Instrument
from agreements.models.provisions import Provision
from agreements.statuses import (
    ImportStatus,
    ProvisionKind,
    ProvisionStatus,
    RevisionKind,
    RevisionStatus,
)
from ots_portal.audit.append_only import append_only
from ots_portal.texts.fields import MAX_LENGTH, validate_plain_text


class TextRevision(models.Model):
    """
    The text of an instrument as it stood: one is worked on, the others are frozen and never change.

    The words of the one that is worked on are those of the provisions themselves.
    """

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    instrument = models.ForeignKey(Instrument, on_delete=models.PROTECT, related_name="revisions")
    number = models.PositiveSmallIntegerField()
    kind = models.CharField(max_length=20, choices=RevisionKind)
    base = models.ForeignKey(
        "self", on_delete=models.PROTECT, null=True, blank=True, related_name="later"
    )
    language = models.CharField(max_length=10, default="en")
    status = models.CharField(
        max_length=20, choices=RevisionStatus, default=RevisionStatus.WORKING, editable=False
    )
    # Of all words, numbers and keys; empty while it is worked on.
    sha256 = models.CharField(max_length=64, blank=True, editable=False)
    frozen_at = models.DateTimeField(null=True, editable=False)
    version = models.PositiveIntegerField(default=1, editable=False)
    created_at = models.DateTimeField(editable=False)
    updated_at = models.DateTimeField(editable=False)
    created_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        on_delete=models.PROTECT,
        null=True,
        editable=False,
        related_name="+",
    )

    class Meta:
        ordering = ["-number"]
        constraints = [
            models.UniqueConstraint(
                fields=["instrument", "number"], name="revisions_are_numbered_once"
            ),
            models.UniqueConstraint(
                fields=["instrument"],
                condition=models.Q(status="working"),
                name="one_working_revision",
            ),
            models.CheckConstraint(
                condition=models.Q(status__in=RevisionStatus.values),
                name="revision_status_is_known",
            ),
            models.CheckConstraint(
                condition=models.Q(kind__in=RevisionKind.values), name="revision_kind_is_known"
            ),
            models.CheckConstraint(
                condition=models.Q(status="working", sha256="", frozen_at=None)
                | ~models.Q(status="working")
                & ~models.Q(sha256="")
                & models.Q(frozen_at__isnull=False),
                name="a_frozen_revision_has_its_hash",
            ),
        ]

    def __str__(self) -> str:
        return _("Revision %(number)s") % {"number": self.number}

    def get_absolute_url(self) -> str:
        return reverse("agreements:revision_detail", args=[self.pk])

    @property
    def is_working(self) -> bool:
        return self.status == RevisionStatus.WORKING


@append_only
class FrozenProvision(models.Model):
    """A provision as it stood in a frozen revision, in one language; the database refuses to change it."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    revision = models.ForeignKey(TextRevision, on_delete=models.PROTECT, related_name="frozen")
    provision = models.ForeignKey(Provision, on_delete=models.PROTECT, related_name="frozen")
    position = models.PositiveSmallIntegerField()
    depth = models.PositiveSmallIntegerField()
    kind = models.CharField(max_length=20, choices=ProvisionKind)
    number = models.CharField(max_length=20, blank=True)
    status = models.CharField(max_length=20, choices=ProvisionStatus)
    language = models.CharField(max_length=10)
    heading = models.CharField(max_length=300, blank=True, validators=[validate_plain_text])
    text = models.TextField(max_length=MAX_LENGTH, blank=True, validators=[validate_plain_text])

    class Meta:
        ordering = ["position", "language"]
        constraints = [
            models.UniqueConstraint(
                fields=["revision", "provision", "language"], name="each_provision_is_frozen_once"
            )
        ]

    def __str__(self) -> str:
        return f"{self.get_kind_display()} {self.number}".strip()


class TextImport(models.Model):
    """A file that was read and waits for somebody to say that it becomes the text."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    instrument = models.ForeignKey(Instrument, on_delete=models.PROTECT, related_name="imports")
    name = models.CharField(max_length=200)
    language = models.CharField(max_length=10)
    # A translation is laid beside the text; everything else becomes the text.
    is_translation = models.BooleanField(default=False, editable=False)
    title = models.TextField(blank=True)
    summary = models.CharField(max_length=300)
    nodes = (
        models.JSONField()
    )  # the tree: {"kind", "number", "heading", "text", "line", "key", "children"}
    remarks = models.JSONField()  # [{"line", "text", "reason"}]
    status = models.CharField(
        max_length=20, choices=ImportStatus, default=ImportStatus.READ, editable=False
    )
    revision = models.ForeignKey(
        TextRevision, on_delete=models.PROTECT, null=True, editable=False, related_name="imports"
    )
    version = models.PositiveIntegerField(default=1, editable=False)
    created_at = models.DateTimeField(editable=False)
    updated_at = models.DateTimeField(editable=False)
    created_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, editable=False, related_name="+"
    )

    class Meta:
        ordering = ["-created_at"]
        constraints = [
            models.CheckConstraint(
                condition=models.Q(status__in=ImportStatus.values), name="import_status_is_known"
            )
        ]

    def __str__(self) -> str:
        return self.name

    def get_absolute_url(self) -> str:
        return reverse("agreements:text_import_detail", args=[self.pk])


class TextComparison(models.Model):
    """What became of each provision between two frozen revisions: kept, because neither ever changes."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    before = models.ForeignKey(TextRevision, on_delete=models.CASCADE, related_name="+")
    after = models.ForeignKey(TextRevision, on_delete=models.CASCADE, related_name="+")
    language = models.CharField(max_length=10)
    changes = models.JSONField()
    created_at = models.DateTimeField(editable=False)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["before", "after", "language"], name="each_comparison_is_kept_once"
            )
        ]

    def __str__(self) -> str:
        return f"{self.before} → {self.after} ({self.language})"
