"""
Which parts an incident's page has, in the order in which they stand there.

The urgent ones come with the page. The others are asked for as soon as it is there: so what a duty officer
needs never waits for them, and neither answer asks the database more than fifteen times.
"""

from collections.abc import Sequence

from incidents.models import Incident
from incidents.presentation import (
    assistance,
    clocks,
    deployments,
    duplicates,
    involvements,
    neighbours,
    receipts,
    received_alerts,
    reports,
    reviews,
)
from incidents.presentation.sections import Section, ShownSection
from ots_portal.people.models import User

URGENT: list[Section] = [
    assistance.COVERAGE,
    assistance.OFFERS,
    deployments.SECTION,
    reports.SECTION,
]
FURTHER: list[Section] = [
    received_alerts.SECTION,
    involvements.SECTION,
    neighbours.SECTION,
    receipts.SECTION,
    duplicates.SECTION,
    clocks.SECTION,
    reviews.SECTION,
]


def urgent_of(incident: Incident, *, reader: User) -> list[ShownSection]:
    """Return the urgent parts that this reader sees of this incident."""
    return _shown(URGENT, incident, reader)


def further_of(incident: Incident, *, reader: User) -> list[ShownSection]:
    """Return the other parts that this reader sees of this incident."""
    return _shown(FURTHER, incident, reader)


def _shown(sections: Sequence[Section], incident: Incident, reader: User) -> list[ShownSection]:
    made = ((section, section.values(incident, reader)) for section in sections)
    return [
        ShownSection(section.name, section.template, values)
        for section, values in made
        if values is not None
    ]
