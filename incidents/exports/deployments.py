"""The list of deployments as a file; who leads a team is not in it."""

from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from django.utils.translation import gettext_lazy as _

from incidents.exports.lists import ListExport
from incidents.formats.geojson import Feature, point
from incidents.forms.deployments import DeploymentFilterForm
from incidents.models import Deployment
from incidents.queries import deployments as queries
from ots_portal.paper.tables import Column, Kind

# HXL 1.1 tags (hxlstandard.org).
COLUMNS = (
    Column("number", _("Number"), hxl="#activity+code", width=1.2),
    Column("incident", _("Incident"), hxl="#crisis+code", width=1.2),
    Column("name", _("Team"), hxl="#activity+name", width=1.6),
    Column("sender", _("Sender"), hxl="#org+sender+name", width=1.2),
    Column("host", _("Host"), hxl="#org+host+name", width=1.2),
    Column("status", _("Status"), hxl="#status", width=1),
    Column("quantity", _("Quantity"), Kind.NUMBER, hxl="#capacity+num", width=0.7),
    Column("unit", _("Unit"), hxl="#capacity+unit", width=0.8),
    Column("people", _("People"), Kind.NUMBER, hxl="#capacity+people+num", width=0.7),
    Column("dogs", _("Search dogs"), Kind.NUMBER, hxl="#capacity+dogs+num", width=0.7),
    Column("vehicles", _("Vehicles"), Kind.NUMBER, hxl="#capacity+vehicles+num", width=0.7),
    Column("weight_kg", _("Weight (kg)"), Kind.NUMBER, hxl="#capacity+weight+kg", width=0.8),
    Column("entry_point", _("Entry point"), hxl="#loc+entry+name", width=1.2),
    Column("worksite", _("Worksite"), hxl="#loc+worksite+name", width=1.2),
    Column("eta_at", _("Expected to arrive"), Kind.MOMENT, hxl="#date+expected", width=1.4),
    Column("departed_at", _("Set out"), Kind.MOMENT, hxl="#date+departed", width=1.4),
    Column("arrived_at", _("Arrived"), Kind.MOMENT, hxl="#date+arrived", width=1.4),
    Column("until_at", _("Stays until"), Kind.MOMENT, hxl="#date+end", width=1.4),
    Column("returned_at", _("Home again"), Kind.MOMENT, hxl="#date+returned", width=1.4),
    Column("latitude", _("Latitude"), Kind.NUMBER, hxl="#geo+lat", width=0.8),
    Column("longitude", _("Longitude"), Kind.NUMBER, hxl="#geo+lon", width=0.8),
    Column("exercise", _("Exercise"), Kind.YES_NO, hxl="#meta+exercise", width=0.7),
)
# What fits on a page; the other forms have every column.
PRINTED = (
    "number", "incident", "name", "sender", "host", "status", "people", "dogs", "eta_at", "arrived_at", "until_at",
    "exercise",
)  # fmt: skip
_AS_IT_IS = (
    "number", "name", "quantity", "people", "dogs", "vehicles", "weight_kg", "entry_point", "worksite", "eta_at",
    "departed_at", "arrived_at", "until_at", "returned_at", "latitude", "longitude",
)  # fmt: skip


def cells(deployments: Sequence[Deployment]) -> Iterable[Mapping[str, Any]]:
    """Return the values of some rows; no query (what they name is selected with them)."""
    return [
        {
            **{name: getattr(one, name) for name in _AS_IT_IS},
            "incident": one.incident.number or "",
            "sender": one.participant.name,
            "host": one.host.name,
            "status": one.get_status_display(),
            "unit": one.offer_item.unit,
            "exercise": one.incident.is_exercise,
        }
        for one in deployments
    ]


def feature(deployment: Deployment) -> Feature:
    """Return where it was last, as programs read it."""
    return Feature(
        id=str(deployment.pk),
        geometry=point(deployment.latitude, deployment.longitude),
        properties={
            "number": deployment.number,
            "name": deployment.name,
            "incident": deployment.incident.number,
            "participant": deployment.participant_id,
            "host": deployment.host_id,
            "status": deployment.status,
            "is_exercise": deployment.incident.is_exercise,
            "updated_at": deployment.updated_at,
        },
    )


DEPLOYMENTS = ListExport(
    name="deployments",
    title=_("Deployments"),
    filters=DeploymentFilterForm,
    visible=lambda user: queries.visible_to(user).select_related(
        "incident", "participant", "host", "offer_item"
    ),
    narrowed=queries.filtered,
    by="created_at",
    columns=COLUMNS,
    printed=PRINTED,
    cells=cells,
    feature=feature,
)
