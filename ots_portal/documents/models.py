import uuid

from django.db import models
from django.db.models import Q
from django.urls import reverse

from ots_portal.documents.content import ContentType
from ots_portal.documents.statuses import HELD, DocumentStatus
from ots_portal.participants.models import Participant
from ots_portal.people.models import User
from ots_portal.texts.fields import validate_plain_text

# The same bytes wait, or are there, once; infected ones may come again and are scanned again.
LIVE = (DocumentStatus.QUARANTINED, DocumentStatus.ATTACHED)


def stored_name(document: "Document", _name: str) -> str:
    """Name the stored file after the document, never after what its sender called it."""
    return f"documents/{document.pk.hex[:2]}/{document.pk}"


class Document(models.Model):
    """
    A file that hangs on a record: a damage photo on an incident, a signed note on an offer.

    ``owner_type`` ("incidents.incident") and ``owner_id`` name the record; its own rule decides who
    reads the file. ``content_type`` is what the file is by its content, whatever its sender said.
    """

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    owner_type = models.CharField(max_length=100, editable=False)
    owner_id = models.UUIDField(editable=False)
    status = models.CharField(
        max_length=11,
        choices=DocumentStatus,
        default=DocumentStatus.ATTACHED,
        editable=False,
    )
    version = models.PositiveIntegerField(default=1, editable=False)
    title = models.CharField(max_length=200, validators=[validate_plain_text])
    file = models.FileField(upload_to=stored_name, max_length=200, editable=False)
    file_name = models.CharField(max_length=150, editable=False)
    content_type = models.CharField(max_length=100, choices=ContentType, editable=False)
    # Of the file as it is stored: of a picture the portal leaves out what it tells of its maker.
    size_bytes = models.PositiveBigIntegerField(editable=False)
    sha256 = models.CharField(max_length=64, editable=False)
    # None: no scanner has looked at it. ``malware`` is what the scanner calls what it found.
    scanned_at = models.DateTimeField(null=True, editable=False)
    # Defaults in the database: the code of the release before writes rows, too, while hosts are upgraded.
    malware = models.CharField(
        max_length=100, blank=True, default="", db_default="", editable=False
    )
    # When the scanner is asked (again); while it is being asked, when somebody else may.
    scan_due_at = models.DateTimeField(null=True, editable=False)
    scan_try_count = models.PositiveIntegerField(default=0, db_default=0, editable=False)
    # Whose document it is: the participant its uploader served when it came in.
    participant = models.ForeignKey(Participant, on_delete=models.PROTECT, related_name="+")
    uploaded_by = models.ForeignKey(User, on_delete=models.PROTECT, related_name="+")
    uploaded_at = models.DateTimeField()
    updated_at = models.DateTimeField()

    class Meta:
        ordering = ["uploaded_at", "id"]
        indexes = [
            models.Index(
                fields=["owner_type", "owner_id", "uploaded_at"], name="documents_by_owner"
            ),
            models.Index(
                fields=["scan_due_at"],
                name="documents_due_for_scan",
                condition=Q(status=DocumentStatus.QUARANTINED),
            ),
        ]
        constraints = [
            models.CheckConstraint(
                condition=Q(status__in=DocumentStatus.values), name="document_status_is_known"
            ),
            models.CheckConstraint(
                condition=Q(content_type__in=ContentType.values),
                name="document_content_type_is_known",
            ),
            models.CheckConstraint(condition=Q(size_bytes__gt=0), name="documents_are_not_empty"),
            models.UniqueConstraint(
                fields=["owner_type", "owner_id", "sha256"],
                condition=Q(status__in=LIVE),
                name="same_bytes_once_per_owner",
            ),
            models.CheckConstraint(
                condition=~Q(status=DocumentStatus.INFECTED) | ~Q(malware=""),
                name="infected_says_with_what",
            ),
        ]

    def __str__(self) -> str:
        return self.title

    def get_absolute_url(self) -> str:
        return reverse("documents:download", args=[self.pk])

    @property
    def is_held(self) -> bool:
        """On its record, but not to be downloaded."""
        return self.status in HELD
