"""The map as a template tag."""

from collections.abc import Iterable, Sequence
from typing import Any

from django import template
from django.utils.safestring import SafeString

from ots_portal.geo import map as maps
from ots_portal.geo import shapes, states

register = template.Library()


@register.simple_tag
def incident_map(markers: Iterable[maps.Marker], label: str = "") -> SafeString:
    """Draw markers on the base map; the page lists the same things in a table beside it."""
    return maps.incident_map(markers, label=label)


@register.simple_tag
def area_map(geometry: dict[str, Any] | None, label: str = "", tone: str = "severe") -> SafeString:
    """Draw a GeoJSON geometry close up on the base map; the page says in words where it is."""
    return shapes.area_map(geometry, tone=tone, label=label)


@register.simple_tag
def states_map(
    rows: Sequence[states.StateMark], legend: Sequence[states.Mark], label: str = ""
) -> SafeString:
    """Draw how things stand with each State on the base map; the page lists the same in a table."""
    return states.states_map(rows, legend=legend, label=label)
