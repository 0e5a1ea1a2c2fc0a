"""What alerts plug into the portal."""

from collections.abc import Sequence
from typing import Any

from django.utils.translation import gettext_lazy as _

from incidents.exports.alerts import ALERTS, RECEIVED_ALERTS
from incidents.exports.lists import plug_list
from incidents.portal.audience import (
    SHOWN_ON_CARD,
    for_the_administrator,
    for_those_who_see_some,
    thread_of,
)
from incidents.queries import alerts as alert_queries
from incidents.queries import received_alerts as received_queries
from ots_portal import plugs
from ots_portal.people.models import User


def _for_the_secretariat(user: Any) -> bool:
    return isinstance(user, User) and user.is_secretariat


def _quarantined(user: Any) -> Sequence[plugs.CardLine]:
    if not user.is_secretariat:
        return []
    waiting = received_queries.waiting_in_quarantine()[:SHOWN_ON_CARD]
    return [
        plugs.CardLine(
            title=str(alert),
            url=alert.get_absolute_url(),
            note=alert.sender,
            badge=alert.get_status_display(),
            tone="warning",
            at=alert.received_at,
        )
        for alert in waiting
    ]


def _no_address(_record: Any) -> str:
    return ""


plug_list(ALERTS)
plug_list(RECEIVED_ALERTS)
plugs.rooms.append(
    plugs.Room(_("Alerts"), "incidents:alert_list", "incidents:list", 40, for_those_who_see_some)
)
plugs.menu.append(
    plugs.MenuEntry(
        _("Senders of alerts"), "incidents:known_sender_list", 70, for_the_administrator
    )
)
plugs.cards.append(
    plugs.Card(
        _("Alerts in quarantine"),
        position=3,
        lines=_quarantined,
        more_url_name="incidents:received_alert_list",
        needs_me=True,
        visible=_for_the_secretariat,
    )
)
plugs.plug_audited(
    plugs.AuditedRecord("incidents.alert", _("Alert"), visible_to=alert_queries.visible_to)
)
plugs.plug_audited(
    plugs.AuditedRecord(
        "incidents.receivedalert",
        _("Received alert"),
        visible_to=received_queries.visible_to,
        kinds="incidents.received_alert",
        belongs_to=lambda alert: thread_of(alert.incident_id),
    )
)
plugs.plug_audited(
    plugs.AuditedRecord(
        "incidents.knownsender",
        _("Known sender of alerts"),
        visible_to=received_queries.senders_visible_to,
        address_of=_no_address,
        kinds="incidents.known_sender",
    )
)
