"""What happens in session: who is present, who speaks, how long; ``visible_to`` is the boundary."""

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from uuid import UUID

from django.contrib.auth.models import AnonymousUser
from django.db.models import Max, Q, QuerySet

from meetings.models import (
    Attendance,
    Delegate,
    Delegation,
    Intervention,
    Meeting,
    QuorumCheck,
    Sitting,
)
from meetings.queries import meetings as meeting_queries
from meetings.statuses.delegations import (
    Accreditation,
    DelegateCapacity,
    DelegationStatus,
    InvitationCapacity,
    InvitationStatus,
)
from meetings.statuses.series import QuorumRule
from meetings.statuses.sittings import InterventionKind
from ots_portal.participants.models import Participant, ParticipantKind
from ots_portal.people.models import User


def meetings_followed_by(user: User | AnonymousUser) -> QuerySet[Meeting]:
    """
    Return the meetings whose sittings the user may follow.

    The secretariat all; staff of members those they may see; everybody else those they may see and
    have a delegation at.
    """
    meetings = meeting_queries.visible_to(user)
    if not isinstance(user, User):
        return meetings.none()
    if user.is_secretariat or user.is_member_staff:
        return meetings
    if not user.is_national:
        return meetings.none()
    own = Delegation.objects.filter(participant=user.participant_id).exclude(
        status=DelegationStatus.WITHDRAWN
    )
    return meetings.filter(pk__in=own.values("meeting"))


def visible_to(user: User | AnonymousUser) -> QuerySet[Sitting]:
    """Return the sittings of the meetings that the user may follow."""
    return Sitting.objects.filter(meeting__in=meetings_followed_by(user))


def interventions_visible_to(user: User | AnonymousUser) -> QuerySet[Intervention]:
    """Return the lists of speakers, and what was said, of the sittings that the user may follow."""
    return Intervention.objects.filter(sitting__in=visible_to(user))


def running_sitting_of(meeting: Meeting) -> Sitting | None:
    return meeting.sittings.filter(ended_at=None).first()


# ── presence ────────────────────────────────────────────────────────────────────────────────────
def accredited(meeting: Meeting) -> QuerySet[Delegate]:
    """Return those who may be in the room, in protocol order: by participant, heads first."""
    order = ["delegation__participant_id", "position", "full_name", "id"]
    return (
        Delegate.objects.filter(
            delegation__meeting=meeting, accreditation=Accreditation.ACCREDITED, removed_at=None
        )
        .exclude(delegation__status=DelegationStatus.WITHDRAWN)
        .select_related("delegation__participant")
        .order_by(*order)
    )


def present_members(sitting: Sitting) -> list[str]:
    """Return the slugs of the member participants that are present: interpreters stand for nobody."""
    return _members_among(Attendance.objects.filter(sitting=sitting, left_at=None))


def _members_among(stays: QuerySet[Attendance]) -> list[str]:
    counted = stays.filter(
        delegate__accreditation=Accreditation.ACCREDITED,
        delegate__removed_at=None,
        delegate__delegation__capacity=InvitationCapacity.MEMBER,
    ).exclude(
        Q(delegate__capacity=DelegateCapacity.INTERPRETER)
        | Q(delegate__delegation__status=DelegationStatus.WITHDRAWN)
    )
    slugs = counted.values_list("delegate__delegation__participant_id", flat=True)
    return sorted(set(slugs))


@dataclass(frozen=True)
class Correction:
    """
    That attendance was put right after a check of the quorum, which itself stays as it was made.

    ``present`` are slugs of the members that were there at the check by the record as it is now.
    """

    corrected_at: datetime
    present: list[str]

    def changes(self, check: QuorumCheck) -> bool:
        return self.present != sorted(check.present)


def correction_after(check: QuorumCheck) -> Correction | None:
    """Return what was put right since the check was made, None where nothing was (three queries at most)."""
    stays = Attendance.objects.filter(sitting=check.sitting_id)
    last = stays.filter(corrected_at__gt=check.checked_at).aggregate(last=Max("corrected_at"))
    if last["last"] is None:
        return None
    there = stays.filter(
        Q(left_at=None) | Q(left_at__gt=check.checked_at), arrived_at__lte=check.checked_at
    )
    # Of the others the check is right, whatever became of their accreditation since.
    corrected = stays.filter(corrected_at__gt=check.checked_at)
    touched = set(corrected.values_list("delegate__delegation__participant_id", flat=True))
    counted = (set(check.present) - touched) | (set(_members_among(there)) & touched)
    return Correction(last["last"], sorted(counted))


def members_of(meeting: Meeting) -> list[str]:
    """
    Return the slugs of the members of the body that meets.

    Those invited as members, where invitations are recorded, else all member States; and whoever has
    sent a member's delegation.
    """
    invited = meeting.invitations.filter(capacity=InvitationCapacity.MEMBER).exclude(
        status__in=(InvitationStatus.DRAFT, InvitationStatus.WITHDRAWN)
    )
    slugs = set(invited.values_list("participant_id", flat=True))
    if not slugs:
        states = Participant.objects.filter(kind=ParticipantKind.MEMBER)
        slugs = set(states.values_list("slug", flat=True))
    came = meeting.delegations.filter(capacity=InvitationCapacity.MEMBER)
    slugs |= set(
        came.exclude(status=DelegationStatus.WITHDRAWN).values_list("participant_id", flat=True)
    )
    return sorted(slugs)


@dataclass(frozen=True)
class Needed:
    """How many members must be present, by which rule (QuorumRule)."""

    rule: str
    count: int


def quorum_needed(meeting: Meeting, *, member_count: int) -> Needed:
    """Return what the rules of the series ask for; without a series, more than half of the members."""
    series = meeting.series
    rule = series.quorum_rule if series else QuorumRule.MAJORITY
    if rule == QuorumRule.ALL:
        return Needed(rule, member_count)
    if rule == QuorumRule.NUMBER and series and series.quorum_number:
        return Needed(rule, series.quorum_number)
    return Needed(QuorumRule.MAJORITY, member_count // 2 + 1)


# ── speaking ────────────────────────────────────────────────────────────────────────────────────
# A point of order is ruled on at once; an explanation of position follows what it explains.
RANKS = {InterventionKind.POINT_OF_ORDER: 0}


def waiting_in(sitting: Sitting) -> list[Intervention]:
    """Return those who wait for the floor, the next one first."""
    waiting = with_names(sitting.interventions.filter(started_at=None))
    return list(waiting.order_by("position", "id"))


def speaker_of(sitting: Sitting) -> Intervention | None:
    """Return who has the floor."""
    return with_names(sitting.interventions.filter(started_at__isnull=False, ended_at=None)).first()


def spoken_in(meeting: Meeting) -> QuerySet[Intervention]:
    """Return what was said, or is being said, in all sittings; the latest first."""
    spoken = Intervention.objects.filter(sitting__meeting=meeting, started_at__isnull=False)
    return with_names(spoken).order_by("-started_at", "-id")


def with_names(interventions: QuerySet[Intervention]) -> QuerySet[Intervention]:
    return interventions.select_related(
        "delegation__participant", "delegate", "item", "sitting", "decision"
    )


@dataclass(frozen=True)
class Spoken:
    """How long the floor was held, and how often, for one delegation or one agenda item."""

    key: UUID
    seconds: int
    count: int

    @property
    def minutes_text(self) -> str:
        """Minutes and seconds: "3:05"."""
        return f"{self.seconds // 60}:{self.seconds % 60:02}"


def times(interventions: Iterable[Intervention], *, by: str, at: datetime) -> list[Spoken]:
    """Add up the time until ``at`` by "delegation_id" or "item_id", the longest first; no query."""
    seconds: dict[UUID, timedelta] = defaultdict(timedelta)
    counts: dict[UUID, int] = defaultdict(int)
    for one in interventions:
        if one.started_at is None:
            continue
        key = getattr(one, by)
        seconds[key] += max((one.ended_at or at) - one.started_at, timedelta(0))
        counts[key] += 1
    spoken = [Spoken(key, int(time.total_seconds()), counts[key]) for key, time in seconds.items()]
    return sorted(spoken, key=lambda one: (-one.seconds, str(one.key)))


def own_delegation(meeting: Meeting, user: User) -> Delegation | None:
    """Return the delegation in whose name the person speaks at the meeting."""
    if not user.is_national:
        return None
    own = meeting.delegations.filter(participant=user.participant_id)
    return own.exclude(status=DelegationStatus.WITHDRAWN).first()


def delegations_of(meeting: Meeting) -> QuerySet[Delegation]:
    came = meeting.delegations.exclude(status=DelegationStatus.WITHDRAWN)
    return came.select_related("participant").order_by("participant_id")


def stays_of(sitting: Sitting) -> Sequence[Attendance]:
    return list(
        sitting.attendances.select_related("delegate__delegation__participant").order_by(
            "arrived_at", "id"
        )
    )


def delegations_for(intervention: Intervention) -> QuerySet[Delegation]:
    """Return the delegations for which it can have been made: its own also after it was withdrawn."""
    taking_part = delegations_of(intervention.sitting.meeting).values("pk")
    found = Delegation.objects.filter(Q(pk__in=taking_part) | Q(pk=intervention.delegation_id))
    return found.select_related("participant").order_by("participant_id")


def delegates_for(intervention: Intervention) -> QuerySet[Delegate]:
    """Return who can have spoken: whoever is named by it also after leaving the delegation."""
    present = accredited(intervention.sitting.meeting).order_by().values("pk")
    found = Delegate.objects.filter(Q(pk__in=present) | Q(pk=intervention.delegate_id))
    order = ["delegation__participant_id", "position", "full_name", "id"]
    return found.select_related("delegation__participant").order_by(*order)
