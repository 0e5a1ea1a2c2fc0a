"""The agenda's items and the versions in which it is frozen."""

from django.db import models
from django.utils.translation import pgettext_lazy


class ItemAccess(models.TextChoices):
    """Who may read an item; what its meeting or the item above it closes, it never opens."""

    MEETING = "meeting", pgettext_lazy("agenda item", "Everybody who reads the meeting")
    OBSERVERS = "observers", pgettext_lazy("agenda item", "Members and observers")
    MEMBERS = "members", pgettext_lazy("agenda item", "Members")
    HEADS_ONLY = "heads_only", pgettext_lazy("agenda item", "Heads of delegation only")


class ItemOutcome(models.TextChoices):
    """What became of an item in session."""

    OPEN = "open", pgettext_lazy("agenda item", "Open")
    CONCLUDED = "concluded", pgettext_lazy("agenda item", "Concluded")
    POSTPONED = "postponed", pgettext_lazy("agenda item", "Postponed")
    WITHDRAWN = "withdrawn", pgettext_lazy("agenda item", "Withdrawn")


class AgendaStage(models.TextChoices):
    """As what a version of the agenda was frozen."""

    PROVISIONAL = "provisional", pgettext_lazy("agenda", "Provisional agenda")
    ADOPTED = "adopted", pgettext_lazy("agenda", "Adopted agenda")
    ADDENDUM = "addendum", pgettext_lazy("agenda", "Addendum")
