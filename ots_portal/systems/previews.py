"""What the page of notices shows of partner systems: whom they reach, and what their records do not say."""

from datetime import UTC, datetime

from django.utils.translation import gettext_lazy as _

from ots_portal.plugs import Sample, plug_audiences, plug_sample
from ots_portal.systems import notices

CLIENT = "turkiye-0f1e2d3c4b5a6978"

plug_audiences({notices.heads: _("Heads of the authority of the partner system")})
plug_sample(
    "api.partner_system.credentials_made",
    Sample(details={"client": CLIENT, "old_end_at": datetime(2026, 2, 5, 1, 17, tzinfo=UTC)}),
)
for _kind in ("api.partner_system.credentials_ended", "api.partner_system.refused"):
    plug_sample(_kind, Sample(details={"client": CLIENT}))
