"""What ties plug into the portal: their names on the audit pages."""

from django.utils.translation import gettext_lazy as _

from ots_portal import plugs
from ots_portal.crossrefs import queries

plugs.plug_audited(
    plugs.AuditedRecord(
        "crossrefs.crossreference",
        _("Tie of two records"),
        visible_to=queries.visible_to,
        address_of=lambda _tie: "",  # shown at both ends
        fields={
            "relation": _("How they belong together"),
            "from_type": _("Kind of the first record"),
            "from_id": _("The first record"),
            "to_type": _("Kind of the second record"),
            "to_id": _("The second record"),
        },
        kinds="crossrefs.tie",
    )
)
