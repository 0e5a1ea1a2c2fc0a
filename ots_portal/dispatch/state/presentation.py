"""What the page of the state shows: lights, figures and causes, each leading to the messages it counts."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from urllib.parse import urlencode

from django.urls import reverse
from django.utils.text import capfirst
from django.utils.translation import gettext as _
from django.utils.translation import ngettext, pgettext

from ots_portal.dispatch.presentation import cause_in_words
from ots_portal.dispatch.webhooks import presentation as webhooks
from ots_portal.notifications.health import (
    Cause,
    ChannelHealth,
    Lateness,
    Light,
    Points,
    Waiting,
    light_of,
)
from ots_portal.notifications.models import Channel, Delivery, DeliveryPause, DeliveryStatus
from ots_portal.plugs import Text, notices
from ots_portal.rounds.queries import Standing
from ots_portal.ui.moments import zoned_text
from ots_portal.webhooks.models import Endpoint

TONES = {Light.GREEN: "good", Light.AMBER: "warning", Light.RED: "extreme"}
MOST_WEBHOOKS = 20
MINUTE, HOUR, DAY = 60, 3600, 86_400


@dataclass(frozen=True)
class Mark:
    """A light in words; ``sentences`` say what is behind it."""

    word: Text
    tone: str
    sentences: Sequence[str] = ()


def mark_of(seconds: float, pause: DeliveryPause | None) -> Mark:
    words = {
        Light.GREEN: pgettext("deliveries", "On time"),
        Light.AMBER: pgettext("deliveries", "Late"),
        Light.RED: pgettext("deliveries", "Very late"),
    }
    light = light_of(seconds)
    if pause:
        since = _("Deliveries are paused since %(moment)s.")
        sentences = [since % {"moment": zoned_text(pause.started_at)}]
        tone = TONES[light] if light is not Light.GREEN else "warning"
        return Mark(pgettext("deliveries", "Paused"), tone, sentences)
    return Mark(words[light], TONES[light])


def age_in_words(seconds: float) -> str:
    """Return "45 seconds", "12 minutes", "3 hours", "6 days"; whole units, rounded down."""
    whole = int(seconds)
    if whole < MINUTE:
        return ngettext("%(count)d second", "%(count)d seconds", whole) % {"count": whole}
    if whole < HOUR:
        minutes = whole // MINUTE
        return ngettext("%(count)d minute", "%(count)d minutes", minutes) % {"count": minutes}
    if whole < 2 * DAY:
        hours = whole // HOUR
        return ngettext("%(count)d hour", "%(count)d hours", hours) % {"count": hours}
    days = whole // DAY
    return ngettext("%(count)d day", "%(count)d days", days) % {"count": days}


# ── what is furthest behind ─────────────────────────────────────────────────────────────────────


@dataclass(frozen=True)
class Oldest:
    """The message that should have gone out first."""

    kind: Text
    recipient: str
    participant: str
    due_at: datetime
    tries: int


def oldest_of(delivery: Delivery | None) -> Oldest | None:
    if delivery is None:
        return None
    notice = notices.get(delivery.entry.kind)
    return Oldest(
        kind=notice.title if notice else delivery.entry.kind,
        recipient=delivery.recipient.full_name or "—",
        participant=delivery.recipient.participant.name,
        due_at=delivery.due_at,
        tries=delivery.attempt_count,
    )


def lateness(
    channels: Iterable[ChannelHealth], outbox: Waiting | None, *, at: datetime
) -> Lateness:
    """Return how late the portal is with the reader's messages; webhooks have a light of their own."""
    ages = {each.channel: each.due.age_seconds(at=at) for each in channels}
    with_systems = ages.pop(Channel.WEBHOOK, 0.0)
    told = outbox.age_seconds(at=at) if outbox else 0.0
    return Lateness(max([told, *ages.values()]), with_systems)


def head_figures(
    channels: Iterable[ChannelHealth],
    outbox: Waiting | None,
    counts: dict[str, int],
    *,
    at: datetime,
) -> list[dict[str, Any]]:
    """Return the strip of head figures; ``outbox`` None: the reader answers for the own people alone."""
    found = list(channels)
    late = lateness(found, outbox, at=at).with_people
    return [
        {"label": _("Oldest due"), "value": age_in_words(late)},
        {
            "label": _("Due now"),
            "value": sum(each.due.count for each in found),
            "url": _messages(status=DeliveryStatus.WAITING),
        },
        *([{"label": _("Nobody told yet"), "value": outbox.count}] if outbox else []),
        {
            "label": _("Failed"),
            "value": counts[DeliveryStatus.FAILED],
            "url": _messages(status=DeliveryStatus.FAILED),
        },
        {
            "label": _("Perhaps sent already"),
            "value": counts[DeliveryStatus.UNKNOWN],
            "url": _messages(status=DeliveryStatus.UNKNOWN),
        },
    ]


def _messages(**wishes: str) -> str:
    return f"{reverse('dispatch:list')}?{urlencode(wishes)}"


# ── channels, causes, webhooks ──────────────────────────────────────────────────────────────────


@dataclass(frozen=True)
class ChannelRow:
    name: Text
    mark: Mark
    due: int
    later: int
    sent: int
    failed: int
    last_sent_at: datetime | None
    url: str


def channel_rows(
    channels: Iterable[ChannelHealth], pause: DeliveryPause | None, *, at: datetime
) -> list[ChannelRow]:
    return [
        ChannelRow(
            name=Channel(each.channel).label,
            mark=mark_of(each.due.age_seconds(at=at), pause),
            due=each.due.count,
            later=each.waiting_count - each.due.count,
            sent=each.sent_count,
            failed=each.failed_count,
            last_sent_at=each.last_sent_at,
            url=_messages(channel=each.channel),
        )
        for each in channels
    ]


@dataclass(frozen=True)
class CauseRow:
    """``retry_url`` leads to trying again all that have failed for it; "" where none has."""

    words: str
    channel: Text
    failed: int
    retrying: int
    last_at: datetime | None
    url: str
    retry_url: str


def cause_rows(causes: Iterable[Cause]) -> list[CauseRow]:
    return [_cause_row(one) for one in causes]


def _cause_row(one: Cause) -> CauseRow:
    wishes = {"channel": one.channel, "cause": one.cause}
    again = urlencode({**wishes, "status": DeliveryStatus.FAILED})
    return CauseRow(
        words=cause_in_words(one.cause),
        channel=Channel(one.channel).label,
        failed=one.failed_count,
        retrying=one.retrying_count,
        last_at=one.last_at,
        url=_messages(**wishes),
        retry_url=f"{reverse('dispatch:retry_all')}?{again}" if one.failed_count else "",
    )


@dataclass(frozen=True)
class Endpoints:
    """How the webhooks fare: in a sentence, and those that do not answer as they should."""

    sentence: str
    rows: Sequence[webhooks.Row]


def endpoints_of(endpoints: Iterable[Endpoint], *, at: datetime) -> Endpoints:
    found = webhooks.rows(endpoints, at=at)
    troubled = [row for row in found if row.health.tone not in ("good", "info")]
    well = len(found) - len(troubled)
    if not found:
        return Endpoints(_("No partner system has a webhook."), [])
    sentence = ngettext(
        "%(well)d of %(count)d webhook is well.",
        "%(well)d of %(count)d webhooks are well.",
        len(found),
    )
    return Endpoints(sentence % {"well": well, "count": len(found)}, troubled[:MOST_WEBHOOKS])


# ── rounds ──────────────────────────────────────────────────────────────────────────────────────


@dataclass(frozen=True)
class RoundRow:
    """What the workers are called to again and again; ``failure``: the kind of its last fault, while it fails."""

    name: str
    mark: Mark
    ran_at: datetime | None
    failure: str
    failed_at: datetime | None


def round_rows(standings: Iterable[Standing], *, at: datetime) -> list[RoundRow]:
    return [_round_row(one, at=at) for one in standings]


def _round_row(one: Standing, *, at: datetime) -> RoundRow:
    row = one.row if one.row and one.is_failing else None
    return RoundRow(
        name=capfirst(_(one.plan.name)),
        mark=_round_mark(one, at=at),
        ran_at=one.row.ran_at if one.row else None,
        failure=row.failure if row else "",
        failed_at=row.failed_at if row else None,
    )


def _round_mark(one: Standing, *, at: datetime) -> Mark:
    mark = mark_of(one.late_seconds(at=at), None)
    if one.is_failing:
        tone = mark.tone if mark.tone != TONES[Light.GREEN] else TONES[Light.AMBER]
        return Mark(pgettext("round", "Fails"), tone)
    if one.row is None or (one.row.ran_at is None and mark.tone == TONES[Light.GREEN]):
        return Mark(pgettext("round", "Not yet"), "neutral")
    return mark


def sum_in_words(points: Points) -> str:
    count = sum(number for _at, number in points)
    sentence = ngettext("%(count)d message", "%(count)d messages", count)
    return sentence % {"count": count}
