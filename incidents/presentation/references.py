"""What other systems call an incident, as its page shows it."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from incidents import hazards
from incidents.formats import glide
from incidents.models import ExternalReference, Incident
from incidents.queries import references as queries
from incidents.rules import incidents as rules
from incidents.statuses import EDITABLE, Scheme
from ots_portal.people.models import User
from ots_portal.texts import in_language


@dataclass(frozen=True)
class ReferenceView:
    """``doubts`` are what a person should look at; none is a refusal."""

    pk: str
    scheme: str
    value: str
    address: str
    version_at: datetime | None
    earlier_count: int
    is_withdrawn: bool
    doubts: Sequence[str]


@dataclass(frozen=True)
class SiblingView:
    """The same disaster in another country: its number, and the incident that has it."""

    value: str
    title: str
    url: str


def references_of(incident: Incident, *, reader: User) -> dict[str, Any]:
    """
    Return the card's values; one query, two where there is a GLIDE number.

    ``withdrawn`` names what its source has taken back, while the incident goes on; "" where there is none.
    """
    references = list(queries.counted(incident))
    siblings = queries.siblings_of(references, reader=reader)
    withdrawn = [str(one) for one in references if one.is_withdrawn]
    return {
        "withdrawn": ", ".join(withdrawn) if incident.status in EDITABLE else "",
        "rows": [_row(reference, incident) for reference in references],
        "siblings": [_sibling(one) for one in siblings],
        "may_reference": rules.may_reference(reader, incident),
    }


def _row(reference: ExternalReference, incident: Incident) -> ReferenceView:
    return ReferenceView(
        pk=str(reference.pk),
        scheme=reference.get_scheme_display(),
        value=reference.value,
        address=reference.address,
        version_at=reference.version_at,
        earlier_count=max(getattr(reference, "version_count", 0) - 1, 0),
        is_withdrawn=reference.is_withdrawn,
        doubts=_doubts(reference, incident),
    )


def _doubts(reference: ExternalReference, incident: Incident) -> list[str]:
    if reference.scheme != Scheme.GLIDE:
        return []
    try:
        number = glide.parse(reference.value)
    except ValueError as error:  # entered before numbers were checked
        return [str(error)]
    hazard = hazards.HAZARDS[incident.hazard]
    return glide.warnings(number, hazard=hazard, countries=incident.countries)


def _sibling(reference: ExternalReference) -> SiblingView:
    incident = reference.incident
    title = f"{incident.number or ''} {in_language(incident.titles)}".strip()
    return SiblingView(reference.value, title, incident.get_absolute_url())
