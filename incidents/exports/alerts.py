"""The lists of alerts as files: our own, and those that came in. Which incident one is about is not in them."""

from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from django.utils.translation import gettext_lazy as _

from incidents.exports.lists import ListExport
from incidents.formats.geojson import Feature
from incidents.forms.alerts import AlertFilterForm, ReceivedFilterForm
from incidents.models import Alert, ReceivedAlert
from incidents.presentation.alerts import title_of
from incidents.presentation.feeds import countries_text
from incidents.presentation.received_alerts import status_word
from incidents.queries import alerts as queries
from incidents.queries import received_alerts as received_queries
from incidents.services.alert_content import content_of
from incidents.vocabularies import cap as words
from incidents.vocabularies.cap import word
from ots_portal.paper.tables import Column, Kind

# HXL 1.1 tags (hxlstandard.org); what has no tag there has none here.
_HEADLINE = Column("headline", _("Headline"), hxl="#event+name", width=2.6)
_IDENTIFIER = Column("identifier", _("Identifier"), hxl="#event+code", width=1.6)
_MESSAGE = Column("message", _("Message"), hxl="#event+message+type", width=1)
_SEVERITY = Column("severity", _("Severity"), hxl="#severity", width=0.9)
_SCOPE = Column("scope", _("Who may read it"), hxl="#meta+scope", width=1.2)
_EXPIRES = Column("expires_at", _("Ends"), Kind.MOMENT, hxl="#date+expires", width=1.4)
_STATUS = Column("status", _("Status"), hxl="#status", width=1.1)

COLUMNS = (
    _HEADLINE,
    _IDENTIFIER,
    Column("participant", _("Participant"), hxl="#org+name", width=1.2),
    _MESSAGE,
    _SEVERITY,
    Column("urgency", _("Urgency"), hxl="#event+urgency", width=1),
    Column("certainty", _("Certainty"), hxl="#event+certainty", width=1),
    _SCOPE,
    Column("languages", _("Languages"), hxl="#meta+language+code", width=1),
    Column("issued_at", _("Issued"), Kind.MOMENT, hxl="#date+reported", width=1.4),
    _EXPIRES,
    _STATUS,
    Column("exercise", _("Exercise"), Kind.YES_NO, hxl="#meta+exercise", width=0.7),
)
RECEIVED_COLUMNS = (
    _HEADLINE,
    _IDENTIFIER,
    Column("sender", _("Sender"), hxl="#org+sender+name", width=1.6),
    _MESSAGE,
    _SEVERITY,
    _SCOPE,
    Column("countries", _("Countries"), hxl="#country+name", width=1.4),
    Column("country_codes", _("Country codes"), hxl="#country+code+v_iso2", width=0.8),
    Column("sent_at", _("Sent"), Kind.MOMENT, hxl="#date+reported", width=1.4),
    Column("received_at", _("Received"), Kind.MOMENT, hxl="#date+received", width=1.4),
    _EXPIRES,
    _STATUS,
    # Lists may hold exercises and tests: each row says what it is.
    Column("cap_status", _("Real or not"), hxl="#meta+exercise", width=0.9),
)
# What fits on a page; the other forms have every column.
PRINTED = (
    "headline", "participant", "message", "severity", "issued_at", "expires_at", "status", "exercise",
)  # fmt: skip
RECEIVED_PRINTED = (
    "headline", "sender", "message", "severity", "sent_at", "expires_at", "status", "cap_status",
)  # fmt: skip


# ── our own ─────────────────────────────────────────────────────────────────────────────────────
def cells(alerts: Sequence[Alert]) -> Iterable[Mapping[str, Any]]:
    """Return the values of some rows; no query (what they name is selected with them)."""
    return [
        {
            "headline": title_of(alert),
            "identifier": alert.identifier or "",
            "participant": alert.participant.name,
            "message": word(words.MESSAGE_WORDS, alert.message_type),
            "severity": word(words.SEVERITY_WORDS, alert.content["severity"]),
            "urgency": word(words.URGENCY_WORDS, alert.content["urgency"]),
            "certainty": word(words.CERTAINTY_WORDS, alert.content["certainty"]),
            "scope": word(words.SCOPE_WORDS, alert.scope),
            "languages": " ".join(alert.content["texts"]),
            "issued_at": alert.issued_at,
            "expires_at": alert.expires_at,
            "status": alert.get_status_display(),
            "exercise": alert.incident.is_exercise,
        }
        for alert in alerts
    ]


def feature(alert: Alert) -> Feature:
    """Return where it warns, as programs read it: codes, no labels."""
    content = content_of(alert)
    return Feature(
        id=str(alert.pk),
        geometry=content.area,
        properties={
            "identifier": alert.identifier,
            "headlines": {code: texts.headline for code, texts in content.texts.items()},
            "participant": alert.participant_id,
            "message_type": alert.message_type,
            "scope": alert.scope,
            "severity": content.severity,
            "urgency": content.urgency,
            "certainty": content.certainty,
            "status": alert.status,
            "is_exercise": alert.incident.is_exercise,
            "issued_at": alert.issued_at,
            "expires_at": alert.expires_at,
            "updated_at": alert.updated_at,
        },
    )


ALERTS = ListExport(
    name="alerts",
    title=_("Our own alerts"),
    filters=AlertFilterForm,
    visible=lambda user: (
        queries.visible_to(user).select_related("incident", "participant").defer("xml")
    ),
    narrowed=queries.filtered,
    by="created_at",
    columns=COLUMNS,
    printed=PRINTED,
    cells=cells,
    feature=feature,
)


# ── received ────────────────────────────────────────────────────────────────────────────────────
def received_cells(alerts: Sequence[ReceivedAlert]) -> Iterable[Mapping[str, Any]]:
    """Return the values of some rows; no query."""
    return [
        {
            "headline": str(alert),
            "identifier": alert.identifier,
            "sender": alert.sender,
            "message": word(words.MESSAGE_WORDS, alert.message_type),
            "severity": word(words.SEVERITY_WORDS, alert.severity) if alert.severity else "",
            "scope": word(words.SCOPE_WORDS, alert.scope),
            "countries": countries_text(alert.countries),
            "country_codes": " ".join(alert.countries),
            "sent_at": alert.sent_at,
            "received_at": alert.received_at,
            "expires_at": alert.expires_at,
            "status": status_word(alert),
            "cap_status": word(words.CAP_STATUS_WORDS, alert.cap_status),
        }
        for alert in alerts
    ]


def received_feature(alert: ReceivedAlert) -> Feature:
    """Return where it warns, as programs read it; what is not ``Actual`` is not real."""
    names = (
        "identifier", "sender", "headline", "cap_status", "message_type", "scope", "severity", "countries",
        "status", "sent_at", "received_at", "expires_at", "updated_at",
    )  # fmt: skip
    properties = {name: getattr(alert, name) for name in names}
    return Feature(id=str(alert.pk), geometry=alert.area, properties=properties)


RECEIVED_ALERTS = ListExport(
    name="received-alerts",
    title=_("Received alerts"),
    filters=ReceivedFilterForm,
    visible=lambda user: received_queries.visible_to(user).defer("xml", "content"),
    narrowed=received_queries.filtered,
    by="sent_at",
    columns=RECEIVED_COLUMNS,
    printed=RECEIVED_PRINTED,
    cells=received_cells,
    feature=received_feature,
)
