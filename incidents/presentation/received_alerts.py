"""What the pages of received alerts show, and the alerts on the page of an incident."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from incidents.models import Incident, ReceivedAlert
from incidents.presentation.alerts import (
    AlertRow,
    LanguageText,
    alert_rows,
    history,
    incident_for,
    listed,
    own_first,
)
from incidents.presentation.records import Figure
from incidents.presentation.sections import Section
from incidents.presentation.steps import Button, Words, buttons_of
from incidents.queries import alerts as alert_queries
from incidents.queries import received_alerts as queries
from incidents.queries.received_alerts import REAL
from incidents.rules import alerts as alert_rules
from incidents.rules import received_alerts as rules
from incidents.services.alert_content import LANGUAGES
from incidents.statuses import HELD, RECEIVED_ALERTS
from incidents.vocabularies import cap as words
from incidents.vocabularies.cap import word
from ots_portal.participants.countries import country_name
from ots_portal.people.models import User

Text = str | Promise

TONES = {
    "quarantined": "warning", "accepted": "info", "linked": "good", "ignored": "neutral",
    "superseded": "neutral", "cancelled": "neutral", "expired": "neutral",
}  # fmt: skip
STEPS = {
    "release": Words(gettext_lazy("Release…"), gettext_lazy("The alert is accepted.")),
    "ignore": Words(
        gettext_lazy("Ignore"),
        gettext_lazy("The alert is put aside."),
        "secondary",
        gettext_lazy("Nobody outside of the secretariat will see it."),
    ),
    "link": Words(
        gettext_lazy("Link to an incident…"), gettext_lazy("The alert is linked to the incident.")
    ),
    "unlink": Words(
        gettext_lazy("Take the link away"),
        gettext_lazy("The alert is linked to no incident."),
        "secondary",
    ),
}


def received_rows(alerts: Iterable[ReceivedAlert]) -> list[AlertRow]:
    return [
        AlertRow(
            url=alert.get_absolute_url(),
            title=str(alert),
            origin=alert.sender,
            message=word(words.MESSAGE_WORDS, alert.message_type),
            severity=word(words.SEVERITY_WORDS, alert.severity) if alert.severity else "",
            severity_tone=words.SEVERITY_TONES.get(alert.severity, "neutral"),
            sent_at=alert.sent_at,
            expires_at=alert.expires_at,
            status=status_word(alert),
            status_tone=status_tone(alert),
            mark=unreal_mark(alert),
        )
        for alert in alerts
    ]


def status_word(alert: ReceivedAlert) -> str:
    """Return the status; a message that warns of nothing is not in force, only noted."""
    return str(alert.get_status_display() if _may_warn(alert) else _("Noted"))


def status_tone(alert: ReceivedAlert) -> str:
    return TONES[alert.status] if _may_warn(alert) else "neutral"


def _may_warn(alert: ReceivedAlert) -> bool:
    return alert.status not in queries.STANDING or alert.message_type in queries.WARNINGS


def unreal_mark(alert: ReceivedAlert) -> str:
    return "" if alert.cap_status == REAL else word(words.CAP_STATUS_WORDS, alert.cap_status)


def received_page(alert: ReceivedAlert, *, reader: User) -> dict[str, Any]:
    """Return everything the page of a received alert shows to this reader."""
    infos = alert.content["infos"]
    behind = list(queries.visible_to(reader).filter(replaced_by=alert))
    return {
        "alert": alert,
        "incident": incident_for(alert.incident, reader),
        "mark": unreal_mark(alert),
        "status": status_word(alert),
        "status_tone": status_tone(alert),
        "severity": word(words.SEVERITY_WORDS, alert.severity) if alert.severity else "",
        "severity_tone": words.SEVERITY_TONES.get(alert.severity, "neutral"),
        "message": word(words.MESSAGE_WORDS, alert.message_type),
        "scope": word(words.SCOPE_WORDS, alert.scope),
        "signature": word(words.SIGNATURE_WORDS, alert.signature),
        "countries": ", ".join(country_name(code) for code in alert.countries),
        "figures": _received_figures(infos),
        "texts": own_first([_received_text(info) for info in infos]),
        "details": _details(infos),
        "links": _links(infos),
        "steps": _received_steps(alert, reader),
        "proposals": queries.proposals_for(alert, reader=reader),
        "may_propose": rules.may_propose(reader, alert),
        "may_acknowledge": rules.may_acknowledge(reader, alert),
        "receipts": list(alert_queries.receipts_of(alert)),
        "replaces": [one for one in behind if one.status not in HELD],
        "put_aside": [one for one in behind if one.status in HELD],
        "answers": queries.answering(alert, reader=reader),
        "history": history(alert, with_names=reader.is_secretariat),
    }


def _received_steps(alert: ReceivedAlert, reader: User) -> list[Button]:
    """Return what this reader's office decides: quarantine the secretariat, links the authorities."""
    steps = buttons_of(
        alert,
        reader=reader,
        lifecycle=RECEIVED_ALERTS,
        rules=rules,
        words=STEPS,
        page="received_alert_",
        ready={},
    )
    return [
        step for step in steps if step.verdict or (not reader.is_secretariat and _concerns(step))
    ]


def _concerns(step: Button) -> bool:
    return step.verb in ("link", "unlink")


def _received_figures(infos: Sequence[Mapping[str, Any]]) -> list[Figure]:
    if not infos:
        return []
    first = infos[0]
    languages = list(dict.fromkeys(info["language"] for info in infos))
    return [
        Figure(_("Severity"), word(words.SEVERITY_WORDS, first["severity"])),
        Figure(_("Urgency"), word(words.URGENCY_WORDS, first["urgency"])),
        Figure(_("Certainty"), word(words.CERTAINTY_WORDS, first["certainty"])),
        Figure(_("Languages"), str(len(languages)), ", ".join(languages)),
    ]


def _received_text(info: Mapping[str, Any]) -> LanguageText:
    code = info["language"]
    return LanguageText(
        code=code,
        name=LANGUAGES.get(code.partition("-")[0].lower(), code),
        event=info["event"],
        headline=info["headline"],
        description=info["description"],
        instruction=info["instruction"],
        area="; ".join(area["description"] for area in info["areas"] if area["description"]),
    )


@dataclass(frozen=True)
class Detail:
    label: Text
    value: str
    moment: datetime | None = None


def _details(infos: Sequence[Mapping[str, Any]]) -> list[Detail]:
    """Return what the first text says beside its words: times, codes, parameters."""
    if not infos:
        return []
    info = infos[0]
    found = [
        Detail(_("Begins"), "", _moment(info["onset"] or info["effective"])),
        Detail(_("Ends"), "", _moment(info["expires"])),
        Detail(_("Category"), listed(words.CATEGORY_WORDS, info["categories"])),
        Detail(_("What people should do"), listed(words.RESPONSE_WORDS, info["response_types"])),
        Detail(_("Sent by"), info["sender_name"]),
        Detail(_("Contact"), info["contact"]),
        *(Detail(name, value) for name, value in (*info["event_codes"], *info["parameters"])),
    ]
    return [detail for detail in found if detail.value or detail.moment]


def _links(infos: Sequence[Mapping[str, Any]]) -> list[str]:
    """Return the addresses that the alert names, each once; none of them is ever fetched."""
    named = [
        address
        for info in infos
        for address in (info["web"], *(resource["uri"] for resource in info["resources"]))
    ]
    return [address for address in dict.fromkeys(named) if address]


def _moment(text: str | None) -> datetime | None:
    return datetime.fromisoformat(text) if text else None


# ── on the page of an incident ──────────────────────────────────────────────────────────────────


def _section(incident: Incident, reader: User) -> dict[str, Any] | None:
    """Return the alerts of an incident: two questions, whatever their number; three to its outsiders."""
    return {
        "own": alert_rows(alert_queries.of_incident(incident, reader=reader)),
        "received": received_rows(queries.of_incident(incident, reader=reader)),
        "may_draft": not incident.is_draft and alert_rules.may_draft(reader, incident),
    }


SECTION = Section("alerts", "incidents/alerts_section.html", _section)
