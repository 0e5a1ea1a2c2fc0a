"""
A batch of claimed deliveries on its way: who may still see it, in which words, tried, and what came of it.

The attempts of a batch are written together before the network is touched, what came of each one by one:
a worker that dies leaves at most one message that may have arrived without being recorded.
"""

import logging
import time
import uuid
from collections import defaultdict, deque
from collections.abc import Callable, Iterable, Mapping, Sequence
from contextlib import ExitStack
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Self

from django.conf import settings

from ots_portal import leases
from ots_portal.audit.models import AuditEntry
from ots_portal.notifications import timing, tries
from ots_portal.notifications.channels import CHANNELS, mail
from ots_portal.notifications.channels.results import Outcome, Result, Sender
from ots_portal.notifications.marks import Alongside, Marks, marks_for
from ots_portal.notifications.models import Delivery
from ots_portal.notifications.queries import standing_pause
from ots_portal.notifications.releases import left_until
from ots_portal.notifications.wording import Wording, wording_for
from ots_portal.people.models import User
from ots_portal.plugs import Notice, notices

logger = logging.getLogger(__name__)

# No message is begun so late that it could still be under way when the lease has passed to somebody else.
LONGEST_MESSAGE = timedelta(seconds=settings.EMAIL_TIMEOUT + 5)
# So many are claimed at first, and at most; in between as many as go out in so long. What all of a batch ask together
# costs each of them less; but who comes in meanwhile waits for its end, and so does what a killed worker held.
FEWEST, MOST = 50, 500
BATCH_SECONDS = 0.4
# What was asked before is believed for so long while messages go out one after the other.
STILL_TRUE_SECONDS = 0.2
# And of so many: hundreds may wait that do not go out so soon.
ASKED_TOGETHER = 100
# Words are kept so long for those who read them next in the same language and zone.
WORDS_ARE_FRESH_SECONDS = 2.0
# A run that finds no end, of ever new entries, must not fill the memory.
MOST_WORDINGS = 500

# What of a person decides whether, and where, a message goes out.
RIGHTS = ("is_active", "rights_version", "email")
# What no message is made of.
UNASKED = ("password", "last_login", "is_demo", "forgotten_at")
SENT = Result(Outcome.SENT)


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
        self.size = FEWEST
        # Channels that nobody answers on: the others go on, this one has its turn in the next run.
        self.away: set[str] = set()

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_error: object) -> None:
        self._open.close()

    def deliver(self, claimed: Sequence[Delivery], *, token: uuid.UUID, lease: timedelta) -> None:
        """Take every claimed delivery one step on: sent, deferred, postponed, withdrawn, failed."""
        began = time.monotonic()
        with tries.quick_commits():
            ready = self._prepare(self._unsent(claimed, token=token), token=token)
            by_channel: dict[str, list[Ready]] = defaultdict(list)
            for one in ready:
                by_channel[one.delivery.channel].append(one)
            for channel, group in by_channel.items():
                self._send(channel, group, token=token, lease=lease)
        self._grow(len(claimed), time.monotonic() - began)

    def _grow(self, count: int, seconds: float) -> None:
        """Claim as many as take BATCH_SECONDS: what every batch asks once costs each message less."""
        if count >= self.size:
            wanted = int(count * BATCH_SECONDS / max(seconds, BATCH_SECONDS / MOST))
            self.size = min(max(wanted, FEWEST), 2 * self.size, MOST)

    def _unsent(self, claimed: Sequence[Delivery], *, token: uuid.UUID) -> Sequence[Delivery]:
        """Leave out, and close, what a worker sent that died before it had closed it."""
        sent = tries.sent_already(claimed)
        if not sent:
            return claimed
        tries.close(sent, token=token, at=self._clock())
        return [delivery for delivery in claimed if delivery.pk not in sent]

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
                tries.withdraw(delivery, token=token, at=at)
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
                tries.withdraw(delivery, token=token, at=at)
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
        attempt = tries.start([delivery], token=token, at=self._clock()).get(delivery.pk)
        if attempt:
            result = Result(Outcome.DEFERRED, type(error).__name__)
            tries.finish(delivery, attempt, result, token=token, at=self._clock())

    # ── over the network ────────────────────────────────────────────────────────────────────────

    def _send(
        self, channel: str, group: list[Ready], *, token: uuid.UUID, lease: timedelta
    ) -> None:
        # The lease begins anew: to word a batch may have taken as long, and then none would ever go out.
        begin_until = time.monotonic() + (lease - LONGEST_MESSAGE).total_seconds()
        deliveries = [one.delivery for one in group]
        attempts = tries.start(deliveries, token=token, at=self._clock(), lease=lease)
        waiting = deque(one for one in group if one.delivery.pk in attempts)
        if not waiting:
            return
        sender, notes = self._sender(channel), Notes(self._marks(len(waiting)), token)
        asked_at, asked = time.monotonic(), len(waiting)
        while waiting and time.monotonic() < begin_until:
            if not asked or time.monotonic() - asked_at >= STILL_TRUE_SECONDS:
                # The messages before may have taken long: who is told, and whether at all, is asked again.
                if standing_pause():
                    break
                waiting, asked = self._still_ready(waiting, attempts, token=token)
                asked_at = time.monotonic()
                if not asked:
                    continue
            one = waiting.popleft()
            asked -= 1
            result = _tried(sender, one, waiting[0] if waiting else None, notes)
            attempt = attempts[one.delivery.pk]
            if result == SENT:
                notes.begin(one.delivery, attempt, at=self._clock())
                continue
            tries.finish(one.delivery, attempt, result, token=token, at=self._clock())
            if result.is_nobody_there:
                # Each of the others would wait for the same time-out; they stay due.
                self.away.add(channel)
                break
        if isinstance(sender, mail.Mailbox):
            sender.rest()
        notes.settle()
        tries.close(notes.sent, token=token, at=self._clock())
        tries.give_back([one.delivery for one in waiting], token=token)

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
        self,
        waiting: deque[Ready],
        attempts: Mapping[uuid.UUID, uuid.UUID],
        *,
        token: uuid.UUID,
    ) -> tuple[deque[Ready], int]:
        """
        Leave out, or word again, for those whose rights have changed since the batch was prepared.

        Only the first are asked about, the others in their turn; the number is how many of those are left.
        """
        first = [waiting.popleft() for _ in range(min(ASKED_TOGETHER, len(waiting)))]
        people = User.objects.filter(pk__among=[one.delivery.recipient_id for one in first])
        now = {key: rights for key, *rights in people.values_list("pk", *RIGHTS)}
        ready: deque[Ready] = deque()
        for one in first:
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
                tries.finish(one.delivery, attempt, None, token=token, at=self._clock())
        return ready + waiting, len(ready)


class Notes:
    """That a message went out is noted while the next one is begun, and stands before the next one's text."""

    def __init__(self, marks: Marks, token: uuid.UUID) -> None:
        self._marks, self._token = marks, token
        self._last: uuid.UUID | None = None  # sent, and not known to be noted yet
        self.sent: list[uuid.UUID] = []
        self.is_broken = False

    def begin(self, delivery: Delivery, attempt: uuid.UUID, *, at: datetime) -> None:
        self.settle()
        self._marks.begin(attempt, delivery.pk, token=self._token, at=at)
        self._last = delivery.pk

    def settle(self) -> None:
        """Wait for the note that was begun last, if there is one."""
        last, self._last = self._last, None
        if last is None:
            return
        try:
            is_noted = self._marks.settle()
        except Exception:
            self.is_broken = True
            raise
        if is_noted:
            self.sent.append(last)


def _tried(sender: Sender, one: Ready, following: Ready | None, notes: Notes) -> Result:
    try:
        if isinstance(sender, mail.Mailbox):
            after = (following.delivery, following.wording) if following else None
            return sender.send_in_row(
                one.delivery, one.wording, before_text=notes.settle, following=after
            )
        notes.settle()
        return sender.send(one.delivery, one.wording)
    except Exception as error:
        if notes.is_broken:
            raise  # no text goes out after one that is not noted
        logger.exception("The delivery %s could not be sent.", one.delivery.pk)
        return Result(Outcome.DEFERRED, type(error).__name__)


# ── who may see it ──────────────────────────────────────────────────────────────────────────────


def _with_recipients(claimed: Iterable[Delivery]) -> None:
    """Attach the recipients as they are now: role and address may be others than at the fan-out."""
    # Participants are few and wide: each is read once, not with every one of its people.
    everybody = User.objects.select_related(None).select_related("mail_times")
    everybody = everybody.prefetch_related("participant")
    keys = {delivery.recipient_id for delivery in claimed}
    people = {person.pk: person for person in everybody.defer(*UNASKED).filter(pk__among=keys)}
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
    return notice.readers(entry).filter(pk__among=people).order_by().values_list("pk", flat=True)
