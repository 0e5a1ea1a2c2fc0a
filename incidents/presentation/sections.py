"""
What a part of an incident's page is; each kind of record brings its own, page.py puts them in order.

A part is a template and the values it shows; it may ask the database at most twice, whatever the number
of rows, because the whole page has fifteen questions.
"""

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from typing import Any

from incidents.models import Incident
from ots_portal.geo.map import Marker
from ots_portal.people.models import User


@dataclass(frozen=True)
class Section:
    """``values(incident, reader)`` answers what the template shows, None where there is nothing to show."""

    name: str
    template: str
    values: Callable[[Incident, User], dict[str, Any] | None]


@dataclass(frozen=True)
class ShownSection:
    name: str
    template: str
    values: dict[str, Any]


def markers_of(sections: Iterable[ShownSection]) -> list[Marker]:
    """Return what the parts want shown on the page's map: their ``markers``."""
    return [marker for section in sections for marker in section.values.get("markers", ())]
