"""The draft of an incident that an alert gives reason for: a person reports it, or not."""

from datetime import datetime
from typing import Any

from django.conf import settings
from django.db import transaction
from shapely.geometry import shape

from incidents.hazards import HAZARDS
from incidents.models import Incident, ReceivedAlert
from incidents.queries.received_alerts import EXERCISE
from incidents.rules import received_alerts as rules
from incidents.services import incidents, received_alerts
from incidents.services.incidents import Draft, Name
from incidents.statuses import AlertLevel, Scheme
from ots_portal.people.models import User
from ots_portal.verdicts import require

# CAP's severities as the three levels of the portal; what is unknown is taken as the least.
_LEVELS = {"Extreme": AlertLevel.RED, "Severe": AlertLevel.ORANGE}
# Words in English event names, the more special before the more general. UNDRR/ISC codes.
_WORDS = (
    ("earthquake", "GH0101"), ("seismic", "GH0101"), ("landslide", "GH0300"), ("mudflow", "GH0300"),
    ("avalanche", "MH0801"), ("flash flood", "MH0603"), ("storm surge", "MH0703"), ("flood", "MH0600"),
    ("wildfire", "EN0205"), ("forest fire", "EN0205"), ("drought", "MH0401"), ("heat", "MH0501"),
    ("dust", "MH0201"), ("sand", "MH0201"), ("blizzard", "MH0403"), ("snow", "MH0403"), ("cold", "MH0502"),
    ("frost", "MH0502"), ("freez", "MH0502"), ("icing", "MH0502"), ("gas", "CH0300"), ("radi", "TL0002"),
    ("locust", "BI0301"),
)  # fmt: skip
_PLAIN_TITLE = 200


@transaction.atomic
def propose(alert: ReceivedAlert, *, by: User, at: datetime) -> Incident:
    """
    Draft an incident from the alert, of the person's own participant, and link the alert to it.

    :raises Refused: unless ``rules.may_propose``
    :raises KnownAlready: when an incident has the alert's name already
    :raises WrongStatus: unless the alert is accepted
    """
    require(rules.may_propose(by, alert))
    name = Name(
        scheme=Scheme.CAP,
        value=f"{alert.sender},{alert.identifier}"[:250],
        version_at=alert.sent_at,
        digest=alert.digest,
    )
    incident = incidents.create(draft_of(alert, at=at), by=by, at=at, name=name)
    received_alerts.link_to(alert, incident, by=by, at=at)
    return incident


def draft_of(alert: ReceivedAlert, *, at: datetime) -> Draft:
    """Return what the alert alone says, in its first language that the portal has."""
    infos = alert.content["infos"]
    info = next((one for one in infos if _language_of(one)), infos[0] if infos else {})
    return Draft(
        language=_language_of(info) or "en",
        title=" ".join((info.get("headline") or info.get("event") or alert.identifier).split())[
            :_PLAIN_TITLE
        ],
        description=info.get("description", "")[:20_000],
        facts=_facts(alert, info, at=at),
        is_exercise=alert.cap_status == EXERCISE,
    )


def _language_of(info: dict[str, Any]) -> str:
    code = str(info.get("language", "")).partition("-")[0].lower()
    return code if code in dict(settings.LANGUAGES) else ""


def _facts(alert: ReceivedAlert, info: dict[str, Any], *, at: datetime) -> dict[str, Any]:
    begins = info.get("onset") or info.get("effective")
    begins_at = datetime.fromisoformat(begins) if begins else alert.sent_at
    areas = info.get("areas") or []
    facts: dict[str, Any] = {
        "hazard": hazard_of(info),
        "alert_level": _LEVELS.get(alert.severity, AlertLevel.GREEN),
        "onset_at": min(begins_at, at),
        "place": " ".join(areas[0]["description"].split())[:_PLAIN_TITLE] if areas else "",
        "countries": alert.countries,
    }
    if alert.area:
        middle = shape(alert.area).representative_point()
        facts |= {"latitude": round(middle.y, 4), "longitude": round(middle.x, 4)}
    return facts


def hazard_of(info: dict[str, Any]) -> str:
    """Return the hazard that the codes name, else the words, else the first of the category."""
    named: list[str] = [
        value for _name, value in (*info.get("event_codes", ()), *info.get("parameters", ()))
    ]
    if known := next((value for value in named if value in HAZARDS), None):
        return known
    words = f"{info.get('event', '')} {info.get('headline', '')}".casefold()
    if spoken := next((code for word, code in _WORDS if word in words), None):
        return spoken
    category = next(iter(info.get("categories", ())), "Met")
    alike = (code for code, hazard in HAZARDS.items() if hazard.cap_category == category)
    return next(alike, "MH0403")
