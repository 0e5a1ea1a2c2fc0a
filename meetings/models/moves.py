import uuid

from django.db import models

from meetings.models.meeting import Meeting


class MeetingMove(models.Model):
    """
    That a convened meeting was moved, and what stood before: everybody is told of it once.

    Further changes until ``due_at`` belong to the same move. ``told_at`` None: nobody has been told yet.
    """

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    meeting = models.ForeignKey(Meeting, on_delete=models.PROTECT, related_name="moves")
    # As they were when people last heard of them: keys of services.moves.MOVED, moments in ISO 8601.
    before = models.JSONField()
    due_at = models.DateTimeField()
    created_at = models.DateTimeField()
    told_at = models.DateTimeField(null=True)

    class Meta:
        ordering = ["created_at", "id"]
        constraints = [
            models.UniqueConstraint(
                fields=["meeting"],
                condition=models.Q(told_at=None),
                name="one_untold_move_per_meeting",
            )
        ]
        indexes = [
            models.Index(fields=["due_at"], name="moves_to_tell", condition=models.Q(told_at=None))
        ]

    def __str__(self) -> str:
        return f"{self.meeting}, {self.created_at:%Y-%m-%d %H:%M}"
