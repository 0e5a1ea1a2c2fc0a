"""What a meeting decides, and what has to be done for it."""

from django.db import models
from django.utils.translation import pgettext_lazy


class DecisionMode(models.TextChoices):
    CONSENSUS = "consensus", pgettext_lazy("decision", "Consensus")
    VOTE = "vote", pgettext_lazy("decision", "Vote")
    SILENCE = "silence", pgettext_lazy("decision", "Silence procedure")
    ACCLAMATION = "acclamation", pgettext_lazy("decision", "Acclamation")


class DecisionStatus(models.TextChoices):
    PROPOSED = "proposed", pgettext_lazy("decision", "Proposed")
    UNDER_SILENCE = "under_silence", pgettext_lazy("decision", "Under silence")
    ADOPTED = "adopted", pgettext_lazy("decision", "Adopted")
    NOT_ADOPTED = "not_adopted", pgettext_lazy("decision", "Not adopted")
    DEFERRED = "deferred", pgettext_lazy("decision", "Deferred")
    SUPERSEDED = "superseded", pgettext_lazy("decision", "Superseded")
    IMPLEMENTED = "implemented", pgettext_lazy("decision", "Implemented")


class ActionStatus(models.TextChoices):
    OPEN = "open", pgettext_lazy("action item", "Open")
    IN_PROGRESS = "in_progress", pgettext_lazy("action item", "In progress")
    REPORTED = "reported", pgettext_lazy("action item", "Reported as done")
    DONE = "done", pgettext_lazy("action item", "Done")
    CANCELLED = "cancelled", pgettext_lazy("action item", "Cancelled")
