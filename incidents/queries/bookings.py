"""What holds a capacity, and when: one arithmetic for the register, for matching and for what may be promised."""

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import UTC, datetime
from uuid import UUID

from django.db.models import QuerySet

from incidents.models import Capacity, Deployment, Offer, OfferItem
from incidents.queries.promises import matter_stands
from incidents.statuses import (
    ACCEPTED_OFFERS,
    LIVE_DEPLOYMENTS,
    WAITING_OFFERS,
    DeploymentStatus,
)
from ots_portal.people.models import User

BEGINNING = datetime(1, 1, 2, tzinfo=UTC)
END = datetime(9999, 12, 30, tzinfo=UTC)


@dataclass(frozen=True)
class Span:
    """So many units from one moment to another."""

    units: int
    begin: datetime
    end: datetime


@dataclass(frozen=True)
class Booking:
    """
    That an offer or a deployment holds some units of a capacity.

    ``begins_at`` and ``ends_at`` None: not said, so from now on, and without an end. ``is_firm`` once it
    was accepted.
    """

    capacity_id: UUID
    quantity: int
    begins_at: datetime | None
    ends_at: datetime | None
    holder: Offer | Deployment
    offer_id: UUID
    is_firm: bool
    is_exercise: bool

    @property
    def number(self) -> str:
        return self.holder.number or ""

    @property
    def span(self) -> Span:
        return Span(self.quantity, self.begins_at or BEGINNING, self.ends_at or END)


def bookings_of(capacities: Iterable[Capacity]) -> list[Booking]:
    """
    Return what holds these capacities, oldest first, in two queries.

    A line of an offer counts for what its deployments have not taken over, while what it answers is not over.
    What came and is home again holds nothing; what was recalled or cancelled before it came is the line's again.
    """
    keys = [capacity.pk for capacity in capacities]
    lines = {item.pk: item for item in _holding_lines(keys)}
    deployments = list(_deployments_of(keys))
    taken: Counter[UUID] = Counter()
    for deployment in deployments:
        if not _never_came(deployment):
            taken[deployment.offer_item_id] += deployment.quantity
    held = [_of_line(item, taken[pk]) for pk, item in lines.items()]
    held += [
        _of_deployment(one)
        for one in deployments
        if one.status in LIVE_DEPLOYMENTS
        and not (_never_came(one) and one.offer_item_id in lines)  # the line holds it
    ]
    return sorted(
        (booking for booking in held if booking.quantity > 0),
        key=lambda booking: (booking.begins_at or BEGINNING, booking.number),
    )


def shown_to(reader: User, bookings: Iterable[Booking]) -> list[Booking]:
    """Leave out what is only offered, except to the participant that offers it: others hear of it by its offer."""
    return [one for one in bookings if one.is_firm or reader.serves(one.holder.participant_id)]


def _deployments_of(keys: Iterable[UUID]) -> QuerySet[Deployment]:
    planned = Deployment.objects.filter(offer_item__capacity__in=keys)
    planned = planned.exclude(status=DeploymentStatus.CANCELLED)
    return planned.select_related("offer_item", "incident")


def _never_came(deployment: Deployment) -> bool:
    """Whether it was recalled: its quantity is its line's again, ``queries.deployments.that_count``."""
    is_home = deployment.status == DeploymentStatus.RETURNED
    return deployment.status == DeploymentStatus.RECALLED or (
        is_home and deployment.arrived_at is None
    )


def _holding_lines(keys: Iterable[UUID]) -> QuerySet[OfferItem]:
    """Return the lines that may still have to be sent: accepted ones, and those of offers that wait."""
    lines = OfferItem.objects.filter(
        matter_stands("offer__"),
        capacity__in=keys,
        offer__status__in=(*WAITING_OFFERS, *ACCEPTED_OFFERS),
    )
    return lines.select_related("offer__incident")


def _of_line(item: OfferItem, sent: int) -> Booking:
    is_firm = item.offer.status in ACCEPTED_OFFERS
    assert item.capacity_id
    return Booking(
        capacity_id=item.capacity_id,
        quantity=(item.accepted if is_firm else item.offered) - sent,
        begins_at=item.ready_from,
        ends_at=item.available_until,
        holder=item.offer,
        offer_id=item.offer_id,
        is_firm=is_firm,
        is_exercise=item.offer.incident.is_exercise,
    )


def _of_deployment(deployment: Deployment) -> Booking:
    item = deployment.offer_item
    assert item.capacity_id
    return Booking(
        capacity_id=item.capacity_id,
        quantity=deployment.quantity,
        begins_at=deployment.departed_at or item.ready_from,
        ends_at=deployment.until_at or item.available_until,
        holder=deployment,
        offer_id=item.offer_id,
        is_firm=True,
        is_exercise=deployment.incident.is_exercise,
    )


def most_at_once(spans: Iterable[Span], *, within: Span) -> int:
    """Return the highest sum of units at any moment of ``within``."""
    near = [one for one in spans if one.begin < within.end and within.begin < one.end]
    # A sum can only grow where something begins.
    moments = {max(one.begin, within.begin) for one in near}
    return max(
        (sum(one.units for one in near if one.begin <= at < one.end) for at in moments), default=0
    )
