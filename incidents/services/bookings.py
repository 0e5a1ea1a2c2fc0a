"""That nothing of the register is promised twice: what of a capacity is taken, and when."""

from typing import Any

from django.db.models import F
from django.utils.translation import gettext as _

from incidents.models import Capacity, Offer, OfferItem
from incidents.queries.bookings import BEGINNING, END, Span, bookings_of, most_at_once


class BookedTwice(Exception):
    """More of a capacity is promised at one time than there is; says of which, and what is left."""

    def __init__(self, capacity: Capacity, left: int) -> None:
        super().__init__(
            _("“%(capacity)s” is promised elsewhere at that time: %(left)s of %(units)s are left.")
            % {"capacity": capacity.name, "left": max(left, 0), "units": capacity.units}
        )
        self.capacity, self.left = capacity, left


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
    own_spans = [_span(item, wanted.get(item.pk, item.offered)) for item in own]
    others = _others(capacity, offer)
    for span in own_spans:
        taken = most_at_once([*own_spans, *others], within=span)
        if taken > capacity.units:
            raise BookedTwice(capacity, capacity.units - taken + span.units)


def _others(capacity: Capacity, offer: Offer) -> list[Span]:
    return [
        booking.span
        for booking in bookings_of([capacity])
        if booking.offer_id != offer.pk and booking.is_exercise == offer.is_exercise
    ]


def _span(item: OfferItem, units: int) -> Span:
    return Span(units, item.ready_from or BEGINNING, item.available_until or END)
