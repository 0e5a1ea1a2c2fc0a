"""The capacity register as a file; the import reads its CSV back."""

from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from django.db.models import QuerySet
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from incidents.exports.lists import ListExport
from incidents.formats.capacities import COLUMNS, HXL_TAGS
from incidents.formats.geojson import Feature, point
from incidents.forms.capacities import CapacityFilterForm
from incidents.models import Capacity
from incidents.queries import capacities as queries
from ots_portal.clock import database_now
from ots_portal.paper.tables import Column, Kind

_NUMBERS = (
    "units", "people", "dogs", "vehicles", "weight_kg", "self_sufficient_days", "departs_within_hours", "latitude",
    "longitude",
)  # fmt: skip
_KINDS = {
    **dict.fromkeys(_NUMBERS, Kind.NUMBER), "certified_until": Kind.DAY, "checked_at": Kind.MOMENT,
}  # fmt: skip
# What fits on a page; the other forms have every column.
PRINTED = (
    "participant", "capacity_type", "name", "units", "readiness", "people", "dogs", "vehicles", "departs_within_hours",
    "home_place", "certified_until",
)  # fmt: skip


def _column(key: str) -> Column:
    field = Capacity._meta.get_field(key)
    label = _("checked") if key == "checked_at" else getattr(field, "verbose_name", key)
    return Column(key, label, _KINDS.get(key, Kind.TEXT), hxl=HXL_TAGS[key])


def cells(capacities: Sequence[Capacity]) -> Iterable[Mapping[str, Any]]:
    """Return the values of some rows as the import takes them; no query."""
    names = (*COLUMNS, "checked_at")
    return [
        {
            **{name: getattr(capacity, name) for name in names},
            "participant": capacity.participant_id,
            "languages": " ".join(capacity.languages),
        }
        for capacity in capacities
    ]


def feature(capacity: Capacity) -> Feature:
    """Return where it sets out from."""
    names = ("capacity_type", "name", "units", "readiness", "home_place", "updated_at")
    return Feature(
        id=str(capacity.pk),
        geometry=point(capacity.latitude, capacity.longitude),
        properties={
            "participant": capacity.participant_id,
            **{name: getattr(capacity, name) for name in names},
        },
    )


def _narrowed(rows: QuerySet[Capacity], wishes: Mapping[str, Any]) -> QuerySet[Capacity]:
    return queries.filtered(rows, wishes, today=timezone.localdate(database_now()))


CAPACITIES = ListExport(
    name="capacities",
    title=_("Capacities"),
    filters=CapacityFilterForm,
    visible=queries.visible_to,
    narrowed=_narrowed,
    by="updated_at",
    columns=[_column(key) for key in ("participant", *COLUMNS, "checked_at")],
    printed=PRINTED,
    cells=cells,
    feature=feature,
)
