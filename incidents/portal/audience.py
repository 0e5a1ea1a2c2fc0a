"""To whom parts of the portal are shown, and how many lines a card has."""

from typing import Any

from ots_portal.people.models import Role, User

SHOWN_ON_CARD = 6


def for_those_who_see_some(user: Any) -> bool:
    return isinstance(user, User) and (user.is_national or user.is_secretariat)


def for_the_administrator(user: Any) -> bool:
    return isinstance(user, User) and user.role == Role.SYSTEM_ADMINISTRATOR
