import uuid

from django.db import models

from meetings.models.agenda import AgendaItem
from ots_portal.people.models import User
from ots_portal.silence.models import SilenceProcedure


class SilenceAnnouncement(models.Model):
    """
    That an agenda item announces what came of a silence procedure; each result is announced once.

    It goes with an item that is taken off the agenda: the result can be proposed again then.
    """

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    item = models.ForeignKey(AgendaItem, on_delete=models.CASCADE, related_name="announcements")
    procedure = models.OneToOneField(SilenceProcedure, on_delete=models.PROTECT, related_name="+")
    created_at = models.DateTimeField(editable=False)
    created_by = models.ForeignKey(User, on_delete=models.PROTECT, related_name="+", editable=False)

    class Meta:
        ordering = ["created_at", "id"]

    def __str__(self) -> str:
        return str(self.procedure)
