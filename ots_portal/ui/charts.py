"""Charts as SVG drawn on the server: they need no script, print, and say their values in words."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from django.utils.formats import number_format
from django.utils.functional import Promise
from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _

from ots_portal.ui.moments import day_text, in_zone, moment_text

Text = str | Promise

WIDTH, HEIGHT = 360, 190
BASE_LINE, TOP = 158, 26
BAR_SHARE = 0.66


@dataclass(frozen=True)
class Bar:
    """One bar in the chart's units; ``middle`` is where its two texts are centred."""

    label: str
    value: str
    x: float
    y: float
    width: float
    height: float

    @property
    def middle(self) -> float:
        return self.x + self.width / 2


def bar_chart(rows: Sequence[tuple[Text, float]], *, label: Text = "") -> SafeString:
    """Draw (label, value) pairs from left to right; values are not negative."""
    if not rows:
        return format_html('<p class="muted">{}</p>', _("No figures yet."))
    spoken = ", ".join(f"{name} {number(value)}" for name, value in rows)
    return format_html(
        '<svg class="chart" viewBox="0 0 {} {}" role="img" aria-label="{}">'
        '<path class="chart-base" d="M0 {}H{}"/>{}</svg>',
        WIDTH,
        HEIGHT,
        f"{label}: {spoken}" if label else spoken,
        BASE_LINE,
        WIDTH,
        format_html_join("", "{}", ((_draw(bar),) for bar in _bars(rows))),
    )


def number(value: float) -> str:
    """Return 12 for 12.0 and 12.5 for 12.5."""
    return f"{value:g}" if value < 1_000_000 else f"{value:.0f}"  # noqa: PLR2004 -- :g turns to 1e+06


def _bars(rows: Sequence[tuple[Text, float]]) -> list[Bar]:
    step = WIDTH / max(len(rows), 4)
    highest = max((value for _name, value in rows), default=0) or 1
    width = step * BAR_SHARE
    return [
        Bar(
            label=str(name),
            value=number(value),
            x=round(index * step + (step - width) / 2, 1),
            y=round(BASE_LINE - (BASE_LINE - TOP) * value / highest, 1),
            width=round(width, 1),
            height=round((BASE_LINE - TOP) * value / highest, 1),
        )
        for index, (name, value) in enumerate(rows)
    ]


def _draw(bar: Bar) -> SafeString:
    return format_html(
        '<rect class="chart-bar" x="{}" y="{}" width="{}" height="{}" rx="2"/>'
        '<text class="chart-value" x="{}" y="{}">{}</text>'
        '<text class="chart-label" x="{}" y="{}">{}</text>',
        bar.x,
        bar.y,
        bar.width,
        bar.height,
        round(bar.middle, 1),
        bar.y - 7,
        bar.value,
        round(bar.middle, 1),
        BASE_LINE + 20,
        bar.label,
    )


# ── counts over time ────────────────────────────────────────────────────────────────────────────


def count_chart(points: Sequence[tuple[datetime, int]], *, label: Text = "") -> SafeString:
    """Draw how many there were in each of a day's equal stretches, by the moments at which they begin."""
    if not points:
        return format_html('<p class="muted">{}</p>', _("No figures yet."))
    step = LINE_WIDTH / len(points)
    highest = max(count for _at, count in points) or 1
    heights = [round((BASE_LINE - TOP) * count / highest, 1) for _at, count in points]
    bars = format_html_join(
        "",
        '<rect class="chart-bar" x="{}" y="{}" width="{}" height="{}"/>',
        (
            (round(step * (index + 0.1), 1), BASE_LINE - height, round(step * 0.8, 1), height)
            for index, height in enumerate(heights)
        ),
    )
    spoken = ", ".join(f"{in_zone(at):%H:%M} {count}" for at, count in points)
    return format_html(
        '<svg class="chart chart-wide chart-counts" viewBox="0 0 {} {}" role="img" aria-label="{}">'
        '<path class="chart-base" d="M0 {}H{}"/>{}{}{}</svg>',
        LINE_WIDTH,
        HEIGHT,
        f"{label}: {spoken}" if label else spoken,
        BASE_LINE,
        LINE_WIDTH,
        bars,
        _highest_above([count for _at, count in points], heights, step),
        _hours_below(points, step),
    )


def _highest_above(
    counts: Sequence[int], heights: Sequence[float], step: float
) -> SafeString | str:
    """Write its count above the highest bar; all others can be read off it."""
    index = max(range(len(counts)), key=counts.__getitem__)
    if not counts[index]:
        return ""
    middle = step * (index + 0.5)
    side = _side(middle)
    return format_html(
        '<text class="chart-value chart-{}" x="{}" y="{}">{}</text>',
        side,
        {"start": 2, "end": LINE_WIDTH - 2}.get(side, round(middle, 1)),
        round(BASE_LINE - heights[index] - 7, 1),
        number_format(counts[index], force_grouping=True),
    )


def _hours_below(points: Sequence[tuple[datetime, int]], step: float) -> SafeString:
    """Write when the first, the middle and the last stretch begin."""
    shown = {0: ("start", 2), len(points) // 2: ("middle", None), len(points) - 1: ("end", None)}
    return format_html_join(
        "",
        '<text class="chart-label chart-{}" x="{}" y="{}">{}</text>',
        (
            (
                side,
                x or (LINE_WIDTH - 2 if side == "end" else round(step * (index + 0.5), 1)),
                BASE_LINE + 20,
                f"{in_zone(points[index][0]):%H:%M}",
            )
            for index, (side, x) in shown.items()
        ),
    )


# ── over time ───────────────────────────────────────────────────────────────────────────────────
LINE_WIDTH, LEFT, RIGHT = 480, 14, 466
EDGE, GAP, LETTER_WIDTH = 34, 8, 9
_Moments = Sequence[tuple[datetime, float, float]]


@dataclass(frozen=True)
class Dot:
    """A point of the line in the chart's units; ``top`` is the upper end of its range."""

    x: float
    y: float
    top: float
    value: str


def step_chart(points: _Moments, *, label: Text = "") -> SafeString:
    """
    Draw (moment, low, high) triples as a line that keeps each value until the next one is known.

    Where low and high differ, the range is a band above the line. Values are not negative.
    """
    if not points:
        return format_html('<p class="muted">{}</p>', _("No figures yet."))
    ordered = sorted(points, key=lambda point: point[0])
    dots = _dots(ordered)
    return format_html(
        '<svg class="chart chart-wide" viewBox="0 0 {} {}" role="img" aria-label="{}">'
        '<path class="chart-band" d="{}"/><path class="chart-base" d="M0 {}H{}"/>'
        '<path class="chart-line" d="{}"/>{}{}</svg>',
        LINE_WIDTH,
        HEIGHT,
        _spoken(ordered, label),
        _band(dots),
        BASE_LINE,
        LINE_WIDTH,
        _line(dots),
        format_html_join("", "{}", ((_draw_dot(dot),) for dot in dots)),
        _days_below(ordered, dots),
    )


def _dots(points: _Moments) -> list[Dot]:
    start, end = points[0][0], points[-1][0]
    span = (end - start).total_seconds() or 1
    highest = max(high for _at, _low, high in points) or 1
    shown = _shown_values(points, span)
    return [
        Dot(
            x=round(LEFT + (RIGHT - LEFT) * (at - start).total_seconds() / span, 1),
            y=_height(low, highest),
            top=_height(high, highest),
            value=_range_text(low, high) if index in shown else "",
        )
        for index, (at, low, high) in enumerate(points)
    ]


def _height(value: float, highest: float) -> float:
    return round(BASE_LINE - (BASE_LINE - TOP) * value / highest, 1)


def _shown_values(points: _Moments, span: float) -> set[int]:
    """Return which points have room for their value: the last one always, then from right to left."""
    shown: set[int] = set()
    free_until = float("inf")
    for index in range(len(points) - 1, -1, -1):
        at, low, high = points[index]
        x = LEFT + (RIGHT - LEFT) * (at - points[0][0]).total_seconds() / span
        begin, end = _extent(x, _range_text(low, high))
        if end < free_until:
            shown.add(index)
            free_until = begin - GAP
    return shown


def _extent(x: float, text: str) -> tuple[float, float]:
    """Return from where to where a value reaches that is written at ``x``."""
    width = LETTER_WIDTH * len(text)
    side = _side(x)
    if side == "start":
        return 2, 2 + width
    return (
        (LINE_WIDTH - 2 - width, LINE_WIDTH - 2)
        if side == "end"
        else (x - width / 2, x + width / 2)
    )


def _side(x: float) -> str:
    """Return how a text at ``x`` is anchored so that it does not run over the edge."""
    return "start" if x < EDGE else "end" if x > LINE_WIDTH - EDGE else "middle"


def _range_text(low: float, high: float) -> str:
    told = [number_format(value, force_grouping=True) for value in (low, high)]
    return told[0] if low == high else "–".join(told)


def _line(dots: Sequence[Dot]) -> str:
    steps = (f"H{after.x}V{after.y}" for after in dots[1:])
    return f"M{dots[0].x} {dots[0].y}{''.join(steps)}H{LINE_WIDTH}"


def _band(dots: Sequence[Dot]) -> str:
    """Return the outline between the lower and the upper line, there and back."""
    upper = "".join(f"H{after.x}V{after.top}" for after in dots[1:])
    back = "".join(f"V{dot.y}H{dot.x}" for dot in reversed(dots))
    return f"M{dots[0].x} {dots[0].top}{upper}H{LINE_WIDTH}{back}Z"


def _draw_dot(dot: Dot) -> SafeString:
    mark = format_html('<circle class="chart-dot" cx="{}" cy="{}" r="4"/>', dot.x, dot.y)
    if not dot.value:
        return mark
    side = _side(dot.x)
    return format_html(
        '{}<text class="chart-value chart-{}" x="{}" y="{}">{}</text>',
        mark,
        side,
        {"start": 2, "end": LINE_WIDTH - 2}.get(side, dot.x),
        round(min(dot.y, dot.top) - 9, 1),
        dot.value,
    )


def _days_below(points: _Moments, dots: Sequence[Dot]) -> SafeString:
    """Write the first and the last day under the line; one of them where they are the same."""
    first, last = (day_text(in_zone(points[index][0])) for index in (0, -1))
    ends = (
        [("start", 2, first)]
        if first == last
        else [
            ("start", 2, first),
            ("end", LINE_WIDTH - 2, last),
        ]
    )
    return format_html_join(
        "",
        '<text class="chart-label chart-{}" x="{}" y="{}">{}</text>',
        ((side, x, BASE_LINE + 20, text) for side, x, text in ends),
    )


def _spoken(points: _Moments, label: Text) -> str:
    said = ", ".join(
        f"{moment_text(in_zone(at))}: {_range_text(low, high)}" for at, low, high in points
    )
    return f"{label}: {said}" if label else said
