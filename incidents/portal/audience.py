"""To whom parts of the portal are shown, how many lines a card has, and what records belong to."""

from typing import Any
from uuid import UUID

from incidents.models import Incident
from ots_portal.people.models import Role, User
from ots_portal.plugs import Thread

SHOWN_ON_CARD = 6


def for_those_who_see_some(user: Any) -> bool:
    return isinstance(user, User) and (user.is_national or user.is_secretariat)


def for_the_administrator(user: Any) -> bool:
    return isinstance(user, User) and user.role == Role.SYSTEM_ADMINISTRATOR


def thread_of(incident_id: UUID | None) -> Thread | None:
    """Return the incident that a record belongs to, without fetching it; None for None."""
    return Thread(Incident._meta.label_lower, str(incident_id)) if incident_id else None
