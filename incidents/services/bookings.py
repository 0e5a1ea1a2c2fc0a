"""That nothing of the register is promised twice: what of a capacity is taken, and when."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

from django.db.models import F, QuerySet, Sum
from django.utils.translation import gettext as _

from incidents.models import Capacity, Deployment, Offer, OfferItem
from incidents.queries.promises import line_is_held
from incidents.statuses import ACCEPTED_OFFERS, WAITING_OFFERS, DeploymentStatus

_BEGINNING = datetime(1, 1, 2, tzinfo=UTC)
_END = datetime(9999, 12, 30, tzinfo=UTC)


class BookedTwice(Exception):
    """More of a capacity is promised at one time than there is; says of which, and what is left."""

    def __init__(self, capacity: Capacity, left: int) -> None:
        super().__init__(
            _("“%(capacity)s” is promised elsewhere at that time: %(left)s of %(units)s are left.")
            % {"capacity": capacity.name, "left": max(left, 0), "units": capacity.units}
        )
        self.capacity, self.left = capacity, left


@dataclass(frozen=True)
class Booking:
    """So many units from one moment to another."""

    units: int
    begin: datetime
    end: datetime


def hold_together(offer: Offer, *, wanted: dict[Any, int] | None = None) -> None:
    """
    Make sure that what the offer promises of the register is there; the caller holds the transaction.

    ``wanted`` are quantities that are being accepted, by the line's key: they count instead of those
    that stand. Exercises book against exercises alone.

    :raises BookedTwice: naming the first capacity of which too much is promised
    """
    promised = list(offer.items.exclude(capacity=None).order_by("capacity_id", "line"))
    for pk in sorted({item.capacity_id for item in promised}, key=str):
        _hold(pk, offer, [item for item in promised if item.capacity_id == pk], wanted or {})


def _hold(pk: Any, offer: Offer, own: list[OfferItem], wanted: dict[Any, int]) -> None:
    # The capacity's row first: whoever promises of it at the same moment waits here.
    Capacity.objects.filter(pk=pk).update(units=F("units"))
    capacity = Capacity.objects.get(pk=pk)
    own_bookings = [_booking(item, wanted.get(item.pk, item.offered)) for item in own]
    others = _others(capacity, offer)
    for booking in own_bookings:
        taken = most_at_once([*own_bookings, *others], within=booking)
        if taken > capacity.units:
            raise BookedTwice(capacity, capacity.units - taken + booking.units)


def _others(capacity: Capacity, offer: Offer) -> list[Booking]:
    live: QuerySet[OfferItem] = OfferItem.objects.filter(
        capacity=capacity,
        offer__status__in=(*WAITING_OFFERS, *ACCEPTED_OFFERS),
        offer__incident__is_exercise=offer.is_exercise,
    ).exclude(offer=offer)
    # What was promised to a matter that is over is free, but for the teams that are out.
    live = live.filter(line_is_held())
    found = list(live.select_related("offer"))
    home = _returned(found)
    return [_booking(item, _standing(item) - home.get(item.pk, 0)) for item in found]


def _standing(item: OfferItem) -> int:
    return item.accepted if item.offer.status in ACCEPTED_OFFERS else item.offered


def _returned(items: Iterable[OfferItem]) -> dict[Any, int]:
    """Return how much of each line is home again, and free."""
    home = Deployment.objects.filter(
        offer_item__in=[item.pk for item in items], status=DeploymentStatus.RETURNED
    )
    sums = home.order_by().values("offer_item").annotate(total=Sum("quantity"))
    return {row["offer_item"]: row["total"] for row in sums}


def _booking(item: OfferItem, units: int) -> Booking:
    return Booking(units, item.ready_from or _BEGINNING, item.available_until or _END)


def most_at_once(bookings: Iterable[Booking], *, within: Booking) -> int:
    """Return the highest sum of units at any moment of ``within``."""
    near = [one for one in bookings if one.begin < within.end and within.begin < one.end]
    # A sum can only grow where something begins.
    moments = {max(one.begin, within.begin) for one in near}
    return max(
        (sum(one.units for one in near if one.begin <= at < one.end) for at in moments), default=0
    )
