import uuid

from django.db import models
from django.utils.translation import pgettext_lazy


class ForgetReason(models.TextChoices):
    """Why a person is forgotten: a code, because a text could name the person."""

    LEFT = "left", pgettext_lazy("forgetting", "The person has left")
    ASKED = "asked", pgettext_lazy("forgetting", "The person has asked for it")
    ORDERED = "ordered", pgettext_lazy("forgetting", "A court or an authority has ordered it")
    MISTAKE = "mistake", pgettext_lazy("forgetting", "The account was made by mistake")


class RetentionRun(models.Model):
    """A day's forgetting that found something; ``counts`` maps each kind to how many are gone."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    started_at = models.DateTimeField()
    counts = models.JSONField(default=dict)

    class Meta:
        ordering = ["-started_at", "-id"]

    def __str__(self) -> str:
        return f"{self.started_at:%Y-%m-%d %H:%M} UTC"
