import uuid
from typing import Any

from django.db import models
from django.db.models import Q
from django.urls import reverse
from django.utils.translation import gettext as _

from ots_portal.audit.models import AuditEntry
from ots_portal.circulars.statuses import CircularStatus
from ots_portal.participants.models import Participant, ParticipantKind
from ots_portal.people.models import Role, User
from ots_portal.texts import fold, in_language
from ots_portal.texts.fields import LanguageTexts

STATUSES_WITH_NUMBER = (CircularStatus.ISSUED, CircularStatus.RECALLED)


class Circular(models.Model):
    """
    A letter to many: of the secretariat to roles of participants, of a head of authority to the own people.

    ``participant`` is in whose name it goes out. Until it is issued only they know of it; after that it is
    never changed, and read by whoever has a role that it is addressed to.
    """

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    # "" until it is issued; a series for each authority, without gaps.
    number = models.CharField(max_length=40, blank=True, editable=False)
    participant = models.ForeignKey(Participant, on_delete=models.PROTECT, related_name="circulars")
    status = models.CharField(
        max_length=10, choices=CircularStatus, default=CircularStatus.DRAFT, editable=False
    )
    version = models.PositiveIntegerField(default=1, editable=False)
    titles = LanguageTexts()
    texts = LanguageTexts(blank=True)
    # Whether those it is addressed to are asked to confirm that they have received it.
    needs_receipt = models.BooleanField(default=False)
    created_at = models.DateTimeField(editable=False)
    created_by = models.ForeignKey(User, on_delete=models.PROTECT, related_name="+")
    updated_at = models.DateTimeField(editable=False)
    issued_at = models.DateTimeField(null=True, editable=False)
    issued_by = models.ForeignKey(User, on_delete=models.PROTECT, null=True, related_name="+")
    # By which it is told: those it is addressed to read it once that entry is fanned out.
    issue_entry = models.OneToOneField(
        AuditEntry, on_delete=models.PROTECT, null=True, editable=False, related_name="+"
    )
    # When it was issued, for a draft when it was begun: lists go by it.
    listed_at = models.DateTimeField(editable=False)
    # Number, titles and texts as a search compares them.
    searchable = models.TextField(editable=False, default="")

    class Meta:
        ordering = ["-listed_at", "-id"]
        constraints = [
            models.CheckConstraint(
                condition=Q(status__in=CircularStatus.values), name="circular_status_is_known"
            ),
            models.CheckConstraint(
                condition=~Q(status__in=STATUSES_WITH_NUMBER)
                | (~Q(number="") & Q(issued_at__isnull=False)),
                name="issued_circulars_have_a_number_and_a_date",
            ),
            models.UniqueConstraint(
                fields=["number"], condition=~Q(number=""), name="circular_numbers_are_unique"
            ),
        ]
        indexes = [models.Index(fields=["-listed_at", "-id"], name="circulars_by_time")]

    def __str__(self) -> str:
        return f"{self.number} {self.title}".strip()

    def save(self, *args: Any, **kwargs: Any) -> None:
        told = [self.number, *self.titles.values(), *self.texts.values()]
        self.searchable = fold(" ".join(told))
        super().save(*args, **kwargs)

    def get_absolute_url(self) -> str:
        return reverse("circulars:detail", args=[self.pk])

    @property
    def title(self) -> str:
        return in_language(self.titles) or _("Without a title")

    @property
    def is_of_the_secretariat(self) -> bool:
        return self.participant.kind == ParticipantKind.SECRETARIAT


class Addressee(models.Model):
    """One role that a circular is addressed to: of one participant, or of all of a kind."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    circular = models.ForeignKey(Circular, on_delete=models.CASCADE, related_name="addressees")
    participant = models.ForeignKey(
        Participant, on_delete=models.PROTECT, null=True, related_name="+"
    )
    kind = models.CharField(max_length=20, choices=ParticipantKind, blank=True)
    role = models.CharField(max_length=30, choices=Role)

    class Meta:
        ordering = ["kind", "participant", "role"]
        constraints = [
            models.CheckConstraint(
                condition=Q(participant=None, kind__in=ParticipantKind.values)
                | Q(participant__isnull=False, kind=""),
                name="addressees_are_one_participant_or_a_kind",
            ),
            models.UniqueConstraint(
                fields=["circular", "kind", "role"],
                condition=Q(participant=None),
                name="one_address_per_kind_and_role",
            ),
            models.UniqueConstraint(
                fields=["circular", "participant", "role"],
                name="one_address_per_participant_and_role",
            ),
        ]
        indexes = [models.Index(fields=["role", "kind"], name="addressees_by_role")]

    def __str__(self) -> str:
        return f"{self.participant_id or self.kind}: {self.role}"


class Receipt(models.Model):
    """A person's confirmation that a circular has arrived."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    circular = models.ForeignKey(Circular, on_delete=models.CASCADE, related_name="receipts")
    person = models.ForeignKey(User, on_delete=models.CASCADE, related_name="+")
    # Whom the person served then.
    participant = models.ForeignKey(Participant, on_delete=models.PROTECT, related_name="+")
    confirmed_at = models.DateTimeField()

    class Meta:
        ordering = ["confirmed_at", "id"]
        constraints = [
            models.UniqueConstraint(
                fields=["circular", "person"], name="one_receipt_per_circular_and_person"
            )
        ]

    def __str__(self) -> str:
        return f"{self.person_id} has {self.circular_id}"
