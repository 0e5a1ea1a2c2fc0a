import uuid

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.urls import reverse

from agreements.models.instruments import Instrument
from agreements.vocabularies.acts import Office
from agreements.vocabularies.adoption import WaiverBasis
from ots_portal.participants.models import Participant
from ots_portal.texts.fields import validate_plain_text


class FullPowersWaiver(models.Model):
    """
    That a State was understood to send a person without full powers (Vienna Convention, article 7, 1 b).

    The depositary's head says from what it appears; a signature of this person is possible then, and is shown as one
    for which full powers were dispensed with.
    """

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    instrument = models.ForeignKey(
        Instrument, on_delete=models.PROTECT, related_name="waivers", editable=False
    )
    participant = models.ForeignKey(Participant, on_delete=models.PROTECT, related_name="+")
    holder = models.CharField(max_length=200, validators=[validate_plain_text])
    office = models.CharField(max_length=20, choices=Office)
    basis = models.CharField(max_length=20, choices=WaiverBasis)
    reason = models.CharField(max_length=500, validators=[validate_plain_text])
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
                condition=Q(basis__in=WaiverBasis.values), name="waiver_basis_is_known"
            ),
            models.CheckConstraint(condition=~Q(reason=""), name="waivers_say_why"),
        ]

    def __str__(self) -> str:
        return self.holder

    def get_absolute_url(self) -> str:
        return f"{reverse('agreements:treaty', args=[self.instrument_id])}#waiver-{self.pk}"
