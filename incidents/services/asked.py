"""What a request asks for, as a person fills it in, and what must hold of it."""

from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _

from incidents.models import AssistanceRequest, RequestItem
from incidents.services.frozen import moment_of
from incidents.statuses import ItemKind, Priority, Terms
from incidents.vocabularies import units
from incidents.vocabularies.capacity_types import CAPACITY_TYPES
from ots_portal.texts.fields import validate_plain_text

MOST_LINES = 100
MOST_OF_A_LINE = 10**12  # of any unit; a sum of all lines still fits the column
MOST_ENTRY_POINTS = 20
LONGEST_ENTRY_POINT = 150

# The columns a person fills in that the signature freezes; the contact on site may change without one.
FACTS = (
    "delivery_place", "latitude", "longitude", "entry_points", "needed_from", "needed_until", "terms",
    "allows_over_acceptance",
)  # fmt: skip
CONTACT = ("contact_name", "contact_phone")


@dataclass(frozen=True)
class Line:
    """
    One thing that is asked for; ``description`` is in the draft's language.

    ``line`` is the number it has already, None for a new one.
    """

    kind: str
    needed: int
    unit: str = ""
    capacity_type: str = ""
    description: str = ""
    priority: int = Priority.MEDIUM
    needed_by: datetime | None = None
    line: int | None = None


@dataclass(frozen=True)
class Asked:
    """What a requester fills in; texts are in one language, ``facts`` has the keys of FACTS and CONTACT."""

    language: str
    situation: str
    lines: tuple[Line, ...] = ()
    facts: dict[str, Any] = field(default_factory=dict)


def validate(asked: Asked) -> None:
    """:raises ValidationError: per field; what is wrong with a line is told under "lines" with its place"""
    problems: dict[str, Any] = {}
    if not asked.situation.strip():
        problems["situation"] = _("Describe the situation.")
    problems |= dict(_wrong_facts(asked.facts))
    if wrong := [*_wrong_lines(asked.lines)]:
        problems["lines"] = wrong
    if problems:
        raise ValidationError(problems)


def _wrong_facts(facts: dict[str, Any]) -> Iterator[tuple[str, str]]:
    if not str(facts.get("delivery_place", "")).strip():
        yield "delivery_place", _("Say where the assistance is to be delivered.")
    if facts.get("terms", Terms.FREE) not in Terms.values:
        yield "terms", _("Choose who bears the costs.")
    if (facts.get("latitude") is None) != (facts.get("longitude") is None):
        yield "longitude", _("Latitude and longitude belong together: give both or none.")
    begin, end = facts.get("needed_from"), facts.get("needed_until")
    if begin and end and end < begin:
        yield "needed_until", _("The end lies before the beginning.")
    yield from _wrong_entry_points(facts.get("entry_points", []))


def _wrong_entry_points(names: list[str]) -> Iterator[tuple[str, str]]:
    if len(names) > MOST_ENTRY_POINTS:
        yield "entry_points", _("Give at most 20 entry points.")
    elif any(len(name) > LONGEST_ENTRY_POINT for name in names):
        yield "entry_points", _("Give each entry point in at most 150 characters.")
    else:
        for name in names:
            try:
                validate_plain_text(name)
            except ValidationError as error:
                yield "entry_points", " ".join(error.messages)


def _wrong_lines(lines: tuple[Line, ...]) -> Iterator[str]:
    if len(lines) > MOST_LINES:
        yield _("A request has at most 100 lines.")
    for place, line in enumerate(lines, start=1):
        for sentence in _wrong_with(line):
            yield _("Line %(place)s: %(sentence)s") % {"place": place, "sentence": sentence}


def _wrong_with(line: Line) -> Iterator[str]:
    if line.kind not in ItemKind.values:
        yield _("choose what kind of help is asked for.")
    if line.capacity_type and line.capacity_type not in CAPACITY_TYPES:
        yield _("this type is not in the list.")
    if unit_of(line) not in units.UNITS:
        yield _("choose the unit from the list.")
    if not 1 <= line.needed <= MOST_OF_A_LINE:
        yield _("give the quantity as a whole number of at least 1.")
    if line.priority not in Priority.values:
        yield _("the priority is high, medium or low.")
    if not line.capacity_type and not line.description.strip():
        yield _("say what is asked for: choose a type or describe it.")


def unit_of(line: Line) -> str:
    """Return the unit that was chosen; without one, the type's own or the kind's usual one."""
    if line.unit:
        return line.unit
    kind = CAPACITY_TYPES.get(line.capacity_type)
    return kind.unit if kind else units.USUAL.get(line.kind, "")


def with_text(texts: dict[str, str], language: str, text: str) -> dict[str, str]:
    """Write one language; the others stay, an empty text takes its language out."""
    rest = {code: other for code, other in texts.items() if code != language}
    return {**rest, language: text} if text.strip() else rest


def content_of(request: AssistanceRequest, items: list[RequestItem]) -> dict[str, Any]:
    """Return the whole text of a request as a signature freezes it; no contact, nothing about people."""
    return {
        "form": "ots.request/1",
        "number": request.number,
        "incident": request.incident.number,
        "is_exercise": request.is_exercise,
        "requester": request.participant_id,
        "situations": request.situations,
        **{name: _told(getattr(request, name)) for name in FACTS},
        "items": [item_content(item) for item in items],
    }


def item_content(item: RequestItem) -> dict[str, Any]:
    return {
        "line": item.line,
        "kind": item.kind,
        "capacity_type": item.capacity_type,
        "descriptions": item.descriptions,
        "unit": item.unit,
        "needed": item.needed,
        "priority": int(item.priority),
        "needed_by": moment_of(item.needed_by),
        "is_cancelled": item.cancelled_at is not None,
    }


def _told(value: Any) -> Any:
    return moment_of(value) if isinstance(value, datetime) else value
