"""Reading what the hazard feeds say: public facts, for everybody who deals with incidents."""

from collections.abc import Callable, Mapping, Sequence
from datetime import datetime
from typing import Any

from django.contrib.auth.models import AnonymousUser
from django.db.models import Exists, OuterRef, Q, QuerySet

from incidents.models import ExternalReference, FeedItem, Incident, Observation
from incidents.queries import duplicates
from incidents.queries import incidents as incident_queries
from incidents.statuses import EDITABLE, FEED_ITEMS, IncidentStatus
from incidents.statuses import FeedItemStatus as F
from ots_portal.geo.territories import countries_within
from ots_portal.participants.models import Participant
from ots_portal.people.models import NATIONAL_ROLES, SECRETARIAT_ROLES, User, UserKind

# What happens farther from every participant is counted, not kept; farther from one, it is not that one's.
NEAR_KM = 100.0
# Found like a status, whatever became of it here.
WITHDRAWN = "withdrawn"


def visible_to(user: User | AnonymousUser) -> QuerySet[FeedItem]:
    """Return the items: to national staff and the secretariat all, to others none."""
    sees_them = isinstance(user, User) and (user.is_national or user.is_secretariat)
    return FeedItem.objects.all() if sees_them else FeedItem.objects.none()


def readers() -> QuerySet[User]:
    """Return the active people who may see the items: ``visible_to`` read the other way."""
    roles = (*NATIONAL_ROLES, *SECRETARIAT_ROLES)
    return User.objects.filter(role__in=roles, is_active=True, kind=UserKind.PERSON)


def record_for(user: User, subject_id: str) -> FeedItem | None:
    """Return the item if the user may see it: asked again before a message is sent."""
    return visible_to(user).filter(pk=subject_id).first()


def filtered(items: QuerySet[FeedItem], wishes: Mapping[str, object]) -> QuerySet[FeedItem]:
    """Narrow a list by cleaned filter values; a missing or empty one narrows nothing."""
    for name, value in wishes.items():
        if value and name in _NARROWING:
            items = items.filter(_NARROWING[name](value))
    return items


def _of_status(status: str) -> Q:
    if status == WITHDRAWN:
        return Q(is_withdrawn=True)
    # What its source has withdrawn waits for nobody any more.
    return Q(status=status, is_withdrawn=False) if status == F.NEW else Q(status=status)


_NARROWING: dict[str, Callable[[Any], Q]] = {
    "q": lambda text: Q(title__icontains=text) | Q(value__iexact=text),
    "status": _of_status,
    "hazard": lambda code: Q(hazard=code),
    "level": lambda level: Q(alert_level=level),
    "scheme": lambda scheme: Q(scheme=scheme),
    # The codes stand quoted in the stored list, on both databases.
    "country": lambda code: Q(countries__icontains=f'"{code}"'),
}


def new_ones(items: QuerySet[FeedItem]) -> QuerySet[FeedItem]:
    """Keep what waits for a person."""
    return items.filter(_of_status(F.NEW))


def has_taken_back(*, scheme: str, value: str, said_at: datetime) -> bool:
    """Return whether the system has since withdrawn what it said then under this name."""
    return FeedItem.objects.filter(
        scheme=scheme, value=value, is_withdrawn=True, version_at__gte=said_at
    ).exists()


def observations_of(item: FeedItem) -> QuerySet[Observation]:
    """Return what was said of it, the oldest first; episodes of one moment as they came."""
    return item.observations.order_by("version_at", "received_at", "id")


def concerns(item: FeedItem, participant: Participant) -> bool:
    """Return whether it names the participant's country, or lies within 100 km of its territory."""
    country = participant.iso2
    if not country:
        return False
    if country in item.countries:
        return True
    if item.latitude is None or item.longitude is None:
        return False
    near = countries_within(
        NEAR_KM, latitude=item.latitude, longitude=item.longitude, only=[country]
    )
    return bool(near)


def incidents_named(item: FeedItem) -> QuerySet[Incident]:
    """Return the incidents that have the item's name among their references, the first one first."""
    named = ExternalReference.objects.filter(scheme=item.scheme, value=item.value)
    standing = Incident.objects.exclude(status=IncidentStatus.DISCARDED)
    return standing.filter(pk__in=named.values("incident"), is_exercise=False).order_by(
        "created_at", "id"
    )


def is_open_to(item: FeedItem, user: User) -> bool:
    """
    Return whether the user's participant can still make an incident of it.

    What another one has taken up concerns this one no less: it makes an incident of its own of it. Of what its
    source has withdrawn nobody makes any.
    """
    if item.is_withdrawn:
        return False
    if item.status in FEED_ITEMS.steps["take_up"].sources:
        return True
    if item.incident_id is None:
        return False
    return not incidents_named(item).filter(participant=user.participant_id).exists()


def incident_seen_by(user: User, item: FeedItem) -> Incident | None:
    """Return the incident the item was taken up into, if the user may see that one."""
    if item.incident_id is None:
        return None
    return incident_queries.visible_to(user).filter(pk=item.incident_id).first()


def incidents_alike(item: FeedItem, user: User) -> Sequence[Incident]:
    """
    Return the incidents of the user's own participant that may be the same.

    Those that have the item's name first, then the nearest.
    """
    named = Exists(
        ExternalReference.objects.filter(
            incident=OuterRef("pk"), scheme=item.scheme, value=item.value
        )
    )
    known = incident_queries.visible_to(user).filter(named, is_exercise=False)
    alike = [found.incident for found in duplicates.like_report(_traits(item), reader=user)]
    found = {incident.pk: incident for incident in (*known, *alike)}
    return [
        incident
        for incident in found.values()
        if incident.participant_id == user.participant_id and incident.status in EDITABLE
    ]


def _traits(item: FeedItem) -> duplicates.Traits:
    return duplicates.Traits(
        hazard=item.hazard,
        onset_at=item.onset_at,
        latitude=item.latitude,
        longitude=item.longitude,
        countries=tuple(item.countries),
        is_exercise=False,
    )
