"""
The parts of an incident's page, from top to bottom: each kind of record brings its own.

A part is a template and the values it shows; it may ask the database at most twice, whatever the number
of rows, because the whole page has fifteen questions.
"""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from incidents.models import Incident
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
