from django.db.models import TextChoices
from django.utils.translation import pgettext_lazy

from ots_portal.lifecycle import Lifecycle, Step


class CircularStatus(TextChoices):
    DRAFT = "draft", pgettext_lazy("circular", "Draft")
    ISSUED = "issued", pgettext_lazy("circular", "Issued")
    RECALLED = "recalled", pgettext_lazy("circular", "Recalled")
    DISCARDED = "discarded", pgettext_lazy("circular", "Discarded")


C = CircularStatus

CIRCULARS = Lifecycle(
    Step("discard", (C.DRAFT,), C.DISCARDED, records="circulars.circular.discarded"),
    Step("issue", (C.DRAFT,), C.ISSUED, records="circulars.circular.issued"),
    Step("recall", (C.ISSUED,), C.RECALLED, records="circulars.circular.recalled"),
)

# How a status is marked: a shape and a colour beside its word.
TONES = {C.DRAFT: "draft", C.ISSUED: "good", C.RECALLED: "severe", C.DISCARDED: "neutral"}
