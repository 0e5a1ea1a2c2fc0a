"""Reading offers: ``visible_to`` is the boundary of pages, API and mail alike."""

from collections.abc import Callable, Mapping
from datetime import datetime
from typing import Any

from django.contrib.auth.models import AnonymousUser
from django.db.models import F, OuterRef, Prefetch, Q, QuerySet, Subquery, Value
from django.db.models.functions import Coalesce, Now

from incidents.models import AssistanceRequest, Capacity, Decision, Incident, Offer, OfferItem
from incidents.queries import incidents as incident_queries
from incidents.queries import involvements as involvement_queries
from incidents.queries import requests as request_queries
from incidents.statuses import (
    ACCEPTED_OFFERS,
    OFFERS,
    WAITING_OFFERS,
    OfferStatus,
    Outcome,
    ParticipantRole,
)
from ots_portal.participants.models import Participant, ParticipantKind
from ots_portal.people.models import HEAD_ROLES, NATIONAL_ROLES, SECRETARIAT_ROLES, User, UserKind

NOT_SUBMITTED = (OfferStatus.DRAFT, OfferStatus.SIGNED, OfferStatus.DISCARDED)


def visible_to(user: User | AnonymousUser) -> QuerySet[Offer]:
    """
    Return the offers the user may see.

    The own participant's always; those made to it and, to the secretariat, all, from their submission on;
    accepted ones, in full or in part, to whoever reads what they answer.
    """
    if not isinstance(user, User):
        return Offer.objects.none()
    submitted = Q(submitted_at__isnull=False)
    if user.is_secretariat:
        return Offer.objects.filter(submitted)
    if not user.is_national:
        return Offer.objects.none()
    requests = request_queries.visible_to(user).order_by().values("pk")
    incidents = incident_queries.visible_to(user).order_by().values("pk")
    answered = Q(request__in=requests) | Q(request=None, incident__in=incidents)
    return Offer.objects.filter(
        Q(participant=user.participant_id)
        | (submitted & Q(recipient=user.participant_id))
        | (Q(status__in=ACCEPTED_OFFERS) & answered)
    )


def readers_of(offer: Offer) -> QuerySet[User]:
    """Return the active people who may see the offer: ``visible_to`` read the other way."""
    readers = Q(participant=offer.participant_id)
    if offer.submitted_at:
        readers |= Q(participant=offer.recipient_id)
    if offer.status in ACCEPTED_OFFERS:
        answered = (
            request_queries.readers_of(offer.request)
            if offer.request
            else incident_queries.readers_of(offer.incident)
        )
        readers |= Q(pk__in=answered.values("pk"))
    readers &= Q(role__in=NATIONAL_ROLES)
    if offer.submitted_at:
        readers |= Q(role__in=SECRETARIAT_ROLES)
    return User.objects.filter(readers, is_active=True, kind=UserKind.PERSON)


def of_parties(user: User | AnonymousUser) -> QuerySet[Offer]:
    """Return the offers whose whole content is the user's: what hangs on an accepted one is for the parties."""
    offers = visible_to(user)
    if not isinstance(user, User) or user.is_secretariat:
        return offers
    return offers.filter(Q(participant=user.participant_id) | Q(recipient=user.participant_id))


def is_party(user: User, offer: Offer) -> bool:
    """Return whether the whole offer is this reader's: its two parties and the secretariat."""
    return (
        user.is_secretariat or user.serves(offer.participant_id) or user.serves(offer.recipient_id)
    )


def with_parts(offers: QuerySet[Offer]) -> QuerySet[Offer]:
    """Fetch along what every page and answer says of an offer."""
    return offers.select_related(
        "incident",
        "request",
        "participant",
        "recipient",
        "prepared_by__participant",
        "signed_by__participant",
        "rest_withdrawn_by__participant",
    )


def with_items(offers: QuerySet[Offer]) -> QuerySet[Offer]:
    """Fetch along the lines with what they answer, in one query more."""
    items = OfferItem.objects.select_related("request_item").order_by("line")
    return offers.prefetch_related(Prefetch("items", queryset=items))


def record_for(user: User, subject_id: str) -> Offer | None:
    """Return the offer if the user may see it: asked again before a message is sent."""
    offers = with_items(with_parts(visible_to(user)))
    return offers.filter(pk=subject_id).first()


def items_of(offer: Offer, reader: User) -> QuerySet[OfferItem]:
    """Return the lines this reader sees: to others than the parties only what was accepted."""
    items = offer.items.select_related("request_item", "capacity").order_by("line")
    return items if is_party(reader, offer) else items.filter(accepted__gte=1)


def items_to_decide(offer: Offer) -> list[OfferItem]:
    """Return the lines on which the requester may decide: where the rest is withdrawn, the accepted ones."""
    items = offer.items.select_related("request_item", "capacity").order_by("line")
    return list(items.filter(accepted__gte=1) if offer.rest_withdrawn_at else items)


def decisions_on(offer: Offer) -> QuerySet[Decision]:
    """Return every decision on the offer's lines, the newest last."""
    found = Decision.objects.filter(offer_item__offer=offer)
    return found.select_related("offer_item", "by__participant").order_by("at", "id")


def newest_outcomes(offer: Offer) -> dict[Any, str]:
    """Return what was last decided on each line, by the line's key; undecided ones are missing."""
    decided = Decision.objects.filter(offer_item__offer=offer).order_by("at", "id")
    return dict(decided.values_list("offer_item_id", "outcome"))


def not_declined(items: QuerySet[OfferItem]) -> QuerySet[OfferItem]:
    """Leave out the lines whose newest decision declines them."""
    newest = Decision.objects.filter(offer_item=OuterRef("pk")).order_by("-at", "-id")
    outcome = Coalesce(Subquery(newest.values("outcome")[:1]), Value(""))
    return items.alias(newest_outcome=outcome).exclude(newest_outcome=Outcome.DECLINE)


def rest_of(offer: Offer) -> QuerySet[OfferItem]:
    """
    Return the lines of an offer accepted in part of which the requester could still accept more.

    Undecided and provisionally accepted ones, and those of which a part was accepted. None once the offer's
    time is over, or the rest is withdrawn.
    """
    lines = OfferItem.objects.filter(
        offer=offer,
        offer__status=OfferStatus.PARTIALLY_ACCEPTED,
        offer__rest_withdrawn_at=None,
        offer__valid_until__gt=Now(),
        accepted__lt=F("offered"),
    )
    return not_declined(lines).select_related("request_item").order_by("line")


def of_request(request: AssistanceRequest, user: User) -> QuerySet[Offer]:
    return visible_to(user).filter(request=request)


def unsolicited_of(incident: Incident, user: User) -> QuerySet[Offer]:
    return visible_to(user).filter(incident=incident, request=None)


def recipients_of(incident: Incident, *, besides: str) -> list[Participant]:
    """Return to whom is offered without a request: who reported the incident, then who is affected or at risk."""
    roles = (ParticipantRole.AFFECTED, ParticipantRole.AT_RISK)
    parts = involvement_queries.of_incident(incident)
    affected = [part.participant for part in parts if part.role in roles]
    found = {one.pk: one for one in (incident.participant, *affected)}
    return [one for slug, one in found.items() if slug != besides]


FILTERS = ("q", "status", "side", "participant", "request", "incident", "exercise")


def filtered(
    offers: QuerySet[Offer], wishes: Mapping[str, object], *, user: User
) -> QuerySet[Offer]:
    """
    Narrow a list by cleaned filter values; a missing or empty one narrows nothing.

    ``status`` also takes "waiting" and "taken"; ``side`` "made" or "received" by the user's participant.
    """
    wanted = {name: value for name, value in wishes.items() if value}
    if not {"exercise", "incident", "request"} & set(wanted):
        offers = offers.filter(incident__is_exercise=False)
    if side := wanted.get("side"):
        column = "participant" if side == "made" else "recipient"
        offers = offers.filter(**{column: user.participant_id})
    for name, value in wanted.items():
        if narrow := _NARROWING.get(name):
            offers = offers.filter(narrow(value))
    return offers


_SEVERAL = {"waiting": WAITING_OFFERS, "taken": ACCEPTED_OFFERS}
_NARROWING: dict[str, Callable[[Any], Q]] = {
    "q": lambda text: Q(number__icontains=text) | Q(request__number__icontains=text),
    "status": lambda status: Q(status__in=_SEVERAL.get(status, (status,))),
    "participant": lambda slug: Q(participant=slug),
    "request": lambda pk: Q(request=pk),
    "incident": lambda pk: Q(incident=pk),
}


def capacities_of(participant: str) -> QuerySet[Capacity]:
    """Return what the participant has in the register, by name."""
    return Capacity.objects.filter(participant=participant, retired_at=None).order_by("name", "id")


def waiting_for_signature_by(user: User) -> QuerySet[Offer]:
    """Return the drafts that this head, being another than their writer, may sign."""
    if user.is_machine or not user.is_head or not user.is_national:
        return Offer.objects.none()
    drafts = Offer.objects.filter(participant=user.participant_id, status=OfferStatus.DRAFT)
    return drafts.exclude(prepared_by=user).order_by("-updated_at", "-id")


def waiting_for_decision_by(user: User) -> QuerySet[Offer]:
    """Return the offers on which this head decides."""
    if user.is_machine or not user.is_head:
        return Offer.objects.none()
    waiting = Offer.objects.filter(status__in=WAITING_OFFERS)
    if user.is_secretariat:
        return waiting.filter(recipient__kind=ParticipantKind.THIRD).order_by("submitted_at", "id")
    return waiting.filter(recipient=user.participant_id).order_by("submitted_at", "id")


def due(at: datetime) -> QuerySet[Offer]:
    """Return the offers whose time is over and that nobody has decided."""
    sources = OFFERS.steps["expire"].sources
    return Offer.objects.filter(status__in=sources, valid_until__lte=at).order_by("valid_until")


def outdated_of(request: AssistanceRequest) -> QuerySet[Offer]:
    """Return the live offers to an earlier text of the request."""
    live = request.offers.filter(status__in=(*WAITING_OFFERS, *ACCEPTED_OFFERS))
    return live.filter(request_text_version__lt=request.text_version)


def people_of(*slugs: str) -> QuerySet[User]:
    """Return the active editors and heads of these participants."""
    acting = User.objects.filter(is_active=True, kind=UserKind.PERSON, participant__in=slugs)
    return acting.filter(role__in=NATIONAL_ROLES[1:])


def deciders_for(offer: Offer) -> QuerySet[User]:
    """Return who hears of an offer: the requester's acting people, for a third State the secretariat's."""
    if offer.recipient.kind == ParticipantKind.THIRD:
        people = User.objects.filter(is_active=True, kind=UserKind.PERSON)
        return people.filter(role__in=SECRETARIAT_ROLES)
    return people_of(offer.recipient_id)


def heads_of(slug: str) -> QuerySet[User]:
    active = User.objects.filter(is_active=True, kind=UserKind.PERSON, participant=slug)
    return active.filter(role__in=HEAD_ROLES)
