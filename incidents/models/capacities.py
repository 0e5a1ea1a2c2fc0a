import uuid

from django.db import models
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from incidents.statuses import Readiness
from ots_portal.participants.models import Participant
from ots_portal.people.models import User
from ots_portal.texts.fields import validate_plain_text


class Capacity(models.Model):
    """A team, module or stock that a participant could send: an entry of the capacity register."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    participant = models.ForeignKey(
        Participant, on_delete=models.PROTECT, related_name="capacities"
    )
    capacity_type = models.CharField(
        _("type"), max_length=20
    )  # incidents.vocabularies.capacity_types
    name = models.CharField(_("name"), max_length=150, validators=[validate_plain_text])
    unit = models.CharField(_("unit"), max_length=20)
    units = models.PositiveBigIntegerField(_("how many"), default=1)
    home_place = models.CharField(
        _("home"), max_length=150, blank=True, validators=[validate_plain_text]
    )
    home_subdivision = models.CharField(_("region"), max_length=6, blank=True)  # ISO 3166-2
    latitude = models.FloatField(_("latitude"), null=True, blank=True)
    longitude = models.FloatField(_("longitude"), null=True, blank=True)
    certified_by = models.CharField(
        _("certified by"), max_length=100, blank=True, validators=[validate_plain_text]
    )
    certificate = models.CharField(
        _("certificate"), max_length=100, blank=True, validators=[validate_plain_text]
    )
    certified_until = models.DateField(_("certificate valid until"), null=True, blank=True)
    people = models.PositiveIntegerField(_("people"), default=0)
    dogs = models.PositiveIntegerField(_("dogs"), default=0)
    vehicles = models.PositiveIntegerField(_("vehicles"), default=0)
    weight_kg = models.PositiveIntegerField(_("weight (kg)"), default=0)
    self_sufficient_days = models.PositiveIntegerField(_("self-sufficient for days"), default=0)
    departs_within_hours = models.PositiveIntegerField(
        _("departs within hours"), null=True, blank=True
    )
    readiness = models.CharField(
        _("readiness"), max_length=20, choices=Readiness, default=Readiness.READY
    )
    languages = models.JSONField(_("languages"), default=list, blank=True)  # ISO 639-1
    note = models.CharField(
        _("note"), max_length=1000, blank=True, validators=[validate_plain_text]
    )
    version = models.PositiveIntegerField(default=1, editable=False)
    created_at = models.DateTimeField(editable=False)
    updated_at = models.DateTimeField(editable=False)
    updated_by = models.ForeignKey(User, on_delete=models.PROTECT, null=True, related_name="+")
    checked_at = models.DateTimeField(null=True, editable=False)  # when somebody said: still true
    retired_at = models.DateTimeField(null=True, editable=False)  # None: in the register

    class Meta:
        ordering = ["participant_id", "name", "id"]
        constraints = [
            models.CheckConstraint(
                condition=models.Q(readiness__in=Readiness.values), name="readiness_is_known"
            ),
            models.CheckConstraint(
                condition=models.Q(latitude=None, longitude=None)
                | models.Q(latitude__range=(-90, 90), longitude__range=(-180, 180)),
                name="capacity_is_on_earth",
            ),
        ]
        indexes = [
            models.Index(fields=["capacity_type", "readiness"], name="capacities_by_type"),
            models.Index(fields=["updated_at", "id"], name="capacities_changed_since"),
        ]

    def __str__(self) -> str:
        return self.name

    def get_absolute_url(self) -> str:
        return reverse("incidents:capacity_detail", args=[self.pk])
