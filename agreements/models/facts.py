"""Dated, sourced records about an instrument: who signed, what was decided, what is not known."""

import uuid

from django.conf import settings
from django.db import models
from django.db.models import F, Q
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from agreements.models.instruments import Instrument
from agreements.models.sourced import Sourced
from agreements.statuses import DomesticStepKind, FindingKind, MilestoneKind
from ots_portal.participants.models import Participant
from ots_portal.texts import in_language
from ots_portal.texts.fields import LanguageTexts, validate_plain_text


class Signatory(Sourced):
    """A State's signature, under the name by which its government or cabinet signed."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    instrument = models.ForeignKey(Instrument, on_delete=models.PROTECT, related_name="signatories")
    participant = models.ForeignKey(
        Participant, on_delete=models.PROTECT, related_name="signatures"
    )
    party_name = models.CharField(max_length=200, validators=[validate_plain_text])
    signed_on_date = models.DateField()
    place = models.CharField(max_length=100, blank=True, validators=[validate_plain_text])

    class Meta(Sourced.Meta):
        ordering = ["participant_id"]
        verbose_name_plural = "signatories"
        constraints = [
            *Sourced.Meta.constraints,
            models.UniqueConstraint(
                fields=["instrument", "participant"], name="a_state_signs_an_instrument_once"
            ),
        ]

    def __str__(self) -> str:
        return self.party_name


class Correctable(Sourced):
    """A record that is never overwritten: a correction stands beside what it corrects."""

    on_date = models.DateField(verbose_name=_("Day"))
    date_note = LanguageTexts(blank=True)
    texts = LanguageTexts()
    created_at = models.DateTimeField(editable=False)
    created_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        on_delete=models.PROTECT,
        null=True,
        editable=False,
        related_name="+",
    )
    superseded_by = models.OneToOneField(
        "self", on_delete=models.PROTECT, null=True, editable=False, related_name="supersedes"
    )
    superseded_at = models.DateTimeField(null=True, editable=False)
    supersede_reason = models.CharField(
        max_length=500, blank=True, editable=False, validators=[validate_plain_text]
    )

    class Meta(Sourced.Meta):
        abstract = True
        constraints = [
            *Sourced.Meta.constraints,
            models.CheckConstraint(
                condition=Q(on_date__lte=F("as_of_date")),
                name="%(class)s_is_not_in_the_future",
                violation_error_message=_("The day lies in the future."),
            ),
            models.CheckConstraint(
                condition=~Q(texts={}),
                name="%(class)s_says_something",
                violation_error_message=_("Say what happened."),
            ),
            models.CheckConstraint(
                condition=Q(superseded_by=None, superseded_at=None, supersede_reason="")
                | Q(superseded_by__isnull=False, superseded_at__isnull=False)
                & ~Q(supersede_reason=""),
                name="%(class)s_is_superseded_with_a_reason",
            ),
        ]

    @property
    def is_superseded(self) -> bool:
        return self.superseded_by_id is not None  # type: ignore[attr-defined]

    @property
    def anchor(self) -> str:
        """The place of the record on the page of its instrument."""
        return f"record-{self.pk}"

    @property
    def correction_anchor(self) -> str:
        return f"record-{self.superseded_by_id}"  # type: ignore[attr-defined]


class Milestone(Correctable):
    """A step on the way of an instrument that concerns all its States."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    instrument = models.ForeignKey(
        Instrument, on_delete=models.PROTECT, related_name="milestones", editable=False
    )
    kind = models.CharField(max_length=20, choices=MilestoneKind)

    class Meta(Correctable.Meta):
        ordering = ["on_date", "created_at", "id"]
        constraints = [
            *Correctable.Meta.constraints,
            models.CheckConstraint(
                condition=Q(kind__in=MilestoneKind.values), name="milestone_kind_is_known"
            ),
        ]
        indexes = [models.Index(fields=["instrument", "on_date"], name="milestones_by_instrument")]

    def __str__(self) -> str:
        return in_language(self.texts)

    def get_absolute_url(self) -> str:
        return f"{self.instrument.get_absolute_url()}#{self.anchor}"

    def get_supersede_url(self) -> str:
        return reverse("agreements:milestone_supersede", args=[self.pk])


class DomesticStep(Correctable):
    """
    An approval inside one State: informative only.

    It never counts as a deposit: consent to be bound is established by the deposit with the
    depositary (Vienna Convention on the Law of Treaties, article 16), whatever the press calls it.
    """

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    instrument = models.ForeignKey(
        Instrument, on_delete=models.PROTECT, related_name="domestic_steps", editable=False
    )
    participant = models.ForeignKey(
        Participant, on_delete=models.PROTECT, related_name="domestic_steps"
    )
    kind = models.CharField(max_length=20, choices=DomesticStepKind)

    class Meta(Correctable.Meta):
        ordering = ["on_date", "created_at", "id"]
        constraints = [
            *Correctable.Meta.constraints,
            models.CheckConstraint(
                condition=Q(kind__in=DomesticStepKind.values), name="domestic_step_kind_is_known"
            ),
            models.UniqueConstraint(
                fields=["instrument", "participant", "kind", "on_date"],
                condition=Q(superseded_by=None),
                name="each_domestic_step_once",
                violation_error_message=_("This step is recorded already."),
            ),
        ]
        indexes = [models.Index(fields=["instrument", "on_date"], name="domestic_by_instrument")]

    def __str__(self) -> str:
        return in_language(self.texts)

    def get_absolute_url(self) -> str:
        return f"{self.instrument.get_absolute_url()}#{self.anchor}"

    def get_supersede_url(self) -> str:
        return reverse("agreements:domestic_step_supersede", args=[self.pk])


class Finding(models.Model):
    """What public sources say of the content, or what was looked for in them and not found."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    instrument = models.ForeignKey(Instrument, on_delete=models.PROTECT, related_name="findings")
    kind = models.CharField(max_length=20, choices=FindingKind)
    position = models.PositiveSmallIntegerField()
    texts = LanguageTexts()
    confidence = models.CharField(max_length=20, blank=True)
    sources = models.JSONField(default=list, blank=True)
    as_of_date = models.DateField()

    class Meta:
        ordering = ["kind", "position"]
        constraints = [
            models.UniqueConstraint(
                fields=["instrument", "kind", "position"], name="one_finding_per_position"
            ),
            models.CheckConstraint(
                condition=Q(kind=FindingKind.NOT_FOUND, sources=[], confidence="")
                | Q(kind=FindingKind.CONTENT) & ~Q(sources=[]) & ~Q(confidence=""),
                name="content_has_a_source",
            ),
        ]

    def __str__(self) -> str:
        return in_language(self.texts)
