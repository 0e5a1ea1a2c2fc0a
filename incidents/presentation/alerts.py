"""What the alert pages show: values made ready, so that templates neither query nor compute."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.utils.functional import Promise
from django.utils.translation import get_language, gettext_lazy
from django.utils.translation import gettext as _

from incidents.models import Alert, Incident, ReceivedAlert
from incidents.presentation.records import Figure, HistoryLine, TrackStep, history_lines
from incidents.presentation.steps import Button, Words, buttons_of
from incidents.queries import alerts as alert_queries
from incidents.queries import histories
from incidents.queries import incidents as incident_queries
from incidents.rules import alerts as alert_rules
from incidents.services import alerts as services
from incidents.services.alert_content import LANGUAGES, Content, content_of
from incidents.statuses import ALERTS, AlertStatus
from incidents.vocabularies import cap as words
from incidents.vocabularies.cap import word
from ots_portal.people.models import User

Text = str | Promise

ALERT_TONES = {
    "draft": "draft", "approved": "info", "issued": "severe", "updated": "neutral", "cancelled": "neutral",
    "expired": "neutral", "discarded": "neutral",
}  # fmt: skip

HISTORY_WORDS = {
    "incidents.alert.drafted": gettext_lazy("Drafted"),
    "incidents.alert.updated": gettext_lazy("Changed"),
    "incidents.alert.approved": gettext_lazy("Approved"),
    "incidents.alert.discarded": gettext_lazy("Discarded"),
    "incidents.alert.sent_back": gettext_lazy("Sent back"),
    "incidents.alert.issued": gettext_lazy("Issued"),
    "incidents.alert.superseded": gettext_lazy("Replaced by an update"),
    "incidents.alert.cancelled": gettext_lazy("Cancelled"),
    "incidents.alert.expired": gettext_lazy("Expired"),
    "incidents.received_alert.accepted": gettext_lazy("Taken in"),
    "incidents.received_alert.quarantined": gettext_lazy("Held in quarantine"),
    "incidents.received_alert.released": gettext_lazy("Released from quarantine"),
    "incidents.received_alert.ignored": gettext_lazy("Ignored"),
    "incidents.received_alert.linked": gettext_lazy("Linked to an incident"),
    "incidents.received_alert.unlinked": gettext_lazy("Link taken away"),
    "incidents.received_alert.superseded": gettext_lazy("Replaced by an update"),
    "incidents.received_alert.cancelled": gettext_lazy("Cancelled by its sender"),
    "incidents.received_alert.expired": gettext_lazy("Expired"),
    "incidents.received_alert.acknowledged": gettext_lazy("Acknowledged"),
    "incidents.received_alert.objected": gettext_lazy("An error was reported to the sender"),
}


ALERT_STEPS = {
    "approve": Words(gettext_lazy("Approve"), gettext_lazy("The alert is approved. It can be issued now.")),
    "issue": Words(
        gettext_lazy("Issue"),
        gettext_lazy("The alert is issued. The officers on duty are being told."),
        "danger",
        gettext_lazy("The alert goes out in the State’s name and cannot be changed afterwards."),
    ),
    "send_back": Words(gettext_lazy("Send back"), gettext_lazy("The alert is a draft again."), "secondary"),
    "discard": Words(
        gettext_lazy("Discard the draft"),
        gettext_lazy("The draft is discarded."),
        "secondary",
        gettext_lazy("A discarded draft does not come back."),
    ),
}  # fmt: skip


@dataclass(frozen=True)
class AlertRow:
    """A line of either list; everything is text already."""

    url: str
    title: str
    origin: str
    message: str
    severity: str
    severity_tone: str
    sent_at: datetime | None
    expires_at: datetime | None
    status: str
    status_tone: str
    mark: str  # exercise, test …: whatever is not real says so; "" where it is


@dataclass(frozen=True)
class LanguageText:
    """What the alert says in one language, as its page shows it."""

    code: str
    name: str
    event: str
    headline: str
    description: str
    instruction: str
    area: str


# ── our own ─────────────────────────────────────────────────────────────────────────────────────


def alert_rows(alerts: Iterable[Alert]) -> list[AlertRow]:
    """Make the lines; no query (``participant`` and ``incident`` are selected with the rows)."""
    return [
        AlertRow(
            url=alert.get_absolute_url(),
            title=title_of(alert),
            origin=alert.participant.name,
            message=word(words.MESSAGE_WORDS, alert.message_type),
            severity=word(words.SEVERITY_WORDS, alert.content["severity"]),
            severity_tone=words.SEVERITY_TONES[alert.content["severity"]],
            sent_at=alert.issued_at,
            expires_at=alert.expires_at,
            status=str(alert.get_status_display()),
            status_tone=ALERT_TONES[alert.status],
            mark=_("Exercise") if alert.incident.is_exercise else "",
        )
        for alert in alerts
    ]


def title_of(alert: Alert) -> str:
    """Return the headline in the reader's language, else in the first one that has any."""
    texts = content_of(alert).texts
    headline = headline_for_reader(
        {code: text.headline or text.event for code, text in texts.items()}
    )
    return headline or alert.identifier or _("Alert without a headline")


def headline_for_reader(texts: Mapping[str, str]) -> str:
    language = (get_language() or "en").partition("-")[0]
    return texts.get(language) or next((text for text in texts.values() if text), "")


def alert_page(alert: Alert, *, reader: User, at: datetime) -> dict[str, Any]:
    """Return everything the page of one of our alerts shows to this reader."""
    content = content_of(alert)
    own = reader.serves(alert.participant_id)
    is_draft = alert.status == AlertStatus.DRAFT
    return {
        "alert": alert,
        "title": title_of(alert),
        "incident": incident_for(alert.incident, reader),
        "content": content,
        "is_exercise": alert.incident.is_exercise,
        "status_tone": ALERT_TONES[alert.status],
        "severity": word(words.SEVERITY_WORDS, content.severity),
        "severity_tone": words.SEVERITY_TONES[content.severity],
        "message": word(words.MESSAGE_WORDS, alert.message_type),
        "figures": _figures(content, alert),
        "track": _track(alert),
        "texts": own_first(_own_texts(content)),
        "categories": listed(words.CATEGORY_WORDS, content.categories),
        "responses": listed(words.RESPONSE_WORDS, content.response_types),
        "scope": word(words.SCOPE_WORDS, alert.scope),
        "area": content.area,
        "obstacles": services.obstacles(alert, at=at) if own and is_draft else [],
        "steps": alert_steps(alert, reader=reader) if own else [],
        "may_update": own and alert_rules.may_update(reader, alert),
        "may_follow": own and alert_rules.may_follow(reader, alert),
        "followed_by": list(alert_queries.visible_to(reader).filter(follows=alert)),
        "answers": alert_queries.answers_to(alert, reader=reader),
        "history": history(alert, with_names=own or reader.is_secretariat),
    }


def incident_for(incident: Incident | None, reader: User) -> Incident | None:
    """Return the incident only where the reader may see it."""
    if incident is None:
        return None
    return incident_queries.visible_to(reader).filter(pk=incident.pk).first()


def _figures(content: Content, alert: Alert) -> list[Figure]:
    return [
        Figure(_("Severity"), word(words.SEVERITY_WORDS, content.severity)),
        Figure(_("Urgency"), word(words.URGENCY_WORDS, content.urgency)),
        Figure(_("Certainty"), word(words.CERTAINTY_WORDS, content.certainty)),
        Figure(_("Languages"), str(len(content.texts)), ", ".join(content.texts)),
    ]


_ROAD = (AlertStatus.DRAFT, AlertStatus.APPROVED, AlertStatus.ISSUED)


def _track(alert: Alert) -> list[TrackStep]:
    """Return the road to its issue; afterwards the status alone says what became of it."""
    statuses = list(_ROAD)
    if alert.status not in statuses:
        return []
    here = statuses.index(AlertStatus(alert.status))
    return [
        TrackStep(status.label, is_done=n < here, is_current=n == here)
        for n, status in enumerate(statuses)
    ]


def own_first(texts: list[LanguageText]) -> list[LanguageText]:
    """Put the reader's own language first; it is the one that stands open."""
    language = (get_language() or "en").partition("-")[0]
    return sorted(texts, key=lambda text: text.code.partition("-")[0].lower() != language)


def _own_texts(content: Content) -> list[LanguageText]:
    return [
        LanguageText(
            code=code,
            name=LANGUAGES[code],
            event=texts.event,
            headline=texts.headline,
            description=texts.description,
            instruction=texts.instruction,
            area=texts.area,
        )
        for code, texts in content.texts.items()
    ]


def listed(table: words.Words, codes: Iterable[str]) -> str:
    return ", ".join(word(table, code) for code in codes)


def alert_steps(alert: Alert, *, reader: User) -> list[Button]:
    return buttons_of(
        alert,
        reader=reader,
        lifecycle=ALERTS,
        rules=alert_rules,
        words=ALERT_STEPS,
        page="alert_",
        ready={},
    )


def history(subject: Alert | ReceivedAlert, *, with_names: bool) -> list[HistoryLine]:
    label = subject._meta.label_lower
    hidden = () if with_names else histories.hidden(label)
    return history_lines(subject, words=HISTORY_WORDS, with_names=with_names, hidden=hidden)
