from datetime import datetime

from django.contrib.auth.models import AnonymousUser
from django.db.models import Exists, OuterRef, Q, QuerySet

from ots_portal.audit.models import AuditEntry
from ots_portal.people.models import HEAD_ROLES, Role, User, UserKind
from ots_portal.webhooks.breaker import OPENS_AFTER
from ots_portal.webhooks.kinds import TESTED, is_for_systems, is_only_when_chosen
from ots_portal.webhooks.models import Endpoint, EndpointStatus, WantedKind


def visible_to(user: User | AnonymousUser) -> QuerySet[Endpoint]:
    """Return the endpoints: a head's own participant's, a machine user's own, all to the administrator."""
    endpoints = Endpoint.objects.select_related("owner__participant", "participant")
    if not isinstance(user, User):
        return endpoints.none()
    if user.is_machine:
        return endpoints.filter(owner=user)
    if user.role == Role.SYSTEM_ADMINISTRATOR:
        return endpoints
    return endpoints.filter(participant=user.participant_id) if user.is_head else endpoints.none()


def record_for(user: User, subject_id: str) -> Endpoint | None:
    return visible_to(user).filter(pk=subject_id).first()


def systems_of(participant: str) -> QuerySet[User]:
    """Return the partner systems of a participant that can own an endpoint."""
    return User.objects.filter(participant=participant, kind=UserKind.MACHINE, is_active=True)


def heads_of(participant: str) -> QuerySet[User]:
    return User.objects.filter(
        participant=participant, role__in=HEAD_ROLES, is_active=True, kind=UserKind.PERSON
    )


def wanting(entry: AuditEntry) -> QuerySet[Endpoint]:
    """Return the endpoints that want this kind; whether they may see its record is another question."""
    active = Endpoint.objects.filter(status=EndpointStatus.ACTIVE, owner__is_active=True)
    active = active.select_related("owner__participant")
    if entry.kind == TESTED:
        return active.filter(pk=entry.subject_id)
    if not is_for_systems(entry.kind):
        return active.none()
    chosen = WantedKind.objects.filter(endpoint=OuterRef("pk"))
    names_it = Exists(chosen.filter(kind=entry.kind))
    return active.filter(
        names_it if is_only_when_chosen(entry.kind) else ~Exists(chosen) | names_it
    )


def breaker_is_closed(*, at: datetime, through: str = "") -> Q:
    """
    Narrow to active endpoints that are neither left in peace nor probed after it.

    ``through`` leads there from another table: "endpoint__".
    """
    retry_at = f"{through}retry_at"
    is_trusted = {
        f"{through}status": EndpointStatus.ACTIVE,
        f"{through}failure_count__lt": OPENS_AFTER,
    }
    return Q(**is_trusted) & (Q(**{retry_at: None}) | Q(**{f"{retry_at}__lte": at}))


def ready(*, at: datetime) -> QuerySet[Endpoint]:
    """Return the endpoints that something may be sent to: active ones whose pause is over."""
    rests = Q(retry_at__isnull=False, retry_at__gt=at)
    return Endpoint.objects.filter(status=EndpointStatus.ACTIVE).exclude(rests)
