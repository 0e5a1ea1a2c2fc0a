"""What situation reports plug into the portal."""

from collections.abc import Sequence
from typing import Any

from django.utils.translation import gettext_lazy as _

from incidents.exports.lists import plug_list
from incidents.exports.report_list import SITUATION_REPORTS
from incidents.portal.audience import SHOWN_ON_CARD
from incidents.presentation.reports import REPORT_TONES
from incidents.presentation.reports import title_of as report_title
from incidents.queries import reports
from ots_portal import plugs
from ots_portal.people.models import User


def _reports_to_publish(user: Any) -> Sequence[plugs.CardLine]:
    waiting = reports.waiting_for_publication_by(user, limit=SHOWN_ON_CARD)
    return [
        plugs.CardLine(
            title=report_title(report),
            url=report.get_absolute_url(),
            note=str(report.incident),
            badge=report.get_status_display(),
            tone=REPORT_TONES[report.status],
            at=report.as_of,
            is_exercise=report.incident.is_exercise,
        )
        for report in waiting
    ]


def _heads(user: Any) -> bool:
    return isinstance(user, User) and user.is_head


plug_list(SITUATION_REPORTS)
plugs.cards.append(
    plugs.Card(
        _("Situation reports that wait for your publication"),
        position=1,
        lines=_reports_to_publish,
        needs_me=True,
        visible=_heads,
    )
)
plugs.plug_audited(
    plugs.AuditedRecord(
        "incidents.situationreport",
        _("Situation report"),
        visible_to=lambda user: reports.with_names(reports.visible_to(user)),
        fields={"figure_count": _("Figures"), "sha256": _("SHA-256 of the content")},
        kinds="incidents.report",
    )
)
