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
from typing import Any
from zoneinfo import ZoneInfo

from django.conf import settings
from django.core.mail import EmailMultiAlternatives
from django.db import transaction
from django.db.models import F, Q
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
from ots_portal.notifications.sending import LONGEST_MESSAGE, NOT_VISIBLE, Run, what_follows
from ots_portal.notifications.wording import Wording, headline_for
from ots_portal.people.models import User
from ots_portal.plugs import Thread

logger = logging.getLogger(__name__)

BATCH = 20
# A longer mail nobody reads; the inbox has the rest.
MOST_LINES = 100
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
class Group:
    """The messages that belong together; ``title`` is the record's, or "" where it has none to show."""

    title: str | Promise
    lines: Sequence[Line]


def send_due(*, clock: Clock, run: Run, lease: timedelta) -> int:
    """Put together what is due and send it; return how many digests were tried."""
    if Channel.MAIL in run.away:
        return 0
    begin_until = time.monotonic() + (lease - LONGEST_MESSAGE).total_seconds()
    at = clock()
    _gather(at)
    due = Digest.objects.filter(NOT_PAUSED, finished_at=None, due_at__lte=at)
    token, claimed = leases.claim(due.order_by("due_at", "id"), at=at, limit=BATCH, lease=lease)
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
    attempts = _start(digest, lines, token=token, at=clock(), lease=lease) if lines else []
    if not attempts:
        return None
    begun = {attempt.delivery_id for attempt in attempts}
    lines = [line for line in lines if line.delivery.pk in begun]
    result = _tried(mailbox, digest, lines)
    _finish(digest, lines, attempts, result, token=token, at=clock())
    return result


def _gather(at: datetime) -> None:
    """Make a digest of what is due and belongs to none, for each recipient and cadence."""
    waiting = Delivery.objects.filter(
        status=DeliveryStatus.WAITING, is_for_digest=True, digest=None, due_at__lte=at
    )
    found = waiting.filter(NOT_PAUSED).order_by().values_list("recipient", "cadence")
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
    """Return what may go out, rights and wishes asked again; a digest of nothing is finished here."""
    recipient = User.objects.get(pk=digest.recipient_id)
    digest.recipient = recipient
    waiting = digest.deliveries.filter(status=DeliveryStatus.WAITING).select_related("entry")
    chosen, muted = preferences.chosen_by(recipient), mutes.threads_of(recipient)
    lines = []
    zone = timezone.override(ZoneInfo(recipient.time_zone))
    with translation.override(recipient.language), zone:
        for delivery in waiting.order_by("created_at", "id"):
            if left_until(delivery.entry.kind, since=delivery.created_at, at=at):
                _let_go(delivery)
                continue
            try:
                line = _line(delivery, recipient)
            except Exception:
                logger.exception("The delivery %s could not be worded.", delivery.pk)
                _let_go(delivery)
                continue
            is_wanted = (
                chosen.get(delivery.entry.kind) != Cadence.NEVER
                and line is not None
                and (line.is_alert or line.thread not in muted)
            )
            if line is None or not is_wanted:
                _withdraw(delivery, NOT_WANTED if line else NOT_VISIBLE, at=at)
            else:
                lines.append(line)
    if not lines:
        _close(digest, token=token, at=at)
    return lines


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
) -> list[Attempt]:
    """
    Write the attempts before the network is touched, of what nobody has withdrawn since it was read.

    None when the lease is lost, or in a pause.
    """
    if not leases.prolong(digest, token=token, at=at, lease=lease, only_if=NOT_PAUSED):
        return []
    _deliveries(lines).update(attempt_count=F("attempt_count") + 1)
    still = set(_deliveries(lines).values_list("pk", flat=True))
    attempts = [
        Attempt(delivery=line.delivery, started_at=at)
        for line in lines
        if line.delivery.pk in still
    ]
    return Attempt.objects.bulk_create(attempts)


def _tried(mailbox: mail.Mailbox, digest: Digest, lines: Sequence[Line]) -> Result:
    try:
        return mailbox.post(message_for(digest, lines))
    except Exception as error:
        logger.exception("The digest %s could not be sent.", digest.pk)
        return Result(Outcome.DEFERRED, type(error).__name__)


@transaction.atomic
def _finish(  # noqa: PLR0913 -- what was tried, and what came of it
    digest: Digest,
    lines: Sequence[Line],
    attempts: Sequence[Attempt],
    result: Result,
    *,
    token: uuid.UUID,
    at: datetime,
) -> None:
    """Record what came of it for all of its messages, unless the lease has passed to somebody else."""
    tries = max(line.delivery.attempt_count for line in lines) + 1
    changes = what_follows(result, tries=tries, at=at)
    ends = {"due_at": changes["due_at"]} if "due_at" in changes else {"finished_at": at}
    if not leases.release(digest, token=token, **ends):
        return
    if changes.get("status") == DeliveryStatus.FAILED:
        # Whoever is sent again after that goes with another digest.
        changes["digest"] = None
    _deliveries(lines).update(**changes)
    Attempt.objects.filter(pk__in=[attempt.pk for attempt in attempts]).update(
        finished_at=at, outcome=str(result.outcome), detail=result.detail[:300]
    )


@transaction.atomic
def _close(digest: Digest, *, token: uuid.UUID, at: datetime) -> None:
    """Finish a digest of which nothing is left; what an operator may still send again leaves it."""
    if leases.release(digest, token=token, finished_at=at):
        digest.deliveries.exclude(status=DeliveryStatus.SENT).update(digest=None)


def _deliveries(lines: Sequence[Line]) -> Any:
    keys = [line.delivery.pk for line in lines]
    return Delivery.objects.filter(pk__in=keys, status=DeliveryStatus.WAITING)


# ── its words ───────────────────────────────────────────────────────────────────────────────────
def message_for(digest: Digest, lines: Sequence[Line]) -> EmailMultiAlternatives:
    """Word the mail in the recipient's language, times in the recipient's zone."""
    recipient, shown = digest.recipient, lines[-MOST_LINES:]
    stop = links.digest_link(recipient, digest.cadence, at=digest.created_at)
    zone = timezone.override(ZoneInfo(recipient.time_zone))
    with translation.override(recipient.language), zone:
        context = {
            "groups": _groups(shown, recipient),
            "count": len(lines),
            "left_out": len(lines) - len(shown),
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
    """Return the messages by what they belong to, in the order in which each was told of first."""
    threads = list(dict.fromkeys(line.thread for line in lines))
    records = mutes.records_of(recipient, threads)
    return [
        Group(str(records.get(thread, "")), [line for line in lines if line.thread == thread])
        for thread in threads
    ]
