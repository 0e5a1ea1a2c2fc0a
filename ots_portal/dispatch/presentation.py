"""What the page of deliveries shows: who, when and what came of it; never what a message says."""

import re
from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from ots_portal import egress
from ots_portal.notifications import health, rules, settling
from ots_portal.notifications.models import Delivery, DeliveryPause, DeliveryStatus, PauseReason
from ots_portal.notifications.settling import TO_RETRY
from ots_portal.people.models import User
from ots_portal.plugs import Text, notices
from ots_portal.ui.moments import in_zone, moment_text, offset_label
from ots_portal.verdicts import Verdict

TONES = {
    DeliveryStatus.WAITING: "info",
    DeliveryStatus.SENT: "good",
    DeliveryStatus.FAILED: "extreme",
    DeliveryStatus.WITHDRAWN: "neutral",
    DeliveryStatus.UNKNOWN: "warning",
}
# A mail server's answer may repeat the address; the administrator knows people by name only.
ADDRESS = re.compile(r"<?[^\s<>]+@[^\s<>]+>?")
# Where a webhook sends on to: behind the host there may be a key.
BEHIND_THE_HOST = re.compile(r"(?<=://)([^\s/?#]+)[/?#]\S*")


@dataclass(frozen=True)
class Row:
    """
    A message to one person.

    ``may_retry`` and ``may_withdraw`` are None where there is nothing to try again or to hold back.
    """

    delivery: Delivery
    kind: Text
    recipient: str
    participant: str
    channel: Text
    status: Text
    tone: str
    detail: str
    last_tried_at: datetime | None
    may_retry: Verdict | None
    may_withdraw: Verdict | None


def rows(deliveries: Iterable[Any], *, reader: User) -> list[Row]:
    """``deliveries`` carry their last attempt (queries.with_last_attempt)."""
    return [_row(delivery, reader) for delivery in deliveries]


def _row(delivery: Any, reader: User) -> Row:
    notice = notices.get(delivery.entry.kind)
    to_retry = delivery.status in TO_RETRY
    return Row(
        delivery=delivery,
        kind=notice.title if notice else delivery.entry.kind,
        recipient=delivery.recipient.full_name or "—",
        participant=delivery.recipient.participant.name,
        channel=delivery.get_channel_display(),
        status=delivery.get_status_display(),
        tone=TONES[delivery.status],
        detail=without_addresses(delivery.last_detail or ""),
        last_tried_at=delivery.last_tried_at,
        may_retry=rules.may_retry(reader, delivery) if to_retry else None,
        may_withdraw=(
            rules.may_withdraw(reader, delivery)
            if to_retry or _can_be_held_back(delivery)
            else None
        ),
    )


# The codes of mail servers that operators meet; the first digit says whether trying again helps.
LATER = "4"


def _can_be_held_back(delivery: Delivery) -> bool:
    is_waiting = delivery.status == DeliveryStatus.WAITING
    return is_waiting and not settling.is_sent_whatever_happens(delivery)


def cause_in_words(cause: str) -> str:
    """Say a cause (health.with_cause) in the reader's language; the code stands with it."""
    if cause == health.NO_TRY:
        return _("No try was made.")
    if cause.startswith(health.OF_EGRESS):
        code, _space, status = cause.removeprefix(health.OF_EGRESS).partition(" ")
        nothing: dict[str, str] = defaultdict(lambda: "…", {"status": status or "…"})
        return egress.sentence_of(code, nothing)
    if cause.isdecimal():
        sentence = (
            _("The mail server asks to be tried later (%(code)s).")
            if cause.startswith(LATER)
            else _("The mail server refuses it (%(code)s).")
        )
        return sentence % {"code": cause}
    if cause == health.UNINTELLIGIBLE:
        return _("The mail server refuses it (%(code)s).") % {"code": "…"}
    if cause.endswith(":"):
        return _("The mail server cannot be reached (%(error)s).") % {"error": cause[:-1]}
    return _("A fault of the portal (%(error)s).") % {"error": cause or "—"}


def without_addresses(answer: str) -> str:
    return ADDRESS.sub("…", BEHIND_THE_HOST.sub(r"\1/…", answer))


def figures(counts: dict[str, int], *, address: str) -> list[dict[str, Any]]:
    """Make the head figures, each leading to the rows it counts."""
    labels = {
        DeliveryStatus.WAITING: _("Waiting"),
        DeliveryStatus.FAILED: _("Failed"),
        DeliveryStatus.UNKNOWN: _("Perhaps sent already"),
    }
    return [
        {
            "label": labels[DeliveryStatus(status)],
            "value": count,
            "url": f"{address}?status={status}",
        }
        for status, count in counts.items()
    ]


def why_paused(pause: DeliveryPause, counts: dict[str, int]) -> list[str]:
    """Say since when and why nothing leaves the portal, and how much is held back."""
    unknown_count = counts[DeliveryStatus.UNKNOWN]
    waiting_count = counts[DeliveryStatus.WAITING]
    unknown = ngettext(
        "%(count)d message may have been sent already by the portal that was lost.",
        "%(count)d messages may have been sent already by the portal that was lost.",
        unknown_count,
    )
    waiting = ngettext(
        "%(count)d message waits and goes out when deliveries are resumed.",
        "%(count)d messages wait and go out when deliveries are resumed.",
        waiting_count,
    )
    return [
        _reason(pause),
        *([unknown % {"count": unknown_count}] if unknown_count else []),
        *([waiting % {"count": waiting_count}] if waiting_count else []),
    ]


def _reason(pause: DeliveryPause) -> str:
    since = _said(pause.started_at)
    if pause.reason == PauseReason.RESTORE and pause.backup_taken_at:
        return _(
            "The portal was restored on %(since)s from a backup of %(taken)s. Nothing is sent again by itself."
        ) % {"since": since, "taken": _said(pause.backup_taken_at)}
    if pause.started_by:
        return _("%(name)s paused deliveries on %(since)s.") % {
            "name": pause.started_by,
            "since": since,
        }
    return _("Deliveries were paused at the server on %(since)s.") % {"since": since}


def _said(moment: datetime) -> str:
    here = in_zone(moment)
    return f"{moment_text(here)} ({offset_label(here)})"
