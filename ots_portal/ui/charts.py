"""Charts as SVG drawn on the server: they need no script, print, and say their values in words."""

from collections.abc import Sequence
from dataclasses import dataclass

from django.utils.functional import Promise
from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _

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
