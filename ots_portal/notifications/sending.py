"""
A batch of claimed deliveries on its way: who may still see it, in which words, tried, and what came of it.

The attempts of a batch are written together before the network is touched, what came of each one by one:
a worker that dies leaves at most one message that may have arrived without being recorded.
"""

import logging
import random
import time
import uuid
from collections import defaultdict, deque
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from contextlib import ExitStack, contextmanager, suppress
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any, Self

from django.conf import settings
from django.db import connection, transaction
from django.db.models import F

from ots_portal import leases
from ots_portal.audit.models import AuditEntry
from ots_portal.notifications import timing
from ots_portal.notifications.channels import CHANNELS, mail
from ots_portal.notifications.channels.results import Outcome, Result, Sender
from ots_portal.notifications.marks import Alongside, Marks, marks_for
from ots_portal.notifications.models import Attempt, Delivery, DeliveryStatus
from ots_portal.notifications.queries import NOT_PAUSED, standing_pause
from ots_portal.notifications.releases import left_until
from ots_portal.notifications.wording import Wording, wording_for
from ots_portal.people.models import User
from ots_portal.plugs import Notice, notices

logger = logging.getLogger(__name__)

# When a try is repeated; after the last one the delivery has failed and the operator sees it.
# The pauses grow as the Standard Webhooks specification recommends for deliveries.
PAUSES = tuple(
    timedelta(seconds=seconds) for seconds in (5, 60, 300, 1800, 7200, 18000, 36000, 36000)
)
LONGEST_RETRY_AFTER = timedelta(hours=1)
# No message is begun so late that it could still be under way when the lease has passed to somebody else.
LONGEST_MESSAGE = timedelta(seconds=settings.EMAIL_TIMEOUT + 5)
# What was asked before is believed for so long while messages go out one after the other.
STILL_TRUE_SECONDS = 0.2
# Words are kept so long for those who read them next in the same language and zone.
WORDS_ARE_FRESH_SECONDS = 2.0
# A run that finds no end, of ever new entries, must not fill the memory.
MOST_WORDINGS = 500

# What of a person decides whether, and where, a message goes out.
RIGHTS = ("is_active", "rights_version", "email")
SENT = Result(Outcome.SENT)
NOT_VISIBLE = "The recipient may not see it any more."


@dataclass(frozen=True)
class Ready:
    """A delivery that may go out, in its words."""

    delivery: Delivery
    wording: Wording


class Reading:
    """A clock that asks the database's at most every ``STILL_TRUE_SECONDS``."""

    def __init__(self, clock: Callable[[], datetime]) -> None:
        self._clock = clock
        self._read_at = -STILL_TRUE_SECONDS
        self._moment = datetime.min.replace(tzinfo=UTC)

    def __call__(self) -> datetime:
        now = time.monotonic()
        if now - self._read_at >= STILL_TRUE_SECONDS:
            self._read_at, self._moment = now, self._clock()
        return self._moment


class Run:
    """One working-through: what it learns of the channels and has worded already serves the next batch."""

    def __init__(self, clock: Callable[[], datetime]) -> None:
        self._clock = Reading(clock)
        self._words: dict[tuple[uuid.UUID, str, str], tuple[float, Wording]] = {}
        # What is opened for one batch serves the next.
        self._open = ExitStack()
        self._senders: dict[str, Sender] = {}
        self._alongside: Marks | None = None
        # Channels that nobody answers on: the others go on, this one has its turn in the next run.
        self.away: set[str] = set()

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_error: object) -> None:
        self._open.close()

    def deliver(self, claimed: Sequence[Delivery], *, token: uuid.UUID, lease: timedelta) -> None:
        """Take every claimed delivery one step on: sent, deferred, postponed, withdrawn, failed."""
        with quick_commits():
            ready = self._prepare(claimed, token=token)
            by_channel: dict[str, list[Ready]] = defaultdict(list)
            for one in ready:
                by_channel[one.delivery.channel].append(one)
            for channel, group in by_channel.items():
                self._send(channel, group, token=token, lease=lease)

    # ── before the network ──────────────────────────────────────────────────────────────────────

    def _prepare(self, claimed: Sequence[Delivery], *, token: uuid.UUID) -> list[Ready]:
        """Ask again who may see what, and word it; what cannot go out now is recorded here."""
        at = self._clock()
        _with_recipients(claimed)
        allowed, unasked = _readers(claimed)
        ready: list[Ready] = []
        for delivery in claimed:
            if later := left_until(delivery.entry.kind, since=delivery.created_at, at=at):
                leases.release(delivery, token=token, due_at=later)
                continue
            if error := unasked.get(delivery.entry_id):
                self._defer_unworded(delivery, error, token=token)
                continue
            if (delivery.entry_id, delivery.recipient_id) not in allowed:
                _withdraw(delivery, token=token, at=at)
                continue
            try:
                postponed = timing.postponed_until(delivery, delivery.recipient, at)
                wording = None if postponed else self._wording(delivery)
            except Exception as error:
                # A message that cannot be worded is tried again by the schedule, and then fails visibly.
                logger.exception("The delivery %s could not be worded.", delivery.pk)
                self._defer_unworded(delivery, error, token=token)
                continue
            if postponed:
                due_at, is_for_digest = postponed
                leases.release(delivery, token=token, due_at=due_at, is_for_digest=is_for_digest)
            elif wording is None:
                _withdraw(delivery, token=token, at=at)
            else:
                ready.append(Ready(delivery, wording))
        return ready

    def _wording(self, delivery: Delivery) -> Wording | None:
        """Return the words, fresh or as worded right before; None where the record cannot be seen."""
        notice, recipient = notices[delivery.entry.kind], delivery.recipient
        key = (delivery.entry_id, recipient.language, recipient.time_zone)
        is_shared = notice.readers is not None and not notice.is_worded_for_each
        now = time.monotonic()
        if is_shared and key in self._words:
            worded_at, wording = self._words[key]
            if now - worded_at < WORDS_ARE_FRESH_SECONDS:
                return wording
        record = notice.record_for(recipient, delivery.entry.subject_id)
        if record is None:
            return None
        wording = wording_for(notice, delivery.entry, record, recipient)
        if is_shared:
            if len(self._words) >= MOST_WORDINGS:
                self._words.clear()
            self._words[key] = now, wording
        return wording

    def _defer_unworded(self, delivery: Delivery, error: Exception, *, token: uuid.UUID) -> None:
        (attempt,) = _start([delivery], token=token, at=self._clock()) or (None,)
        if attempt:
            result = Result(Outcome.DEFERRED, type(error).__name__)
            _finish(delivery, attempt, result, token=token, at=self._clock())

    # ── over the network ────────────────────────────────────────────────────────────────────────

    def _send(
        self, channel: str, group: list[Ready], *, token: uuid.UUID, lease: timedelta
    ) -> None:
        # The lease begins anew: to word a batch may have taken as long, and then none would ever go out.
        begin_until = time.monotonic() + (lease - LONGEST_MESSAGE).total_seconds()
        begun = _start([one.delivery for one in group], token=token, at=self._clock(), lease=lease)
        attempts = {attempt.delivery_id: attempt for attempt in begun}
        waiting = deque(one for one in group if one.delivery.pk in attempts)
        if not waiting:
            return
        sent: list[Attempt] = []
        last: Attempt | None = None  # sent, and not known to be noted yet
        sender, marks = self._sender(channel), self._marks(len(waiting))
        asked_at = time.monotonic()
        while waiting and time.monotonic() < begin_until:
            if time.monotonic() - asked_at >= STILL_TRUE_SECONDS:
                # The messages before may have taken long: who is told, and whether at all, is asked again.
                if standing_pause():
                    break
                waiting = self._still_ready(waiting, attempts, token=token)
                asked_at = time.monotonic()
                if not waiting:
                    break
            one = waiting.popleft()
            _begin(sender, one)
            # Before the next text goes over the wire, the one before is noted.
            if last and marks.settle():
                sent.append(last)
            last = None
            result = _tried(sender, one)
            attempt = attempts[one.delivery.pk]
            if result == SENT:
                marks.begin(one.delivery, token=token, at=self._clock())
                last = attempt
                continue
            _finish(one.delivery, attempt, result, token=token, at=self._clock())
            if result.is_nobody_there:
                # Each of the others would wait for the same time-out; they stay due.
                self.away.add(channel)
                break
        if last and marks.settle():
            sent.append(last)
        _close(sent, at=self._clock())
        _give_back([one.delivery for one in waiting], token=token)

    def _sender(self, channel: str) -> Sender:
        if channel not in self._senders:
            self._senders[channel] = self._open.enter_context(CHANNELS[channel]())
        return self._senders[channel]

    def _marks(self, count: int) -> Marks:
        if self._alongside:
            return self._alongside
        marks = marks_for(count)
        if isinstance(marks, Alongside):
            self._alongside = marks
            self._open.callback(marks.close)
        return marks

    def _still_ready(
        self, waiting: Iterable[Ready], attempts: Mapping[uuid.UUID, Attempt], *, token: uuid.UUID
    ) -> deque[Ready]:
        """Leave out, or word again, for those whose rights have changed since the batch was prepared."""
        waiting = list(waiting)
        people = User.objects.filter(pk__in=[one.delivery.recipient_id for one in waiting])
        now = {key: rights for key, *rights in people.values_list("pk", *RIGHTS)}
        ready: deque[Ready] = deque()
        for one in waiting:
            known = one.delivery.recipient
            if [getattr(known, name) for name in RIGHTS] == now[known.pk]:
                ready.append(one)
                continue
            one.delivery.recipient = User.objects.get(pk=known.pk)
            allowed, unasked = _readers([one.delivery])
            if unasked:
                continue  # its lease ends, and it is asked again
            try:
                wording = self._wording(one.delivery) if allowed else None
            except Exception:
                # Its lease ends, and it is worded again; those behind it must not wait for that.
                logger.exception("The delivery %s could not be worded.", one.delivery.pk)
                continue
            if wording:
                ready.append(Ready(one.delivery, wording))
            else:
                attempt = attempts[one.delivery.pk]
                _finish(one.delivery, attempt, None, token=token, at=self._clock())
        return ready


def _begin(sender: Sender, one: Ready) -> None:
    if isinstance(sender, mail.Mailbox):
        # Whatever goes wrong here goes wrong again when it is sent, and is told there.
        with suppress(Exception):
            sender.begin(one.delivery, one.wording)


def _tried(sender: Sender, one: Ready) -> Result:
    try:
        return sender.send(one.delivery, one.wording)
    except Exception as error:
        logger.exception("The delivery %s could not be sent.", one.delivery.pk)
        return Result(Outcome.DEFERRED, type(error).__name__)


# ── who may see it ──────────────────────────────────────────────────────────────────────────────


def _with_recipients(claimed: Iterable[Delivery]) -> None:
    """Attach the recipients as they are now: role and address may be others than at the fan-out."""
    # Participants are few and wide: each is read once, not with every one of its people.
    everybody = User.objects.select_related("mail_times").prefetch_related("participant")
    people = everybody.in_bulk({delivery.recipient_id for delivery in claimed})
    for delivery in claimed:
        delivery.recipient = people[delivery.recipient_id]


def _readers(
    claimed: Iterable[Delivery],
) -> tuple[set[tuple[uuid.UUID, uuid.UUID]], dict[uuid.UUID, Exception]]:
    """
    Return (entry, recipient) of the deliveries that may go out: one query for each entry.

    And entry → error where it could not be asked: nobody may be told of that one now.
    """
    by_entry: dict[uuid.UUID, list[Delivery]] = defaultdict(list)
    for delivery in claimed:
        by_entry[delivery.entry_id].append(delivery)
    allowed: set[tuple[uuid.UUID, uuid.UUID]] = set()
    unasked: dict[uuid.UUID, Exception] = {}
    for entry_id, group in by_entry.items():
        entry = group[0].entry
        notice = notices.get(entry.kind)
        if notice is None:
            continue
        people = {
            one.recipient_id for one in group if one.recipient.is_active or notice.reaches_inactive
        }
        try:
            allowed |= {(entry_id, person) for person in _those_who_read(notice, entry, people)}
        except Exception as error:
            logger.exception("The readers of the entry %s could not be asked.", entry.pk)
            unasked[entry_id] = error
    return allowed, unasked


def _those_who_read(
    notice: Notice, entry: AuditEntry, people: set[uuid.UUID]
) -> Iterable[uuid.UUID]:
    """Narrow the people by ``readers``; a notice without asks for each one's record when it is worded."""
    if notice.readers is None or not people:
        return people
    return notice.readers(entry).filter(pk__in=people).order_by().values_list("pk", flat=True)


# ── what is recorded ────────────────────────────────────────────────────────────────────────────


@contextmanager
def quick_commits() -> Iterator[None]:
    """
    Do not wait for the disk with every result (decisions.md 26).

    Should PostgreSQL itself be killed, what the last fraction of a second sent is sent again under the same
    id. What was accepted is not concerned: outbox rows are written elsewhere.
    """
    if connection.vendor != "postgresql" or connection.in_atomic_block:
        yield
        return
    with connection.cursor() as cursor:
        cursor.execute("SET synchronous_commit TO off")
    try:
        yield
    finally:
        if connection.is_usable():
            with connection.cursor() as cursor:
                cursor.execute("RESET synchronous_commit")


@transaction.atomic
def _start(
    deliveries: Sequence[Delivery],
    *,
    token: uuid.UUID,
    at: datetime,
    lease: timedelta = leases.LEASE,
) -> list[Attempt]:
    """Write the attempts before the network is touched, of those whose lease still holds."""
    keys = [delivery.pk for delivery in deliveries]
    held = Delivery.objects.filter(NOT_PAUSED, pk__in=keys, lease_token=token)
    once_more = F("attempt_count") + 1
    if held.update(attempt_count=once_more, lease_until=at + lease) != len(keys):
        still = set(held.values_list("pk", flat=True))
        deliveries = [delivery for delivery in deliveries if delivery.pk in still]
    attempts = [Attempt(delivery=delivery, started_at=at) for delivery in deliveries]
    return Attempt.objects.bulk_create(attempts)


@transaction.atomic
def _give_back(deliveries: Sequence[Delivery], *, token: uuid.UUID) -> None:
    """Take back the attempts that did not come about; the deliveries stay due."""
    if not deliveries:
        return
    held = Delivery.objects.filter(pk__in=[one.pk for one in deliveries], lease_token=token)
    keys = list(held.values_list("pk", flat=True))
    Attempt.objects.filter(delivery__in=keys, finished_at=None, outcome="").delete()
    held.update(attempt_count=F("attempt_count") - 1, lease_until=None, lease_token=None)


def _withdraw(delivery: Delivery, *, token: uuid.UUID, at: datetime) -> None:
    with transaction.atomic():
        if leases.release(delivery, token=token, status=DeliveryStatus.WITHDRAWN, finished_at=at):
            Attempt.objects.create(
                delivery=delivery,
                started_at=at,
                finished_at=at,
                outcome="withdrawn",
                detail=NOT_VISIBLE,
            )


def _close(attempts: Sequence[Attempt], *, at: datetime) -> None:
    """Note of the tries that went well that they did; what matters is recorded already."""
    if attempts:
        done = Attempt.objects.filter(pk__in=[attempt.pk for attempt in attempts])
        done.update(finished_at=at, outcome=str(Outcome.SENT))


def _finish(
    delivery: Delivery, attempt: Attempt, result: Result | None, *, token: uuid.UUID, at: datetime
) -> None:
    """
    Record what came of it, unless the lease has passed to somebody else.

    ``result`` None: it was not sent, the recipient may not see it any more.
    """
    if result is None:
        outcome, detail = "withdrawn", NOT_VISIBLE
        changes: dict[str, Any] = {"status": DeliveryStatus.WITHDRAWN, "finished_at": at}
    else:
        outcome, detail = str(result.outcome), result.detail
        changes = what_follows(result, tries=delivery.attempt_count + 1, at=at)
    # Not one transaction: a crash in between leaves a delivery that is finished and a try without an end.
    if leases.release(delivery, token=token, **changes):
        Attempt.objects.filter(pk=attempt.pk).update(
            finished_at=at, outcome=outcome, detail=detail[:300]
        )


def what_follows(result: Result, *, tries: int, at: datetime) -> dict[str, Any]:
    """Return the columns of a delivery after so many tries, of which this was the last."""
    if result.outcome is Outcome.SENT:
        return {"status": DeliveryStatus.SENT, "finished_at": at}
    if result.outcome is Outcome.REFUSED or tries > len(PAUSES):
        return {"status": DeliveryStatus.FAILED, "finished_at": at}
    # ±20 %: those who failed together do not come back together
    pause = PAUSES[tries - 1] * random.uniform(0.8, 1.2)  # noqa: S311 -- spreading load, no secret
    if result.retry_after:
        pause = max(pause, min(result.retry_after, LONGEST_RETRY_AFTER))
    return {"due_at": at + pause}
