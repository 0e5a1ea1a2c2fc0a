"""What a meeting's page shows of its participants: the own invitation, the delegations, where to go on."""

from dataclasses import dataclass

from django.contrib.auth.models import AnonymousUser
from django.db.models import Count, Q

from meetings.models import Invitation, Meeting
from meetings.queries import delegations as queries
from meetings.queries import invitations as invitation_queries
from meetings.statuses.delegations import (
    DELEGATION_TONES,
    INVITATION_TONES,
    DelegationStatus,
    InvitationStatus,
)
from ots_portal.people.models import User


@dataclass(frozen=True)
class Coming:
    """A delegation in one line: whose, how it stands, how many people."""

    name: str
    url: str
    status: str
    tone: str
    people_count: int


@dataclass(frozen=True)
class Participation:
    """``invitation`` is that of the reader's own participant; None where it has none."""

    delegations: list[Coming]
    invitation: Invitation | None
    invitation_tone: str
    invites: bool
    shows_board: bool

    @property
    def is_shown(self) -> bool:
        return bool(self.delegations or self.invitation or self.invites or self.shows_board)


def participation(meeting: Meeting, *, user: User | AnonymousUser) -> Participation | None:
    """Return the section for this reader, None for visitors and those whom it does not concern."""
    if not isinstance(user, User) or meeting.is_from_public_sources:
        return None
    own = invitation_queries.standing(meeting, user.participant_id) if user.is_national else None
    if own and own.status == InvitationStatus.DRAFT:
        own = None
    section = Participation(
        delegations=_coming(meeting, user),
        invitation=own,
        invitation_tone=INVITATION_TONES[InvitationStatus(own.status)] if own else "",
        invites=user.is_secretariat,
        shows_board=user.is_secretariat or user.is_member_staff,
    )
    return section if section.is_shown else None


def _coming(meeting: Meeting, user: User) -> list[Coming]:
    present = Count("delegates", filter=Q(delegates__removed_at=None))
    found = queries.visible_to(user).filter(meeting=meeting).select_related("participant")
    delegations = found.exclude(status=DelegationStatus.WITHDRAWN).annotate(people_count=present)
    ordered = sorted(delegations, key=lambda one: queries.protocol_place(one, meeting))
    return [
        Coming(
            name=one.participant.name,
            url=one.get_absolute_url(),
            status=one.get_status_display(),
            tone=DELEGATION_TONES[DelegationStatus(one.status)],
            people_count=one.people_count,
        )
        for one in ordered
    ]
