import orjson

from incidents.models import Incident
from ots_portal.texts import fold


def stored_row(incident: Incident) -> Incident:
    """Give an incident without parts and foreign names its stored row, without asking the database."""
    plain = (
        "number", "version", "status", "is_exercise", "classification", "alert_level", "hazard", "titles",
        "countries", "place", "latitude", "longitude", "magnitude", "magnitude_scale", "depth_km", "onset_at",
        "reported_at", "verified_at", "closed_at", "updated_at",
    )  # fmt: skip
    row = {name: getattr(incident, name) for name in plain}
    row |= {"id": str(incident.pk), "participant": incident.participant_id}
    row |= {
        "involvements": [{"participant": incident.participant_id, "role": "affected"}],
        "references": [],
    }
    incident.row_json = orjson.dumps(row).decode()
    incident.searchable = fold(" ".join([incident.number or "", *incident.titles.values()]))
    return incident
