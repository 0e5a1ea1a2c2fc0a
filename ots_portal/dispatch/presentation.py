"""What the page of deliveries shows: who, when and what came of it; never what a message says."""

import re
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from ots_portal.notifications import rules
from ots_portal.notifications.models import Delivery, DeliveryPause, DeliveryStatus, PauseReason
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
TO_RETRY = (DeliveryStatus.FAILED, DeliveryStatus.UNKNOWN)
# A mail server's answer may repeat the address; the administrator knows people by name only.
ADDRESS = re.compile(r"<?[^\s<>]+@[^\s<>]+>?")


@dataclass(frozen=True)
class Row:
    """A message to one person; ``may_retry`` is None where there is nothing to try again."""

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
    )


def without_addresses(answer: str) -> str:
    return ADDRESS.sub("…", answer)


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
