"""Which parts an incident's page has, in the order in which they stand there."""

from incidents.models import Incident
from incidents.presentation import (
    assistance,
    clocks,
    deployments,
    duplicates,
    involvements,
    neighbours,
    received_alerts,
    reports,
    reviews,
)
from incidents.presentation.sections import Section, ShownSection
from ots_portal.people.models import User

SECTIONS: list[Section] = [
    assistance.COVERAGE,
    assistance.OFFERS,
    deployments.SECTION,
    reports.SECTION,
    received_alerts.SECTION,
    involvements.SECTION,
    neighbours.SECTION,
    duplicates.SECTION,
    clocks.SECTION,
    reviews.SECTION,
]


def sections_of(incident: Incident, *, reader: User) -> list[ShownSection]:
    """Return the parts that this reader sees of this incident."""
    made = ((section, section.values(incident, reader)) for section in SECTIONS)
    return [
        ShownSection(section.name, section.template, values)
        for section, values in made
        if values is not None
    ]
