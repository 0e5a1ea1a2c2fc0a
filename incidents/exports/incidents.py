"""The list of incidents as a file."""

from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from django.utils.translation import gettext_lazy as _

from incidents import hazards
from incidents.exports.lists import ListExport
from incidents.formats.geojson import Feature, point
from incidents.forms.incidents import FilterForm
from incidents.models import Incident
from incidents.presentation.incidents import countries_text
from incidents.queries import incidents as queries
from ots_portal.paper.tables import Column, Kind

# HXL 1.1 tags (hxlstandard.org); what has no tag there has none here.
COLUMNS = (
    Column("number", _("Number"), hxl="#crisis+code", width=1.2),
    Column("glide", "GLIDE", hxl="#event+glide", width=1.4),
    Column("title", _("Incident"), hxl="#event+name", width=2.6),
    Column("hazard", _("Hazard"), hxl="#event+type", width=1.3),
    Column("hazard_code", _("Hazard code"), hxl="#event+type+code", width=0.9),
    Column("countries", _("Countries affected"), hxl="#country+name", width=1.4),
    Column("country_codes", _("Country codes"), hxl="#country+code+v_iso2", width=0.8),
    Column("alert_level", _("Alert level"), hxl="#severity", width=0.9),
    Column("status", _("Status"), hxl="#status", width=1),
    Column("onset_at", _("Began"), Kind.MOMENT, hxl="#date+start", width=1.4),
    Column("reported_at", _("Reported"), Kind.MOMENT, hxl="#date+reported", width=1.4),
    Column("place", _("Place"), hxl="#loc+name", width=1.4),
    Column("latitude", _("Latitude"), Kind.NUMBER, hxl="#geo+lat", width=0.8),
    Column("longitude", _("Longitude"), Kind.NUMBER, hxl="#geo+lon", width=0.8),
    Column("reported_by", _("Reported by"), hxl="#meta+source", width=1.1),
    Column("exercise", _("Exercise"), Kind.YES_NO, hxl="#meta+exercise", width=0.7),
)


def cells(incidents: Sequence[Incident]) -> Iterable[Mapping[str, Any]]:
    """Return the values of some rows; one query, for their GLIDE numbers."""
    numbers = queries.glide_numbers(incidents)
    return [
        {
            "number": incident.number or "",
            "glide": " ".join(numbers.get(incident.pk, [])),
            "title": incident.title,
            "hazard": str(hazards.HAZARDS[incident.hazard].label),
            "hazard_code": incident.hazard,
            "countries": countries_text(incident),
            "country_codes": " ".join(incident.countries),
            "alert_level": incident.get_alert_level_display(),
            "status": incident.get_status_display(),
            "onset_at": incident.onset_at,
            "reported_at": incident.reported_at,
            "place": incident.place,
            "latitude": incident.latitude,
            "longitude": incident.longitude,
            "reported_by": incident.participant.name,
            "exercise": incident.is_exercise,
        }
        for incident in incidents
    ]


def feature(incident: Incident) -> Feature:
    """Return the incident as programs read it: codes, no labels; its area where one is drawn."""
    return Feature(
        id=str(incident.pk),
        geometry=incident.area or point(incident.latitude, incident.longitude),
        properties={
            "number": incident.number,
            "titles": incident.titles,
            "hazard": incident.hazard,
            "alert_level": incident.alert_level,
            "status": incident.status,
            "countries": incident.countries,
            "participant": incident.participant_id,
            "is_exercise": incident.is_exercise,
            "onset_at": incident.onset_at,
            "updated_at": incident.updated_at,
        },
    )


INCIDENTS = ListExport(
    name="incidents",
    title=_("Incidents"),
    filters=FilterForm,
    visible=lambda user: queries.visible_to(user).select_related("participant"),
    narrowed=queries.filtered,
    by="onset_at",
    columns=COLUMNS,
    cells=cells,
    feature=feature,
)
