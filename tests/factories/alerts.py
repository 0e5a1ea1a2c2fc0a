"""Alerts at any status, made the way the portal makes them."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any

from incidents.models import Alert, Incident, KnownSender, ReceivedAlert
from incidents.services import alerts, received_alerts
from incidents.services.alert_content import Texts, content_of
from incidents.services.received_alerts import Answer
from ots_portal.people.models import User
from tests.factories.incidents import IncidentFactory
from tests.samples.alerts import alert_xml

SENDER = "duty@emergency.example"
AT = datetime(2026, 3, 12, 10, 0, tzinfo=UTC)
STEPS = {
    "draft": (), "approved": ("approve",), "issued": ("approve", "issue"), "discarded": ("discard",),
    "expired": ("approve", "issue"),
}  # fmt: skip


def known_sender(sender: str = SENDER, **more: Any) -> KnownSender:
    values = {"name": "Emergency service", "added_at": AT, **more}
    return KnownSender.objects.create(sender=sender, **values)


def take_in(*, at: datetime = AT, by: User | None = None, **changes: str) -> Answer:
    """Take in the small alert with some elements changed."""
    return received_alerts.take_in(alert_xml(**changes), source="file", by=by, at=at)


def received(status: str = "accepted", **changes: str) -> ReceivedAlert:
    """A received alert at that status; whoever changes it further goes through the services."""
    if not KnownSender.objects.exists():
        known_sender()
    alert = take_in(**changes).alert
    assert alert is not None
    ReceivedAlert.objects.filter(pk=alert.pk).update(status=status)
    alert.refresh_from_db()
    return alert


def references(*alerts: ReceivedAlert) -> str:
    """The element by which a later message names earlier ones."""
    names = " ".join(f"{one.sender},{one.identifier},{one.sent_text}" for one in alerts)
    return f"<references>{names}</references>"


WORDS = {
    "en": Texts(
        "Flood", "Flood at the Ural", "The water stands 3.5 m high.", "Call 112.", "Atyrau"
    ),
    "kk": Texts("Су тасқыны", "Жайықта су тасқыны", "Су 3,5 м.", "112 қоңырау шалыңыз.", "Атырау"),
}


def written(alert: Alert, *, by: User, at: datetime, **changes: Any) -> Alert:
    """The draft with everything that is needed to approve it."""
    content = replace(content_of(alert), texts=WORDS, expires=at + timedelta(hours=12), **changes)
    return alerts.update(alert, content, scope=alert.scope, by=by, at=at, version=alert.version)


def own(
    status: str, *, editor: User, head: User, at: datetime, incident: Incident | None = None, scope: str = "",
    **changes: Any
) -> Alert:  # fmt: skip
    """An alert of the editor's participant at that status."""
    incident = incident or IncidentFactory(participant=editor.participant, status="active")
    note = "A drill." if incident.is_exercise else ""
    alert = alerts.draft(incident, by=editor, at=at, scope=scope)
    alert = written(alert, by=editor, at=at, note=note, **changes)
    for verb in STEPS[status]:
        alert = getattr(alerts, verb)(alert, by=head, at=at)
    if status == "expired":
        alert = alerts.expire(alert, at=at)
    return alert
