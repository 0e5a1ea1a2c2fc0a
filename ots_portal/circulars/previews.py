"""What the page of notices shows of circulars: whom they reach, and what their records do not say."""

from django.utils.translation import gettext_lazy as _

from ots_portal.circulars import notices
from ots_portal.plugs import Sample, plug_audiences, plug_sample

plug_audiences(
    {notices.those_addressed: _("Everybody with a role that the circular is addressed to")}
)
plug_sample(
    "circulars.circular", Sample(fields={"number": "CIRC-2026-0007", "needs_receipt": True})
)
