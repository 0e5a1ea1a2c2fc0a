from django.db.models import TextChoices
from django.utils.translation import pgettext_lazy

from ots_portal.lifecycle import Lifecycle, Step


class ClockStatus(TextChoices):
    """Who has been told last; each status but the last two leads on to somebody else."""

    NOBODY_ON_DUTY = "nobody_on_duty", pgettext_lazy("clock", "Nobody on duty")
    OFFICERS_TOLD = "officers_told", pgettext_lazy("clock", "Officer on duty told")
    DEPUTIES_TOLD = "deputies_told", pgettext_lazy("clock", "Deputy told")
    HEADS_TOLD = "heads_told", pgettext_lazy("clock", "Head told")
    UNANSWERED = "unanswered", pgettext_lazy("clock", "Not acknowledged by anybody")
    ACKNOWLEDGED = "acknowledged", pgettext_lazy("clock", "Acknowledged")
    OVER = "over", pgettext_lazy("clock", "Over, without an acknowledgement")


S = ClockStatus
# Somebody else is told next.
RUNNING = (S.NOBODY_ON_DUTY, S.OFFICERS_TOLD, S.DEPUTIES_TOLD, S.HEADS_TOLD)
# An acknowledgement is still waited for.
OPEN = (*RUNNING, S.UNANSWERED)

CLOCKS = Lifecycle(
    Step(
        "tell_deputies",
        (S.NOBODY_ON_DUTY, S.OFFICERS_TOLD),
        S.DEPUTIES_TOLD,
        records="escalations.clock.deputies_told",
        automatic=True,
    ),
    Step(
        "tell_heads",
        (S.NOBODY_ON_DUTY, S.OFFICERS_TOLD, S.DEPUTIES_TOLD),
        S.HEADS_TOLD,
        records="escalations.clock.heads_told",
        automatic=True,
    ),
    Step(
        "tell_secretariat",
        RUNNING,
        S.UNANSWERED,
        records="escalations.clock.secretariat_told",
        automatic=True,
    ),
    Step("acknowledge", OPEN, S.ACKNOWLEDGED, records="escalations.clock.acknowledged"),
    Step("end", OPEN, S.OVER, records="escalations.clock.ended", automatic=True),
)
