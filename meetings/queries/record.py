"""What a meeting's record holds, fetched at once for its minutes."""

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, TypeVar
from uuid import UUID

from django.db.models import Model

from meetings.models import (
    ActionItem,
    Attendance,
    Decision,
    Delegation,
    HeadOfDelegation,
    Intervention,
    Meeting,
    QuorumCheck,
    Sitting,
)
from meetings.queries.agenda import Numbered, agenda_of
from meetings.statuses.decisions import DecisionStatus
from meetings.statuses.delegations import DelegationStatus
from ots_portal.participants.models import Participant

# What is still open when the minutes are written is no part of them.
_DECIDED = (
    DecisionStatus.ADOPTED,
    DecisionStatus.NOT_ADOPTED,
    DecisionStatus.DEFERRED,
    DecisionStatus.SUPERSEDED,
    DecisionStatus.IMPLEMENTED,
)


@dataclass(frozen=True)
class MeetingRecord:
    """A meeting with its sittings, delegations, speakers, decisions and actions, each in order."""

    meeting: Meeting
    agenda: Sequence[Numbered]
    sittings: Sequence[Sitting]
    delegations: Sequence[Delegation]
    heads: Mapping[UUID, Sequence[HeadOfDelegation]]
    present: frozenset[UUID]  # delegations of whom somebody was present; empty: nobody kept count
    quorum_checks: Sequence[QuorumCheck]
    interventions: Mapping[UUID, Sequence[Intervention]]  # by agenda item
    decisions: Mapping[UUID | None, Sequence[Decision]]  # by agenda item
    actions: Mapping[UUID, Sequence[ActionItem]]  # by decision
    participants: Mapping[str, Participant] = field(default_factory=dict)


def record_of(meeting: Meeting) -> MeetingRecord:
    """Fetch it; a constant number of queries."""
    return MeetingRecord(
        meeting=meeting,
        agenda=agenda_of(meeting),
        sittings=list(meeting.sittings.order_by("number")),
        delegations=list(
            meeting.delegations.exclude(status=DelegationStatus.WITHDRAWN)
            .select_related("participant")
            .order_by("participant_id")
        ),
        heads=_by(
            HeadOfDelegation.objects.filter(delegation__meeting=meeting)
            .select_related("delegate")
            .order_by("since", "id"),
            "delegation_id",
        ),
        present=frozenset(
            Attendance.objects.filter(sitting__meeting=meeting)
            .order_by()
            .values_list("delegate__delegation_id", flat=True)
            .distinct()
        ),
        quorum_checks=list(
            QuorumCheck.objects.filter(sitting__meeting=meeting)
            .select_related("sitting")
            .order_by("checked_at", "id")
        ),
        interventions=_by(
            Intervention.objects.filter(sitting__meeting=meeting, started_at__isnull=False)
            .select_related("delegation__participant", "delegate")
            .order_by("started_at", "position", "id"),
            "item_id",
        ),
        decisions=_by(
            meeting.decisions.filter(status__in=_DECIDED).order_by("created_at", "id"), "item_id"
        ),
        actions=_by(
            ActionItem.objects.filter(decision__meeting=meeting)
            .select_related("responsible")
            .order_by("created_at", "id"),
            "decision_id",
        ),
        participants={one.pk: one for one in Participant.objects.order_by("slug")},
    )


Row = TypeVar("Row", bound=Model)


def _by(rows: Iterable[Row], name: str) -> dict[Any, list[Row]]:
    """Return the rows by the value of that field, each group in their order."""
    found: dict[Any, list[Row]] = defaultdict(list)
    for row in rows:
        found[getattr(row, name)].append(row)
    return found
