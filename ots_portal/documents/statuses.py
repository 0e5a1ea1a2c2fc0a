from django.db.models import TextChoices
from django.utils.translation import pgettext_lazy

from ots_portal.lifecycle import Lifecycle, Step


class DocumentStatus(TextChoices):
    ATTACHED = "attached", pgettext_lazy("document", "Attached")
    WITHDRAWN = "withdrawn", pgettext_lazy("document", "Withdrawn")


DOCUMENTS = Lifecycle(
    Step(
        "remove",
        (DocumentStatus.ATTACHED,),
        DocumentStatus.WITHDRAWN,
        records="documents.document.removed",
    ),
)
