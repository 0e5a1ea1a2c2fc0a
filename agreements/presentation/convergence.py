"""How a text converges: the sentence, the charts and the rows of the table."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from django.utils.text import get_text_list
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from agreements.models.rounds import FigurePoint
from agreements.queries.rounds import CHAIR, Point, UnitFigures
from agreements.statuses import ProvisionKind

Series = list[tuple[str, float]]


@dataclass(frozen=True)
class Row:
    """A point as the table has it; ``unsettled`` are the articles with brackets, ``holders`` names of who holds them."""

    label: str
    at: Any
    bracket_count: int
    reserve_count: int
    open_count: int
    agreed_count: int
    unsettled: str
    holders: str


@dataclass(frozen=True)
class Chart:
    """One figure over all points: its name and its pairs, as the portal's bar chart takes them."""

    label: str
    rows: Series


def label_of(point: Point) -> str:
    """Return "Begin of 1", "Round 1" or "Now": short enough to stand under a bar."""
    if point.round is None:
        return _("Now")
    words = {"number": point.round.number}
    if point.point == FigurePoint.BEGUN:
        return _("Before %(number)s") % words
    return _("Round %(number)s") % words


def rows_of(points: Sequence[Point], names: Mapping[str, str]) -> list[Row]:
    return [
        Row(
            label_of(point),
            point.at,
            point.bracket_count,
            point.reserve_count,
            point.open_count,
            point.agreed_count,
            ", ".join(unit_name(unit) for unit in point.unsettled),
            ", ".join(holder_names(point.holders, names)),
        )
        for point in points
    ]


def charts_of(points: Sequence[Point]) -> list[Chart]:
    """Return the four figures, each a chart of its own: none has to be told from another by its colour."""
    labels = [label_of(point) for point in points]
    figures = (
        (_("Open brackets"), [point.bracket_count for point in points]),
        (_("Reserves"), [point.reserve_count for point in points]),
        (_("Open articles"), [point.open_count for point in points]),
        (_("Agreed articles"), [point.agreed_count for point in points]),
    )
    return [
        Chart(name, [(label, float(value)) for label, value in zip(labels, values, strict=True)])
        for name, values in figures
    ]


def codes_in(points: Iterable[Point]) -> set[str]:
    return {code for point in points for code in point.holders} - {CHAIR}


def holder_names(codes: Iterable[str], names: Mapping[str, str]) -> list[str]:
    """Return who holds words in brackets, by name; the chair first."""
    held = set(codes)
    states = sorted(names.get(code, code) for code in held - {CHAIR})
    return [_("the chair"), *states] if CHAIR in held else states


def unit_name(unit: UnitFigures) -> str:
    return f"{ProvisionKind(unit.kind).label} {unit.number}".strip()


def sentence_of(points: Sequence[Point], names: Mapping[str, str]) -> str:
    """
    Say in one sentence how far the text has come: "17 brackets → 4, all in Article 9 and Article 14, held by …".

    "" where there is nothing to compare.
    """
    if not points:
        return ""
    first, last = points[0], points[-1]
    told = {
        "before": first.bracket_count,
        "count": last.bracket_count,
        "places": _listed([unit_name(unit) for unit in last.unsettled]),
        "holders": _listed(holder_names(last.holders, names)),
    }
    if not last.bracket_count:
        return _none_left(first.bracket_count)
    if first is last:
        return _standing_only(told, has_holders=bool(told["holders"]))
    return _compared(told, has_holders=bool(told["holders"]))


def _none_left(before: int) -> str:
    if not before:
        return _("No bracket was open at any of these points.")
    sentence = ngettext(
        "%(before)s bracket → 0: nothing is left in brackets.",
        "%(before)s brackets → 0: nothing is left in brackets.",
        before,
    )
    return sentence % {"before": before}


def _standing_only(told: Mapping[str, Any], *, has_holders: bool) -> str:
    if has_holders:
        sentence = ngettext(
            "%(count)s bracket, in %(places)s, held by %(holders)s.",
            "%(count)s brackets, all in %(places)s, held by %(holders)s.",
            told["count"],
        )
    else:
        sentence = ngettext(
            "%(count)s bracket, in %(places)s.",
            "%(count)s brackets, all in %(places)s.",
            told["count"],
        )
    return sentence % told


def _compared(told: Mapping[str, Any], *, has_holders: bool) -> str:
    if has_holders:
        sentence = ngettext(
            "%(before)s bracket → %(count)s, all in %(places)s, held by %(holders)s.",
            "%(before)s brackets → %(count)s, all in %(places)s, held by %(holders)s.",
            told["before"],
        )
    else:
        sentence = ngettext(
            "%(before)s bracket → %(count)s, all in %(places)s.",
            "%(before)s brackets → %(count)s, all in %(places)s.",
            told["before"],
        )
    return sentence % told


def _listed(names: Sequence[str]) -> str:
    return get_text_list(list(names), _("and"))
