"""The base map with its States marked by how things stand with each: pattern and colour, a legend, no script."""

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from pathlib import Path

from django.conf import settings
from django.templatetags.static import static
from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _

from ots_portal.geo.borders import GRID, archive, draw_outlines
from ots_portal.geo.map import PLACES, Text, caption, name_on_map, project
from ots_portal.geo.projection import HEIGHT, WIDTH

__all__ = ["FILE", "Mark", "StateMark", "states_map"]

FILE = "outlines.json"
# What is drawn into a pattern's square of twelve units, so that no mark speaks by its colour alone.
_DRAWINGS = {
    "none": "",
    "lines": "M-3 3l6-6M0 12L12 0M9 15l6-6",
    "dots": "M3 3h.01M9 9h.01",
    "full": "M0 0h12v12H0z",
}


@dataclass(frozen=True)
class Mark:
    """A line of the legend: ``pattern`` is none, lines, dots or full."""

    pattern: str
    label: Text


@dataclass(frozen=True)
class StateMark:
    """
    How things stand with one State: its name, and the mark that it has.

    ``iso2`` finds its land; a State without a shape of its own is a point at ``lat`` and ``lon``, None where nobody
    knows where it is drawn.
    """

    name: str
    mark: Mark
    iso2: str | None = None
    lat: float | None = None
    lon: float | None = None

    @property
    def words(self) -> str:
        return _("%(state)s: %(standing)s") % {"state": self.name, "standing": self.mark.label}


def states_map(
    rows: Sequence[StateMark], *, legend: Sequence[Mark], label: Text = ""
) -> SafeString:
    """
    Draw each State with its mark, and the legend below; the page lists the same in a table.

    A State that lies nowhere on this map is counted in the caption.
    """
    shapes = _outlines()
    land = [row for row in rows if row.iso2 in shapes]
    points = [(row, _point(row)) for row in rows if row.iso2 not in shapes]
    inside = [(row, point) for row, point in points if point]
    return format_html(
        '<figure class="map"><div class="map-view"><svg class="map-canvas" viewBox="0 0 {} {}" role="group"'
        ' aria-label="{}"><defs>{}</defs><image href="{}" width="{}" height="{}"/>{}{}{}</svg></div>{}{}</figure>',
        WIDTH,
        HEIGHT,
        label or _("Map"),
        format_html_join("", "{}", ((_pattern(name),) for name in _DRAWINGS)),
        static("portal/map.svg"),
        WIDTH,
        HEIGHT,
        format_html_join("", "{}", ((_land(row, shapes),) for row in land)),
        format_html_join("", "{}", ((name_on_map(place),) for place in PLACES)),
        format_html_join("", "{}", ((_town(row, *point),) for row, point in inside)),
        _legend(legend),
        caption(outside=len(points) - len(inside)),
    )


def _point(row: StateMark) -> tuple[float, float] | None:
    if row.lat is None or row.lon is None:
        return None
    return project(row.lat, row.lon)


def _pattern(name: str) -> SafeString:
    """Define a pattern in units of the map, for shapes that are drawn on the base map's finer grid."""
    return format_html(
        '<pattern id="map-{}" width="12" height="12" patternUnits="userSpaceOnUse" patternTransform="scale({})">'
        '<path class="map-ground map-ground-{}" d="M0 0h12v12H0z"/><path class="map-drawing map-drawing-{}" d="{}"/>'
        "</pattern>",
        name,
        GRID,
        name,
        name,
        _DRAWINGS[name],
    )


def _land(row: StateMark, shapes: Mapping[str, str]) -> SafeString:
    return format_html(
        '<g class="map-state" role="img" aria-label="{}"><title>{}</title>'
        '<path class="map-laid" fill="url(#map-{})" fill-rule="evenodd" transform="scale({})" d="{}"/></g>',
        row.words,
        row.words,
        row.mark.pattern,
        1 / GRID,
        shapes[row.iso2 or ""],
    )


def _town(row: StateMark, x: float, y: float) -> SafeString:
    """Draw a State that has no shape here as a disc with its mark; its name stands on the map already."""
    return format_html(
        '<g class="map-state" role="img" aria-label="{}"><title>{}</title>'
        '<circle class="map-laid" fill="url(#map-{})" transform="scale({})" cx="{}" cy="{}" r="{}"/></g>',
        row.words,
        row.words,
        row.mark.pattern,
        1 / GRID,
        round(x * GRID),
        round(y * GRID),
        8 * GRID,
    )


def _legend(marks: Sequence[Mark]) -> SafeString:
    return format_html(
        '<ul class="map-legend">{}</ul>',
        format_html_join(
            "",
            '<li><svg class="map-key" viewBox="0 0 360 240" aria-hidden="true" focusable="false">'
            '<path class="map-laid" fill="url(#map-{})" d="M0 0h360v240H0z"/></svg> {}</li>',
            ((mark.pattern, mark.label) for mark in marks),
        ),
    )


@cache
def _outlines() -> dict[str, str]:
    """Read the prepared outlines, or draw them now where there are none (some two seconds)."""
    file = Path(settings.VAR_DIR) / "geo" / FILE
    told: dict[str, str] = (
        json.loads(file.read_text("utf-8")) if file.exists() else draw_outlines(archive())
    )
    return told
