"""The list of requests for assistance as a file: a row per line of each, with how far it is covered."""

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from django.utils.translation import gettext_lazy as _

from incidents.exports.lists import ListExport
from incidents.forms.requests import FilterForm
from incidents.models import AssistanceRequest
from incidents.presentation.coverage import what_of
from incidents.queries import requests as queries
from incidents.queries.coverage import Coverage, coverage_of
from incidents.vocabularies.units import UNITS
from ots_portal.paper.tables import Column, Kind

COLUMNS = (
    Column("number", _("Number"), hxl="#activity+code", width=1.2),
    Column("requester", _("Requester"), hxl="#org+name+requester", width=1.2),
    Column("incident", _("Incident number"), hxl="#crisis+code", width=1.2),
    Column("title", _("Incident"), hxl="#crisis+name", width=2),
    Column("status", _("Status"), hxl="#status", width=1.1),
    Column("line", _("Line"), Kind.NUMBER, width=0.5),
    Column("kind", _("Kind"), hxl="#item+type", width=1),
    Column("type_code", _("Type code"), hxl="#item+type+code", width=0.9),
    Column("what", _("What is asked for"), hxl="#item+name", width=2.2),
    Column("unit", _("Unit"), hxl="#item+unit", width=0.8),
    Column("needed", _("Needed"), Kind.NUMBER, hxl="#item+num+needed", width=0.8),
    Column("offered", _("Offered"), Kind.NUMBER, hxl="#item+num+offered", width=0.8),
    Column("accepted", _("Accepted"), Kind.NUMBER, hxl="#item+num+accepted", width=0.8),
    Column("under_way", _("Under way"), Kind.NUMBER, hxl="#item+num+dispatched", width=0.8),
    Column("arrived", _("Arrived"), Kind.NUMBER, hxl="#item+num+reached", width=0.8),
    Column("gap", _("Gap"), Kind.NUMBER, hxl="#item+num+gap", width=0.8),
    Column("priority", _("Priority"), hxl="#severity", width=0.8),
    Column("needed_by", _("Needed by"), Kind.MOMENT, hxl="#date+needed", width=1.2),
    Column("delivery_place", _("Place of delivery"), hxl="#loc+name", width=1.4),
    Column("circulated_at", _("Circulated"), Kind.MOMENT, hxl="#date+reported", width=1.2),
    Column("exercise", _("Exercise"), Kind.YES_NO, hxl="#meta+exercise", width=0.7),
)


def cells(requests: Sequence[AssistanceRequest]) -> Iterator[Mapping[str, Any]]:
    """Return a row per line that stands; one query more. A draft without lines has a row of its own."""
    found = AssistanceRequest.objects.filter(pk__in=[request.pk for request in requests])
    lines: dict[Any, list[Coverage]] = {}
    for one in coverage_of(found):
        if one.item.cancelled_at is None:
            lines.setdefault(one.item.request_id, []).append(one)
    for request in requests:
        own = _of_the_request(request)
        yield from [{**own, **_of_the_line(one)} for one in lines.get(request.pk, [])] or [own]


def _of_the_request(request: AssistanceRequest) -> dict[str, Any]:
    empty = dict.fromkeys((column.key for column in COLUMNS), "")
    numbers = dict.fromkeys((column.key for column in COLUMNS if column.kind != Kind.TEXT), None)
    return {
        **empty,
        **numbers,
        "number": request.number or "",
        "requester": request.participant.name,
        "incident": request.incident.number or "",
        "title": request.incident.title,
        "status": request.get_status_display(),
        "delivery_place": request.delivery_place,
        "circulated_at": request.circulated_at,
        "exercise": request.is_exercise,
    }


def _of_the_line(one: Coverage) -> dict[str, Any]:
    item = one.item
    return {
        "line": item.line,
        "kind": item.get_kind_display(),
        "type_code": item.capacity_type,
        "what": what_of(item),
        "unit": str(UNITS[item.unit].label) if item.unit in UNITS else item.unit,
        "needed": one.needed,
        "offered": one.offered,
        "accepted": one.accepted,
        "under_way": one.under_way,
        "arrived": one.arrived,
        "gap": one.gap,
        "priority": item.get_priority_display(),
        "needed_by": item.needed_by,
    }


REQUESTS = ListExport(
    name="requests",
    title=_("Requests for assistance"),
    filters=FilterForm,
    visible=lambda user: queries.with_parts(queries.visible_to(user)),
    narrowed=queries.filtered,
    by="created_at",
    columns=COLUMNS,
    cells=cells,
)
