"""Reading incidents: ``visible_to`` is the boundary of pages, API, mail and search alike."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from django.contrib.auth.models import AnonymousUser
from django.db.models import CharField, Exists, OuterRef, Q, QuerySet, Value
from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from incidents.models import (
    Acknowledgement,
    Alert,
    AssistanceRequest,
    Deployment,
    ExternalReference,
    Incident,
    Involvement,
)
from incidents.statuses import (
    LIVE_DEPLOYMENTS,
    LIVE_REQUESTS,
    OPEN,
    SHARED,
    AlertStatus,
    Classification,
    IncidentStatus,
    RequestStatus,
    Scheme,
)
from ots_portal.audit.queries import history_of
from ots_portal.escalations.queries import open_about
from ots_portal.participants.models import Participant, ParticipantKind
from ots_portal.people.models import NATIONAL_ROLES, SECRETARIAT_ROLES, User, UserKind
from ots_portal.texts import fold


def visible_to(user: User | AnonymousUser) -> QuerySet[Incident]:
    """
    Return the incidents the user may see.

    The own participant's always; the secretariat's staff all that were reported; staff of members
    those open to members; everybody those in which the own participant has a part. The system
    administrator and the auditor see none.
    """
    if not isinstance(user, User):
        return Incident.objects.none()
    shared = Q(status__in=SHARED)
    if user.is_secretariat:
        return Incident.objects.filter(shared)
    if not user.is_national:
        return Incident.objects.none()
    involved = Exists(
        Involvement.objects.filter(incident=OuterRef("pk"), participant=user.participant_id)
    )
    readable = Q(involved)
    if user.is_member_staff:
        readable |= Q(classification=Classification.MEMBERS)
    return Incident.objects.filter(Q(participant=user.participant_id) | (shared & readable))


def of_visible(user: User | AnonymousUser) -> Exists:
    """
    Return the condition that a row's ``incident`` is one the user may see.

    Asked row by row through the key: "in" would gather all visible incidents first, a hundred thousand of them.
    """
    return Exists(visible_to(user).order_by().filter(pk=OuterRef("incident")))


def record_for(user: User, subject_id: str) -> Incident | None:
    """Return the incident if the user may see it: asked again before a message is sent."""
    return visible_to(user).filter(pk=subject_id).first()


def known_as(user: User, *, scheme: str, value: str) -> Incident | None:
    """Return the incident the user may see that another system calls by this name."""
    named = ExternalReference.objects.filter(scheme=scheme, value=value)
    return visible_to(user).filter(pk__in=named.values("incident")).order_by("created_at").first()


def readers_of(incident: Incident) -> QuerySet[User]:
    """Return the active people who may see the incident: ``visible_to`` read the other way."""
    readers = Q(participant=incident.participant_id)
    if incident.status in SHARED:
        readers |= Q(participant__in=incident.involvements.values("participant"))
    if incident.status in SHARED and incident.classification == Classification.MEMBERS:
        readers |= Q(participant__kind=ParticipantKind.MEMBER)
    readers &= Q(role__in=NATIONAL_ROLES)
    if incident.status in SHARED:
        readers |= Q(role__in=SECRETARIAT_ROLES)
    return User.objects.filter(readers, is_active=True, kind=UserKind.PERSON)


def by_number(user: User, number: str) -> Incident | None:
    """Return the incident the user may see that has this number; also one that was merged."""
    return visible_to(user).filter(number=number.strip().upper()).first()


def was_submitted(user: User, submission_key: UUID | None) -> bool:
    """Return whether this very form has made an incident already."""
    if submission_key is None:
        return False
    return Incident.objects.filter(created_by=user, submission_key=submission_key).exists()


FILTERS = ("q", "status", "hazard", "level", "participant", "since", "until", "exercise")


def filtered(incidents: QuerySet[Incident], wishes: Mapping[str, object]) -> QuerySet[Incident]:
    """
    Narrow a list by cleaned filter values; a missing or empty one narrows nothing.

    ``status`` also takes "open". Exercises are left out unless ``exercise`` asks for them. A ``number``
    is asked for alone: it also finds the incident into which the one of this number was merged.
    """
    wanted = {name: value for name, value in wishes.items() if value}
    if number := wanted.get("number"):
        return _numbered(incidents, str(number))
    if not wanted.get("exercise"):
        incidents = incidents.filter(is_exercise=False)
    for name, value in wanted.items():
        if name in _NARROWING:
            narrow = _NARROWING[name]
            incidents = incidents.filter(narrow(value))
    return incidents


def changed_since(incidents: QuerySet[Incident], moment: datetime | None) -> QuerySet[Incident]:
    """Narrow to those that changed then or later; None narrows nothing."""
    return incidents.filter(updated_at__gte=moment) if moment else incidents


def _numbered(incidents: QuerySet[Incident], number: str) -> QuerySet[Incident]:
    named = incidents.filter(number=number.strip().upper())
    return incidents.filter(Q(pk__in=named.values("pk")) | Q(pk__in=named.values("merged_into")))


def _by_status(value: object) -> Q:
    return Q(status__in=OPEN) if value == "open" else Q(status=value)


def _by_participant(value: Any) -> Q:
    part = Involvement.objects.filter(incident=OuterRef("pk"), participant=value)
    return Q(participant=value) | Q(Exists(part))


_NARROWING: dict[str, Callable[[Any], Q]] = {
    "q": lambda text: Q(searchable__contains=fold(str(text))),
    "status": _by_status,
    "hazard": lambda code: Q(hazard=code),
    "level": lambda level: Q(alert_level=level),
    "participant": _by_participant,
    "since": lambda moment: Q(onset_at__gte=moment),
    "until": lambda moment: Q(onset_at__lt=moment),
}


def waiting_for_verification_by(user: User) -> QuerySet[Incident]:
    """Return the reported incidents that this person, being another than the reporter, may verify."""
    if user.is_machine or not user.may_act:
        return Incident.objects.none()
    own = Incident.objects.filter(
        participant=user.participant_id, status=IncidentStatus.REPORTED, is_exercise=False
    )
    return own.exclude(reported_by=user).exclude(created_by=user).order_by("reported_at", "id")


def open_ones(incidents: QuerySet[Incident]) -> QuerySet[Incident]:
    return incidents.filter(status__in=OPEN, is_exercise=False)


def reported_per_day(incidents: QuerySet[Incident], *, since: datetime) -> list[datetime]:
    """Return the instants at which incidents were reported since then; the page counts them per day."""
    found = incidents.filter(reported_at__gte=since, is_exercise=False)
    return [moment for moment in found.values_list("reported_at", flat=True) if moment]


def glide_numbers(incidents: Sequence[Incident]) -> dict[UUID, list[str]]:
    """Return the GLIDE numbers of each of these incidents."""
    found: dict[UUID, list[str]] = {}
    rows = ExternalReference.objects.filter(scheme=Scheme.GLIDE, incident__in=incidents)
    for key, value in rows.order_by("value").values_list("incident", "value"):
        found.setdefault(key, []).append(value)
    return found


def summed_up(user: User | AnonymousUser, wishes: Mapping[str, object]) -> QuerySet[Incident]:
    """Return the incidents of a statistic: live ones, or exercises alone, never both together."""
    is_exercise = bool(wishes.get("exercise"))
    found = filtered(visible_to(user), {**wishes, "exercise": True})
    return found.filter(is_exercise=is_exercise)


# ── what must end before an incident does ───────────────────────────────────────────────────────
STILL_OPEN_REQUESTS = tuple(status for status in LIVE_REQUESTS if status != RequestStatus.FULFILLED)


@dataclass(frozen=True)
class Obstacle:
    """Something of an incident that is not at its end; ``name`` is its number."""

    kind: str
    name: str

    def __str__(self) -> str:
        return f"{OBSTACLES[self.kind]} {self.name}".strip()


OBSTACLES: dict[str, Promise] = {
    "request": gettext_lazy("request for assistance"),
    "deployment": gettext_lazy("deployment"),
    "alert": gettext_lazy("alert"),
}


def standing_in_the_way(incident: Incident) -> list[Obstacle]:
    """
    Return what keeps the incident from being closed; one query.

    Invariant 9 of the design: no open request, no live deployment, no alert that still holds.
    """
    requests = AssistanceRequest.objects.filter(incident=incident, status__in=STILL_OPEN_REQUESTS)
    deployments = Deployment.objects.filter(incident=incident, status__in=LIVE_DEPLOYMENTS)
    # A cancellation warns of nothing: incidents.queries.alerts.live_alerts_of says the same.
    issued = Alert.objects.filter(incident=incident, status=AlertStatus.ISSUED)
    alerts = issued.exclude(message_type="Cancel")
    rows = _named(requests, "request", "number").union(
        _named(deployments, "deployment", "number"),
        _named(alerts, "alert", "identifier"),
        all=True,
    )
    return sorted((Obstacle(kind, name or "") for kind, name in rows), key=lambda one: one.name)


def _named(records: QuerySet[Any], kind: str, name: str) -> QuerySet[Any, Any]:
    label = Value(kind, output_field=CharField())
    rows: QuerySet[Any, Any] = records.order_by().annotate(obstacle=label)
    return rows.values_list("obstacle", name)


def closing_must_wait(obstacles: Sequence[Obstacle]) -> str:
    return _("This incident cannot be closed yet. End first: %(obstacles)s.") % {
        "obstacles": _listed(obstacles)
    }


def merging_must_wait(obstacles: Sequence[Obstacle]) -> str:
    return _("This incident cannot be merged yet. End first: %(obstacles)s.") % {
        "obstacles": _listed(obstacles)
    }


def rejecting_must_wait(obstacles: Sequence[Obstacle]) -> str:
    return _("This incident cannot be rejected yet. End first: %(obstacles)s.") % {
        "obstacles": _listed(obstacles)
    }


NAMED_AT_MOST = 10


def _listed(obstacles: Sequence[Obstacle]) -> str:
    named = ", ".join(map(str, obstacles[:NAMED_AT_MOST]))
    return f"{named} …" if len(obstacles) > NAMED_AT_MOST else named


def authors_of(incident: Incident) -> set[UUID]:
    """Return who wrote what is to be verified: who began it, who reported it, and who changed it last."""
    last = history_of(incident).filter(kind="incidents.incident.updated").last()
    wrote = (incident.created_by_id, incident.reported_by_id, last.actor_id if last else None)
    return {person for person in wrote if person}


# ── who has received it ─────────────────────────────────────────────────────────────────────────
def acknowledgements_of(incident: Incident) -> QuerySet[Acknowledgement]:
    """Return who said that the incident itself has arrived, in the order in which they did."""
    own = Acknowledgement.objects.filter(incident=incident, request=None)
    return own.select_related("participant", "by__participant").order_by("at", "id")


def not_acknowledged(incident: Incident) -> QuerySet[Participant]:
    """Return the participants that were told, or have nobody on duty and a clock, and have not said it arrived."""
    told = readers_of(incident).filter(is_on_duty=True, role__in=NATIONAL_ROLES)
    clocks = open_about(Incident._meta.label_lower, str(incident.pk))
    others = Participant.objects.filter(
        Q(pk__in=told.values("participant")) | Q(pk__in=clocks.values("participant"))
    )
    done = acknowledgements_of(incident).order_by().values("participant")
    return others.exclude(pk=incident.participant_id).exclude(pk__in=done).order_by("slug")
