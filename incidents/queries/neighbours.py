"""Who must know of an incident: participants near it, and those below it on a river."""

from collections.abc import Iterable
from dataclasses import dataclass, replace

import shapely
from shapely.geometry.base import BaseGeometry

from incidents.models import Incident
from incidents.statuses import ParticipantRole
from ots_portal.geo.rivers import River, downstream_of
from ots_portal.geo.territories import NoArea, area_of, countries_near, distance_km
from ots_portal.participants.models import Participant, ParticipantKind


@dataclass(frozen=True)
class Proposal:
    """
    A participant that must know, as which part, and why.

    ``distance_km`` is None where only the river is the reason, ``river`` where only the distance is.
    ``told_as`` is the role it has in the incident already, "" where it has none.
    """

    participant: Participant
    role: str
    distance_km: float | None = None
    river: River | None = None
    told_as: str = ""

    @property
    def reason(self) -> str:
        """Why, as an involvement keeps it: words are made of it when it is shown."""
        if self.river:
            return f"river {self.river.slug}"
        if self.distance_km == 0:
            return "territory"
        return f"distance {self.distance_km:.0f}"


def propose(incident: Incident, *, km: float, river: River | None = None) -> list[Proposal]:
    """
    Return the participants within ``km`` of the incident and those below it on the river, the nearest first.

    The reporting participant and those affected know; they are not proposed.
    """
    area = _area(incident)
    if area is None and river is None:
        return []
    roles = _roles(incident)
    states = [state for state in _states() if not _knows(state, incident, roles)]
    near = _near(area, states, km=km) if area is not None else {}
    reached = _reached(incident, river, states) if river else {}
    found = [
        replace(proposal, told_as=roles.get(proposal.participant.slug, ""))
        for state in states
        if (proposal := _proposal(state, near.get(state.slug), reached.get(state.slug)))
    ]
    return sorted(found, key=_nearest_first)


def _states() -> list[Participant]:
    kinds = (ParticipantKind.MEMBER, ParticipantKind.OBSERVER)
    return list(Participant.objects.filter(kind__in=kinds).order_by("slug"))


def _roles(incident: Incident) -> dict[str, str]:
    """Return slug → role; no query where the page has fetched the parts already."""
    return {part.participant_id: part.role for part in incident.involvements.all()}


def _knows(state: Participant, incident: Incident, roles: dict[str, str]) -> bool:
    return (
        state.slug == incident.participant_id
        or state.iso2 in incident.countries
        or roles.get(state.slug) == ParticipantRole.AFFECTED
    )


def _proposal(
    state: Participant, distance_km: float | None, river: River | None
) -> Proposal | None:
    if distance_km is None and river is None:
        return None
    # What comes down a river, or lies on the own territory, threatens; what is near only concerns.
    threatens = river is not None or distance_km == 0
    role = ParticipantRole.AT_RISK if threatens else ParticipantRole.NEIGHBOUR
    return Proposal(state, role, distance_km=distance_km, river=river)


def _nearest_first(proposal: Proposal) -> tuple[float, str]:
    far = proposal.distance_km if proposal.distance_km is not None else float("inf")
    return far, proposal.participant.slug


def _near(area: BaseGeometry, states: list[Participant], *, km: float) -> dict[str, float]:
    """Return slug → distance of those within ``km``."""
    codes = {state.iso2: state.slug for state in states if state.iso2}
    found = countries_near(area, within_km=km, only=codes)
    return {codes[near.country]: near.distance_km for near in found} | _points_near(
        area, states, km=km
    )


def _points_near(area: BaseGeometry, states: list[Participant], *, km: float) -> dict[str, float]:
    """
    Measure to the place on the map of a State that has no borders in the data.

    It is never at no distance: whose territory a place is, the data does not say there.
    """
    distances = {
        state.slug: max(1.0, distance_km(area, latitude=state.latitude, longitude=state.longitude))
        for state in states
        if not state.iso2 and state.latitude is not None and state.longitude is not None
    }
    return {slug: far for slug, far in distances.items() if far <= km}


def _area(incident: Incident) -> BaseGeometry | None:
    if incident.area:
        try:
            return area_of(incident.area)
        except NoArea:
            pass  # the point, if there is one, is still a place
    if incident.latitude is None or incident.longitude is None:
        return None
    return shapely.Point(incident.longitude, incident.latitude)


def _reached(incident: Incident, river: River, states: Iterable[Participant]) -> dict[str, River]:
    """Return slug → river of those below any country the incident affects."""
    sources = incident.countries or [incident.participant.iso2 or ""]
    below = {code for country in sources for code in downstream_of(river, country)}
    return {state.slug: river for state in states if state.iso2 in below}
