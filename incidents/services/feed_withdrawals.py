"""
What a hazard system takes back: an earthquake that was none.

The proposal stays with all its versions and with the incidents made of it; it is offered to nobody any more.
"""

from dataclasses import dataclass
from datetime import datetime

from django.db import transaction

from incidents.formats import usgs
from incidents.models import FeedItem
from incidents.queries.feed_items import observations_of
from incidents.services.feed_items import Outcome
from incidents.services.feed_versions import (
    Order,
    keep,
    newest_of,
    order,
    order_of,
    refuse_the_future,
)
from incidents.statuses import Scheme
from ots_portal.audit.services import record


@dataclass(frozen=True)
class Withdrawal:
    """That a system has taken back, at ``version_at``, what it said under this name."""

    scheme: str
    value: str
    version_at: datetime
    digest: str

    @property
    def order(self) -> Order:
        return order(self.version_at, is_withdrawn=True)


def from_usgs(said: usgs.Deletion) -> Withdrawal:
    return Withdrawal(Scheme.USGS, said.usgs_id, said.deleted_at, said.digest)


@transaction.atomic
def withdraw(withdrawal: Withdrawal, *, at: datetime) -> Outcome:
    """
    Note with the proposal, and with its incidents' references, that its source has taken it back.

    What is not known here has nothing to take back. The same said twice changes nothing; what is older than
    the version that stands becomes history.

    :raises FormatError: when it is dated in the future
    """
    refuse_the_future(withdrawal.value, withdrawal.version_at, at=at)
    names = FeedItem.objects.filter(scheme=withdrawal.scheme, value=withdrawal.value)
    item = names.select_for_update(of=("self",)).first()
    if item is None:
        return Outcome.PASSED_OVER
    said = list(observations_of(item))
    newest = newest_of(said)
    taken_back_at = {one.version_at for one in said if one.is_withdrawn}
    if newest.is_withdrawn or withdrawal.version_at in taken_back_at:
        return Outcome.UNCHANGED
    keep(
        item,
        at=at,
        version_at=withdrawal.version_at,
        is_current=False,
        is_withdrawn=True,
        digest=withdrawal.digest,
    )
    if withdrawal.order < order_of(newest):
        return Outcome.OLDER
    _mark(item, withdrawal, at=at)
    return Outcome.WITHDRAWN


def _mark(item: FeedItem, withdrawal: Withdrawal, *, at: datetime) -> None:
    item.is_withdrawn, item.version_at = True, withdrawal.version_at
    item.version += 1
    item.updated_at = at
    item.save(update_fields=["is_withdrawn", "version_at", "version", "updated_at"])
    change = {"before": False, "after": True}
    record("incidents.feed_item.withdrawn", subject=item, by=None, at=at, is_withdrawn=change)
