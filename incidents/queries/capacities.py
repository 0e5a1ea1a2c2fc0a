"""Reading the capacity register."""

from collections.abc import Callable, Mapping
from datetime import date
from typing import Any

from django.contrib.auth.models import AnonymousUser
from django.db.models import Q, QuerySet

from incidents.models import Capacity
from ots_portal.participants.models import ParticipantKind
from ots_portal.people.models import NATIONAL_ROLES, SECRETARIAT_ROLES, User, UserKind


def visible_to(user: User | AnonymousUser) -> QuerySet[Capacity]:
    """
    Return the entries the user may see: all in the register to members' staff and the secretariat.

    An observer's staff sees its own only. Retired entries are for their own participant and the
    secretariat; the system administrator and the auditor see none.
    """
    if not isinstance(user, User):
        return Capacity.objects.none()
    if user.is_secretariat:
        return Capacity.objects.all()
    if not user.is_national:
        return Capacity.objects.none()
    own = Q(participant=user.participant_id)
    return Capacity.objects.filter(own | Q(retired_at=None) if user.is_member_staff else own)


def readers_of(capacity: Capacity) -> QuerySet[User]:
    """Return the active people who may see the entry: ``visible_to`` read the other way."""
    readers = Q(participant=capacity.participant_id)
    if capacity.retired_at is None:
        readers |= Q(participant__kind=ParticipantKind.MEMBER)
    readers &= Q(role__in=NATIONAL_ROLES)
    readers |= Q(role__in=SECRETARIAT_ROLES)
    return User.objects.filter(readers, is_active=True, kind=UserKind.PERSON)


def record_for(user: User, subject_id: str) -> Capacity | None:
    """Return the entry if the user may see it: asked again before a message is sent."""
    return visible_to(user).select_related("participant").filter(pk=subject_id).first()


def filtered(
    capacities: QuerySet[Capacity], wishes: Mapping[str, object], *, today: date
) -> QuerySet[Capacity]:
    """
    Narrow the register by cleaned filter values; a missing or empty one narrows nothing.

    ``certified`` asks for a certificate that is valid today. Retired entries are left out unless
    ``retired`` asks for them.
    """
    if not wishes.get("retired"):
        capacities = capacities.filter(retired_at=None)
    if wishes.get("certified"):
        capacities = capacities.filter(certified_until__gte=today)
    for name, value in wishes.items():
        if value and name in _NARROWING:
            capacities = capacities.filter(_NARROWING[name](value))
    return capacities


def _by_text(text: object) -> Q:
    words = str(text)
    return (
        Q(name__icontains=words)
        | Q(home_place__icontains=words)
        | Q(certified_by__icontains=words)
        | Q(capacity_type__icontains=words)
    )


_NARROWING: dict[str, Callable[[Any], Q]] = {
    "q": _by_text,
    "type": lambda code: Q(capacity_type=code),
    "participant": lambda slug: Q(participant=slug),
    "readiness": lambda readiness: Q(readiness=readiness),
    "updated_since": lambda moment: Q(updated_at__gte=moment),
}
