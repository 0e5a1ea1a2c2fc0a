from django.db.models import TextChoices
from django.utils.translation import pgettext_lazy

from ots_portal.lifecycle import Lifecycle, Step


class DocumentStatus(TextChoices):
    QUARANTINED = "quarantined", pgettext_lazy("document", "Waiting for the virus scan")
    ATTACHED = "attached", pgettext_lazy("document", "Attached")
    INFECTED = "infected", pgettext_lazy("document", "Infected")
    WITHDRAWN = "withdrawn", pgettext_lazy("document", "Withdrawn")


# On its record, but nobody can download it.
HELD = (DocumentStatus.QUARANTINED, DocumentStatus.INFECTED)

DOCUMENTS = Lifecycle(
    Step(
        "release",
        (DocumentStatus.QUARANTINED,),
        DocumentStatus.ATTACHED,
        records="documents.document.released",
        automatic=True,
    ),
    Step(
        "condemn",
        (DocumentStatus.QUARANTINED,),
        DocumentStatus.INFECTED,
        records="documents.document.condemned",
        automatic=True,
    ),
    Step(
        "remove",
        (DocumentStatus.ATTACHED, DocumentStatus.QUARANTINED, DocumentStatus.INFECTED),
        DocumentStatus.WITHDRAWN,
        records="documents.document.removed",
    ),
)
