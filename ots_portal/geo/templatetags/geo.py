"""The map as a template tag."""

from collections.abc import Iterable

from django import template
from django.utils.safestring import SafeString

from ots_portal.geo import map as maps

register = template.Library()


@register.simple_tag
def incident_map(markers: Iterable[maps.Marker], label: str = "") -> SafeString:
    """Draw markers on the base map; the page lists the same things in a table beside it."""
    return maps.incident_map(markers, label=label)
