import uuid

from django.db import models
from django.urls import reverse
from django.utils.translation import gettext_lazy

from incidents.models.incidents import Incident
from incidents.models.offers import OfferItem
from incidents.statuses import CheckStatus, DeploymentStatus, HostNationTopic, ManifestKind
from ots_portal.audit.append_only import append_only
from ots_portal.participants.models import Participant
from ots_portal.people.models import User
from ots_portal.texts.fields import LanguageTexts, validate_plain_text


class Deployment(models.Model):
    """What was accepted, on its way: the team, until the last of it is home."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    incident = models.ForeignKey(Incident, on_delete=models.PROTECT, related_name="deployments")
    offer_item = models.ForeignKey(OfferItem, on_delete=models.PROTECT, related_name="deployments")
    participant = models.ForeignKey(
        Participant, on_delete=models.PROTECT, related_name="deployments_sent"
    )
    host = models.ForeignKey(
        Participant, on_delete=models.PROTECT, related_name="deployments_received"
    )
    number = models.CharField(max_length=20, unique=True, editable=False)
    name = models.CharField(gettext_lazy("team"), max_length=150, validators=[validate_plain_text])
    status = models.CharField(
        max_length=20, choices=DeploymentStatus, default=DeploymentStatus.PLANNED, editable=False
    )
    version = models.PositiveIntegerField(default=1, editable=False)
    quantity = (
        models.PositiveBigIntegerField()
    )  # of the offer's unit; all deployments of a line: ≤ accepted
    people = models.PositiveIntegerField(gettext_lazy("people"), default=0)
    dogs = models.PositiveIntegerField(gettext_lazy("dogs"), default=0)
    vehicles = models.PositiveIntegerField(gettext_lazy("vehicles"), default=0)
    weight_kg = models.PositiveIntegerField(gettext_lazy("weight (kg)"), default=0)
    # Field-level: for the two parties and the secretariat.
    leader_name = models.CharField(
        gettext_lazy("team leader"), max_length=150, blank=True, validators=[validate_plain_text]
    )
    leader_phone = models.CharField(gettext_lazy("telephone"), max_length=40, blank=True)
    entry_point = models.CharField(
        gettext_lazy("entry point"), max_length=150, blank=True, validators=[validate_plain_text]
    )
    worksite = models.CharField(
        gettext_lazy("worksite"), max_length=200, blank=True, validators=[validate_plain_text]
    )
    latitude = models.FloatField(
        null=True, blank=True
    )  # of the newest log entry that has a position
    longitude = models.FloatField(null=True, blank=True)
    eta_at = models.DateTimeField(gettext_lazy("expected to arrive"), null=True, blank=True)
    until_at = models.DateTimeField(gettext_lazy("stays until"), null=True, blank=True)
    # A longer stay that one side asked for and the other has not agreed to yet.
    proposed_until_at = models.DateTimeField(null=True, blank=True)
    proposed_by = models.ForeignKey(
        Participant, on_delete=models.PROTECT, null=True, related_name="+"
    )
    created_by = models.ForeignKey(User, on_delete=models.PROTECT, related_name="+")
    created_at = models.DateTimeField(editable=False)
    updated_at = models.DateTimeField(editable=False)
    departed_at = models.DateTimeField(null=True, editable=False)
    arrived_at = models.DateTimeField(null=True, editable=False)
    returned_at = models.DateTimeField(null=True, editable=False)
    submission_key = models.UUIDField(null=True, editable=False)

    class Meta:
        ordering = ["-created_at", "-id"]
        constraints = [
            models.CheckConstraint(
                condition=models.Q(status__in=DeploymentStatus.values),
                name="deployment_status_is_known",
            ),
            models.CheckConstraint(condition=models.Q(quantity__gte=1), name="deployment_sends"),
            models.UniqueConstraint(
                fields=["created_by", "submission_key"], name="one_deployment_per_submitted_form"
            ),
        ]
        indexes = [
            models.Index(fields=["incident", "status"], name="deployments_of_an_incident"),
            models.Index(fields=["updated_at", "id"], name="deployments_changed_since"),
        ]

    def __str__(self) -> str:
        return f"{self.number} {self.name}"

    def get_absolute_url(self) -> str:
        return reverse("incidents:deployment_detail", args=[self.pk])


@append_only
class DeploymentLogEntry(models.Model):
    """What happened to a deployment, where and when; ``status`` "" where it only reports a position or a word."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    deployment = models.ForeignKey(Deployment, on_delete=models.PROTECT, related_name="log")
    status = models.CharField(max_length=20, choices=DeploymentStatus, blank=True)
    happened_at = models.DateTimeField()  # as told; the portal's own time is at
    at = models.DateTimeField()
    by = models.ForeignKey(User, on_delete=models.PROTECT, related_name="+")
    latitude = models.FloatField(null=True)
    longitude = models.FloatField(null=True)
    note = models.CharField(max_length=1000, blank=True, validators=[validate_plain_text])

    class Meta:
        ordering = ["happened_at", "at", "id"]

    def __str__(self) -> str:
        return f"{self.deployment_id} {self.status or '·'} {self.happened_at.isoformat()}"


class HostNationCard(models.Model):
    """What a country says to incoming teams on one topic, valid until a day; one live card per topic."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    participant = models.ForeignKey(
        Participant, on_delete=models.PROTECT, related_name="host_nation_cards"
    )
    topic = models.CharField(gettext_lazy("topic"), max_length=20, choices=HostNationTopic)
    texts = LanguageTexts()
    is_blocking = models.BooleanField(
        gettext_lazy("must be settled before departure"), default=False
    )
    valid_until = models.DateField(gettext_lazy("valid until"), null=True, blank=True)
    version = models.PositiveIntegerField(default=1, editable=False)
    updated_at = models.DateTimeField(editable=False)
    updated_by = models.ForeignKey(User, on_delete=models.PROTECT, null=True, related_name="+")

    class Meta:
        ordering = ["participant_id", "topic"]
        constraints = [
            models.UniqueConstraint(fields=["participant", "topic"], name="one_card_per_topic"),
            models.CheckConstraint(
                condition=models.Q(topic__in=HostNationTopic.values), name="card_topic_is_known"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.participant_id}: {self.topic}"

    def get_absolute_url(self) -> str:
        return reverse("incidents:host_nation", args=[self.participant_id])


class ChecklistItem(models.Model):
    """What has to be settled for a deployment; an open blocking one keeps it from setting out."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    deployment = models.ForeignKey(Deployment, on_delete=models.CASCADE, related_name="checklist")
    topic = models.CharField(max_length=20, choices=HostNationTopic)
    text = models.CharField(max_length=300, validators=[validate_plain_text])
    is_blocking = models.BooleanField(default=True)
    status = models.CharField(max_length=10, choices=CheckStatus, default=CheckStatus.OPEN)
    reason = models.CharField(max_length=1000, blank=True, validators=[validate_plain_text])
    by = models.ForeignKey(User, on_delete=models.PROTECT, null=True, related_name="+")
    at = models.DateTimeField(null=True)
    position = models.PositiveIntegerField(default=0)

    class Meta:
        ordering = ["position", "id"]
        constraints = [
            models.CheckConstraint(
                condition=models.Q(status__in=CheckStatus.values), name="check_status_is_known"
            ),
            models.CheckConstraint(
                condition=~models.Q(status="waived") | ~models.Q(reason=""),
                name="waiving_has_a_reason",
            ),
        ]

    def __str__(self) -> str:
        return self.text


class TeamMember(models.Model):
    """A person of a team, as the border asks for them; forgotten some time after the return."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    deployment = models.ForeignKey(Deployment, on_delete=models.CASCADE, related_name="members")
    full_name = models.CharField(
        gettext_lazy("name"), max_length=150, validators=[validate_plain_text]
    )
    function = models.CharField(
        gettext_lazy("function"), max_length=100, blank=True, validators=[validate_plain_text]
    )
    nationality = models.CharField(gettext_lazy("nationality"), max_length=2)  # ISO 3166-1 alpha-2
    document_number = models.CharField(
        gettext_lazy("passport number"), max_length=30, blank=True, validators=[validate_plain_text]
    )
    birth_date = models.DateField(gettext_lazy("born on"), null=True, blank=True)
    position = models.PositiveIntegerField(default=0)

    class Meta:
        ordering = ["position", "id"]

    def __str__(self) -> str:
        return self.full_name


class ManifestItem(models.Model):
    """A dog, vehicle, piece of equipment, medicine or radio that a team brings over the border."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    deployment = models.ForeignKey(Deployment, on_delete=models.CASCADE, related_name="manifest")
    kind = models.CharField(gettext_lazy("kind"), max_length=20, choices=ManifestKind)
    description = models.CharField(
        gettext_lazy("description"), max_length=200, validators=[validate_plain_text]
    )
    # Chip, number plate, serial number, frequency: what the border compares.
    identifier = models.CharField(
        gettext_lazy("number"), max_length=60, blank=True, validators=[validate_plain_text]
    )
    quantity = models.PositiveIntegerField(gettext_lazy("how many"), default=1)
    weight_kg = models.PositiveIntegerField(gettext_lazy("weight (kg)"), null=True, blank=True)
    position = models.PositiveIntegerField(default=0)

    class Meta:
        ordering = ["kind", "position", "id"]

    def __str__(self) -> str:
        return f"{self.quantity} × {self.description}"
