"""Reading our own alerts: drafts are their participant's, issued ones their readers' as CAP's scope says."""

from collections.abc import Mapping
from datetime import datetime

from django.contrib.auth.models import AnonymousUser
from django.db.models import Q, QuerySet

from incidents.models import Alert, AlertReceipt, Incident, ReceivedAlert
from incidents.queries import incidents
from incidents.queries.received_alerts import answering_ours
from incidents.statuses import AlertStatus
from ots_portal.participants.models import ParticipantKind
from ots_portal.people.models import NATIONAL_ROLES, SECRETARIAT_ROLES, User, UserKind

# What was issued stays readable, whatever became of it.
SHARED = (AlertStatus.ISSUED, AlertStatus.UPDATED, AlertStatus.CANCELLED, AlertStatus.EXPIRED)
PUBLIC = "Public"


def visible_to(user: User | AnonymousUser) -> QuerySet[Alert]:
    """
    Return the alerts the user may see.

    All of the own participant; of others what was issued: public ones to everybody's staff, restricted and
    private ones to whoever may see their incident. The administrator and the auditor see none.
    """
    if not isinstance(user, User) or not (user.is_national or user.is_secretariat):
        return Alert.objects.none()
    readable = Q(status__in=SHARED) & (Q(scope=PUBLIC) | Q(incidents.of_visible(user)))
    if user.is_national:
        readable |= Q(participant=user.participant_id)
    return Alert.objects.filter(readable)


def record_for(user: User, subject_id: str) -> Alert | None:
    """Return the alert if the user may see it: asked again before a message is sent."""
    return whole(visible_to(user)).filter(pk=subject_id).first()


def readers_of(alert: Alert) -> QuerySet[User]:
    """Return the active people who may see the alert: ``visible_to`` read the other way."""
    readers = Q(participant=alert.participant_id, role__in=NATIONAL_ROLES)
    if alert.status in SHARED and alert.scope == PUBLIC:
        readers |= Q(role__in=(*NATIONAL_ROLES, *SECRETARIAT_ROLES))
    elif alert.status in SHARED:
        readers |= Q(pk__in=incidents.readers_of(alert.incident).values("pk"))
    return User.objects.filter(readers, is_active=True, kind=UserKind.PERSON).exclude(
        participant__kind=ParticipantKind.THIRD
    )


def whole(alerts: QuerySet[Alert]) -> QuerySet[Alert]:
    """Fetch along what a row and a page name."""
    return alerts.select_related("incident", "participant", "follows")


def filtered(alerts: QuerySet[Alert], wishes: Mapping[str, object]) -> QuerySet[Alert]:
    """Narrow a list; exercises are left out unless ``exercise`` asks for them."""
    if not wishes.get("exercise"):
        alerts = alerts.filter(incident__is_exercise=False)
    if status := wishes.get("status"):
        alerts = alerts.filter(status=status)
    if participant := wishes.get("participant"):
        alerts = alerts.filter(participant=str(participant))
    return alerts


def of_incident(incident: Incident, *, reader: User) -> QuerySet[Alert]:
    return whole(visible_to(reader)).filter(incident=incident).order_by("-created_at", "-id")


def live_alerts_of(incident: Incident) -> QuerySet[Alert]:
    """
    Return the issued alerts that nothing has replaced, cancelled or ended: an incident with one stays open.

    A cancellation warns of nothing, so it is not among them.
    """
    return Alert.objects.filter(incident=incident, status=AlertStatus.ISSUED).exclude(
        message_type="Cancel"
    )


def due(*, at: datetime) -> QuerySet[Alert]:
    """Return the issued alerts whose time is over."""
    return Alert.objects.filter(status=AlertStatus.ISSUED, expires_at__lte=at)


def published_for(user: User) -> QuerySet[Alert]:
    """Return what the feed of alerts holds: issued, public, real."""
    live = Q(status=AlertStatus.ISSUED, scope=PUBLIC, incident__is_exercise=False)
    return whole(visible_to(user)).filter(live).order_by("-issued_at", "-id")


def answers_to(alert: Alert, *, reader: User) -> list[ReceivedAlert]:
    """Return the Ack and Error messages about an issued alert that the reader may see."""
    if not alert.identifier or not alert.issued_at:
        return []
    return answering_ours(
        alert.identifier,
        participant=alert.participant_id,
        sent_at=alert.issued_at,
        reader=reader,
    )


def receipts_of(alert: ReceivedAlert) -> QuerySet[AlertReceipt]:
    return alert.receipts.select_related("participant").order_by("at", "id")
