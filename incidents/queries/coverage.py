"""
The coverage of requests, line by line: one query, whatever the number of requests.

needed: what the text asks for. offered: what waits for a decision, and what was accepted. accepted: what the
requester took. under way, arrived: of that, by deployment. gap: what is still missing.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from django.db.models import BigIntegerField, OuterRef, Q, QuerySet, Subquery, Sum
from django.db.models.functions import Coalesce, Now

from incidents.models import Deployment, OfferItem, RequestItem
from incidents.queries.offers import not_declined
from incidents.statuses import (
    ACCEPTED_OFFERS,
    AT_PLACE,
    UNDER_WAY,
    WAITING_OFFERS,
    DeploymentStatus,
)


@dataclass(frozen=True)
class Coverage:
    """One line of a request in figures, all in the line's unit."""

    item: RequestItem
    needed: int
    waiting: int
    accepted: int
    under_way: int
    arrived: int

    @property
    def offered(self) -> int:
        return self.waiting + self.accepted

    @property
    def surplus(self) -> int:
        """What was accepted beyond the need, where the requester allows it."""
        return max(self.accepted - self.needed, 0)

    @property
    def gap(self) -> int:
        return max(self.needed - self.accepted, 0)


def coverage_of(requests: QuerySet[Any]) -> list[Coverage]:
    """Return the lines of all these requests, in the requests' order of numbers and the lines' own."""
    found = RequestItem.objects.filter(request__in=requests.order_by().values("pk"))
    return [_figures(item) for item in _counted(found)]


def _counted(items: QuerySet[RequestItem]) -> Iterable[Any]:
    return (
        items.select_related("request__participant", "request__incident")
        .annotate(
            waiting_sum=_offered_and_waiting(),
            under_way_sum=_deployed(UNDER_WAY),
            arrived_sum=_deployed(AT_PLACE),
        )
        .order_by("request__created_at", "request_id", "line")
    )


def _figures(item: Any) -> Coverage:
    is_cancelled = item.cancelled_at is not None
    return Coverage(
        item=item,
        needed=0 if is_cancelled else item.needed,
        waiting=item.waiting_sum,
        accepted=item.accepted,
        under_way=item.under_way_sum,
        arrived=item.arrived_sum,
    )


def _offered_and_waiting() -> Coalesce:
    """
    Sum what is offered to a line and still to be had: not accepted, not declined.

    Lines of an offer that was accepted in part count where nothing of them was decided for good,
    until the offer's time is over or the offerer withdraws its rest.
    """
    rest = Q(
        offer__status__in=ACCEPTED_OFFERS,
        offer__rest_withdrawn_at=None,
        offer__valid_until__gt=Now(),
        accepted=0,
    )
    left = Q(offer__status__in=WAITING_OFFERS) | rest
    waiting = not_declined(OfferItem.objects.filter(left, request_item=OuterRef("pk")))
    return _sum_of(waiting, "offered", per="request_item")


def _deployed(statuses: Iterable[str]) -> Coalesce:
    deployments = Deployment.objects.filter(
        offer_item__request_item=OuterRef("pk"), status__in=tuple(statuses)
    ).exclude(status=DeploymentStatus.RETURNED, arrived_at=None)  # recalled: it never arrived
    return _sum_of(deployments, "quantity", per="offer_item__request_item")


def _sum_of(rows: QuerySet[Any], column: str, *, per: str) -> Coalesce:
    """Return the sum as a scalar subquery: joined sums would count one another's rows."""
    summed = rows.order_by().values(per).annotate(total=Sum(column)).values("total")
    return Coalesce(Subquery(summed, output_field=BigIntegerField()), 0)
