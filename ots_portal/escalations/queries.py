"""Reading clocks: ``visible_to`` is the boundary of board, API and messages; the rest is the worker's."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from django.contrib.auth.models import AnonymousUser
from django.db.models import Count, Exists, OuterRef, Q, QuerySet

from ots_portal.audit.models import AuditEntry
from ots_portal.audit.queries import history_of
from ots_portal.escalations.models import Clock
from ots_portal.escalations.statuses import OPEN, ClockStatus
from ots_portal.people.models import User


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


# ── the worker's ────────────────────────────────────────────────────────────────────────────────


def due(at: datetime) -> QuerySet[Clock]:
    """Return the clocks of which somebody else is to be told by now."""
    return Clock.objects.filter(next_at__lte=at).order_by("next_at", "id")


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


def who_was_told_since(clock: Clock) -> set[str]:
    """Return the keys of the people whom the clock's own steps have told."""
    return {
        key for entry in history_of(clock) for key in entry.data.get("told", []) if key is not None
    }


def stopped_before(moment: datetime) -> QuerySet[Clock]:
    return Clock.objects.filter(stopped_at__lt=moment)
