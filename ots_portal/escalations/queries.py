"""Reading clocks: ``visible_to`` is the boundary of board, API and messages; the rest is the worker's."""

from collections.abc import Iterable, Mapping
from datetime import datetime
from typing import Any
from uuid import UUID

from django.contrib.auth.models import AnonymousUser
from django.db.models import (
    Case,
    CharField,
    Count,
    Exists,
    F,
    OuterRef,
    Q,
    QuerySet,
    Value,
    When,
)

from ots_portal.audit.models import AuditEntry
from ots_portal.audit.queries import history_of
from ots_portal.duty.queries import on_watch
from ots_portal.escalations.models import Clock
from ots_portal.escalations.statuses import CLOCKS, OPEN, ClockStatus
from ots_portal.notifications.models import (
    Cadence,
    Channel,
    Delivery,
    DeliveryStatus,
    OutboxRow,
)
from ots_portal.people.models import SECRETARIAT_ROLES, User
from ots_portal.plugs import notices


def visible_to(user: User | AnonymousUser) -> QuerySet[Clock]:
    """
    Return the clocks the user may see.

    The secretariat's staff all; national staff those of the own participant, and heads of authority also
    those of everybody who was told of their own records. What record it is, the record's own boundary says.
    """
    if not isinstance(user, User):
        return Clock.objects.none()
    if user.is_secretariat:
        return Clock.objects.all()
    if not user.is_national:
        return Clock.objects.none()
    own = Q(participant=user.participant_id)
    if user.is_head:
        own |= Q(entry__participant=user.participant_id)
    return Clock.objects.filter(own)


def with_parts(clocks: QuerySet[Clock]) -> QuerySet[Clock]:
    return clocks.select_related("entry", "participant", "stopped_by__participant")


# The entries that say that somebody else was told.
TOLD = [
    "escalations.clock.handed_over",
    *(step.records for step in CLOCKS.steps.values() if step.verb.startswith("tell_")),
]
FILTERS = ("status", "kind", "participant", "subject", "exercise")
STATUSES = {
    "": Q(status__in=OPEN),
    "all": Q(),
    "unanswered": Q(status=ClockStatus.UNANSWERED),
    "acknowledged": Q(status=ClockStatus.ACKNOWLEDGED),
    "over": Q(status=ClockStatus.OVER),
}


def filtered(clocks: QuerySet[Clock], wishes: Mapping[str, Any]) -> QuerySet[Clock]:
    """
    Narrow a list by cleaned filter values; without a ``status`` to those that are open.

    Exercises stand among the others: a clock of theirs runs as every clock does. ``exercise`` asks for them
    alone ("only") or leaves them out ("without").
    """
    clocks = clocks.filter(STATUSES[str(wishes.get("status") or "")])
    if kind := wishes.get("kind"):
        clocks = clocks.filter(entry__kind=kind)
    if participant := wishes.get("participant"):
        clocks = clocks.filter(participant=participant)
    if subject := wishes.get("subject"):
        clocks = clocks.filter(subject_id=str(subject))
    if exercise := wishes.get("exercise"):
        clocks = clocks.filter(is_exercise=exercise == "only")
    return clocks


def open_ones(clocks: QuerySet[Clock]) -> QuerySet[Clock]:
    return clocks.filter(status__in=OPEN)


def unanswered(clocks: QuerySet[Clock]) -> QuerySet[Clock]:
    """Return those that everybody was told of and nobody acknowledged."""
    return clocks.filter(status=ClockStatus.UNANSWERED)


def counts(clocks: QuerySet[Clock]) -> dict[str, int]:
    """Return how many are open, and how many of those everybody was told of in vain; one query."""
    is_unanswered = Q(status=ClockStatus.UNANSWERED)
    found = open_ones(clocks).order_by()
    return found.aggregate(open=Count("pk"), unanswered=Count("pk", filter=is_unanswered))


def waiting_for(user: User) -> QuerySet[Clock]:
    """Return what the user's own participant has to acknowledge, oldest first."""
    own = Clock.objects.filter(participant=user.participant_id, status__in=OPEN)
    return with_parts(own).order_by("started_at", "id")


def steps_of(clocks: Iterable[Clock]) -> dict[UUID, list[AuditEntry]]:
    """Return whom the portal has told one after the other, the first one first; one query for all of the clocks."""
    by_key: dict[str, list[AuditEntry]] = {str(clock.pk): [] for clock in clocks}
    entries = AuditEntry.objects.filter(
        subject_type=Clock._meta.label_lower, subject_id__in=list(by_key), kind__in=TOLD
    )
    for entry in entries.order_by("recorded_at", "id"):
        by_key[entry.subject_id].append(entry)
    return {UUID(key): found for key, found in by_key.items()}


# ── the worker's ────────────────────────────────────────────────────────────────────────────────


def due(at: datetime) -> QuerySet[Clock]:
    """Return the clocks of which somebody else is to be told by now."""
    return Clock.objects.filter(next_at__lte=at).order_by("next_at", "id")


def open_or_due(at: datetime) -> QuerySet[Clock]:
    return Clock.objects.filter(Q(status__in=OPEN) | Q(next_at__lte=at))


def open_about(subject_type: str, subject_id: str) -> QuerySet[Clock]:
    about = Clock.objects.filter(subject_type=subject_type, subject_id=subject_id, status__in=OPEN)
    return about.select_related("entry")


def acknowledged_already() -> QuerySet[Clock]:
    """
    Return the open clocks whose participant has acknowledged all the same.

    That happens where the acknowledgement was recorded while the clock was being made.
    """
    colleagues = User.objects.filter(participant=OuterRef(OuterRef("participant"))).values("pk")
    said = AuditEntry.objects.filter(
        kind=OuterRef("acknowledged_kind"),
        subject_type=OuterRef("subject_type"),
        subject_id=OuterRef("subject_id"),
        actor_id__in=colleagues,
    )
    return Clock.objects.filter(Exists(said), status__in=OPEN)


def acknowledgements_of(clock: Clock) -> QuerySet[AuditEntry]:
    """Return the entries by which somebody of the clock's participant acknowledged, oldest first."""
    said = AuditEntry.objects.filter(
        kind=clock.acknowledged_kind, subject_type=clock.subject_type, subject_id=clock.subject_id
    )
    colleagues = User.objects.filter(participant=clock.participant_id).values("pk")
    return said.filter(actor_id__in=colleagues).order_by("recorded_at", "id")


def who_was_told(clock: Clock, *, at: datetime) -> set[str]:
    """
    Return the keys of the participant's people on duty whom the alert itself has told, and of those whom a step has.

    The secretariat's officer has the alert as well, but was not told by it that a participant is silent; and
    whoever has come on duty since and has it in the inbox alone, or in a digest, knows of nothing.
    """
    own = on_watch(at=at).filter(participant=clock.participant_id)
    told = _told_by_alerts(own, [clock.subject_id])
    by_alert = {str(pk) for subject, kind, pk in told if (subject, kind) == _asked_by(clock)}
    return by_alert | {key for entry in history_of(clock) for key in told_in(entry)}


def told_in(entry: AuditEntry) -> list[str]:
    """Return the keys of the people whom a step of a clock has told."""
    return [key for key in entry.data.get("told", []) if key is not None]


Asked = tuple[str, str]  # subject_id, acknowledged_kind: what is to be acknowledged, and how


def _asked_by(clock: Clock) -> Asked:
    return clock.subject_id, clock.acknowledged_kind


def _kinds() -> dict[str, str]:
    """Return each kind that is to be acknowledged, and the kind of entry that says so."""
    return {
        kind: notice.acknowledged_kind
        for kind, notice in notices.items()
        if notice.needs_acknowledgement
    }


def _told_by_alerts(people: QuerySet[User], subjects: Iterable[str]) -> set[tuple[str, str, UUID]]:
    """Return (subject_id, acknowledged_kind, person) of whoever was mailed at once about these records."""
    kinds = _kinds()
    about = _alerts_at_once().filter(recipient__in=people, entry__subject_id__in=list(subjects))
    rows = about.order_by().values_list("entry__subject_id", "entry__kind", "recipient")
    return {(subject, kinds[kind], pk) for subject, kind, pk in rows}


def _alerts_at_once() -> QuerySet[Delivery]:
    """Return the mails that went out, or are going out, at once about what has to be acknowledged."""
    at_once = Q(cadence=Cadence.AT_ONCE) | Q(status=DeliveryStatus.SENT, digest=None)
    mails = Delivery.objects.filter(at_once, channel=Channel.MAIL, entry__kind__in=list(_kinds()))
    return mails.exclude(status=DeliveryStatus.WITHDRAWN)


def to_hand_over(*, at: datetime) -> list[UUID]:
    """
    Return the open clocks of which somebody who is on duty now was not told: two queries, however many there are.

    Whether that person may see the record is not asked here. The database compares: of ten thousand on duty only
    those come here whom no alert has told.
    """
    acknowledged = (When(entry__kind=kind, then=Value(by)) for kind, by in _kinds().items())
    told = _alerts_at_once().alias(asked=Case(*acknowledged, output_field=CharField()))
    told = told.filter(
        recipient=OuterRef("person"),
        entry__subject_id=OuterRef("subject_id"),
        asked=OuterRef("acknowledged_kind"),
    )
    # One row for each clock and person on duty.
    waiting = Clock.objects.filter(status__in=OPEN).annotate(person=F("participant__people"))
    waiting = waiting.filter(~Exists(told), person__in=on_watch(at=at).values("pk"))
    untold: dict[UUID, set[str]] = {}
    for clock, person in waiting.order_by("started_at", "id").values_list("pk", "person"):
        untold.setdefault(clock, set()).add(str(person))
    return _but_for_those_told_by_steps(untold)


def _but_for_those_told_by_steps(untold: dict[UUID, set[str]]) -> list[UUID]:
    if not untold:
        return []
    steps = AuditEntry.objects.filter(
        subject_type=Clock._meta.label_lower, subject_id__in=[str(pk) for pk in untold]
    )
    left = {str(pk): set(keys) for pk, keys in untold.items()}
    for entry in steps:
        left[entry.subject_id].difference_update(told_in(entry))
    return [pk for pk in untold if left[str(pk)]]


def waiting_for_digests(*, at: datetime) -> list[UUID]:
    """
    Return the alerts that nobody has acknowledged and that wait for a digest of somebody who is on duty now.

    Of the own participant's clocks; the secretariat's officers have none of their own and look after all.
    """
    watch = on_watch(at=at)
    mails = Delivery.objects.filter(
        status=DeliveryStatus.WAITING,
        channel=Channel.MAIL,
        is_for_digest=True,
        is_alert=True,
        entry__kind__in=list(_kinds()),
        recipient__in=watch,
    )
    about = Clock.objects.filter(
        Q(participant=OuterRef("recipient__participant"))
        | Q(Exists(watch.filter(pk=OuterRef(OuterRef("recipient")), role__in=SECRETARIAT_ROLES))),
        status__in=OPEN,
        subject_type=OuterRef("entry__subject_type"),
        subject_id=OuterRef("entry__subject_id"),
    )
    return list(mails.filter(Exists(about)).order_by().values_list("pk", flat=True))


def without_start(*, since: datetime) -> QuerySet[OutboxRow]:
    """Return what people were told of since that moment and has to be acknowledged, where no clocks were started."""
    told = OutboxRow.objects.filter(
        fanned_out_at__isnull=False,
        clock_start=None,
        entry__kind__in=list(_kinds()),
        entry__recorded_at__gt=since,
    )
    # Clocks of an older release, which did not note that it had started them.
    has_clocks = Clock.objects.filter(entry=OuterRef("entry"))
    return told.exclude(Exists(has_clocks)).select_related("entry").order_by("fanned_out_at", "id")


def stopped_before(moment: datetime) -> QuerySet[Clock]:
    return Clock.objects.filter(stopped_at__lt=moment)
