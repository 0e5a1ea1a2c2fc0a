import uuid

from django.conf import settings
from django.db import models


class Identity(models.Model):
    """A person as their identity provider knows them; bound at the first sign-in, for good."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    user = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="identities"
    )
    issuer = models.URLField(max_length=500)
    subject = models.CharField(max_length=255)  # OpenID Connect Core 1.0, section 2
    bound_at = models.DateTimeField()

    class Meta:
        ordering = ["bound_at"]
        verbose_name_plural = "identities"
        constraints = [
            models.UniqueConstraint(
                fields=["issuer", "subject"], name="one_person_per_provider_and_subject"
            ),
            models.UniqueConstraint(
                fields=["user", "issuer"], name="one_subject_per_person_and_provider"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.user_id} at {self.issuer}"
