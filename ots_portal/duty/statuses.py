from django.db.models import TextChoices
from django.utils.translation import pgettext_lazy

from ots_portal.lifecycle import Lifecycle, Step


class ShiftStatus(TextChoices):
    PLANNED = "planned", pgettext_lazy("shift", "Planned")
    CANCELLED = "cancelled", pgettext_lazy("shift", "Cancelled")


SHIFTS = Lifecycle(
    Step(
        "cancel",
        (ShiftStatus.PLANNED,),
        ShiftStatus.CANCELLED,
        records="duty.shift.cancelled",
    ),
)


class PatternStatus(TextChoices):
    RUNNING = "running", pgettext_lazy("pattern", "In force")
    ENDED = "ended", pgettext_lazy("pattern", "Ended")


PATTERNS = Lifecycle(
    Step("end", (PatternStatus.RUNNING,), PatternStatus.ENDED, records="duty.pattern.ended"),
)


class SwapStatus(TextChoices):
    ASKED = "asked", pgettext_lazy("swap", "Asked")
    ACCEPTED = "accepted", pgettext_lazy("swap", "Accepted")
    DECLINED = "declined", pgettext_lazy("swap", "Declined")
    WITHDRAWN = "withdrawn", pgettext_lazy("swap", "Withdrawn")
    LAPSED = "lapsed", pgettext_lazy("swap", "Lapsed")


SWAPS = Lifecycle(
    Step("accept", (SwapStatus.ASKED,), SwapStatus.ACCEPTED, records="duty.swap.accepted"),
    Step("decline", (SwapStatus.ASKED,), SwapStatus.DECLINED, records="duty.swap.declined"),
    Step("withdraw", (SwapStatus.ASKED,), SwapStatus.WITHDRAWN, records="duty.swap.withdrawn"),
    # Nobody answered before the shift began, or the shift is no more what was asked about.
    Step(
        "lapse",
        (SwapStatus.ASKED,),
        SwapStatus.LAPSED,
        records="duty.swap.lapsed",
        automatic=True,
    ),
)
