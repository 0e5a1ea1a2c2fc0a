"""What the page of notices shows of webhooks: whom they reach, and what their records do not say."""

from datetime import UTC, datetime

from django.utils.translation import gettext_lazy as _

from ots_portal.plugs import Sample, plug_audiences, plug_sample
from ots_portal.webhooks import notices
from ots_portal.webhooks.models import DisabledBecause

plug_audiences(
    {
        notices.heads: _("Heads of the authority"),
        notices.nobody: _("The webhook alone"),
    }
)
plug_sample("webhooks.endpoint", Sample(fields={"url": "https://authority.example/messages"}))
plug_sample(
    "webhooks.endpoint.given_up",
    Sample(
        details={
            "because": DisabledBecause.FAILURES.label,
            "failing_since": datetime(2026, 2, 4, 1, 17, tzinfo=UTC),
        }
    ),
)
