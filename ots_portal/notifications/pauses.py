"""
Holding messages back, letting them go again, and trying a failed one once more.

``by`` is None where the operator acts at the server's own terminal, who needs no rule's leave.
"""

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import Any

from django.db import IntegrityError, transaction
from django.utils.translation import gettext as _

from ots_portal.audit.services import record
from ots_portal.lifecycle import WrongStatus
from ots_portal.notifications import rules, tries
from ots_portal.notifications.models import (
    Delivery,
    DeliveryPause,
    DeliveryStatus,
    OutboxRow,
    PauseReason,
)
from ots_portal.notifications.queries import messages, standing_pause, unknown_count
from ots_portal.people.models import User
from ots_portal.verdicts import require


class Unknown(StrEnum):
    """What becomes of the messages that a lost portal may have sent already."""

    SEND = "send"
    WITHDRAW = "withdraw"


@dataclass(frozen=True)
class Held:
    """A pause, and how many messages are of unknown state since."""

    pause: DeliveryPause
    unknown_count: int


def pause(*, by: User | None, at: datetime, note: str = "") -> DeliveryPause:
    """
    Let no message leave the portal until somebody resumes.

    :raises WrongStatus: where deliveries are paused already
    """
    if by:
        require(rules.may_pause(by))
    return _start(DeliveryPause(reason=PauseReason.BY_HAND, note=note, started_by=by), by=by, at=at)


@transaction.atomic
def pause_after_restore(*, backup_taken_at: datetime, at: datetime) -> Held:
    """
    Hold everything back that a restored portal finds undelivered: the lost one may have sent it.

    Outbox rows are marked, too, so that whatever they turn into is of unknown state. A pause that came
    with the backup ends: this one says more.
    """
    DeliveryPause.objects.filter(is_standing=True).update(is_standing=False, ended_at=at)
    tries.close_what_was_sent(at=at)
    unknown = messages().filter(status=DeliveryStatus.WAITING)
    unknown.update(status=DeliveryStatus.UNKNOWN, lease_until=None, lease_token=None)
    rows = OutboxRow.objects.filter(fanned_out_at=None)
    rows.update(is_of_unknown_state=True, lease_until=None, lease_token=None)
    count = unknown_count()
    held = DeliveryPause(reason=PauseReason.RESTORE, backup_taken_at=backup_taken_at)
    return Held(_start(held, by=None, at=at, unknown_count=count), count)


@transaction.atomic
def _start(held: DeliveryPause, *, by: User | None, at: datetime, **data: Any) -> DeliveryPause:
    held.started_at = at
    try:
        with transaction.atomic():
            held.save(force_insert=True)
    except IntegrityError as error:
        raise WrongStatus(_("Deliveries are paused already.")) from error
    record(
        "notifications.pause.started",
        subject=held,
        by=by,
        at=at,
        reason=held.reason,
        backup_taken_at=held.backup_taken_at,
        **data,
    )
    return held


@transaction.atomic
def resume(*, unknown: Unknown, by: User | None, at: datetime) -> int:
    """
    End the pause: what waits goes out; return how many of unknown state were sent on or withdrawn.

    :raises WrongStatus: where nothing is paused, also when somebody else was faster
    """
    if by:
        require(rules.may_resume(by))
    held = standing_pause()
    ended = {"is_standing": False, "ended_at": at, "ended_by": by}
    if held is None or not DeliveryPause.objects.filter(pk=held.pk, is_standing=True).update(
        **ended
    ):
        raise WrongStatus(_("Deliveries are not paused."))
    count = _decide(unknown, at=at)
    record(
        "notifications.pause.ended",
        subject=held,
        by=by,
        at=at,
        unknown=str(unknown),
        unknown_count=count,
    )
    return count


def _decide(unknown: Unknown, *, at: datetime) -> int:
    rows = messages().filter(status=DeliveryStatus.UNKNOWN)
    if unknown is Unknown.WITHDRAW:
        return rows.update(status=DeliveryStatus.WITHDRAWN, finished_at=at)
    # What waited for the person's next morning waits for it still.
    later = rows.filter(is_for_digest=True, due_at__gt=at).update(status=DeliveryStatus.WAITING)
    return later + rows.update(status=DeliveryStatus.WAITING, due_at=at)


@transaction.atomic
def retry(delivery: Delivery, *, by: User, at: datetime) -> Delivery:
    """
    Try a message once more, from the beginning of the schedule.

    :raises WrongStatus: where it has neither failed nor is of unknown state
    """
    require(rules.may_retry(by, delivery))
    again = Delivery.objects.filter(
        pk=delivery.pk, status__in=(DeliveryStatus.FAILED, DeliveryStatus.UNKNOWN)
    )
    before = delivery.status
    if not again.update(
        status=DeliveryStatus.WAITING, due_at=at, attempt_count=0, finished_at=None
    ):
        delivery.refresh_from_db()
        sentence = _("This is not possible any more: the status is now “%(status)s”.")
        raise WrongStatus(sentence % {"status": delivery.get_status_display()})
    delivery.refresh_from_db()
    record(
        "notifications.delivery.retried",
        subject=delivery,
        by=by,
        at=at,
        participant=delivery.recipient.participant_id,
        status={"before": before, "after": delivery.status},
    )
    return delivery
