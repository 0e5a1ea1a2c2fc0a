"""
What is decided about messages that have not arrived: that one is never sent, and the same for many at once.

``pauses.retry`` tries a single one again. Whoever decides about many says why; each participant's part of it
stands in the audit of that participant.
"""

from collections import defaultdict
from collections.abc import Callable, Iterator, Sequence
from datetime import datetime
from typing import Any

from django.db import transaction
from django.db.models import Exists, OuterRef, Q, QuerySet
from django.utils.translation import gettext as _

from ots_portal.audit.services import record
from ots_portal.lifecycle import WrongStatus
from ots_portal.notifications import rules
from ots_portal.notifications.models import Attempt, Delivery, DeliveryStatus, Digest
from ots_portal.notifications.queries import messages_visible_to
from ots_portal.notifications.tries import HAS_ARRIVED
from ots_portal.participants.models import Participant
from ots_portal.people.models import User
from ots_portal.plugs import notices
from ots_portal.verdicts import require

# So many are decided about at once, the oldest first; the page says so where there are more.
MOST_AT_ONCE = 10_000
CHUNK = 500
TO_RETRY = (DeliveryStatus.FAILED, DeliveryStatus.UNKNOWN)


RETRYABLE = Q(status__in=TO_RETRY)


def is_sent_whatever_happens(delivery: Delivery) -> bool:
    """
    Return whether nobody takes it back while it waits: alerts (decisions.md 27) and mandatory kinds.

    Who has stolen a head's session must not hold back the mail that tells the others of a new webhook.
    """
    return delivery.is_alert or delivery.entry.kind in _mandatory_kinds()


def _mandatory_kinds() -> list[str]:
    return [kind for kind, notice in notices.items() if not notice.is_optional]


def withdrawable_at(at: datetime) -> Q:
    """
    Leave out what has arrived, what a worker has in hands, and what is sent whatever happens.

    That may only be given up after it has failed.
    """
    waits = Q(status=DeliveryStatus.WAITING, is_alert=False)
    waits &= ~Q(entry__kind__in=_mandatory_kinds()) & ~HAS_ARRIVED
    is_free = Q(lease_until=None) | Q(lease_until__lt=at)
    under_way = Digest.objects.filter(pk=OuterRef("digest"), lease_until__gte=at)
    return (RETRYABLE | waits) & is_free & Q(~Exists(under_way))


@transaction.atomic
def withdraw(delivery: Delivery, *, reason: str, by: User, at: datetime) -> Delivery:
    """
    Never send a message; its copy in the inbox stays.

    :raises Refused: unless ``rules.may_withdraw``
    :raises WrongStatus: where it has arrived, is being sent, or is an alert that waits
    """
    require(rules.may_withdraw(by, delivery))
    before = delivery.status
    is_withdrawn = _give_up([delivery.pk], reason=reason, at=at)
    delivery.refresh_from_db()
    if not is_withdrawn:
        raise WrongStatus(_why_not_withdrawn(delivery))
    record(
        "notifications.delivery.withdrawn",
        subject=delivery,
        by=by,
        at=at,
        participant=delivery.recipient.participant_id,
        status={"before": before, "after": delivery.status},
        reason=reason,
    )
    return delivery


def _why_not_withdrawn(delivery: Delivery) -> str:
    if delivery.status != DeliveryStatus.WAITING:
        sentence = _("This is not possible any more: the status is now “%(status)s”.")
        return sentence % {"status": delivery.get_status_display()}
    if delivery.is_alert:
        return _("An alert that waits is sent: nobody can take it back.")
    if is_sent_whatever_happens(delivery):
        return _("A message that people cannot do without is sent: nobody can take it back.")
    return _("The message is being sent at this moment.")


def retry_all(
    messages: QuerySet[Delivery], *, reason: str, by: User, at: datetime, narrowed: dict[str, str]
) -> int:
    """
    Try again whatever of these messages has failed or may have been sent; return how many.

    ``narrowed`` are the filters that chose them, for the audit. :raises Refused: unless
    ``rules.may_settle_many``
    """

    def try_again(keys: Sequence[Any]) -> int:
        rows = Delivery.objects.filter(RETRYABLE, pk__in=keys)
        return rows.update(
            status=DeliveryStatus.WAITING, due_at=at, attempt_count=0, finished_at=None
        )

    require(rules.may_settle_many(by))
    chosen = messages.filter(RETRYABLE)
    return _settle(chosen, try_again, "retried", reason=reason, by=by, at=at, narrowed=narrowed)


def withdraw_all(
    messages: QuerySet[Delivery], *, reason: str, by: User, at: datetime, narrowed: dict[str, str]
) -> int:
    """
    Never send whatever of these messages can still be held back; return how many.

    ``narrowed`` are the filters that chose them, for the audit. :raises Refused: unless
    ``rules.may_settle_many``
    """

    def give_up(keys: Sequence[Any]) -> int:
        return _give_up(keys, reason=reason, at=at)

    require(rules.may_settle_many(by))
    chosen = messages.filter(withdrawable_at(at))
    return _settle(chosen, give_up, "withdrawn", reason=reason, by=by, at=at, narrowed=narrowed)


KINDS = {
    "retried": "participants.participant.messages_retried",
    "withdrawn": "participants.participant.messages_withdrawn",
}


@transaction.atomic
def _settle(  # noqa: PLR0913 -- keywords only, each named where it is called
    chosen: QuerySet[Delivery],
    decide: Callable[[Sequence[Any]], int],
    deed: str,
    *,
    reason: str,
    by: User,
    at: datetime,
    narrowed: dict[str, str],
) -> int:
    """Decide about the chosen that the person may decide about, with an entry for each participant."""
    own = chosen.filter(pk__in=messages_visible_to(by).values("pk"))
    keys: dict[str, list[Any]] = defaultdict(list)
    oldest = own.order_by("created_at", "id").values_list("pk", "recipient__participant")
    for key, slug in oldest[:MOST_AT_ONCE]:
        keys[slug].append(key)
    total = 0
    for participant in Participant.objects.filter(pk__in=keys).order_by("pk"):
        count = sum(decide(chunk) for chunk in _chunks(keys[participant.pk]))
        total += count
        if count:
            record(
                KINDS[deed],
                subject=participant,
                by=by,
                at=at,
                participant=participant.pk,
                count=count,
                reason=reason,
                narrowed=narrowed,
            )
    return total


def _chunks(keys: Sequence[Any]) -> Iterator[Sequence[Any]]:
    return (keys[start : start + CHUNK] for start in range(0, len(keys), CHUNK))


def _give_up(keys: Sequence[Any], *, reason: str, at: datetime) -> int:
    """Withdraw those that can be, and keep the reason where the tries stand."""
    # Locked until the transaction ends (on SQLite it is the only writer): no worker claims one in between.
    rows = Delivery.objects.select_for_update().filter(withdrawable_at(at), pk__in=keys)
    found = list(rows.values_list("pk", flat=True))
    count = Delivery.objects.filter(pk__in=found).update(
        status=DeliveryStatus.WITHDRAWN, finished_at=at, lease_until=None, lease_token=None
    )
    Attempt.objects.bulk_create(
        Attempt(
            delivery_id=key, started_at=at, finished_at=at, outcome="withdrawn", detail=reason[:300]
        )
        for key in found
    )
    return count
