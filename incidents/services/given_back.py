"""What the feeds said goes back to everybody when the draft that was made of it is put away."""

from datetime import datetime

from incidents.models import ExternalReference, FeedItem, Incident
from incidents.queries.feed_items import incidents_named
from incidents.statuses import FEED_ITEMS, FeedItemStatus
from incidents.stored import store
from ots_portal import lifecycle
from ots_portal.people.models import User


def give_back_all(discarded: Incident, *, by: User, at: datetime) -> None:
    """Give back what the draft was made of; it holds its names no more, so that it can be drafted anew."""
    names = ExternalReference.objects.filter(incident=discarded)
    values = list(names.values_list("value", flat=True))
    items = list(FeedItem.objects.select_for_update(of=("self",)).filter(value__in=values))
    if not items:
        return
    names.delete()
    store(discarded)
    for item in items:
        if item.incident_id == discarded.pk and item.status == FeedItemStatus.TAKEN_UP:
            give_back(item, by=by, at=at)


def give_back(item: FeedItem, *, by: User | None, at: datetime) -> FeedItem:
    """
    Make it a proposal again; where another participant has its own incident of it, it stays with that one.

    :raises WrongStatus: unless it is taken up
    """
    slug = by.participant_id if by else ""
    given = lifecycle.take_step(
        item,
        "give_back",
        lifecycle=FEED_ITEMS,
        by=by,
        at=at,
        participant=slug,
        changes={"incident": None},
    )
    other = incidents_named(given).first()
    if other is None:
        return given
    return lifecycle.take_step(
        given,
        "take_up",
        lifecycle=FEED_ITEMS,
        by=None,
        at=at,
        participant=other.participant_id,
        changes={"incident": other},
    )
