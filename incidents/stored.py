"""
The stored list form of an incident (read model): the JSON that every reader of the row gets.

It is independent of the caller (codes, no labels, nothing restricted) and written in the transaction
that changes the record, so that a list is a join of ready texts.
"""

from datetime import datetime
from typing import Any

import orjson
from django.db.models import F

from incidents.models import Incident
from ots_portal.texts import fold


def store(incident: Incident) -> Incident:
    """Write the incident's row and its folded text for search; the caller holds the transaction."""
    incident.row_json = orjson.dumps(row_of(incident)).decode()
    incident.searchable = searchable_text(incident)
    Incident.objects.filter(pk=incident.pk).update(
        row_json=incident.row_json, searchable=incident.searchable
    )
    return incident


def touch(incident: Incident, *, at: datetime) -> Incident:
    """
    Count a change of what shows in the row but stands in another table: parts, names elsewhere.

    The version moves, so that readers who keep a list ask for it again.
    """
    Incident.objects.filter(pk=incident.pk).update(version=F("version") + 1, updated_at=at)
    incident.refresh_from_db()
    return store(incident)


def row_of(incident: Incident) -> dict[str, Any]:
    """Return what the API's list shows of an incident; times are RFC 3339 in UTC."""
    return {
        "id": str(incident.pk),
        "number": incident.number,
        "version": incident.version,
        "status": incident.status,
        "is_exercise": incident.is_exercise,
        "classification": incident.classification,
        "alert_level": incident.alert_level,
        "hazard": incident.hazard,
        "titles": incident.titles,
        "participant": incident.participant_id,
        "countries": incident.countries,
        "involvements": [
            {"participant": slug, "role": role}
            for slug, role in incident.involvements.order_by("participant_id").values_list(
                "participant_id", "role"
            )
        ],
        "place": incident.place,
        "latitude": incident.latitude,
        "longitude": incident.longitude,
        "magnitude": incident.magnitude,
        "magnitude_scale": incident.magnitude_scale,
        "depth_km": incident.depth_km,
        "references": [
            {"scheme": scheme, "value": value}
            for scheme, value in incident.references.order_by("scheme", "value").values_list(
                "scheme", "value"
            )
        ],
        "onset_at": incident.onset_at,
        "reported_at": incident.reported_at,
        "verified_at": incident.verified_at,
        "closed_at": incident.closed_at,
        "updated_at": incident.updated_at,
    }


def searchable_text(incident: Incident) -> str:
    parts = [incident.number or "", *incident.titles.values(), incident.place, *incident.countries]
    names = incident.references.values_list("value", flat=True)
    return fold(" ".join([*parts, *names]))
