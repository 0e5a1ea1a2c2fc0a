"""Reading the addresses that are asked for hazards."""

from datetime import datetime

from django.contrib.auth.models import AnonymousUser
from django.db.models import QuerySet

from incidents.models import Feed
from ots_portal.people.models import Role, User


def visible_to(user: User | AnonymousUser) -> QuerySet[Feed]:
    """Return the feeds: to the system administrator and the secretariat all, to others none."""
    sees_them = isinstance(user, User) and (
        user.is_secretariat or user.role == Role.SYSTEM_ADMINISTRATOR
    )
    return Feed.objects.all() if sees_them else Feed.objects.none()


def due(*, at: datetime) -> QuerySet[Feed]:
    """Return the feeds that are to be asked now, the longest overdue first."""
    return Feed.objects.filter(is_active=True, due_at__lte=at).order_by("due_at", "id")
