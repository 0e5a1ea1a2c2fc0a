"""Reading what the hazard feeds say: public facts, for everybody who deals with incidents."""

from collections.abc import Callable, Mapping, Sequence
from typing import Any

from django.contrib.auth.models import AnonymousUser
from django.db.models import Exists, OuterRef, Q, QuerySet

from incidents.models import ExternalReference, FeedItem, Incident, Observation
from incidents.queries import duplicates
from incidents.queries import incidents as incident_queries
from incidents.statuses import EDITABLE, FeedItemStatus
from ots_portal.people.models import User


def visible_to(user: User | AnonymousUser) -> QuerySet[FeedItem]:
    """Return the items: to national staff and the secretariat all, to others none."""
    sees_them = isinstance(user, User) and (user.is_national or user.is_secretariat)
    return FeedItem.objects.all() if sees_them else FeedItem.objects.none()


def record_for(user: User, subject_id: str) -> FeedItem | None:
    """Return the item if the user may see it: asked again before a message is sent."""
    return visible_to(user).filter(pk=subject_id).first()


def filtered(items: QuerySet[FeedItem], wishes: Mapping[str, object]) -> QuerySet[FeedItem]:
    """Narrow a list by cleaned filter values; a missing or empty one narrows nothing."""
    for name, value in wishes.items():
        if value and name in _NARROWING:
            items = items.filter(_NARROWING[name](value))
    return items


_NARROWING: dict[str, Callable[[Any], Q]] = {
    "q": lambda text: Q(title__icontains=text) | Q(value__iexact=text),
    "status": lambda status: Q(status=status),
    "hazard": lambda code: Q(hazard=code),
    "level": lambda level: Q(alert_level=level),
    "scheme": lambda scheme: Q(scheme=scheme),
    # The codes stand quoted in the stored list, on both databases.
    "country": lambda code: Q(countries__icontains=f'"{code}"'),
}


def new_ones(items: QuerySet[FeedItem]) -> QuerySet[FeedItem]:
    return items.filter(status=FeedItemStatus.NEW)


def observations_of(item: FeedItem) -> QuerySet[Observation]:
    """Return what was said of it, the oldest first; episodes of one moment as they came."""
    return item.observations.order_by("version_at", "received_at", "id")


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
