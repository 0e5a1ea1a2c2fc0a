import uuid

from django.db import models
from django.utils.translation import gettext_lazy as _

from meetings.models.meeting import Meeting
from meetings.statuses import ItemKind
from ots_portal.texts import in_language
from ots_portal.texts.fields import LanguageTexts

MAX_DEPTH = 3  # 3.2.1


class AgendaItem(models.Model):
    """
    A point of a meeting's agenda; it may have points of its own.

    Its number ("3.2") is computed from the tree, never stored. Whoever reads the meeting reads it.
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
    version = models.PositiveIntegerField(default=1, editable=False)

    class Meta:
        ordering = ["position"]
        constraints = [
            models.CheckConstraint(
                condition=models.Q(kind__in=ItemKind.values), name="item_kind_is_known"
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
