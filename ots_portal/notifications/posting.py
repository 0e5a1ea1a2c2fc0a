"""
Sending to webhooks: endpoint by endpoint, several at once, so that one that hangs holds up no other.

An endpoint is held by a lease while a message goes to it, so that it gets one at a time whoever works, and
its breaker counts right. The threads speak to the network only; the database is the caller's business.
"""

import logging
import time
import uuid
from collections.abc import Callable
from concurrent.futures import FIRST_COMPLETED, Future, ThreadPoolExecutor, wait
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from django.db import transaction
from django.db.models import Exists, F, OuterRef, Q, QuerySet

from ots_portal import leases
from ots_portal.api import clients
from ots_portal.notifications.channels import webhook
from ots_portal.notifications.channels.results import Outcome, Result
from ots_portal.notifications.channels.webhook import Posting, Reply
from ots_portal.notifications.models import Attempt, Channel, Delivery, DeliveryStatus
from ots_portal.notifications.queries import NOT_PAUSED
from ots_portal.notifications.releases import left_until
from ots_portal.notifications.tries import NOT_VISIBLE, quick_commits, what_follows
from ots_portal.plugs import notices
from ots_portal.webhooks import queries, services
from ots_portal.webhooks.kinds import is_within
from ots_portal.webhooks.models import Endpoint, EndpointStatus

logger = logging.getLogger(__name__)

PARALLEL = 16
# Longer than the longest try (webhook.TIMEOUT_SECONDS); so late is what a dead worker held taken up again.
LEASE = timedelta(seconds=20)
# Then the task ends and beat calls the next one, so that a worker can be stopped.
GOES_ON_SECONDS = 20.0
LOOKS_AGAIN_SECONDS = 0.2
NOT_KNOWN = "This release does not know the kind; a newer one does."

Clock = Callable[[], datetime]


@dataclass(frozen=True)
class Held:
    """A try that is under way."""

    endpoint: Endpoint
    delivery: Delivery
    attempt: Attempt
    token: uuid.UUID

    @property
    def tries(self) -> int:
        """How many there were with this one; the delivery was read before it was counted."""
        return self.delivery.attempt_count + 1


def what_is_due(at: datetime) -> list[QuerySet[Any]]:
    """Return all that ``post_due`` would find to do, but for what somebody holds."""
    return [leases.free(_ready(at), at=at), _of_disabled(at)]


def post_due(*, clock: Clock, seconds: float = GOES_ON_SECONDS) -> int:
    """Send what is due until nothing is, or the time is over; return how many were tried."""
    _fail_those_of_disabled(at=clock())
    ends_at = time.monotonic() + seconds
    tried = 0
    running: dict[Future[Reply], Held] = {}
    with quick_commits(), ThreadPoolExecutor(PARALLEL, thread_name_prefix="webhook") as pool:
        while True:
            is_over = time.monotonic() >= ends_at
            room = 0 if is_over else PARALLEL - len(running)
            begun = _begin_some(room, pool, running, clock=clock)
            tried += begun
            if not running and not begun:
                return tried
            done, _waiting = wait(running, LOOKS_AGAIN_SECONDS, FIRST_COMPLETED)
            for future in done:
                _record(running.pop(future), future, clock=clock)


def _begin_some(
    room: int, pool: ThreadPoolExecutor, running: dict[Future[Reply], Held], *, clock: Clock
) -> int:
    """Begin a try for each endpoint that is free, as far as there is room; return how many."""
    if not room:
        return 0
    at = clock()
    # Whoever was served longest ago comes first.
    ready = _ready(at).order_by(F("served_at").asc(nulls_first=True), "id")
    token, endpoints = leases.claim(ready, at=at, limit=room, lease=LEASE)
    begun = _start(endpoints, token=token, at=at)
    for held in begun:
        if posting := _worded(held, at=at):
            running[pool.submit(webhook.send, posting, at=at)] = held
    return len(begun)


def _ready(at: datetime) -> QuerySet[Endpoint]:
    """Return the endpoints that something waits for and that may be sent to."""
    return queries.ready(at=at).filter(NOT_PAUSED, Exists(_due(at).filter(endpoint=OuterRef("pk"))))


def _due(at: datetime) -> QuerySet[Delivery]:
    return Delivery.objects.filter(
        status=DeliveryStatus.WAITING, channel=Channel.WEBHOOK, due_at__lte=at
    )


@transaction.atomic
def _start(endpoints: list[Endpoint], *, token: uuid.UUID, at: datetime) -> list[Held]:
    """Write the attempts before the network is touched, the most urgent message of each endpoint."""
    begun = []
    for endpoint in endpoints:
        delivery = _next(endpoint, token=token, at=at)
        if delivery is None:
            services.let_go(endpoint, token=token, at=at)
            continue
        attempt = Attempt(delivery=delivery, started_at=at)
        begun.append(Held(endpoint, delivery, attempt, token))
    Attempt.objects.bulk_create([held.attempt for held in begun])
    return begun


def _next(endpoint: Endpoint, *, token: uuid.UUID, at: datetime) -> Delivery | None:
    free = Q(lease_until=None) | Q(lease_until__lt=at)
    due = _due(at).filter(free, endpoint=endpoint).order_by("-is_alert", "due_at", "id")
    delivery = due.select_related("entry", "recipient__participant").first()
    if delivery is None:
        return None
    claimed = _due(at).filter(NOT_PAUSED, free, pk=delivery.pk)
    once_more = F("attempt_count") + 1
    until = at + LEASE
    return (
        delivery
        if claimed.update(lease_token=token, lease_until=until, attempt_count=once_more)
        else None
    )


def _worded(held: Held, *, at: datetime) -> Posting | None:
    """Return the message; None where there is none to be sent: then it is finished already, or left."""
    delivery = held.delivery
    if later := left_until(delivery.entry.kind, since=delivery.created_at, at=at):
        as_before = {"due_at": later, "attempt_count": delivery.attempt_count}
        _give_back(held, as_before, str(Outcome.DEFERRED), NOT_KNOWN, at=at)
        return None
    try:
        posting = _posting(held, at=at)
    except Exception as error:
        # No fault of the endpoint: tried again by the schedule, then it fails visibly.
        logger.exception("The delivery %s could not be worded.", held.delivery.pk)
        unworded = Result(Outcome.DEFERRED, type(error).__name__)
        changes = what_follows(unworded, tries=held.tries, at=at)
        _give_back(held, changes, str(unworded.outcome), unworded.detail, at=at)
        return None
    if posting is None:
        withdrawn = {"status": DeliveryStatus.WITHDRAWN, "finished_at": at}
        _give_back(held, withdrawn, "withdrawn", NOT_VISIBLE, at=at)
    return posting


def _posting(held: Held, *, at: datetime) -> Posting | None:
    """Return the message, through the right of the machine user and its client to see the record now."""
    delivery, machine = held.delivery, held.delivery.recipient
    notice = notices.get(delivery.entry.kind)
    if notice is None or not machine.is_active:
        return None
    if not is_within(notice.kind, clients.scopes_of([machine.pk])[machine.pk]):
        return None
    record = notice.record_for(machine, delivery.entry.subject_id)
    if record is None:
        return None
    return webhook.posting_for(delivery, held.endpoint, notice, record, at=at)


@transaction.atomic
def _give_back(
    held: Held, changes: dict[str, Any], outcome: str, detail: str, *, at: datetime
) -> None:
    """Finish a try that never touched the network; of the endpoint it says nothing."""
    if leases.release(held.delivery, token=held.token, **changes):
        Attempt.objects.filter(pk=held.attempt.pk).update(
            finished_at=at, outcome=outcome, detail=detail
        )
    services.let_go(held.endpoint, token=held.token, at=at)


def _record(held: Held, future: Future[Reply], *, clock: Clock) -> None:
    try:
        _finish(held, future.result(), at=clock())
    except Exception:
        # What came of the others is recorded all the same; this one's lease ends, and it is sent again.
        logger.exception("What came of the delivery %s is not recorded.", held.delivery.pk)


@transaction.atomic
def _finish(held: Held, reply: Reply, *, at: datetime) -> None:
    """Record what came of a try, unless the lease has passed to somebody else."""
    changes = what_follows(reply, tries=held.tries, at=at)
    if not leases.release(held.delivery, token=held.token, **changes):
        return
    Attempt.objects.filter(pk=held.attempt.pk).update(
        finished_at=at,
        outcome=str(reply.outcome),
        detail=reply.detail[:300],
        failure=reply.failure,
        answer=reply.answer,
    )
    _note(held, reply, at=at)


def _note(held: Held, reply: Reply, *, at: datetime) -> None:
    """Tell the endpoint's breaker; what waits is due when the breaker lets it through."""
    waiting = Delivery.objects.filter(endpoint=held.endpoint, status=DeliveryStatus.WAITING)
    if reply.outcome is Outcome.SENT:
        was_in_pause = held.endpoint.retry_at is not None
        services.note_success(held.endpoint, token=held.token, at=at)
        if was_in_pause:
            waiting.filter(due_at__gt=at).update(due_at=at)
        return
    rests_until = services.note_failure(
        held.endpoint,
        token=held.token,
        at=at,
        retry_after=reply.retry_after,
        is_gone=reply.is_gone,
    )
    if rests_until:
        waiting.filter(due_at__lt=rests_until).update(due_at=rests_until)


def _fail_those_of_disabled(*, at: datetime) -> None:
    """What waited for an endpoint that was disabled has failed; whoever enables it can send it again."""
    failed = {"status": DeliveryStatus.FAILED, "finished_at": at}
    _of_disabled(at).update(**failed, lease_until=None, lease_token=None)


def _of_disabled(at: datetime) -> QuerySet[Delivery]:
    waiting = Delivery.objects.filter(
        status=DeliveryStatus.WAITING,
        endpoint__in=Endpoint.objects.filter(status=EndpointStatus.DISABLED),
    )
    return leases.free(waiting, at=at)
