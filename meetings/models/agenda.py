import uuid

from django.db import models
from django.utils.translation import gettext_lazy as _

from meetings.models.meeting import Meeting
from meetings.statuses import ItemKind
from meetings.statuses.agenda import AgendaStage, ItemAccess, ItemOutcome
from ots_portal.audit.append_only import append_only
from ots_portal.participants.models import Participant
from ots_portal.people.models import User
from ots_portal.texts import in_language
from ots_portal.texts.fields import LanguageTexts, validate_plain_text

MAX_DEPTH = 3  # 3.2.1


class AgendaItem(models.Model):
    """
    A point of a meeting's agenda; it may have points of its own.

    Its number ("3.2") is computed from the tree, never stored. Whoever reads the meeting reads it, unless
    ``access`` of it or of an item above it says otherwise. ``minutes_allotted`` None: as long as it takes.
    """

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    meeting = models.ForeignKey(Meeting, on_delete=models.CASCADE, related_name="agenda_items")
    parent = models.ForeignKey(
        "self",
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="items",
        verbose_name=_("part of"),
    )
    position = models.PositiveSmallIntegerField(editable=False)
    kind = models.CharField(_("kind"), max_length=20, choices=ItemKind, default=ItemKind.DISCUSSION)
    titles = LanguageTexts()
    minutes_allotted = models.PositiveSmallIntegerField(
        _("minutes allotted"), null=True, blank=True
    )
    proposed_by = models.ForeignKey(
        Participant,
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="+",
        verbose_name=_("proposed by"),
    )  # None: the secretariat, or the rules of procedure
    access = models.CharField(
        _("who may read it"),
        max_length=12,
        choices=ItemAccess,
        default=ItemAccess.MEETING,
        db_default=ItemAccess.MEETING,
    )
    outcome = models.CharField(
        _("outcome"),
        max_length=10,
        choices=ItemOutcome,
        default=ItemOutcome.OPEN,
        db_default=ItemOutcome.OPEN,
        editable=False,
    )
    postponed_to = models.ForeignKey(
        Meeting, on_delete=models.PROTECT, null=True, related_name="+", editable=False
    )  # None also while the meeting it is put off to is not known
    # How the meeting agreed to an item that came after the adoption; "" for all others.
    consent = models.CharField(
        _("consent of the meeting"),
        max_length=300,
        blank=True,
        default="",
        db_default="",
        validators=[validate_plain_text],
    )
    version = models.PositiveIntegerField(default=1, editable=False)

    class Meta:
        ordering = ["position"]
        constraints = [
            models.CheckConstraint(
                condition=models.Q(kind__in=ItemKind.values), name="item_kind_is_known"
            ),
            models.CheckConstraint(
                condition=models.Q(access__in=ItemAccess.values), name="item_access_is_known"
            ),
            models.CheckConstraint(
                condition=models.Q(outcome__in=ItemOutcome.values), name="item_outcome_is_known"
            ),
            models.CheckConstraint(
                condition=models.Q(postponed_to=None) | models.Q(outcome="postponed"),
                name="only_postponed_items_go_elsewhere",
            ),
            models.UniqueConstraint(
                fields=["meeting", "position"],
                condition=models.Q(parent=None),
                name="items_of_a_meeting_stand_in_order",
            ),
            models.UniqueConstraint(
                fields=["parent", "position"], name="items_of_an_item_stand_in_order"
            ),
        ]

    def __str__(self) -> str:
        return self.title

    @property
    def title(self) -> str:
        return in_language(self.titles)

    @property
    def anchor(self) -> str:
        return f"item-{self.pk}"

    @property
    def is_late(self) -> bool:
        """Whether it came after the agenda was adopted."""
        return bool(self.consent)


@append_only
class AgendaVersion(models.Model):
    """
    The agenda as it was circulated, adopted or added to; the database refuses to change it.

    ``items`` are rows in reading order: id, number, depth, kind, titles, access ("heads_only" also by an
    item above), minutes_allotted, proposed_by, is_late. The latest version holds; those before it are superseded.
    """

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    meeting = models.ForeignKey(Meeting, on_delete=models.PROTECT, related_name="agenda_versions")
    number = models.PositiveSmallIntegerField()  # within the meeting, from 1
    stage = models.CharField(max_length=12, choices=AgendaStage)
    items = models.JSONField()
    sha256 = models.CharField(max_length=64)
    frozen_at = models.DateTimeField()
    frozen_by = models.ForeignKey(User, on_delete=models.PROTECT, related_name="+")

    class Meta:
        ordering = ["number"]
        constraints = [
            models.UniqueConstraint(
                fields=["meeting", "number"], name="agenda_versions_are_numbered"
            ),
            models.UniqueConstraint(
                fields=["meeting"],
                condition=models.Q(stage="adopted"),
                name="an_agenda_is_adopted_once",
            ),
            models.CheckConstraint(
                condition=models.Q(stage__in=AgendaStage.values), name="agenda_stage_is_known"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.number}"
