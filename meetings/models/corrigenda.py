import uuid

from django.db import models
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from meetings.models.minutes import Minutes
from meetings.statuses import CorrigendumStatus
from ots_portal.audit.append_only import fixed
from ots_portal.people.models import User
from ots_portal.texts.fields import MAX_LENGTH, validate_plain_text


@fixed("changes")
class Corrigendum(models.Model):
    """
    A correction of published minutes: laid over the text, which itself never changes.

    ``changes`` are dictionaries: ``paragraph`` (its key), ``number``, ``language``, ``old`` and ``new`` words;
    written once. It has a number ("Corr.1") from when it is issued, which its silence procedure does.
    """

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    minutes = models.ForeignKey(Minutes, on_delete=models.PROTECT, related_name="corrigenda")
    number = models.PositiveSmallIntegerField(null=True, editable=False)
    changes = models.JSONField(editable=False)
    sha256 = models.CharField(max_length=64, editable=False)  # of {"changes": changes}
    reason = models.TextField(
        gettext_lazy("reason"), max_length=MAX_LENGTH, validators=[validate_plain_text]
    )
    status = models.CharField(
        max_length=15, choices=CorrigendumStatus, default=CorrigendumStatus.PROPOSED, editable=False
    )
    version = models.PositiveIntegerField(default=1, editable=False)
    created_at = models.DateTimeField(editable=False)
    created_by = models.ForeignKey(User, on_delete=models.PROTECT, related_name="+", editable=False)
    updated_at = models.DateTimeField(editable=False)
    issued_at = models.DateTimeField(null=True, editable=False)

    class Meta:
        verbose_name_plural = "corrigenda"
        ordering = ["number", "created_at", "id"]
        constraints = [
            models.CheckConstraint(
                condition=models.Q(status__in=CorrigendumStatus.values),
                name="corrigendum_status_is_known",
            ),
            models.CheckConstraint(
                condition=models.Q(status="issued", number__isnull=False, issued_at__isnull=False)
                | (~models.Q(status="issued") & models.Q(number=None, issued_at=None)),
                name="issued_corrigenda_have_a_number",
            ),
            models.UniqueConstraint(fields=["minutes", "number"], name="corrigenda_are_numbered"),
            models.UniqueConstraint(
                fields=["minutes"],
                condition=models.Q(status__in=["proposed", "under_silence"]),
                name="one_open_corrigendum_per_minutes",
            ),
        ]
        indexes = [models.Index(fields=["-created_at", "-id"], name="corrigenda_newest_first")]

    def __str__(self) -> str:
        return f"{self.label}: {self.minutes.title}"

    def get_absolute_url(self) -> str:
        return reverse("meetings:corrigendum_detail", args=[self.pk])

    @property
    def label(self) -> str:
        """The abbreviation that symbols of documents use, or the word for one without a number yet."""
        return f"Corr.{self.number}" if self.number else _("Proposed corrigendum")
