"""Reading the capacity register, and what its entries are held by."""

from collections import Counter
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from datetime import UTC, date, datetime
from typing import Any
from uuid import UUID

from django.contrib.auth.models import AnonymousUser
from django.db.models import Q, QuerySet

from incidents.models import Capacity, Deployment, Offer, OfferItem
from incidents.statuses import (
    ACCEPTED_OFFERS,
    LIVE_DEPLOYMENTS,
    DeploymentStatus,
    OfferStatus,
)
from ots_portal.people.models import User


def visible_to(user: User | AnonymousUser) -> QuerySet[Capacity]:
    """
    Return the entries the user may see: all in the register to members' staff and the secretariat.

    An observer's staff sees its own only. Retired entries are for their own participant and the
    secretariat; the system administrator and the auditor see none.
    """
    if not isinstance(user, User):
        return Capacity.objects.none()
    if user.is_secretariat:
        return Capacity.objects.all()
    if not user.is_national:
        return Capacity.objects.none()
    own = Q(participant=user.participant_id)
    return Capacity.objects.filter(own | Q(retired_at=None) if user.is_member_staff else own)


def record_for(user: User, subject_id: str) -> Capacity | None:
    """Return the entry if the user may see it: asked again before a message is sent."""
    return visible_to(user).select_related("participant").filter(pk=subject_id).first()


def filtered(
    capacities: QuerySet[Capacity], wishes: Mapping[str, object], *, today: date
) -> QuerySet[Capacity]:
    """
    Narrow the register by cleaned filter values; a missing or empty one narrows nothing.

    ``certified`` asks for a certificate that is valid today. Retired entries are left out unless
    ``retired`` asks for them.
    """
    if not wishes.get("retired"):
        capacities = capacities.filter(retired_at=None)
    if wishes.get("certified"):
        capacities = capacities.filter(certified_until__gte=today)
    for name, value in wishes.items():
        if value and name in _NARROWING:
            capacities = capacities.filter(_NARROWING[name](value))
    return capacities


def _by_text(text: object) -> Q:
    words = str(text)
    return (
        Q(name__icontains=words)
        | Q(home_place__icontains=words)
        | Q(certified_by__icontains=words)
        | Q(capacity_type__icontains=words)
    )


_NARROWING: dict[str, Callable[[Any], Q]] = {
    "q": _by_text,
    "type": lambda code: Q(capacity_type=code),
    "participant": lambda slug: Q(participant=slug),
    "readiness": lambda readiness: Q(readiness=readiness),
    "updated_since": lambda moment: Q(updated_at__gte=moment),
}


# ── what holds a capacity ───────────────────────────────────────────────────────────────────────
# An offer that may still be accepted holds it as much as one that was.
HOLDING_OFFERS = (
    OfferStatus.SIGNED,
    OfferStatus.SUBMITTED,
    OfferStatus.UNDER_REVIEW,
    OfferStatus.PROVISIONAL,
    *ACCEPTED_OFFERS,
)
_FOR_EVER_AGO = datetime(1, 1, 1, tzinfo=UTC)


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
    is_firm: bool
    is_exercise: bool

    @property
    def number(self) -> str:
        return self.holder.number or ""

    def overlaps(self, begins_at: datetime, ends_at: datetime | None) -> bool:
        starts_before_the_end = (
            ends_at is None or self.begins_at is None or self.begins_at < ends_at
        )
        return starts_before_the_end and (self.ends_at is None or self.ends_at > begins_at)


def bookings_of(capacities: Iterable[Capacity]) -> list[Booking]:
    """
    Return what holds these capacities, oldest first, in two queries.

    A line of an offer counts for what its deployments have not taken over. Who may read a capacity may
    read that it is held, not by which offer: pages leave out numbers the reader may not open.
    """
    keys = [capacity.pk for capacity in capacities]
    deployments = list(
        Deployment.objects.filter(offer_item__capacity__in=keys)
        .exclude(status=DeploymentStatus.CANCELLED)
        .select_related("offer_item", "incident")
    )
    taken: Counter[UUID] = Counter()
    for deployment in deployments:
        taken[deployment.offer_item_id] += deployment.quantity
    items = (
        OfferItem.objects.filter(capacity__in=keys, offer__status__in=HOLDING_OFFERS)
        .exclude(offer__status__in=ACCEPTED_OFFERS, accepted=0)
        .select_related("offer__incident")
    )
    held = [_of_offer(item, taken[item.pk]) for item in items]
    held += [_of_deployment(one) for one in deployments if one.status in LIVE_DEPLOYMENTS]
    return sorted(
        (booking for booking in held if booking.quantity > 0),
        key=lambda booking: (booking.begins_at or _FOR_EVER_AGO, booking.number),
    )


def _of_offer(item: OfferItem, sent: int) -> Booking:
    is_firm = item.offer.status in ACCEPTED_OFFERS
    assert item.capacity_id
    return Booking(
        capacity_id=item.capacity_id,
        quantity=(item.accepted if is_firm else item.offered) - sent,
        begins_at=item.ready_from,
        ends_at=item.available_until,
        holder=item.offer,
        is_firm=is_firm,
        is_exercise=item.offer.incident.is_exercise,
    )


def _of_deployment(deployment: Deployment) -> Booking:
    assert deployment.offer_item.capacity_id
    return Booking(
        capacity_id=deployment.offer_item.capacity_id,
        quantity=deployment.quantity,
        begins_at=deployment.departed_at or deployment.created_at,
        ends_at=deployment.until_at,
        holder=deployment,
        is_firm=True,
        is_exercise=deployment.incident.is_exercise,
    )
