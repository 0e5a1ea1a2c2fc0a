"""
Digests: one mail of all that waited for it, in the recipient's language, sent and failing as one.

What is due is put together for each recipient and kept so: a second try is the same mail. A digest is claimed
by a lease like anything else that is delivered.
"""

import logging
import time
import uuid
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from itertools import islice
from typing import Any
from zoneinfo import ZoneInfo

from django.conf import settings
from django.core.mail import EmailMultiAlternatives
from django.db import transaction
from django.db.models import Count, F, Max, Q, QuerySet
from django.template.loader import render_to_string
from django.urls import reverse
from django.utils import timezone, translation
from django.utils.functional import Promise

from ots_portal import leases, plugs
from ots_portal.notifications import links, mutes, preferences
from ots_portal.notifications.channels import mail
from ots_portal.notifications.channels.results import Outcome, Result
from ots_portal.notifications.models import (
    Attempt,
    Cadence,
    Channel,
    Delivery,
    DeliveryStatus,
    Digest,
)
from ots_portal.notifications.queries import NOT_PAUSED
from ots_portal.notifications.releases import left_until
from ots_portal.notifications.sending import LONGEST_MESSAGE, Run
from ots_portal.notifications.tries import NOT_VISIBLE, what_follows
from ots_portal.notifications.wording import Wording, headline_for
from ots_portal.people.models import User
from ots_portal.plugs import Thread

logger = logging.getLogger(__name__)

BATCH = 20
# A longer mail nobody reads; the inbox has the rest. So many are in memory at once, however many wait.
MOST_LINES = 200
TOGETHER = 500
NOT_WANTED = "The recipient does not want it by mail any more."
Clock = Callable[[], datetime]


@dataclass(frozen=True)
class Line:
    """A message of the digest in one line."""

    delivery: Delivery
    thread: Thread
    headline: str
    address: str

    @property
    def at(self) -> datetime:
        return self.delivery.created_at

    @property
    def is_alert(self) -> bool:
        return self.delivery.is_alert


@dataclass(frozen=True)
class Begun:
    """
    What is being tried: the lines that are named, and how many messages go out with them altogether.

    ``tries`` is which try it is, ``at`` when its attempts were written.
    """

    lines: Sequence[Line]
    count: int
    tries: int
    at: datetime


@dataclass(frozen=True)
class Group:
    """The messages that belong together; ``title`` is the record's, or "" where it has none to show."""

    title: str | Promise
    lines: Sequence[Line]


def what_is_due(at: datetime) -> list[QuerySet[Any]]:
    """Return all that ``send_due`` would find to put together or to send, but for what somebody holds."""
    return [_to_gather(at), leases.free(_due(at), at=at)]


def send_due(*, clock: Clock, run: Run, lease: timedelta) -> int:
    """Put together what is due and send it; return how many digests were tried."""
    if Channel.MAIL in run.away:
        return 0
    begin_until = time.monotonic() + (lease - LONGEST_MESSAGE).total_seconds()
    at = clock()
    _gather(at)
    waiting = _due(at).order_by("due_at", "id")
    token, claimed = leases.claim(waiting, at=at, limit=BATCH, lease=lease)
    if not claimed:
        return 0
    with mail.opened() as mailbox:  # the connection itself is opened with the first message
        for digest in claimed:
            if Channel.MAIL in run.away or time.monotonic() > begin_until:
                leases.release(digest, token=token)
                continue
            try:
                result = _send(digest, mailbox, clock=clock, token=token, lease=lease)
            except Exception:
                # Its lease ends, and it is tried again; those behind it must not wait for that.
                logger.exception("The digest %s could not be put together.", digest.pk)
                continue
            if result and result.is_nobody_there:
                run.away.add(Channel.MAIL)
    return len(claimed)


def _send(
    digest: Digest, mailbox: mail.Mailbox, *, clock: Clock, token: uuid.UUID, lease: timedelta
) -> Result | None:
    """Try once; None where nothing of it is left, the lease is lost, or deliveries are paused."""
    lines = _lines_of(digest, token=token, at=clock())
    begun = _start(digest, lines, token=token, at=clock(), lease=lease) if lines else None
    if begun is None:
        return None
    result = _tried(mailbox, digest, begun)
    _finish(digest, begun, result, token=token, at=clock())
    return result


def _due(at: datetime) -> QuerySet[Digest]:
    return Digest.objects.filter(NOT_PAUSED, finished_at=None, due_at__lte=at)


def _to_gather(at: datetime) -> QuerySet[Delivery]:
    """Return what is due and belongs to no digest."""
    return Delivery.objects.filter(
        NOT_PAUSED, status=DeliveryStatus.WAITING, is_for_digest=True, digest=None, due_at__lte=at
    )


def _gather(at: datetime) -> None:
    """Make a digest of what is due and belongs to none, for each recipient and cadence."""
    waiting = _to_gather(at)
    found = waiting.order_by().values_list("recipient", "cadence")
    for recipient, cadence in list(found.distinct()[:BATCH]):
        with transaction.atomic():
            digest = Digest.objects.create(
                recipient_id=recipient, cadence=cadence, created_at=at, due_at=at
            )
            # Two workers may do this at once: each delivery goes to one of them.
            if not waiting.filter(recipient=recipient, cadence=cadence).update(digest=digest):
                digest.delete()


@transaction.atomic
def let_out(keys: Sequence[uuid.UUID], *, at: datetime) -> int:
    """
    Send what waits for a digest by itself, and now; return how many of these deliveries.

    What is in a digest that is being sent stays in it.
    """
    waiting = Delivery.objects.filter(
        pk__in=keys, status=DeliveryStatus.WAITING, is_for_digest=True
    )
    # Held until the transaction ends: no worker begins to send one in between.
    with_it = Digest.objects.select_for_update(of=("self",)).filter(
        deliveries__in=waiting, finished_at=None
    )
    free = [one.pk for one in with_it if one.lease_until is None or one.lease_until < at]
    mine = waiting.filter(Q(digest=None) | Q(digest__in=free))
    return mine.update(
        digest=None, is_for_digest=False, cadence=Cadence.AT_ONCE, due_at=at, attempt_count=0
    )


def _lines_of(digest: Digest, *, token: uuid.UUID, at: datetime) -> list[Line]:
    """
    Return the lines that the mail names, alerts first, then the newest; rights and wishes are asked again.

    The rest is only counted. A digest of nothing is finished here.
    """
    recipient = User.objects.get(pk=digest.recipient_id)
    digest.recipient = recipient
    newest = _waiting(digest).select_related("entry").order_by("-is_alert", "-created_at", "-id")
    is_wanted = _wishes_of(recipient)
    lines: list[Line] = []
    zone = timezone.override(ZoneInfo(recipient.time_zone))
    with translation.override(recipient.language), zone:
        # What may not go out leaves the digest, and the next ones move up.
        while found := list(newest[len(lines) : MOST_LINES]):
            for delivery in found:
                if later := left_until(delivery.entry.kind, since=delivery.created_at, at=at):
                    # It goes in a digest of its own later, as it was wanted: not by itself, and not now.
                    one = Delivery.objects.filter(pk=delivery.pk, status=DeliveryStatus.WAITING)
                    one.update(digest=None, due_at=later)
                    continue
                try:
                    line = _line(delivery, recipient)
                except Exception:
                    logger.exception("The delivery %s could not be worded.", delivery.pk)
                    _let_go(delivery)
                    continue
                if line is None or not is_wanted(line):
                    _withdraw(delivery, NOT_WANTED if line else NOT_VISIBLE, at=at)
                else:
                    lines.append(line)
    if not lines:
        _close(digest, token=token, at=at)
    return lines


def _wishes_of(recipient: User) -> Callable[[Line], bool]:
    """Return what says whether the recipient still wants a message by mail."""
    chosen, muted = preferences.chosen_by(recipient), mutes.threads_of(recipient)

    def is_wanted(line: Line) -> bool:
        is_chosen = chosen.get(line.delivery.entry.kind) != Cadence.NEVER
        return is_chosen and (line.is_alert or line.thread not in muted)

    return is_wanted


def _waiting(digest: Digest) -> QuerySet[Delivery]:
    return Delivery.objects.filter(digest=digest, status=DeliveryStatus.WAITING)


def _line(delivery: Delivery, recipient: User) -> Line | None:
    """Return the message in a line; None where the recipient may not (or no longer) see it."""
    notice = plugs.notices.get(delivery.entry.kind)
    if notice is None or not recipient.is_active:
        return None
    record = notice.record_for(recipient, delivery.entry.subject_id)
    if record is None:
        return None
    return Line(
        delivery,
        notice.thread_of(delivery.entry),
        headline_for(notice, delivery.entry, record, recipient),
        settings.PORTAL_ADDRESS + record.get_absolute_url(),
    )


def _let_go(delivery: Delivery) -> None:
    """Let it go by itself, where it is tried by the schedule and fails visibly: the others need not wait."""
    waiting = Delivery.objects.filter(pk=delivery.pk, status=DeliveryStatus.WAITING)
    waiting.update(digest=None, is_for_digest=False, cadence=Cadence.AT_ONCE)


@transaction.atomic
def _withdraw(delivery: Delivery, why: str, *, at: datetime) -> None:
    waiting = Delivery.objects.filter(pk=delivery.pk, status=DeliveryStatus.WAITING)
    if waiting.update(status=DeliveryStatus.WITHDRAWN, finished_at=at):
        Attempt.objects.create(
            delivery=delivery, started_at=at, finished_at=at, outcome="withdrawn", detail=why
        )


@transaction.atomic
def _start(
    digest: Digest, lines: Sequence[Line], *, token: uuid.UUID, at: datetime, lease: timedelta
) -> Begun | None:
    """
    Write the attempts before the network is touched, of what nobody has withdrawn since it was read.

    None when nothing is left, the lease is lost, or in a pause.
    """
    if not leases.prolong(digest, token=token, at=at, lease=lease, only_if=NOT_PAUSED):
        return None
    waiting = _waiting(digest)
    waiting.update(attempt_count=F("attempt_count") + 1)
    found = waiting.aggregate(count=Count("pk"), tries=Max("attempt_count"))
    if not found["count"]:
        return None
    keys = waiting.order_by().values_list("pk", flat=True).iterator(chunk_size=TOGETHER)
    while some := list(islice(keys, TOGETHER)):
        Attempt.objects.bulk_create([Attempt(delivery_id=key, started_at=at) for key in some])
    named = waiting.filter(pk__in=[line.delivery.pk for line in lines])
    still = set(named.values_list("pk", flat=True))
    return Begun([line for line in lines if line.delivery.pk in still], at=at, **found)


def _tried(mailbox: mail.Mailbox, digest: Digest, begun: Begun) -> Result:
    try:
        return mailbox.post(message_for(digest, begun.lines, begun.count))
    except Exception as error:
        logger.exception("The digest %s could not be sent.", digest.pk)
        return Result(Outcome.DEFERRED, type(error).__name__)


@transaction.atomic
def _finish(
    digest: Digest, begun: Begun, result: Result, *, token: uuid.UUID, at: datetime
) -> None:
    """Record what came of it for all of its messages, unless the lease has passed to somebody else."""
    changes = what_follows(result, tries=begun.tries, at=at)
    ends = {"due_at": changes["due_at"]} if "due_at" in changes else {"finished_at": at}
    if not leases.release(digest, token=token, **ends):
        return
    tried = Attempt.objects.filter(
        delivery__digest=digest, started_at=begun.at, finished_at=None, outcome=""
    )
    tried.update(finished_at=at, outcome=str(result.outcome), detail=result.detail[:300])
    if changes.get("status") == DeliveryStatus.FAILED:
        # Whoever is sent again after that goes with another digest.
        changes["digest"] = None
    _waiting(digest).update(**changes)


@transaction.atomic
def _close(digest: Digest, *, token: uuid.UUID, at: datetime) -> None:
    """Finish a digest of which nothing is left; what an operator may still send again leaves it."""
    if leases.release(digest, token=token, finished_at=at):
        digest.deliveries.exclude(status=DeliveryStatus.SENT).update(digest=None)


# ── its words ───────────────────────────────────────────────────────────────────────────────────
def message_for(digest: Digest, lines: Sequence[Line], count: int) -> EmailMultiAlternatives:
    """
    Word the mail in the recipient's language, times in the recipient's zone.

    ``lines`` are named; of ``count`` messages those beyond are in the inbox.
    """
    recipient = digest.recipient
    stop = links.digest_link(recipient, digest.cadence, at=digest.created_at)
    zone = timezone.override(ZoneInfo(recipient.time_zone))
    with translation.override(recipient.language), zone:
        context = {
            "groups": _groups(lines, recipient),
            "count": count,
            "left_out": count - len(lines),
            "is_daily": digest.cadence == Cadence.DAILY,
            "address": settings.PORTAL_ADDRESS + reverse("notifications:inbox"),
            "stop_link": stop,
            "choices_link": links.choices_link(),
        }
        subject = render_to_string("notifications/digest.subject.txt", context)
        wording = Wording(
            subject=" ".join(subject.split()),
            text=render_to_string("notifications/digest.txt", context).strip() + "\n",
            html=render_to_string("notifications/digest.html", context),
            # One person's digests stand together in the mailbox.
            thread=Thread(Digest._meta.label_lower, f"{digest.cadence}.{recipient.pk}"),
            language=recipient.language,
        )
    message = mail.message_of(wording, to=recipient.email, key=str(digest.pk))
    message.extra_headers |= links.unsubscribe_headers(stop)
    return message


def _groups(lines: Sequence[Line], recipient: User) -> list[Group]:
    """Return the messages by what they belong to, where the newest of it stands."""
    threads = list(dict.fromkeys(line.thread for line in lines))
    records = mutes.records_of(recipient, threads)
    return [
        Group(str(records.get(thread, "")), [line for line in lines if line.thread == thread])
        for thread in threads
    ]
