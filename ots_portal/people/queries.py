"""Who of a participant's people can be turned to now: open accounts alone."""

from django.db.models import QuerySet

from ots_portal.people.models import DUTY_ROLES, HEAD_ROLES, User, UserKind


def active_people() -> QuerySet[User]:
    return User.objects.filter(kind=UserKind.PERSON, is_active=True)


def heads_of(participant: str) -> QuerySet[User]:
    return active_people().filter(participant=participant, role__in=HEAD_ROLES)


def may_be_on_duty(participant: str) -> QuerySet[User]:
    """Return the participant's people who can be on duty at all."""
    return active_people().filter(participant=participant, role__in=DUTY_ROLES)
