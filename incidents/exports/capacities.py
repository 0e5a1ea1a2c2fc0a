"""The capacity register as CSV, which the import reads back, and XLSX."""

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import datetime

from django.db.models import QuerySet
from django.utils.translation import gettext_lazy as _

from incidents.formats.capacities import COLUMNS
from incidents.models import Capacity
from ots_portal.paper import responses
from ots_portal.paper.tables import Column, Kind, Table, to_csv, to_xlsx

_NUMBERS = (
    "units", "people", "dogs", "vehicles", "weight_kg", "self_sufficient_days", "departs_within_hours", "latitude",
    "longitude",
)  # fmt: skip


def _column(key: str) -> Column:
    kind = Kind.NUMBER if key in _NUMBERS else Kind.TEXT
    kind = {"certified_until": Kind.DAY, "checked_at": Kind.MOMENT}.get(key, kind)
    field = Capacity._meta.get_field(key)
    label = _("checked") if key == "checked_at" else getattr(field, "verbose_name", key)
    return Column(key, label, kind)


def table_of(capacities: QuerySet[Capacity]) -> Table:
    """Return the table; ``participant`` is selected with the rows."""
    keys = ("participant", *COLUMNS, "checked_at")
    return Table(
        title=_("Capacities"),
        columns=[_column(key) for key in keys],
        rows=(_row(capacity) for capacity in capacities.iterator(chunk_size=500)),
        classification=_("Members and the secretariat"),
    )


def _row(capacity: Capacity) -> dict[str, object]:
    row: dict[str, object] = {name: getattr(capacity, name) for name in (*COLUMNS, "checked_at")}
    return {
        **row,
        "participant": capacity.participant_id,
        "languages": " ".join(capacity.languages),
    }


@dataclass(frozen=True)
class Format:
    make: Callable[[Table, datetime], bytes | Iterable[bytes]]
    content_type: str


FORMATS = {
    "csv": Format(lambda table, at: to_csv(table), responses.CSV),
    "xlsx": Format(lambda table, at: to_xlsx(table, at=at), responses.XLSX),
}
