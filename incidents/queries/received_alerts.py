"""Reading the alerts that came in; those in quarantine are the secretariat's and their bringers'."""

from collections.abc import Mapping
from datetime import datetime, timedelta

from django.contrib.auth.models import AnonymousUser
from django.db.models import Q, QuerySet

from incidents.models import Incident, KnownSender, ReceivedAlert
from incidents.queries import incidents
from incidents.statuses import HELD, OPEN, ReceivedAlertStatus
from ots_portal.participants.models import ParticipantKind
from ots_portal.people.models import NATIONAL_ROLES, SECRETARIAT_ROLES, Role, User, UserKind

V = ReceivedAlertStatus
STANDING = (V.ACCEPTED, V.LINKED)
# These say that something is coming; a Cancel, an Ack or an Error speaks of another message.
WARNINGS = ("Alert", "Update")
REAL = "Actual"
EXERCISE = "Exercise"
# An answer to a message comes soon or never.
ANSWERED_WITHIN = timedelta(days=30)
MOST_ANSWERS = 500
# An alert of these days may be about an incident that began then.
ALIKE_WITHIN = timedelta(days=10)
MOST_PROPOSALS = 5


def visible_to(user: User | AnonymousUser) -> QuerySet[ReceivedAlert]:
    """
    Return the received alerts the user may see.

    All to the secretariat; to national staff those accepted, observers' only public ones, and whatever the
    own participant brought in. The administrator and the auditor see none.
    """
    if not isinstance(user, User):
        return ReceivedAlert.objects.none()
    if user.is_secretariat:
        return ReceivedAlert.objects.all()
    if not user.is_national:
        return ReceivedAlert.objects.none()
    accepted = ~Q(status__in=HELD)
    if not user.is_member_staff:
        accepted &= Q(scope="Public")
    return ReceivedAlert.objects.filter(accepted | Q(received_by__participant=user.participant_id))


def readers_of(alert: ReceivedAlert) -> QuerySet[User]:
    """Return the active people who may see the received alert: ``visible_to`` read the other way."""
    readers = Q(pk__in=[])
    if alert.status not in HELD:
        readers = Q(role__in=NATIONAL_ROLES)
        if alert.scope != "Public":
            readers &= Q(participant__kind=ParticipantKind.MEMBER)
    if alert.received_by:
        readers |= Q(participant=alert.received_by.participant_id)
    readers &= Q(role__in=NATIONAL_ROLES)
    readers |= Q(role__in=SECRETARIAT_ROLES)
    return User.objects.filter(readers, is_active=True, kind=UserKind.PERSON)


def record_for(user: User, subject_id: str) -> ReceivedAlert | None:
    """Return the alert if the user may see it: asked again before a message is sent."""
    return visible_to(user).filter(pk=subject_id).first()


def filtered(
    alerts: QuerySet[ReceivedAlert], wishes: Mapping[str, object]
) -> QuerySet[ReceivedAlert]:
    """
    Narrow a list by cleaned values; ``status`` also takes "standing".

    What is not real (exercises, tests, system messages, drafts) is left out unless ``unreal`` asks for it.
    """
    if not wishes.get("unreal"):
        alerts = alerts.filter(cap_status=REAL)
    if status := wishes.get("status"):
        alerts = standing(alerts) if status == "standing" else alerts.filter(status=status)
    if severity := wishes.get("severity"):
        alerts = alerts.filter(severity=severity)
    if words := wishes.get("q"):
        text = str(words)
        alerts = alerts.filter(
            Q(headline__icontains=text) | Q(identifier__icontains=text) | Q(sender__icontains=text)
        )
    return alerts


def standing(alerts: QuerySet[ReceivedAlert]) -> QuerySet[ReceivedAlert]:
    """Keep the warnings in force."""
    return alerts.filter(status__in=STANDING, message_type__in=WARNINGS)


def of_incident(incident: Incident, *, reader: User) -> QuerySet[ReceivedAlert]:
    return visible_to(reader).filter(incident=incident).order_by("-sent_at", "-id")


def known_sender(sender: str) -> KnownSender | None:
    return KnownSender.objects.filter(sender=sender, removed_at=None).first()


def named_alike(message: ReceivedAlert) -> list[ReceivedAlert]:
    """
    Return what came in under its sender, identifier and moment, which together name it (CAP 1.2, section 3.2.1).

    The same content first, then as they came; at most one of them is not held.
    """
    named = ReceivedAlert.objects.filter(
        sender=message.sender, identifier=message.identifier, sent_at=message.sent_at
    )
    came = named.order_by("received_at", "id")
    return sorted(came, key=lambda one: one.digest != message.digest)


def replaced_by_message(alert: ReceivedAlert) -> list[ReceivedAlert]:
    """Return what an Update or Cancel replaces: earlier messages of its own sender that it names."""
    if alert.message_type not in ("Update", "Cancel"):
        return []
    named = {name for sender, name, _sent_at in alert.references if sender == alert.sender}
    earlier = ReceivedAlert.objects.filter(
        _alike(alert), identifier__in=named, sent_at__lte=alert.sent_at
    )
    ordered = earlier.exclude(pk=alert.pk).order_by("sent_at", "id")[:MOST_ANSWERS]
    return [message for message in ordered if _names(alert, message)]


def replacing_message(alert: ReceivedAlert) -> ReceivedAlert | None:
    """Return the first accepted Update or Cancel that names this one and came in before it."""
    later = ReceivedAlert.objects.filter(
        _alike(alert),
        message_type__in=("Update", "Cancel"),
        sent_at__gte=alert.sent_at,
    ).exclude(Q(pk=alert.pk) | Q(status__in=HELD))
    ordered = later.order_by("sent_at", "id")[:MOST_ANSWERS]
    return next((message for message in ordered if _names(message, alert)), None)


def _alike(alert: ReceivedAlert) -> Q:
    """An exercise replaces nothing real, and nobody speaks for another sender."""
    return Q(sender=alert.sender, cap_status=alert.cap_status)


def _names(message: ReceivedAlert, alert: ReceivedAlert) -> bool:
    return any(
        (sender, identifier) == (alert.sender, alert.identifier)
        and datetime.fromisoformat(sent_at) == alert.sent_at
        for sender, identifier, sent_at in message.references
    )


def answering(alert: ReceivedAlert, *, reader: User) -> list[ReceivedAlert]:
    """Return the Ack and Error messages about a message that the reader may see, whoever sent them."""
    answers = _answers_since(alert.sent_at, reader=reader)
    return [answer for answer in answers if _names(answer, alert)]


def answering_ours(
    identifier: str, *, participant: str, sent_at: datetime, reader: User
) -> list[ReceivedAlert]:
    """
    Return the same of a message that the participant sent through this portal.

    Its sender is ``<participant>@<host>``, and the host may have been another one when it went out.
    """
    return [
        answer
        for answer in _answers_since(sent_at, reader=reader)
        if any(
            (sender.partition("@")[0], name) == (participant, identifier)
            and datetime.fromisoformat(moment) == sent_at
            for sender, name, moment in answer.references
        )
    ]


def _answers_since(sent_at: datetime, *, reader: User) -> QuerySet[ReceivedAlert]:
    window = (sent_at, sent_at + ANSWERED_WITHIN)
    answers = visible_to(reader).filter(message_type__in=("Ack", "Error"), sent_at__range=window)
    return answers.exclude(status__in=HELD).order_by("sent_at", "id")[:MOST_ANSWERS]


def proposals_for(alert: ReceivedAlert, *, reader: User) -> list[Incident]:
    """Return open incidents that the alert may be about: a country in common, begun in these days."""
    is_warning = alert.cap_status in (REAL, EXERCISE) and alert.message_type in WARNINGS
    if not is_warning or alert.incident_id:
        return []
    near = (alert.sent_at - ALIKE_WITHIN, alert.sent_at + ALIKE_WITHIN)
    candidates = incidents.visible_to(reader).filter(
        status__in=OPEN, is_exercise=alert.cap_status == EXERCISE, onset_at__range=near
    )
    places = set(alert.countries)
    found = [
        incident
        for incident in candidates.order_by("-onset_at", "-id")[:200]
        if places & set(incident.countries)
    ]
    return found[:MOST_PROPOSALS]


def due(*, at: datetime) -> QuerySet[ReceivedAlert]:
    """Return the accepted alerts whose time is over."""
    return ReceivedAlert.objects.filter(status__in=STANDING, expires_at__lte=at)


def waiting_in_quarantine() -> QuerySet[ReceivedAlert]:
    return ReceivedAlert.objects.filter(status=V.QUARANTINED).order_by("-received_at", "-id")


def senders() -> QuerySet[KnownSender]:
    return KnownSender.objects.filter(removed_at=None).select_related("participant")


def senders_visible_to(user: User | AnonymousUser) -> QuerySet[KnownSender]:
    """Return the list of senders to those who keep it: the secretariat and the administrator."""
    if not isinstance(user, User):
        return KnownSender.objects.none()
    is_keeper = user.is_secretariat or user.role == Role.SYSTEM_ADMINISTRATOR
    return KnownSender.objects.all() if is_keeper else KnownSender.objects.none()
