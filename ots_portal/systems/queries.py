"""Reading partner systems and their credentials: ``visible_to`` is the boundary."""

from collections.abc import Iterable
from datetime import datetime

from django.contrib.auth.models import AnonymousUser
from django.db.models import QuerySet
from oauth2_provider.models import Application

from ots_portal.api import credentials
from ots_portal.api.models import PartnerSystem
from ots_portal.people.models import Role, User


def visible_to(user: User | AnonymousUser) -> QuerySet[PartnerSystem]:
    """Return a head's own participant's, all to the secretariat and the system administrator."""
    systems = PartnerSystem.objects.select_related("user__participant", "created_by")
    if not isinstance(user, User) or user.is_machine:
        return systems.none()
    if sees_everybody(user):
        return systems
    return systems.filter(user__participant=user.participant_id) if user.is_head else systems.none()


def sees_everybody(user: User) -> bool:
    return user.is_secretariat or user.role == Role.SYSTEM_ADMINISTRATOR


def record_for(user: User, subject_id: str) -> PartnerSystem | None:
    return visible_to(user).filter(pk=subject_id).first()


def of_participant(participant: str) -> QuerySet[PartnerSystem]:
    return PartnerSystem.objects.filter(user__participant=participant)


def applications_of(system: PartnerSystem) -> QuerySet[Application]:
    """Return its credentials, newest first, also those that have ended."""
    found: QuerySet[Application] = Application.objects.filter(user=system.user_id)
    found = found.select_related("credential__created_by", "user__participant")
    return found.prefetch_related("scope_rows").order_by("-created", "-pk")


def live_applications_of(system: PartnerSystem, *, at: datetime) -> QuerySet[Application]:
    return applications_of(system).filter(credentials.live(at=at))


def with_applications(systems: Iterable[PartnerSystem]) -> dict[object, list[Application]]:
    """Return the credentials of each machine user, in one query, newest first."""
    users = [system.user_id for system in systems]
    found: dict[object, list[Application]] = {}
    rows = Application.objects.filter(user__in=users).select_related("credential")
    for application in rows.order_by("-created", "-pk"):
        found.setdefault(application.user_id, []).append(application)
    return found
