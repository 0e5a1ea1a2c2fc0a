"""What the page of notices shows of clocks: whom they reach, and what their records do not say."""

from dataclasses import dataclass

from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from ots_portal.audit.models import AuditEntry
from ots_portal.escalations import notices
from ots_portal.escalations.models import Clock
from ots_portal.escalations.presentation import ClockPage
from ots_portal.escalations.statuses import ClockStatus
from ots_portal.plugs import Sample, plug_audiences, plug_sample
from ots_portal.plugs import notices as all_notices


@dataclass(frozen=True)
class Told:
    """The invented record that nobody has acknowledged."""

    title: str
    address: str

    def __str__(self) -> str:
        return self.title

    def get_absolute_url(self) -> str:
        return self.address


def _page_of(clock: Clock) -> ClockPage:
    told = Told(gettext("Invented title"), clock.get_absolute_url())
    return ClockPage(clock, told, is_own=True, above=gettext("Invented incident"))


def _entry() -> AuditEntry:
    """Return the entry of some message that wants to be acknowledged."""
    kind = next(kind for kind, notice in all_notices.items() if notice.needs_acknowledgement)
    return AuditEntry(kind=kind)


plug_audiences(
    {
        notices.whom_the_step_tells: _(
            "Those on the next step: whoever comes on duty, the deputy, the heads, the secretariat"
        )
    }
)
plug_sample(
    "escalations.clock",
    Sample(
        fields={"entry": _entry, "status": ClockStatus.OFFICERS_TOLD},
        data={"status": {"before": "officers_told", "after": "deputies_told"}},
        wrap=_page_of,
    ),
)
