import uuid

from django.db import models
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from incidents.models.incidents import Incident
from incidents.statuses import AlertLevel, FeedItemStatus
from ots_portal.people.models import User
from ots_portal.texts.fields import validate_plain_text


class Feed(models.Model):
    """An address that is asked every few minutes what hazards it knows of, and how that went."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    scheme = models.CharField(_("format"), max_length=10)  # usgs, gdacs, cap
    name = models.CharField(_("name"), max_length=150, validators=[validate_plain_text])
    address = models.URLField(_("address"), max_length=500, unique=True)
    is_active = models.BooleanField(_("asked"), default=True)
    every_minutes = models.PositiveIntegerField(_("every (minutes)"), default=5)
    etag = models.CharField(max_length=300, blank=True, editable=False)
    last_modified = models.CharField(max_length=100, blank=True, editable=False)
    due_at = models.DateTimeField(editable=False)
    asked_at = models.DateTimeField(null=True, editable=False)
    answered_at = models.DateTimeField(null=True, editable=False)
    failures_count = models.PositiveIntegerField(default=0, editable=False)  # in a row
    failure = models.CharField(max_length=500, blank=True, editable=False)
    kept_count = models.PositiveIntegerField(default=0, editable=False)  # items of the last answer
    passed_over_count = models.PositiveIntegerField(default=0, editable=False)
    added_by = models.ForeignKey(User, on_delete=models.PROTECT, null=True, related_name="+")

    class Meta:
        ordering = ["name", "id"]

    def __str__(self) -> str:
        return self.name


class FeedItem(models.Model):
    """What a hazard system says happened: a proposal, until a person takes it up or dismisses it."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    scheme = models.CharField(max_length=10)
    value = models.CharField(max_length=250)  # the system's own name for it
    status = models.CharField(
        max_length=20, choices=FeedItemStatus, default=FeedItemStatus.NEW, editable=False
    )
    version = models.PositiveIntegerField(default=1, editable=False)
    incident = models.ForeignKey(
        Incident, on_delete=models.PROTECT, null=True, related_name="feed_items"
    )
    hazard = models.CharField(max_length=10)
    title = models.CharField(max_length=300)
    countries = models.JSONField(default=list)  # ISO 3166-1 alpha-2
    onset_at = models.DateTimeField()
    latitude = models.FloatField(null=True)
    longitude = models.FloatField(null=True)
    alert_level = models.CharField(max_length=10, choices=AlertLevel, blank=True)  # of the newest
    version_at = models.DateTimeField()  # of the newest observation
    address = models.URLField(max_length=500, blank=True)
    # Its newest version says so; all other columns stay as they were said last.
    is_withdrawn = models.BooleanField(
        _("withdrawn by its source"), default=False, db_default=False
    )
    received_at = models.DateTimeField()
    updated_at = models.DateTimeField()
    dismissed_by = models.ForeignKey(User, on_delete=models.PROTECT, null=True, related_name="+")
    reason = models.CharField(max_length=1000, blank=True, validators=[validate_plain_text])

    class Meta:
        ordering = ["-onset_at", "-id"]
        constraints = [
            models.UniqueConstraint(fields=["scheme", "value"], name="one_item_per_foreign_name"),
            models.CheckConstraint(
                condition=models.Q(status__in=FeedItemStatus.values),
                name="feed_item_status_is_known",
            ),
        ]
        indexes = [
            models.Index(fields=["status", "-onset_at", "-id"], name="feed_items_by_status"),
            models.Index(fields=["updated_at", "id"], name="feed_items_changed_since"),
        ]

    def __str__(self) -> str:
        return self.title

    def get_absolute_url(self) -> str:
        return reverse("incidents:feed_item_detail", args=[self.pk])


class Observation(models.Model):
    """One version of a feed's item, kept for ever: levels go up and down, history stays."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    item = models.ForeignKey(FeedItem, on_delete=models.CASCADE, related_name="observations")
    version_at = models.DateTimeField()
    episode = models.CharField(max_length=30, blank=True)
    alert_level = models.CharField(max_length=10, choices=AlertLevel, blank=True)
    episode_level = models.CharField(max_length=10, choices=AlertLevel, blank=True)
    is_current = models.BooleanField(default=True)
    # Its source takes it back, and says nothing else.
    is_withdrawn = models.BooleanField(default=False, db_default=False)
    facts = models.JSONField(default=dict)  # keys of services.incidents.FACTS
    digest = models.CharField(max_length=64)
    received_at = models.DateTimeField()

    class Meta:
        ordering = ["version_at", "id"]
        constraints = [
            models.UniqueConstraint(
                fields=["item", "version_at", "episode", "is_withdrawn"],
                name="one_observation_per_version",
            )
        ]

    def __str__(self) -> str:
        return f"{self.item_id} {self.version_at.isoformat()}"
