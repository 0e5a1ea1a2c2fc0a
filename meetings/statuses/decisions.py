"""What a meeting decides, and what has to be done for it."""

from django.db import models
from django.utils.translation import pgettext_lazy

from ots_portal.lifecycle import Lifecycle, Step


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


D = DecisionStatus

DECISIONS = Lifecycle(
    Step("adopt", (D.PROPOSED,), D.ADOPTED, records="meetings.decision.adopted"),
    Step("reject", (D.PROPOSED,), D.NOT_ADOPTED, records="meetings.decision.rejected"),
    Step("defer", (D.PROPOSED,), D.DEFERRED, records="meetings.decision.deferred"),
    Step(
        "put_under_silence",
        (D.PROPOSED,),
        D.UNDER_SILENCE,
        records="meetings.decision.put_under_silence",
    ),
    Step(
        "adopt_in_silence",
        (D.UNDER_SILENCE,),
        D.ADOPTED,
        records="meetings.decision.adopted_in_silence",
        automatic=True,
    ),
    Step(
        "end_broken_silence",
        (D.UNDER_SILENCE,),
        D.NOT_ADOPTED,
        records="meetings.decision.silence_broken",
        automatic=True,
    ),
    Step(
        "return_from_silence",
        (D.UNDER_SILENCE,),
        D.PROPOSED,
        records="meetings.decision.returned_from_silence",
        automatic=True,
    ),
    Step("implement", (D.ADOPTED,), D.IMPLEMENTED, records="meetings.decision.implemented"),
    Step("supersede", (D.ADOPTED,), D.SUPERSEDED, records="meetings.decision.superseded"),
)

# The text of these was adopted: it has a number and never changes.
NUMBERED = (D.ADOPTED, D.SUPERSEDED, D.IMPLEMENTED)
# How a meeting decides in the room; silence is adopted by the silence procedure alone.
MODES_IN_SESSION = (DecisionMode.CONSENSUS, DecisionMode.VOTE, DecisionMode.ACCLAMATION)

DECISION_TONES = {
    D.PROPOSED: "draft",
    D.UNDER_SILENCE: "info",
    D.ADOPTED: "good",
    D.NOT_ADOPTED: "severe",
    D.DEFERRED: "warning",
    D.SUPERSEDED: "neutral",
    D.IMPLEMENTED: "good",
}


class Vote(models.TextChoices):
    YES = "yes", pgettext_lazy("vote", "Yes")
    NO = "no", pgettext_lazy("vote", "No")
    ABSTAIN = "abstain", pgettext_lazy("vote", "Abstention")


A = ActionStatus

ACTIONS = Lifecycle(
    Step("start", (A.OPEN,), A.IN_PROGRESS, records="meetings.action.started"),
    Step("report", (A.IN_PROGRESS,), A.REPORTED, records="meetings.action.reported"),
    Step("close", (A.REPORTED,), A.DONE, records="meetings.action.closed"),
    Step("send_back", (A.REPORTED,), A.IN_PROGRESS, records="meetings.action.sent_back"),
    Step("cancel", (A.OPEN, A.IN_PROGRESS), A.CANCELLED, records="meetings.action.cancelled"),
)

# Somebody has still to do something; a reported action waits for the secretariat, and is never overdue.
UNDONE = (A.OPEN, A.IN_PROGRESS)
UNSETTLED = (*UNDONE, A.REPORTED)

ACTION_TONES = {
    A.OPEN: "draft",
    A.IN_PROGRESS: "info",
    A.REPORTED: "warning",
    A.DONE: "good",
    A.CANCELLED: "neutral",
}
