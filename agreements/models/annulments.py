import uuid

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.urls import reverse

from agreements.models.instruments import Instrument
from agreements.models.ledger import LedgerEntry
from agreements.statuses import AnnulmentStatus
from ots_portal.texts.fields import validate_plain_text


class Annulment(models.Model):
    """
    That an entry of the ledger was wrong: one head of the depositary says so, a second one confirms it.

    The entry stays where it is; once confirmed, ``written`` is the later entry that annuls it.
    ``brought_into_force``: the entry was counted when the treaty entered into force, and who proposed the annulment
    said that they know it.
    """

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    entry = models.ForeignKey(
        LedgerEntry, on_delete=models.PROTECT, related_name="annulments", editable=False
    )
    reason = models.CharField(max_length=500, validators=[validate_plain_text])
    brought_into_force = models.BooleanField(default=False)
    answer = models.CharField(
        max_length=500, blank=True, editable=False, validators=[validate_plain_text]
    )
    written = models.OneToOneField(
        LedgerEntry, on_delete=models.PROTECT, null=True, related_name="annulment", editable=False
    )
    status = models.CharField(
        max_length=20, choices=AnnulmentStatus, default=AnnulmentStatus.PROPOSED, editable=False
    )
    version = models.PositiveIntegerField(default=1, editable=False)
    created_at = models.DateTimeField(editable=False)
    updated_at = models.DateTimeField(editable=False)
    created_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+", editable=False
    )

    class Meta:
        ordering = ["created_at", "id"]
        constraints = [
            models.CheckConstraint(
                condition=Q(status__in=AnnulmentStatus.values), name="annulment_status_is_known"
            ),
            models.CheckConstraint(condition=~Q(reason=""), name="annulments_say_why"),
            models.UniqueConstraint(
                fields=["entry"],
                condition=~Q(status=AnnulmentStatus.REJECTED),
                name="an_entry_is_annulled_once",
            ),
        ]

    def __str__(self) -> str:
        return str(self.entry)

    def get_absolute_url(self) -> str:
        return (
            f"{reverse('agreements:treaty', args=[self.entry.instrument_id])}#annulment-{self.pk}"
        )

    @property
    def instrument(self) -> Instrument:
        return self.entry.instrument
