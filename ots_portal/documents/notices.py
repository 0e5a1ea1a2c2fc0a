"""Who hears of what happens to documents: of malware those who sent it and who keep the house."""

from django.db.models import QuerySet
from django.utils.translation import gettext_lazy as _

from ots_portal.audit.models import AuditEntry
from ots_portal.documents import queries
from ots_portal.documents.models import Document
from ots_portal.people.models import User
from ots_portal.plugs import Notice, plug_labels, plug_notice

# These are shown on their record; nobody is sent a message.
SILENT = (
    "documents.document.attached",
    "documents.document.released",
    "documents.document.removed",
)


def those_to_warn(entry: AuditEntry) -> QuerySet[User]:
    return queries.those_to_warn(Document.objects.get(pk=entry.subject_id))


plug_notice(
    Notice(
        kind="documents.document.condemned",
        title=_("A document is infected"),
        recipients=those_to_warn,
        record_for=queries.infected_for,
        template="documents/notices/document_condemned",
        is_personal=True,
    )
)
plug_labels(
    {
        "documents.document.attached": _("A document is attached"),
        "documents.document.released": _("A document is released"),
        "documents.document.condemned": _("A document is found to be infected"),
        "documents.document.removed": _("A document is taken off its record"),
    }
)
