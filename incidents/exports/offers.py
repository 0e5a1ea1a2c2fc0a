"""The list of offers as a file: a row per line of each; outsiders of an offer read what was accepted."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace
from functools import partial
from typing import Any

from django.db.models import QuerySet
from django.utils.translation import gettext_lazy as _

from incidents.exports.lists import ListExport
from incidents.forms.offers import FilterForm
from incidents.models import Offer, OfferItem
from incidents.presentation.coverage import what_of
from incidents.queries import offers as queries
from incidents.vocabularies.units import UNITS
from ots_portal.paper.tables import Column, Kind
from ots_portal.people.models import User

COLUMNS = (
    Column("number", _("Number"), hxl="#activity+code", width=1.2),
    Column("offerer", _("From"), hxl="#org+name+provider", width=1.2),
    Column("recipient", _("To"), hxl="#org+name+recipient", width=1.2),
    Column("request", _("Answers request"), hxl="#activity+code+request", width=1.2),
    Column("incident", _("Incident number"), hxl="#crisis+code", width=1.2),
    Column("status", _("Status"), hxl="#status", width=1.1),
    Column("line", _("Line"), Kind.NUMBER, width=0.5),
    Column("request_line", _("Line of the request"), Kind.NUMBER, width=0.7),
    Column("kind", _("Kind"), hxl="#item+type", width=1),
    Column("type_code", _("Type code"), hxl="#item+type+code", width=0.9),
    Column("what", _("What is offered"), hxl="#item+name", width=2.2),
    Column("unit", _("Unit"), hxl="#item+unit", width=0.8),
    Column("offered", _("Offered"), Kind.NUMBER, hxl="#item+num+offered", width=0.8),
    Column("accepted", _("Accepted"), Kind.NUMBER, hxl="#item+num+accepted", width=0.8),
    Column("ready_from", _("Ready from"), Kind.MOMENT, hxl="#date+start", width=1.2),
    Column("available_until", _("Available until"), Kind.MOMENT, hxl="#date+end", width=1.2),
    Column("valid_until", _("Valid until"), Kind.MOMENT, hxl="#date+expires", width=1.2),
    Column("rest_withdrawn_at", _("Rest withdrawn"), Kind.MOMENT, hxl="#date+withdrawn", width=1.2),
    Column("submitted_at", _("Submitted"), Kind.MOMENT, hxl="#date+reported", width=1.2),
    Column("exercise", _("Exercise"), Kind.YES_NO, hxl="#meta+exercise", width=0.7),
)


def cells(offers: Sequence[Offer], *, reader: User) -> Iterator[Mapping[str, Any]]:
    """Return a row per line that this reader sees; no query (the lines are fetched with the offers)."""
    for offer in offers:
        own, is_party = _of_the_offer(offer), queries.is_party(reader, offer)
        for item in offer.items.all():
            if is_party or item.accepted:
                yield {**own, **_of_the_line(item, is_party=is_party)}


def _of_the_offer(offer: Offer) -> dict[str, Any]:
    return {
        "number": offer.number or "",
        "offerer": offer.participant.name,
        "recipient": offer.recipient.name,
        "request": (offer.request.number or "") if offer.request else "",
        "incident": offer.incident.number or "",
        "status": offer.get_status_display(),
        "valid_until": offer.valid_until,
        "rest_withdrawn_at": offer.rest_withdrawn_at,
        "submitted_at": offer.submitted_at,
        "exercise": offer.is_exercise,
    }


def _of_the_line(item: OfferItem, *, is_party: bool) -> dict[str, Any]:
    return {
        "line": item.line,
        "request_line": item.request_item.line if item.request_item else None,
        "kind": item.get_kind_display(),
        "type_code": item.capacity_type,
        "what": what_of(item),
        "unit": str(UNITS[item.unit].label) if item.unit in UNITS else item.unit,
        "offered": item.offered if is_party else None,
        "accepted": item.accepted,
        "ready_from": item.ready_from,
        "available_until": item.available_until,
    }


def _visible(user: User) -> QuerySet[Offer]:
    return queries.with_items(queries.with_parts(queries.visible_to(user)))


def _of_reader(export: ListExport, reader: User) -> ListExport:
    """Return the list as this reader has it: "made by us" and what outsiders read depend on who asks."""
    return replace(
        export,
        narrowed=partial(queries.filtered, user=reader),
        cells=partial(cells, reader=reader),
    )


OFFERS = ListExport(
    name="offers",
    title=_("Offers of assistance"),
    filters=FilterForm,
    visible=_visible,
    narrowed=lambda _rows, _wishes: Offer.objects.none(),
    by="created_at",
    columns=COLUMNS,
    cells=lambda _rows: (),
    of_reader=_of_reader,
)
