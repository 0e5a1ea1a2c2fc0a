"""
Incidents that seem to be one: the same family of hazard, near in place and in time.

They are proposed to people who may see both; nothing is merged by itself.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta
from math import asin, cos, radians, sin, sqrt

from django.conf import settings
from django.db.models import Exists, OuterRef, Q, QuerySet

from incidents import hazards
from incidents.models import DistinctPair, Incident
from incidents.queries import incidents as queries
from incidents.statuses import OPEN, IncidentStatus
from ots_portal.people.models import User

# A closed incident may still be the one that is reported again.
PROPOSED = (IncidentStatus.DRAFT, *OPEN, IncidentStatus.CLOSED)
# Of an incident that is over, nobody asks any more whether it is another.
LOOKED_AT = (IncidentStatus.DRAFT, *OPEN)
MOST_COMPARED = 200
MOST_PROPOSED = 5
EARTH_RADIUS_KM = 6371.0088  # the mean radius, IUGG
# GLIDE codes that say nothing of the hazard: "other" and "technological".
_VAGUE = ("", "OT", "AC")


@dataclass(frozen=True)
class Traits:
    """What two reports are compared by; a place may be unknown."""

    hazard: str
    onset_at: datetime
    latitude: float | None
    longitude: float | None
    countries: tuple[str, ...]
    is_exercise: bool


@dataclass(frozen=True)
class Alike:
    """An incident that may be the same; ``distance_km`` None where one of the two has no point."""

    incident: Incident
    distance_km: float | None
    hours: float


def traits_of(incident: Incident) -> Traits:
    return Traits(
        hazard=incident.hazard,
        onset_at=incident.onset_at,
        latitude=incident.latitude,
        longitude=incident.longitude,
        countries=tuple(incident.countries),
        is_exercise=incident.is_exercise,
    )


def like(incident: Incident, *, reader: User) -> list[Alike]:
    """Return the incidents that the reader may see and that may be this one; one query."""
    return _near(traits_of(incident), queries.visible_to(reader).filter(_may_be(incident)))


def like_or_merged(incident: Incident, *, reader: User) -> tuple[list[Alike], list[Incident]]:
    """Return what may be this incident and what was merged into it, of what the reader may see; one query."""
    wanted = Q(merged_into=incident.pk)
    if incident.status in LOOKED_AT:
        wanted |= _may_be(incident)
    found = list(
        queries.visible_to(reader).filter(wanted).order_by("-onset_at", "-id")[:MOST_COMPARED]
    )
    merged = [other for other in found if other.merged_into_id == incident.pk]
    others = [other for other in found if other.merged_into_id is None]
    return _nearest(traits_of(incident), others), merged


def _may_be(incident: Incident) -> Q:
    pair = DistinctPair.objects.filter(
        Q(first=incident.pk, second=OuterRef("pk")) | Q(second=incident.pk, first=OuterRef("pk"))
    )
    return _of_the_kind(traits_of(incident)) & ~Q(pk=incident.pk) & ~Q(Exists(pair))


def like_report(traits: Traits, *, reader: User) -> list[Alike]:
    """Return the incidents that may be what is about to be reported; one query."""
    return _near(traits, queries.visible_to(reader).filter(_of_the_kind(traits)))


def family_of(code: str) -> list[str]:
    """Return the hazards that one emergency may be filed under: of one cluster or one GLIDE code."""
    own = hazards.HAZARDS[code]
    return [
        hazard.code
        for hazard in hazards.HAZARDS.values()
        if hazard.cluster == own.cluster or (own.glide not in _VAGUE and hazard.glide == own.glide)
    ]


def _of_the_kind(traits: Traits) -> Q:
    span = timedelta(hours=settings.PORTAL_DUPLICATE_HOURS)
    return Q(
        hazard__in=family_of(traits.hazard),
        onset_at__range=(traits.onset_at - span, traits.onset_at + span),
        status__in=PROPOSED,
        is_exercise=traits.is_exercise,
    )


def _near(traits: Traits, others: QuerySet[Incident]) -> list[Alike]:
    return _nearest(traits, others.order_by("-onset_at", "-id")[:MOST_COMPARED])


def _nearest(traits: Traits, others: Iterable[Incident]) -> list[Alike]:
    found = sorted(
        _compared(traits, others), key=lambda alike: (alike.distance_km or 0, alike.hours)
    )
    return found[:MOST_PROPOSED]


def _compared(traits: Traits, others: Iterable[Incident]) -> Iterable[Alike]:
    for other in others:
        distance_km = distance_between(traits, traits_of(other))
        hours = abs(other.onset_at - traits.onset_at) / timedelta(hours=1)
        if distance_km is None:
            # Without a point, a country in common is as near as can be told.
            is_near = bool(set(traits.countries) & set(other.countries))
        else:
            is_near = distance_km <= settings.PORTAL_DUPLICATE_KM
        if is_near:
            yield Alike(other, distance_km, hours)


def distance_between(one: Traits, other: Traits) -> float | None:
    """Return the great-circle distance in km by haversines, which stay exact where it is short."""
    if one.latitude is None or one.longitude is None:
        return None
    if other.latitude is None or other.longitude is None:
        return None
    south, north = radians(one.latitude), radians(other.latitude)
    west, east = radians(one.longitude), radians(other.longitude)
    chord = sin((north - south) / 2) ** 2 + cos(south) * cos(north) * sin((east - west) / 2) ** 2
    return 2 * EARTH_RADIUS_KM * asin(sqrt(min(chord, 1.0)))


def survivor_of(incident: Incident) -> Incident:
    """Return the incident into which this one was merged at last; itself where it was not."""
    while incident.merged_into_id and incident.merged_into:
        incident = incident.merged_into
    return incident
