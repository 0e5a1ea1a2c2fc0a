"""By which rules a series of meetings convenes, is quorate and decides."""

from django.db import models
from django.utils.translation import pgettext_lazy


class QuorumRule(models.TextChoices):
    """How many member delegations must be present for a sitting to decide."""

    ALL = "all", pgettext_lazy("quorum", "All members")
    MAJORITY = "majority", pgettext_lazy("quorum", "More than half of the members")
    NUMBER = "number", pgettext_lazy("quorum", "A fixed number of members")


class DecisionRule(models.TextChoices):
    """How the body decides where its rules of procedure say nothing else."""

    CONSENSUS = "consensus", pgettext_lazy("decision rule", "Consensus")
    SIMPLE_MAJORITY = "simple_majority", pgettext_lazy("decision rule", "Simple majority")
    TWO_THIRDS = "two_thirds", pgettext_lazy("decision rule", "Two thirds")
