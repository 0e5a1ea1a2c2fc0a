"""The demonstration's real incidents: from public sources, entered at a status, telling nobody."""

import json
from datetime import datetime
from functools import cache
from pathlib import Path
from typing import Any

from django.db import transaction

from incidents.formats import glide
from incidents.models import ExternalReference, Incident, Involvement
from incidents.services import levels
from incidents.statuses import ParticipantRole, Scheme
from incidents.stored import store
from ots_portal.audit.models import AuditEntry
from ots_portal.audit.services import record
from ots_portal.numbering.services import next_number
from ots_portal.participants.models import Participant

DATA = Path(__file__).parents[1] / "data" / "incidents.json"
COLUMNS = (
    "hazard", "alert_level", "onset_at", "countries", "place", "latitude", "longitude", "magnitude",
    "magnitude_scale", "depth_km", "titles", "descriptions", "sources", "status",
)  # fmt: skip


@cache
def rows() -> list[dict[str, Any]]:
    found: list[dict[str, Any]] = json.loads(DATA.read_text(encoding="utf-8"))["incidents"]
    return found


@transaction.atomic
def load(at: datetime) -> None:
    """Enter each incident once, oldest first; one that was entered before stays as people left it."""
    entered = AuditEntry.objects.filter(kind="incidents.incident.entered")
    known = {entry.data["key"] for entry in entered}
    for row in sorted(rows(), key=lambda row: str(row["onset_at"])):
        if row["key"] not in known:
            _enter(row, at=at)


def _enter(row: dict[str, Any], *, at: datetime) -> None:
    values = {name: row[name] for name in COLUMNS if name in row}
    values["onset_at"] = datetime.fromisoformat(row["onset_at"])
    incident = Incident.objects.create(
        participant_id=row["participant"],
        number=next_number("OTS", year=at.year),
        created_at=at,
        updated_at=at,
        reported_at=at,
        verified_at=None if row["status"] == "reported" else at,
        closed_at=at if row["status"] == "closed" else None,
        **values,
    )
    levels.begin_history(incident, by=None, at=at)
    for reference in row["references"]:
        ExternalReference.objects.create(
            incident=incident,
            participant_id=row["participant"],
            version_at=None,
            country=_country_of(reference),
            **reference,
        )
    for participant in Participant.objects.filter(iso2__in=row["countries"]):
        Involvement.objects.create(
            incident=incident, participant=participant, role=ParticipantRole.AFFECTED
        )
    store(incident)
    record(
        "incidents.incident.entered",
        subject=incident,
        by=None,
        at=at,
        participant=row["participant"],
        key=row["key"],
        sources=row["sources"],
    )


def _country_of(reference: dict[str, Any]) -> str:
    """Return the alpha-3 code at the end of a GLIDE number."""
    is_number = reference["scheme"] == Scheme.GLIDE
    return glide.parse(reference["value"]).iso3 if is_number else ""
