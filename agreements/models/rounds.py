"""Rounds of a negotiation, and what was still open when each began and ended."""

import uuid

from django.conf import settings
from django.db import models
from django.db.models import F, Q
from django.urls import reverse
from django.utils.translation import gettext as _

from agreements.models.instruments import Instrument
from agreements.models.provisions import Provision
from agreements.models.revisions import TextRevision
from agreements.statuses import ProvisionKind, ProvisionStatus, RoundStatus
from ots_portal.audit.append_only import append_only
from ots_portal.participants.models import Participant


class Round(models.Model):
    """
    A round of talks about the text of an instrument, led by the delegation of a State.

    It begins with a frozen text and ends with another one. At which meeting it was held is a tie
    (``ots_portal.crossrefs``), because a round may need several meetings.
    """

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    instrument = models.ForeignKey(Instrument, on_delete=models.PROTECT, related_name="rounds")
    number = models.PositiveSmallIntegerField(editable=False)
    # The delegation that chairs: a principal of its own, and no part of the secretariat.
    chair = models.ForeignKey(Participant, on_delete=models.PROTECT, related_name="chaired_rounds")
    # None while it is planned: the text that will be frozen when it begins need not exist yet.
    base_revision = models.ForeignKey(
        TextRevision, on_delete=models.PROTECT, null=True, blank=True, related_name="rounds_begun"
    )
    result_revision = models.ForeignKey(
        TextRevision, on_delete=models.PROTECT, null=True, editable=False, related_name="rounds_closed"
    )  # fmt: skip
    status = models.CharField(
        max_length=10, choices=RoundStatus, default=RoundStatus.PLANNED, editable=False
    )
    opened_at = models.DateTimeField(null=True, editable=False)
    closed_at = models.DateTimeField(null=True, editable=False)
    version = models.PositiveIntegerField(default=1, editable=False)
    created_at = models.DateTimeField(editable=False)
    updated_at = models.DateTimeField(editable=False)
    created_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, editable=False, related_name="+"
    )

    class Meta:
        ordering = ["-number"]
        constraints = [
            models.UniqueConstraint(
                fields=["instrument", "number"], name="rounds_are_numbered_once"
            ),
            models.UniqueConstraint(
                fields=["instrument"], condition=Q(status="open"), name="one_open_round"
            ),
            models.CheckConstraint(
                condition=Q(status__in=RoundStatus.values), name="round_status_is_known"
            ),
            models.CheckConstraint(
                condition=Q(status="planned", opened_at=None, closed_at=None, result_revision=None)
                | Q(status="open", closed_at=None, result_revision=None)
                & Q(opened_at__isnull=False, base_revision__isnull=False)
                | Q(status="closed", closed_at__gte=F("opened_at"))
                & Q(base_revision__isnull=False, result_revision__isnull=False),
                name="a_round_has_its_texts",
            ),
        ]
        indexes = [models.Index(fields=["-created_at", "-id"], name="rounds_newest_first")]

    def __str__(self) -> str:
        return _("Round %(number)s") % {"number": self.number}

    def get_absolute_url(self) -> str:
        return reverse("agreements:round_detail", args=[self.pk])

    @property
    def is_planned(self) -> bool:
        return self.status == RoundStatus.PLANNED

    @property
    def is_open(self) -> bool:
        return self.status == RoundStatus.OPEN


class FigurePoint(models.TextChoices):
    BEGUN = "begun"
    CLOSED = "closed"


@append_only
class RoundFigure(models.Model):
    """
    How a provision stood when a round began or ended; the database refuses to change it.

    ``brackets`` is [{"quote", "alternatives": [{"label", "text", "is_deletion", "is_by_chair", "sponsors"}]}] with
    the codes of the States; ``reserves`` is [{"participant", "kind"}], the code "" where nobody is named.
    ``unit`` is the article or annex it belongs to, or the provision itself where none holds it.
    ``is_changed``: not as the figure before it has the provision.
    """

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    round = models.ForeignKey(Round, on_delete=models.PROTECT, related_name="figures")
    point = models.CharField(max_length=10, choices=FigurePoint)
    taken_at = models.DateTimeField()
    provision = models.ForeignKey(Provision, on_delete=models.PROTECT, related_name="figures")
    unit = models.ForeignKey(Provision, on_delete=models.PROTECT, related_name="+")
    position = models.PositiveSmallIntegerField()
    kind = models.CharField(max_length=20, choices=ProvisionKind)
    number = models.CharField(max_length=20, blank=True)
    status = models.CharField(max_length=20, choices=ProvisionStatus)
    bracket_count = models.PositiveSmallIntegerField()
    brackets = models.JSONField()
    reserve_count = models.PositiveSmallIntegerField()
    reserves = models.JSONField()
    is_changed = models.BooleanField()

    class Meta:
        ordering = ["position"]
        constraints = [
            models.UniqueConstraint(
                fields=["round", "point", "provision"], name="one_figure_per_round_and_point"
            ),
            models.CheckConstraint(
                condition=Q(point__in=FigurePoint.values), name="figure_point_is_known"
            ),
        ]
        indexes = [models.Index(fields=["provision", "taken_at"], name="figures_by_provision")]

    def __str__(self) -> str:
        return f"{self.get_kind_display()} {self.number}".strip()
