"""Reading deployments: ``visible_to`` is the boundary of pages, API and mail alike."""

from collections.abc import Callable, Iterable, Mapping
from datetime import date, datetime
from typing import Any
from uuid import UUID

from django.contrib.auth.models import AnonymousUser
from django.db.models import Count, F, OuterRef, Q, QuerySet, Subquery, Sum
from django.db.models.functions import Coalesce

from incidents.models import (
    ChecklistItem,
    Deployment,
    DeploymentLogEntry,
    HostNationCard,
    Incident,
    OfferItem,
    TeamMember,
)
from incidents.queries import incidents as incident_queries
from incidents.queries.promises import OVER, matter_stands
from incidents.statuses import (
    ACCEPTED_OFFERS,
    LIVE_DEPLOYMENTS,
    OPEN,
    CheckStatus,
    DeploymentStatus,
)
from ots_portal.participants.models import ParticipantKind
from ots_portal.people.models import NATIONAL_ROLES, SECRETARIAT_ROLES, Role, User, UserKind


def visible_to(user: User | AnonymousUser) -> QuerySet[Deployment]:
    """
    Return the deployments the user may see: those of incidents they read, and those of their own participant.

    What was accepted is no secret among those who read the incident; who leads the team is
    (``rules.may_read_contact``), and so is its manifest.
    """
    if not isinstance(user, User) or not (user.is_national or user.is_secretariat):
        return Deployment.objects.none()
    incidents = incident_queries.visible_to(user).order_by().values("pk")
    readable = Q(incident__in=incidents)
    if user.is_national:
        readable |= Q(participant=user.participant_id) | Q(host=user.participant_id)
    return Deployment.objects.filter(readable)


def readers_of(deployment: Deployment) -> QuerySet[User]:
    """Return the active people who may see the deployment: ``visible_to`` read the other way."""
    sides = (deployment.participant_id, deployment.host_id)
    readers = Q(pk__in=incident_queries.readers_of(deployment.incident).values("pk"))
    readers |= Q(participant__in=sides, role__in=NATIONAL_ROLES)
    return User.objects.filter(readers, is_active=True, kind=UserKind.PERSON)


def with_parts(deployments: QuerySet[Deployment]) -> QuerySet[Deployment]:
    """Fetch along what every page and answer says of a deployment."""
    return deployments.select_related(
        "incident",
        "participant",
        "host",
        "offer_item__offer",
        "offer_item__capacity",
        "proposed_by",
    )


def record_for(user: User, subject_id: str) -> Deployment | None:
    """Return the deployment if the user may see it: asked again before a message is sent."""
    return with_parts(visible_to(user)).filter(pk=subject_id).first()


def filtered(
    deployments: QuerySet[Deployment], wishes: Mapping[str, object]
) -> QuerySet[Deployment]:
    """
    Narrow a list by cleaned filter values; a missing or empty one narrows nothing.

    ``status`` also takes "live". Exercises are left out unless ``exercise`` or one ``incident`` is asked for.
    """
    wanted = {name: value for name, value in wishes.items() if value}
    if not wanted.get("exercise") and not wanted.get("incident"):
        deployments = deployments.filter(incident__is_exercise=False)
    for name, value in wanted.items():
        if narrow := _NARROWING.get(name):
            deployments = deployments.filter(narrow(value))
    return deployments


_NARROWING: dict[str, Callable[[Any], Q]] = {
    "q": lambda text: (
        Q(number__icontains=text) | Q(name__icontains=text) | Q(incident__number__icontains=text)
    ),
    "status": lambda status: (
        Q(status__in=LIVE_DEPLOYMENTS) if status == "live" else Q(status=status)
    ),
    "participant": lambda slug: Q(participant=slug),
    "host": lambda slug: Q(host=slug),
    "incident": lambda pk: Q(incident=pk),
    "updated_since": lambda moment: Q(updated_at__gte=moment),
}


def of_incident(incident: Incident, user: User | AnonymousUser) -> QuerySet[Deployment]:
    """Return the incident's deployments that the user may see, the newest first."""
    return visible_to(user).filter(incident=incident)


# ── what may be sent ────────────────────────────────────────────────────────────────────────────
def accepted_lines_of(user: User) -> QuerySet[OfferItem]:
    """Return the accepted lines that this user may plan deployments of; the secretariat's: of third States."""
    lines = OfferItem.objects.filter(accepted__gte=1, offer__status__in=ACCEPTED_OFFERS)
    if user.is_secretariat:
        lines = lines.filter(offer__participant__kind=ParticipantKind.THIRD)
    elif user.is_national:
        lines = lines.filter(offer__participant=user.participant_id)
    else:
        return OfferItem.objects.none()
    return lines.select_related(
        "offer__participant",
        "offer__recipient",
        "offer__incident",
        "capacity",
        "request_item__request",
    )


def that_count(deployments: QuerySet[Deployment]) -> QuerySet[Deployment]:
    """
    Leave out what never came: the cancelled, and the recalled, whose quantity may be sent anew.

    A recalled team that is home again has no time of arrival.
    """
    never_came = Q(status__in=(DeploymentStatus.CANCELLED, DeploymentStatus.RECALLED)) | Q(
        status=DeploymentStatus.RETURNED, arrived_at=None
    )
    return deployments.exclude(never_came)


def sent_of(offer_item: OfferItem) -> int:
    """Return how much of the line is in deployments that count."""
    found = that_count(Deployment.objects.filter(offer_item=offer_item))
    return found.aggregate(total=Sum("quantity"))["total"] or 0


def still_out(capacity_id: UUID) -> int:
    """Return how many units of a capacity are away from home now; exercises do not count."""
    away = Deployment.objects.filter(
        offer_item__capacity=capacity_id,
        status__in=set(LIVE_DEPLOYMENTS) - {DeploymentStatus.PLANNED, DeploymentStatus.MOBILISING},
        incident__is_exercise=False,
    )
    return away.aggregate(total=Sum("quantity"))["total"] or 0


def with_what_is_left(lines: QuerySet[OfferItem]) -> QuerySet[OfferItem]:
    """Keep the lines of which something may still be sent, as ``left``; the newest first."""
    sent = (
        that_count(Deployment.objects.filter(offer_item=OuterRef("pk")))
        .order_by()
        .values("offer_item")
        .annotate(total=Sum("quantity"))
        .values("total")
    )
    left = F("accepted") - Coalesce(Subquery(sent), 0)
    wanted = lines.filter(matter_stands("offer__"), offer__incident__status__in=OPEN)
    found = wanted.annotate(left=left).filter(left__gte=1)
    return found.order_by("-offer__updated_at", "pk")


# ── checklist and log ───────────────────────────────────────────────────────────────────────────
def blocking(deployment: Deployment) -> QuerySet[ChecklistItem]:
    """Return the open items without which the team does not set out."""
    return deployment.checklist.filter(is_blocking=True, status=CheckStatus.OPEN)


OPEN_AND_BLOCKING = Count(
    "checklist", filter=Q(checklist__is_blocking=True, checklist__status=CheckStatus.OPEN)
)


def log_of(deployment: Deployment) -> QuerySet[DeploymentLogEntry]:
    """Return the log, newest first, with who entered it."""
    return deployment.log.select_related("by__participant").order_by("-happened_at", "-at", "-id")


# The request was withdrawn or closed: whoever is not under way yet is not sent.
_UNWANTED = Q(offer_item__offer__request__status__in=OVER)


def that_need(user: User, *, at: datetime) -> QuerySet[Deployment]:
    """
    Return what needs the user: own deployments that open items keep at home, those whose request is over
    before they set out, and those that are late.

    To the secretariat only the late ones, of all; exercises never. Each has its ``open_count``
    and ``is_wanted``.
    """
    late = Q(status=DeploymentStatus.EN_ROUTE, eta_at__lt=at)
    real = Deployment.objects.filter(incident__is_exercise=False).annotate(
        open_count=OPEN_AND_BLOCKING, is_wanted=~_UNWANTED
    )
    if user.is_secretariat:
        incidents = incident_queries.visible_to(user).order_by().values("pk")
        return real.filter(late, incident__in=incidents)
    if user.is_machine or not user.is_national or not user.may_act:
        return real.none()
    own = Q(participant=user.participant_id) | Q(host=user.participant_id)
    still_at_home = (DeploymentStatus.PLANNED, DeploymentStatus.MOBILISING)
    kept = Q(status__in=still_at_home) & (Q(open_count__gte=1) | Q(is_wanted=False))
    return real.filter(own).filter(kept | late)


# ── host nation ─────────────────────────────────────────────────────────────────────────────────
def valid_cards(slug: str, *, today: date) -> dict[str, HostNationCard]:
    """Return topic → what the country says on it today; a card whose day is over or that says nothing is none."""
    cards = HostNationCard.objects.filter(participant=slug)
    return {card.topic: card for card in cards if says_something(card, today=today)}


def says_something(card: HostNationCard, *, today: date) -> bool:
    is_over = card.valid_until is not None and card.valid_until < today
    return any(card.texts.values()) and not is_over


# ── who hears of it ─────────────────────────────────────────────────────────────────────────────
def on_duty_of(slugs: Iterable[str]) -> QuerySet[User]:
    """
    Return the officers on duty of these participants, and the secretariat's.

    Where a participant has nobody on duty, its head hears: nobody may be missed by a gap in a roster.
    """
    slugs = list(slugs)
    people = User.objects.filter(is_active=True, kind=UserKind.PERSON)
    manned = people.filter(participant__in=slugs, is_on_duty=True).values("participant")
    heads = Q(participant__in=slugs, role=Role.HEAD) & ~Q(participant__in=manned)
    on_duty = Q(participant__in=slugs, is_on_duty=True)
    secretariat = Q(role__in=SECRETARIAT_ROLES)
    return people.filter(on_duty | heads | secretariat)


# ── people of teams ─────────────────────────────────────────────────────────────────────────────
def members_due(before: datetime) -> QuerySet[TeamMember]:
    """Return the people of manifests whose deployment was over before that moment."""
    return TeamMember.objects.filter(_over("deployment__", before))


def leaders_due(before: datetime) -> QuerySet[Deployment]:
    """Return the deployments over before that moment that still name a leader."""
    named = ~Q(leader_name="") | ~Q(leader_phone="")
    return Deployment.objects.filter(_over("", before) & named)


def _over(prefix: str, before: datetime) -> Q:
    """A cancelled deployment was over when it was cancelled: nothing touches it afterwards."""
    returned = Q(**{f"{prefix}returned_at__lt": before})
    cancelled = Q(
        **{f"{prefix}status": DeploymentStatus.CANCELLED, f"{prefix}updated_at__lt": before}
    )
    return returned | cancelled
