from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.contrib.auth.models import AnonymousUser
from django.db.models import Prefetch, Q, QuerySet

from meetings.models import Delegate, Delegation, HeadOfDelegation, Meeting
from meetings.queries import invitations as invitation_queries
from meetings.queries import meetings as meeting_queries
from meetings.statuses.delegations import Accreditation, DelegateCapacity, DelegationStatus
from ots_portal.people.models import User

CAPACITY_ORDER = {capacity: place for place, capacity in enumerate(DelegateCapacity.values)}


def visible_to(user: User | AnonymousUser) -> QuerySet[Delegation]:
    """
    Return the delegations the user may see.

    The secretariat all; staff of members those of the meetings they may see; of everybody else those of
    meetings to which their participant is invited, and their own. Nobody else but the own participant
    and the secretariat sees one that was withdrawn.
    """
    if not isinstance(user, User):
        return Delegation.objects.none()
    if user.is_secretariat:
        return Delegation.objects.all()
    if not user.is_national:
        return Delegation.objects.none()
    meetings = meeting_queries.visible_to(user)
    if not user.is_member_staff:
        meetings = meetings.filter(pk__in=_invited_to(user))
    others = Q(meeting__in=meetings.values("pk")) & ~Q(status=DelegationStatus.WITHDRAWN)
    return Delegation.objects.filter(others | Q(participant=user.participant_id))


def _invited_to(user: User) -> QuerySet[Any]:
    return invitation_queries.reached(user.participant_id).values("meeting")


def papers_visible_to(user: User | AnonymousUser) -> QuerySet[Delegation]:
    """Return the delegations whose credentials' files the user may read: the own ones; the secretariat all."""
    own = visible_to(user)
    if isinstance(user, User) and not user.is_secretariat:
        return own.filter(participant=user.participant_id)
    return own


def delegates_visible_to(user: User | AnonymousUser) -> QuerySet[Delegate]:
    return Delegate.objects.filter(delegation__in=visible_to(user).values("pk"))


def with_names(delegations: QuerySet[Delegation]) -> QuerySet[Delegation]:
    """Take along what every row of a list shows."""
    return delegations.select_related("meeting__host", "participant")


def with_people(delegations: QuerySet[Delegation]) -> QuerySet[Delegation]:
    """Take along the delegates who belong to it now, and who has headed it."""
    delegates = Delegate.objects.filter(removed_at=None).select_related("user__participant")
    heads = HeadOfDelegation.objects.select_related("delegate")
    return with_names(delegations).prefetch_related(
        Prefetch("delegates", queryset=delegates, to_attr="present"),
        Prefetch("heads", queryset=heads, to_attr="headed"),
    )


def record_for(user: User, subject_id: str) -> Delegation | None:
    """Return the delegation if the user may see it: asked again before a message is sent."""
    return with_names(visible_to(user)).filter(pk=subject_id).first()


def delegate_for(user: User, subject_id: str) -> Delegate | None:
    found = delegates_visible_to(user).select_related("delegation__meeting__host")
    return found.select_related("delegation__participant").filter(pk=subject_id).first()


def of_participant(meeting: Meeting, participant_slug: str) -> Delegation | None:
    return Delegation.objects.filter(meeting=meeting, participant=participant_slug).first()


def may_sign_in_for(participant_slug: str) -> QuerySet[User]:
    """Return the people of the participant who act in the portal; without any the secretariat acts for it."""
    return who_sign_in().filter(participant=participant_slug)


def who_sign_in() -> QuerySet[User]:
    """Return the people of all participants who act for theirs in the portal."""
    return User.objects.filter(role__in=("editor", "head"), kind="person", is_active=True)


def running_head(delegation: Delegation) -> HeadOfDelegation | None:
    """Return who heads the delegation now, acting or not; None: nobody is named."""
    return delegation.heads.filter(until=None).select_related("delegate").first()


def in_order(delegates: Sequence[Delegate], head: Delegate | None) -> list[Delegate]:
    """Return the delegates as a list of participants has them: who heads it, then by capacity and name."""
    return sorted(
        delegates,
        key=lambda one: (
            one.pk != (head.pk if head else None),
            CAPACITY_ORDER[one.capacity],
            one.position,
            one.full_name,
            str(one.pk),
        ),
    )


@dataclass(frozen=True)
class Listed:
    """A delegation as the list of participants has it; ``head`` None: nobody is named."""

    delegation: Delegation
    delegates: list[Delegate]
    head: Delegate | None
    is_acting: bool

    @property
    def accredited_count(self) -> int:
        return sum(one.accreditation == Accreditation.ACCREDITED for one in self.delegates)


def listed(delegation: Delegation) -> Listed:
    """Put one delegation, loaded ``with_people``, in order; its head first."""
    running = next((row for row in delegation.headed if row.until is None), None)  # type: ignore[attr-defined]
    head = running.delegate if running else None
    people = in_order(delegation.present, head)  # type: ignore[attr-defined]
    return Listed(delegation, people, head, bool(running and running.is_acting))


def list_of_participants(meeting: Meeting, user: User | AnonymousUser) -> list[Listed]:
    """
    Return who takes part, as far as the user sees it: the host first, then by the English names.

    Withdrawn delegations, refused and revoked people are not on it. Four queries.
    """
    delegations = with_people(visible_to(user).filter(meeting=meeting)).exclude(
        status=DelegationStatus.WITHDRAWN
    )
    ordered = sorted(delegations, key=lambda one: protocol_place(one, meeting))
    return [_without_the_refused(listed(delegation)) for delegation in ordered]


def _without_the_refused(entry: Listed) -> Listed:
    kept = [
        one
        for one in entry.delegates
        if one.accreditation not in {Accreditation.REFUSED, Accreditation.REVOKED}
    ]
    return Listed(entry.delegation, kept, entry.head, entry.is_acting)


def protocol_place(delegation: Delegation, meeting: Meeting) -> tuple[bool, str]:
    """English alphabetical order is the usual one among States; the host goes first."""
    names = delegation.participant.names
    english = names.get("en") or delegation.participant_id
    return delegation.participant_id != meeting.host_id, english.casefold()


def filtered(delegations: QuerySet[Delegation], wishes: Mapping[str, Any]) -> QuerySet[Delegation]:
    """Narrow a list by cleaned values of ``meeting``, ``participant`` and ``status``."""
    return delegations.filter(**{name: value for name, value in wishes.items() if value})


def removed_and_named(before: datetime) -> QuerySet[Delegate]:
    """Return those who were taken off their delegation before that moment and still have a name here."""
    return Delegate.objects.filter(removed_at__lt=before).exclude(full_name="")
