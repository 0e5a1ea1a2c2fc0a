from django.db.models import TextChoices
from django.utils.translation import pgettext_lazy

from ots_portal.lifecycle import Lifecycle, Step


class ProcedureStatus(TextChoices):
    RUNNING = "running", pgettext_lazy("silence procedure", "Under silence")
    ADOPTED = "adopted", pgettext_lazy("silence procedure", "Adopted")
    BROKEN = "broken", pgettext_lazy("silence procedure", "Broken")
    WITHDRAWN = "withdrawn", pgettext_lazy("silence procedure", "Withdrawn")


P = ProcedureStatus

SILENCES = Lifecycle(
    Step("object_to", (P.RUNNING,), P.BROKEN, records="silence.procedure.broken"),
    Step("withdraw", (P.RUNNING,), P.WITHDRAWN, records="silence.procedure.withdrawn"),
    # The time is over, and nobody has objected.
    Step("adopt", (P.RUNNING,), P.ADOPTED, records="silence.procedure.adopted", automatic=True),
)

# How a status is marked: a shape and a colour beside its word.
TONES = {P.RUNNING: "warning", P.ADOPTED: "good", P.BROKEN: "severe", P.WITHDRAWN: "neutral"}
