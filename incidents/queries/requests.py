"""Reading requests for assistance: ``visible_to`` is the boundary of pages, API, mail and coverage alike."""

from collections.abc import Callable, Mapping
from typing import Any
from uuid import UUID

from django.contrib.auth.models import AnonymousUser
from django.db.models import Exists, OuterRef, Q, QuerySet

from incidents.models import (
    Acknowledgement,
    Amendment,
    AssistanceRequest,
    Incident,
    Offer,
    RequestItem,
)
from incidents.queries import incidents as incident_queries
from incidents.statuses import (
    ACCEPTED_OFFERS,
    DECIDABLE,
    LIVE_REQUESTS,
    OPEN_TO_OFFERS,
    WAITING_OFFERS,
    ParticipantRole,
    RequestStatus,
)
from ots_portal.documents.models import Document
from ots_portal.documents.statuses import DocumentStatus
from ots_portal.participants.models import Participant, ParticipantKind
from ots_portal.people.models import NATIONAL_ROLES, SECRETARIAT_ROLES, Role, User, UserKind

NOT_SIGNED = (RequestStatus.DRAFT, RequestStatus.DISCARDED)


def visible_to(user: User | AnonymousUser) -> QuerySet[AssistanceRequest]:
    """
    Return the requests the user may see.

    The own participant's always; the secretariat's staff all that are signed and those they prepare for
    third States; once circulated, everybody who reads the incident.
    """
    if not isinstance(user, User):
        return AssistanceRequest.objects.none()
    readable = Q(incident_queries.of_visible(user), circulated_at__isnull=False)
    if user.is_secretariat:
        readable |= ~Q(status__in=NOT_SIGNED) | Q(participant__kind=ParticipantKind.THIRD)
    elif user.is_national:
        readable |= Q(participant=user.participant_id)
    return AssistanceRequest.objects.filter(readable)


def with_parts(requests: QuerySet[AssistanceRequest]) -> QuerySet[AssistanceRequest]:
    """Fetch along what every page and answer says of a request."""
    return requests.select_related(
        "incident", "participant", "prepared_by__participant", "signed_by__participant"
    )


def record_for(user: User, subject_id: str) -> AssistanceRequest | None:
    """Return the request if the user may see it: asked again before a message is sent."""
    return with_parts(visible_to(user)).filter(pk=subject_id).first()


def of_incident(incident: Incident, user: User | AnonymousUser) -> QuerySet[AssistanceRequest]:
    """Return the incident's requests that the user may see, the newest first."""
    return visible_to(user).filter(incident=incident)


def items_of(request: AssistanceRequest) -> QuerySet[RequestItem]:
    return request.items.order_by("line")


FILTERS = ("q", "status", "participant", "incident", "open_for_offers", "exercise")


def filtered(
    requests: QuerySet[AssistanceRequest], wishes: Mapping[str, object]
) -> QuerySet[AssistanceRequest]:
    """
    Narrow a list by cleaned filter values; a missing or empty one narrows nothing.

    ``status`` also takes "live", ``incident`` a key or a part of the number. Exercises are left out unless ``exercise`` asks for them.
    """
    wanted = {name: value for name, value in wishes.items() if value}
    if not wanted.get("exercise") and not wanted.get("incident"):
        requests = requests.filter(incident__is_exercise=False)
    for name, value in wanted.items():
        if narrow := _NARROWING.get(name):
            requests = requests.filter(narrow(value))
    return requests


_NARROWING: dict[str, Callable[[Any], Q]] = {
    "q": lambda text: Q(number__icontains=text) | Q(incident__number__icontains=text),
    "status": lambda status: Q(status__in=LIVE_REQUESTS) if status == "live" else Q(status=status),
    "participant": lambda slug: Q(participant=slug),
    "incident": lambda which: (
        Q(incident=which) if isinstance(which, UUID) else Q(incident__number__icontains=which)
    ),
    "open_for_offers": lambda _wanted: Q(status__in=OPEN_TO_OFFERS),
}


def is_affected(user: User, incident: Incident) -> bool:
    """Return whether the user's participant reported the incident or is affected by it, or at risk."""
    if incident.participant_id == user.participant_id:
        return True
    roles = (ParticipantRole.AFFECTED, ParticipantRole.AT_RISK)
    own = incident.involvements.filter(participant=user.participant_id, role__in=roles)
    return own.exists()


def has_document(request: AssistanceRequest) -> bool:
    """Return whether a file hangs on the request: the signed note of a third State."""
    hanging = Document.objects.filter(owner_type=request._meta.label_lower, owner_id=request.pk)
    return hanging.filter(status=DocumentStatus.ATTACHED).exists()


def sees_contact(user: User, request: AssistanceRequest) -> bool:
    """Return whether the contact on site is for this reader: requester, secretariat, and whose offer stands."""
    if user.is_secretariat or user.serves(request.participant_id):
        return True
    if not user.is_national or not user.may_act:
        return False
    offers = Offer.objects.filter(request=request, participant=user.participant_id)
    return offers.filter(status__in=(*WAITING_OFFERS, *ACCEPTED_OFFERS)).exists()


def readers_of(request: AssistanceRequest) -> QuerySet[User]:
    """Return the active people who may see the request: ``visible_to`` read the other way."""
    own = Q(participant=request.participant_id, role__in=NATIONAL_ROLES)
    is_third = request.participant.kind == ParticipantKind.THIRD
    if request.status not in NOT_SIGNED or is_third:
        own |= Q(role__in=SECRETARIAT_ROLES)
    if request.circulated_at:
        own |= Q(pk__in=incident_queries.readers_of(request.incident).values("pk"))
    return User.objects.filter(own, is_active=True, kind=UserKind.PERSON)


def acknowledgements_of(request: AssistanceRequest) -> QuerySet[Acknowledgement]:
    return request.acknowledgements.select_related("participant", "by__participant").order_by("at")


def not_acknowledged(request: AssistanceRequest) -> QuerySet[Participant]:
    """Return the participants that read the circulated request, could help, and have not said it arrived."""
    done = request.acknowledgements.values("participant")
    acting = readers_of(request).filter(role__in=(Role.EDITOR, Role.HEAD))
    others = Participant.objects.filter(pk__in=acting.values("participant"))
    return others.exclude(pk__in=done).exclude(pk=request.participant_id)


def waiting_for_signature_by(user: User) -> QuerySet[AssistanceRequest]:
    """Return the drafts that this head, being another than their writer, may sign."""
    drafts = AssistanceRequest.objects.filter(status=RequestStatus.DRAFT).exclude(prepared_by=user)
    return _of_the_head(drafts, user).order_by("-updated_at", "-id")


def amendments_waiting_for(user: User) -> QuerySet[AssistanceRequest]:
    """Return the requests with an amendment that this head, being another than its writer, may sign."""
    written = Amendment.objects.filter(request=OuterRef("pk")).exclude(prepared_by=user)
    amended = AssistanceRequest.objects.filter(Exists(written), status__in=DECIDABLE)
    return _of_the_head(amended, user).order_by("-updated_at", "-id")


def _of_the_head(requests: QuerySet[AssistanceRequest], user: User) -> QuerySet[AssistanceRequest]:
    if user.is_machine or not user.is_head:
        return requests.none()
    if user.is_secretariat:
        return requests.filter(participant__kind=ParticipantKind.THIRD)
    return requests.filter(participant=user.participant_id)


def waiting_for_offers_of(user: User) -> QuerySet[AssistanceRequest]:
    """Return the live requests of others to which the user's participant has not offered yet."""
    if not user.is_national or user.role == Role.READER:
        return AssistanceRequest.objects.none()
    offered = Offer.objects.filter(request=OuterRef("pk"), participant=user.participant_id)
    others = (
        visible_to(user)
        .filter(status__in=OPEN_TO_OFFERS, incident__is_exercise=False)
        .exclude(participant=user.participant_id)
    )
    return others.exclude(Exists(offered)).order_by("-circulated_at", "-id")
