import uuid

from django.conf import settings
from django.db import models
from django.urls import reverse
from django.utils.translation import pgettext_lazy

from ots_portal.texts.fields import validate_plain_text


class FeedKind(models.TextChoices):
    CALENDAR = "calendar", pgettext_lazy("feed address", "Calendar")
    MESSAGES = "messages", pgettext_lazy("feed address", "Messages")
    PUBLISHED = "published", pgettext_lazy("feed address", "Publications")


class FeedAddress(models.Model):
    """
    A secret address at which a program reads one person's calendar, messages, or what is published to that person.

    Only a digest of the secret is kept: who reads the database cannot read anybody's feed. One for each
    device, so that a lost one is revoked alone.
    """

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    user = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="feed_addresses"
    )
    kind = models.CharField(max_length=10, choices=FeedKind)
    name = models.CharField(max_length=60, validators=[validate_plain_text])
    digest = models.CharField(max_length=64, unique=True)
    created_at = models.DateTimeField()
    last_read_at = models.DateTimeField(null=True)
    revoked_at = models.DateTimeField(null=True)

    class Meta:
        ordering = ["-created_at", "-id"]
        verbose_name_plural = "feed addresses"
        constraints = [
            models.CheckConstraint(
                condition=models.Q(kind__in=FeedKind.values), name="feed_kind_is_known"
            )
        ]
        indexes = [
            models.Index(
                fields=["user", "-created_at"],
                name="feed_addresses_in_use",
                condition=models.Q(revoked_at=None),
            )
        ]

    def __str__(self) -> str:
        return self.name

    def get_absolute_url(self) -> str:
        return reverse("personal_feeds:list")
