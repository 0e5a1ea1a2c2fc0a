import uuid

from django.db import models
from django.db.models import F, Q
from django.utils.translation import pgettext_lazy

from ots_portal.people.models import User


class Relation(models.TextChoices):
    """What the first record is to the second; read from the second, ``BACKWARDS`` says it."""

    CONCERNS = "concerns", pgettext_lazy("tie", "Concerns")
    IMPLEMENTS = "implements", pgettext_lazy("tie", "Implements")
    INTERPRETS = "interprets", pgettext_lazy("tie", "Interprets")
    CHANGES = "changes", pgettext_lazy("tie", "Changes")
    FOLLOWS_FROM = "follows_from", pgettext_lazy("tie", "Follows from")


BACKWARDS = {
    Relation.CONCERNS: pgettext_lazy("tie", "Spoken of in"),
    Relation.IMPLEMENTS: pgettext_lazy("tie", "Implemented by"),
    Relation.INTERPRETS: pgettext_lazy("tie", "Interpreted by"),
    Relation.CHANGES: pgettext_lazy("tie", "Changed by"),
    Relation.FOLLOWS_FROM: pgettext_lazy("tie", "Led to"),
}


class CrossReference(models.Model):
    """
    A tie between two records of any apps: whoever may change the first has said so.

    Both ends are named by label ("incidents.incident") and key; each is shown to whoever may read it.
    """

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    from_type = models.CharField(max_length=100, editable=False)
    from_id = models.UUIDField(editable=False)
    to_type = models.CharField(max_length=100, editable=False)
    to_id = models.UUIDField(editable=False)
    relation = models.CharField(max_length=20, choices=Relation, default=Relation.CONCERNS)
    created_by = models.ForeignKey(User, on_delete=models.PROTECT, related_name="+")
    created_at = models.DateTimeField(editable=False)

    class Meta:
        ordering = ["created_at", "id"]
        constraints = [
            models.CheckConstraint(
                condition=Q(relation__in=Relation.values), name="tie_relation_is_known"
            ),
            models.CheckConstraint(
                condition=~Q(from_type=F("to_type"), from_id=F("to_id")),
                name="nothing_is_tied_to_itself",
            ),
            models.UniqueConstraint(
                fields=["from_type", "from_id", "to_type", "to_id", "relation"],
                name="one_tie_per_pair_and_relation",
            ),
        ]
        indexes = [
            models.Index(fields=["to_type", "to_id", "created_at"], name="ties_by_target"),
            models.Index(fields=["-created_at", "-id"], name="ties_by_time"),
        ]

    def __str__(self) -> str:
        return f"{self.from_type} {self.relation} {self.to_type}"
