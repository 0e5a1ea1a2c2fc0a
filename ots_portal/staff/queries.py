"""Reading people and invitations: ``visible_to`` is the boundary of pages, export and mail alike."""

import uuid
from collections.abc import Mapping
from datetime import datetime
from typing import Any

from django.contrib.auth.models import AnonymousUser
from django.db.models import Exists, OuterRef, Q, QuerySet

from ots_portal.audit.models import AuditEntry
from ots_portal.audit.queries import history_of
from ots_portal.people.models import (
    Invitation,
    InvitationStatus,
    Role,
    User,
    UserKind,
)
from ots_portal.people.queries import heads_of, may_be_on_duty
from ots_portal.texts import fold

# ── people ──────────────────────────────────────────────────────────────────────────────────────


def joined() -> QuerySet[User]:
    """
    Return everybody who has ever come in: whoever has not accepted an invitation is nobody yet.

    Whoever was forgotten is nobody any more; the records show them as "a person of …".
    """
    invitations = Invitation.objects.filter(person=OuterRef("pk"))
    never_came = (
        Q(is_active=False)
        & Q(Exists(invitations))
        & ~Q(Exists(invitations.filter(accepted_at__isnull=False)))
    )
    people = User.objects.filter(kind=UserKind.PERSON, forgotten_at=None)
    return people.exclude(never_came)


def visible_to(user: User | AnonymousUser) -> QuerySet[User]:
    """
    Return the people the user may see.

    Everybody themselves; national staff their active colleagues, their head the suspended ones, too;
    the secretariat's staff and the system administrator all. The auditor has the audit pages.
    """
    if not isinstance(user, User) or user.is_machine:
        return User.objects.none()
    if sees_everybody(user):
        return joined()
    own = Q(pk=user.pk)
    if user.is_national:
        colleagues = Q(participant=user.participant_id)
        own |= colleagues if user.is_head else colleagues & Q(is_active=True)
    return joined().filter(own)


def sees_everybody(user: User) -> bool:
    return user.is_secretariat or user.role == Role.SYSTEM_ADMINISTRATOR


def sees_the_suspended(user: User) -> bool:
    return user.is_head or sees_everybody(user)


def filtered(people: QuerySet[User], wishes: Mapping[str, Any]) -> QuerySet[User]:
    """
    Narrow a list by cleaned filter values; a missing or empty one narrows nothing.

    ``q`` is looked for in name and address, both folded: "yilmaz" finds "Yılmaz".
    """
    if wishes.get("role"):
        people = people.filter(role=wishes["role"])
    if wishes.get("participant"):
        people = people.filter(participant=wishes["participant"])
    if wishes.get("duty"):
        people = people.filter(is_on_duty=True)
    if wishes.get("status"):
        people = people.filter(is_active=wishes["status"] == "active")
    if wishes.get("q"):
        people = people.filter(pk__in=_named_like(people, str(wishes["q"])))
    return people


def _named_like(people: QuerySet[User], words: str) -> list[uuid.UUID]:
    # Folding is Python's business; a participant has tens of people, the whole portal some thousands.
    wanted = fold(words)
    rows = people.order_by().values_list("pk", "full_name", "email")
    return [pk for pk, name, email in rows if wanted in fold(f"{name} {email}")]


def other_heads_of(person: User) -> QuerySet[User]:
    """Return who else is an active head of the person's participant."""
    return heads_of(person.participant_id).exclude(pk=person.pk)


def is_last_head(person: User) -> bool:
    """Return whether the participant would be without a head if this person were not one."""
    return person.is_head and person.is_active and not other_heads_of(person).exists()


def who_may_take_over_duty(person: User) -> QuerySet[User]:
    """Return the colleagues who may be marked on duty in the person's stead."""
    colleagues = may_be_on_duty(person.participant_id)
    return colleagues.filter(is_on_duty=False).exclude(pk=person.pk)


def history(person: User) -> QuerySet[AuditEntry]:
    """
    Return what happened to the person's account, oldest first.

    Of the participant they serve alone: an address may have been invited elsewhere before.
    """
    return history_of(person).filter(participant=person.participant_id)


# ── invitations ─────────────────────────────────────────────────────────────────────────────────


def invitations_visible_to(user: User) -> QuerySet[Invitation]:
    """Return the invitations of the participant to its head, all to secretariat and administrator."""
    if user.is_machine:
        return Invitation.objects.none()
    found = Invitation.objects.select_related("person", "participant", "invited_by")
    if sees_everybody(user):
        return found
    return found.filter(participant=user.participant_id) if user.is_head else found.none()


def with_status(
    invitations: QuerySet[Invitation], status: str, *, at: datetime
) -> QuerySet[Invitation]:
    """Return those that stand so at that moment: ``Invitation.status_at`` read the other way."""
    is_open = Q(accepted_at=None, withdrawn_at=None)
    unconfirmed = Q(needs_confirmation=True, confirmed_at=None)
    return invitations.filter(
        {
            InvitationStatus.ACCEPTED: Q(accepted_at__isnull=False),
            InvitationStatus.WITHDRAWN: Q(withdrawn_at__isnull=False),
            InvitationStatus.EXPIRED: is_open & Q(expires_at__lte=at),
            InvitationStatus.UNCONFIRMED: is_open & Q(expires_at__gt=at) & unconfirmed,
            InvitationStatus.PENDING: is_open & Q(expires_at__gt=at) & ~unconfirmed,
        }[InvitationStatus(status)]
    )


def acceptable(*, at: datetime) -> QuerySet[Invitation]:
    """Return the invitations that can be accepted at that moment."""
    return Invitation.objects.filter(
        Q(needs_confirmation=False) | Q(confirmed_at__isnull=False),
        accepted_at=None,
        withdrawn_at=None,
        expires_at__gt=at,
    )
