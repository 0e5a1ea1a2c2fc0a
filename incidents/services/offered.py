"""What an offer holds, as a person fills it in, and what must hold of it."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _

from incidents.models import Capacity, Offer, OfferItem, RequestItem
from incidents.services.asked import MOST_LINES, MOST_OF_A_LINE
from incidents.services.frozen import moment_of
from incidents.statuses import ItemKind, Terms
from incidents.vocabularies import units
from incidents.vocabularies.capacity_types import CAPACITY_TYPES

MOST_HOURS = MOST_DAYS = 10_000


@dataclass(frozen=True)
class OfferedLine:
    """
    One thing that is offered.

    ``request_line`` is the line of the request it answers; its kind and unit are the request's. An
    unsolicited line (None) says them itself. ``capacity`` is an entry of the offerer's own register.
    """

    offered: int
    request_line: int | None = None
    kind: str = ""
    unit: str = ""
    capacity_type: str = ""
    description: str = ""
    capacity: UUID | None = None
    ready_from: datetime | None = None
    available_until: datetime | None = None
    departs_within_hours: int | None = None
    self_sufficient_days: int | None = None
    needs_transport: bool = False
    transport_needs: str = ""


@dataclass(frozen=True)
class Offered:
    """What an offerer fills in; texts are in one language."""

    language: str
    valid_until: datetime
    terms: str = Terms.FREE
    conditions: str = ""
    lines: tuple[OfferedLine, ...] = ()


@dataclass(frozen=True)
class Sources:
    """What the lines of one offer may name: the request's lines by number, the offerer's own capacities."""

    items: Mapping[int, RequestItem]
    capacities: Mapping[UUID, Capacity]


def validate(offered: Offered, sources: Sources, *, at: datetime, is_unsolicited: bool) -> None:
    """:raises ValidationError: per field; what is wrong with a line is told under "lines" with its place"""
    problems: dict[str, Any] = {}
    if offered.valid_until <= at:
        problems["valid_until"] = _("The offer would be over already: give a later moment.")
    if offered.terms not in Terms.values:
        problems["terms"] = _("Choose who bears the costs.")
    if wrong := [*_wrong_lines(offered.lines, sources, is_unsolicited=is_unsolicited)]:
        problems["lines"] = wrong
    if problems:
        raise ValidationError(problems)


def _wrong_lines(
    lines: tuple[OfferedLine, ...], sources: Sources, *, is_unsolicited: bool
) -> Iterator[str]:
    if len(lines) > MOST_LINES:
        yield _("An offer has at most 100 lines.")
    for place, line in enumerate(lines, start=1):
        own = _wrong_free(line) if is_unsolicited else _wrong_answer(line, sources)
        for sentence in (*own, *_wrong_with(line, sources)):
            yield _("Line %(place)s: %(sentence)s") % {"place": place, "sentence": sentence}


def _wrong_answer(line: OfferedLine, sources: Sources) -> Iterator[str]:
    item = sources.items.get(line.request_line or 0)
    if item is None:
        yield _("the request has no such line.")
    elif item.cancelled_at:
        yield _("this line of the request was cancelled.")


def _wrong_free(line: OfferedLine) -> Iterator[str]:
    if line.request_line is not None:
        yield _("an unsolicited offer answers no line.")
    if line.kind not in ItemKind.values:
        yield _("choose what kind of help is offered.")
    if unit_of(line) not in units.UNITS:
        yield _("choose the unit from the list.")
    if not (line.capacity or line.capacity_type or line.description.strip()):
        yield _("say what is offered: choose a type or describe it.")


def _wrong_with(line: OfferedLine, sources: Sources) -> Iterator[str]:
    if not 1 <= line.offered <= MOST_OF_A_LINE:
        yield _("give the quantity as a whole number of at least 1.")
    if line.capacity_type and line.capacity_type not in CAPACITY_TYPES:
        yield _("this type is not in the list.")
    if line.capacity and line.capacity not in sources.capacities:
        yield _("this capacity is not in your register.")
    if line.ready_from and line.available_until and line.available_until < line.ready_from:
        yield _("it is available until before it is ready.")
    for number in (line.departs_within_hours, line.self_sufficient_days):
        if number is not None and not 0 <= number <= MOST_HOURS:
            yield _("give hours and days as whole numbers up to 10 000.")


def unit_of(line: OfferedLine) -> str:
    if line.unit:
        return line.unit
    kind = CAPACITY_TYPES.get(line.capacity_type)
    return kind.unit if kind else units.USUAL.get(line.kind, "")


def content_of(offer: Offer, items: list[OfferItem]) -> dict[str, Any]:
    """Return the whole text of an offer as a signature freezes it."""
    return {
        "form": "ots.offer/1",
        "number": offer.number,
        "incident": offer.incident.number,
        "is_exercise": offer.is_exercise,
        "request": offer.request.number if offer.request else None,
        "request_text_version": offer.request_text_version,
        "offerer": offer.participant_id,
        "recipient": offer.recipient_id,
        "valid_until": moment_of(offer.valid_until),
        "terms": offer.terms,
        "conditions": offer.conditions,
        "items": [_item_content(item) for item in items],
    }


def _item_content(item: OfferItem) -> dict[str, Any]:
    return {
        "line": item.line,
        "request_line": item.request_item.line if item.request_item else None,
        "kind": item.kind,
        "capacity_type": item.capacity_type,
        "capacity": str(item.capacity_id) if item.capacity_id else None,
        "descriptions": item.descriptions,
        "unit": item.unit,
        "offered": item.offered,
        "ready_from": moment_of(item.ready_from),
        "available_until": moment_of(item.available_until),
        "departs_within_hours": item.departs_within_hours,
        "self_sufficient_days": item.self_sufficient_days,
        "needs_transport": item.needs_transport,
        "transport_needs": item.transport_needs,
    }
