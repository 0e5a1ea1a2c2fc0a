"""What happens in session: presence and speaking."""

from django.db import models
from django.utils.translation import pgettext_lazy


class AttendanceMode(models.TextChoices):
    IN_ROOM = "in_room", pgettext_lazy("attendance", "In the room")
    REMOTE = "remote", pgettext_lazy("attendance", "Remotely")


class InterventionKind(models.TextChoices):
    STATEMENT = "statement", pgettext_lazy("intervention", "Statement")
    RIGHT_OF_REPLY = "right_of_reply", pgettext_lazy("intervention", "Right of reply")
    POINT_OF_ORDER = "point_of_order", pgettext_lazy("intervention", "Point of order")
    EXPLANATION = "explanation", pgettext_lazy("intervention", "Explanation of position")
