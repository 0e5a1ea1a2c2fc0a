"""What documents plug into the portal."""

from django.utils.translation import gettext_lazy as _

from ots_portal import plugs
from ots_portal.documents import queries

plugs.plug_audited(
    plugs.AuditedRecord("documents.document", _("Document"), visible_to=queries.visible_to)
)
# A document's own words are its title and its file's name; what stands in the file is not read.
plugs.plug_searchable(
    plugs.Searchable(
        "documents.document",
        _("Document"),
        visible_to=queries.visible_to,
        texts_of=lambda document: {"": plugs.SearchText(document.title, document.file_name)},
        at_of=lambda document: document.uploaded_at,
        participant_of=lambda document: document.participant_id,
    )
)
