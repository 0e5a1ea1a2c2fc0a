"""What documents plug into the portal."""

from django.utils.translation import gettext_lazy as _

from ots_portal import plugs
from ots_portal.documents import queries

plugs.plug_audited(
    plugs.AuditedRecord("documents.document", _("Document"), visible_to=queries.visible_to)
)
