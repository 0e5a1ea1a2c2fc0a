"""
Whether messages get away: how late the oldest is, how many went out when, and why others did not.

Each answer is one query on an index that holds only what waits, has failed, or was finished lately.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum
from typing import Any

from django.db.models import (
    Case,
    CharField,
    Count,
    Max,
    Min,
    OuterRef,
    Q,
    QuerySet,
    Subquery,
    Value,
    When,
)
from django.db.models.fields.json import KeyTextTransform, KeyTransform
from django.db.models.functions import Coalesce, Concat, Left, StrIndex, TruncHour, TruncMinute

from ots_portal.notifications.models import (
    Attempt,
    Channel,
    Delivery,
    DeliveryStatus,
    OutboxRow,
)
from ots_portal.webhooks.queries import breaker_is_closed

AMBER_SECONDS = 60
RED_SECONDS = 300
HOUR, DAY = timedelta(hours=1), timedelta(hours=24)
MINUTES_TOGETHER = 5


class Light(StrEnum):
    """How late the oldest due message is: below a minute, below five, later."""

    GREEN = "green"
    AMBER = "amber"
    RED = "red"


def light_of(seconds: float) -> Light:
    if seconds >= RED_SECONDS:
        return Light.RED
    return Light.AMBER if seconds >= AMBER_SECONDS else Light.GREEN


@dataclass(frozen=True)
class Waiting:
    """How many rows wait, and since when the oldest of them should have been dealt with."""

    count: int
    oldest_at: datetime | None

    def age_seconds(self, *, at: datetime) -> float:
        return max(0.0, (at - self.oldest_at).total_seconds()) if self.oldest_at else 0.0


def waiting_outbox(*, at: datetime) -> Waiting:
    """Return the entries of which nobody was told though it was time; what may be recalled still waits."""
    waiting = OutboxRow.objects.filter(fanned_out_at=None, recalled_at=None, due_at__lte=at)
    return Waiting(**waiting.aggregate(count=Count("id"), oldest_at=Min("due_at")))


TO_SYSTEMS = Q(channel=Channel.WEBHOOK)


@dataclass(frozen=True)
class Due:
    """What should have been sent by now: mails to people, and messages to webhooks that answer."""

    to_people: Waiting
    to_systems: Waiting


def due_deliveries(*, at: datetime) -> Due:
    """Return those whose time has come; one that failed before waits for its next try elsewhere."""
    due = Delivery.objects.filter(status=DeliveryStatus.WAITING, due_at__lte=at)
    to_systems = TO_SYSTEMS & _is_ours_to_send(at=at)
    found = due.aggregate(
        people=Count("id", filter=~TO_SYSTEMS),
        people_at=Min("due_at", filter=~TO_SYSTEMS),
        systems=Count("id", filter=to_systems),
        systems_at=Min("due_at", filter=to_systems),
    )
    return Due(
        Waiting(found["people"], found["people_at"]),
        Waiting(found["systems"], found["systems_at"]),
    )


def _is_ours_to_send(*, at: datetime) -> Q:
    """
    Narrow to what nobody but the portal keeps waiting.

    What waits for a webhook that is left in peace is not late: its endpoint is, and its own page says so.
    """
    return ~TO_SYSTEMS | breaker_is_closed(at=at, through="endpoint__")


@dataclass(frozen=True)
class Lateness:
    """How late the portal is with what is furthest behind, in seconds; 0 where nothing is due."""

    with_people: float  # inbox and mail: also what nobody has been told of at all
    with_systems: float  # webhooks


def lateness(*, at: datetime) -> Lateness:
    return lateness_of(waiting_outbox(at=at), due_deliveries(at=at), at=at)


def lateness_of(outbox: Waiting, due: Due, *, at: datetime) -> Lateness:
    people = max(outbox.age_seconds(at=at), due.to_people.age_seconds(at=at))
    return Lateness(people, due.to_systems.age_seconds(at=at))


# ── how it goes on each channel ─────────────────────────────────────────────────────────────────


@dataclass(frozen=True)
class ChannelHealth:
    """What waits on a channel, and what came of what was finished within the last hour."""

    channel: str
    due: Waiting
    waiting_count: int  # due, or later: by the schedule, a person's choice, a webhook left in peace
    finished: Mapping[str, int]  # by status
    last_sent_at: datetime | None  # within the last day

    @property
    def sent_count(self) -> int:
        return self.finished.get(DeliveryStatus.SENT, 0)

    @property
    def failed_count(self) -> int:
        return self.finished.get(DeliveryStatus.FAILED, 0)


def channels(
    messages: QuerySet[Delivery], names: Iterable[str], *, at: datetime
) -> list[ChannelHealth]:
    """Return how each of the channels fares with these messages, in two queries."""
    due = Q(due_at__lte=at) & _is_ours_to_send(at=at)
    waiting = {
        row["channel"]: row
        for row in messages.filter(status=DeliveryStatus.WAITING)
        .order_by()
        .values("channel")
        .annotate(
            waiting=Count("pk"),
            due=Count("pk", filter=due),
            oldest_at=Min("due_at", filter=due),
        )
    }
    lately = messages.filter(finished_at__gt=at - DAY).order_by().values("channel", "status")
    finished = list(
        lately.annotate(
            count=Count("pk", filter=Q(finished_at__gt=at - HOUR)), last_at=Max("finished_at")
        )
    )
    return [_channel_health(name, waiting.get(name, NOTHING), finished) for name in names]


NOTHING: Mapping[str, Any] = {"waiting": 0, "due": 0, "oldest_at": None}


def _channel_health(
    name: str, waiting: Mapping[str, Any], finished: Iterable[Mapping[str, Any]]
) -> ChannelHealth:
    own = {row["status"]: row for row in finished if row["channel"] == name}
    sent = own.get(DeliveryStatus.SENT)
    return ChannelHealth(
        channel=name,
        due=Waiting(waiting["due"], waiting["oldest_at"]),
        waiting_count=waiting["waiting"],
        finished={status: row["count"] for status, row in own.items()},
        last_sent_at=sent["last_at"] if sent else None,
    )


# ── how many went out when ──────────────────────────────────────────────────────────────────────

Points = Sequence[tuple[datetime, int]]


def sent_in_the_last_hour(messages: QuerySet[Delivery], *, at: datetime) -> Points:
    """Return twelve (beginning of five minutes, messages delivered in them), oldest first."""
    ends_at = at.replace(minute=at.minute // MINUTES_TOGETHER * MINUTES_TOGETHER, second=0)
    begins = [
        ends_at.replace(microsecond=0) - timedelta(minutes=MINUTES_TOGETHER * back)
        for back in reversed(range(12))
    ]
    counts = _sent_since(messages, begins[0], TruncMinute("finished_at", tzinfo=at.tzinfo))
    return _put_together(begins, counts)


def sent_in_the_last_day(messages: QuerySet[Delivery], *, at: datetime) -> Points:
    """Return 24 (beginning of an hour, messages delivered in it), oldest first."""
    ends_at = at.replace(minute=0, second=0, microsecond=0)
    begins = [ends_at - timedelta(hours=back) for back in reversed(range(24))]
    counts = _sent_since(messages, begins[0], TruncHour("finished_at", tzinfo=at.tzinfo))
    return _put_together(begins, counts)


def _sent_since(
    messages: QuerySet[Delivery], since: datetime, moment: TruncMinute | TruncHour
) -> Mapping[datetime, int]:
    sent = messages.filter(finished_at__gte=since, status=DeliveryStatus.SENT).order_by()
    return dict(sent.annotate(begun=moment).values_list("begun").annotate(count=Count("pk")))


def _put_together(begins: Sequence[datetime], counts: Mapping[datetime, int]) -> Points:
    totals = dict.fromkeys(begins, 0)
    for moment, count in counts.items():
        totals[max(begin for begin in begins if begin <= moment)] += count
    return list(totals.items())


# ── why not ─────────────────────────────────────────────────────────────────────────────────────

# What a try left is a mail server's answer ("550 5.1.1 …"), the failure of a connection ("TimeoutError: …"),
# a failure of egress by its code, or the name of a fault of the portal alone. The cause is what many of them
# have in common: no label of a figure and no address of a filter may hold whom a message was for.
LONGEST_CAUSE = 60
SMTP_ANSWER = r"^[245][0-9][0-9] "
OF_A_CONNECTION = r"^[A-Za-z_][A-Za-z0-9_]*:"
A_NAME = r"^[A-Za-z_][A-Za-z0-9_]*$"
UNINTELLIGIBLE = "unintelligible"
OF_EGRESS = "egress "
NO_TRY = "none"
ENDED_BADLY = ("deferred", "refused")


@dataclass(frozen=True)
class Cause:
    """Why messages did not get away: the failed have been given up, the others are tried again."""

    channel: str
    cause: str
    failed_count: int
    retrying_count: int
    last_at: datetime | None


def _joined(*parts: Any) -> Concat:
    # PostgreSQL wants to be told what texts out of JSON and texts make together.
    return Concat(*parts, output_field=CharField())


def with_cause(messages: QuerySet[Delivery]) -> QuerySet[Any]:
    """Add ``cause`` and ``failed_at`` of the last try that ended badly; NO_TRY and None without one."""
    code = KeyTextTransform("code", "failure")
    status = KeyTextTransform("status", KeyTransform("details", "failure"))
    tries = Attempt.objects.filter(delivery=OuterRef("pk"), outcome__in=ENDED_BADLY)
    tries = tries.annotate(code=code, answered=status).annotate(
        cause=Case(
            When(
                answered__isnull=False,
                then=_joined(Value(OF_EGRESS), "code", Value(" "), "answered"),
            ),
            When(code__isnull=False, then=_joined(Value(OF_EGRESS), "code")),
            When(detail__regex=SMTP_ANSWER, then=Left("detail", 3)),
            When(
                detail__regex=OF_A_CONNECTION, then=Left("detail", StrIndex("detail", Value(":")))
            ),
            When(detail__regex=A_NAME, then=Left("detail", LONGEST_CAUSE)),
            # What a mail server said beyond the protocol: it may hold anything.
            default=Value(UNINTELLIGIBLE),
            output_field=CharField(),
        )
    )
    last = tries.order_by("-started_at", "-id")
    return messages.annotate(
        cause=Coalesce(Subquery(last.values("cause")[:1]), Value(NO_TRY), output_field=CharField()),
        failed_at=Subquery(last.values("started_at")[:1]),
    )


def not_getting_away(messages: QuerySet[Delivery]) -> QuerySet[Delivery]:
    """Return what has failed, and what waits for another try after one that ended badly."""
    is_tried_again = Q(status=DeliveryStatus.WAITING, attempt_count__gt=0)
    return messages.filter(Q(status=DeliveryStatus.FAILED) | is_tried_again)


def causes(messages: QuerySet[Delivery]) -> list[Cause]:
    """Return why these messages do not get away, the most frequent cause first."""
    found = with_cause(not_getting_away(messages)).order_by().values("channel", "cause")
    counted = found.annotate(
        failed=Count("pk", filter=Q(status=DeliveryStatus.FAILED)),
        retrying=Count("pk", filter=Q(status=DeliveryStatus.WAITING)),
        last_at=Max("failed_at"),
    )
    made = [
        Cause(row["channel"], row["cause"], row["failed"], row["retrying"], row["last_at"])
        for row in counted
    ]
    return sorted(
        made, key=lambda one: (-one.failed_count - one.retrying_count, one.channel, one.cause)
    )
