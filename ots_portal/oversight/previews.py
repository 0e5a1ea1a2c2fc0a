"""What the page of notices shows of the audit: whom they reach, and what their records do not say."""

from django.utils.translation import gettext_lazy as _

from ots_portal.audit.verification import FaultCode
from ots_portal.oversight import notices
from ots_portal.plugs import Sample, plug_audiences, plug_sample

plug_audiences(
    {
        notices.auditors_and_administrators: _("Auditors and system administrators"),
        notices.heads_of_whose_entries_they_are: _("Heads of those whose entries they are"),
    }
)
plug_sample(
    "oversight.check",
    Sample(
        fields={
            "found_fault": {
                "code": FaultCode.BLOCK, "entry": "…", "kind": "", "block": 12, "position": 0,
            }
        }
    ),
)  # fmt: skip
plug_sample("oversight.export", Sample(data={"entry_count": 1200}))
