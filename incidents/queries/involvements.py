"""Reading the parts that participants have in incidents."""

from collections.abc import Sequence

from django.contrib.auth.models import AnonymousUser
from django.db.models import Prefetch, Q, QuerySet, prefetch_related_objects

from incidents.models import Deployment, Incident, Involvement, Offer
from incidents.queries import incidents
from incidents.queries.promises import matter_stands
from incidents.statuses import (
    ACCEPTED_OFFERS,
    LIVE_DEPLOYMENTS,
    SHARED,
    WAITING_OFFERS,
    Classification,
    OfferStatus,
)
from ots_portal.participants.models import Participant, ParticipantKind
from ots_portal.people.models import Role, User, UserKind


def visible_to(user: User | AnonymousUser) -> QuerySet[Involvement]:
    """Return the parts in the incidents that the user may see."""
    return Involvement.objects.filter(incidents.of_visible(user))


def record_for(user: User, subject_id: str) -> Involvement | None:
    return visible_to(user).select_related("incident").filter(pk=subject_id).first()


def of_incident(incident: Incident) -> list[Involvement]:
    """
    Return the incident's parts with their participants; the caller has checked who may read it.

    They are kept with the incident: the sections of its page ask once.
    """
    parts = Involvement.objects.select_related("participant")
    prefetch_related_objects([incident], Prefetch("involvements", queryset=parts))
    return list(incident.involvements.all())


def who_may_get_a_part(incident: Incident) -> QuerySet[Participant]:
    """Return the participants without a part, except those that are no State or organisation."""
    taken = incident.involvements.values("participant")
    others = Participant.objects.exclude(kind=ParticipantKind.SECRETARIAT)
    return others.exclude(pk__in=taken).exclude(pk=incident.participant_id).order_by("kind", "slug")


def is_helping(involvement: Involvement) -> bool:
    """Return whether the participant has a live offer or team here: it must go on reading the incident."""
    mine = Q(incident=involvement.incident_id, participant=involvement.participant_id)
    living = (OfferStatus.SIGNED, *WAITING_OFFERS, *ACCEPTED_OFFERS)
    return (
        Deployment.objects.filter(mine, status__in=LIVE_DEPLOYMENTS).exists()
        or Offer.objects.filter(mine, matter_stands(), status__in=living).exists()
    )


def newly_named(incident: Incident, countries: Sequence[str]) -> list[str]:
    """
    Return the participants that would read a shared incident for named ones if these countries were affected.

    The reporting participant reads it anyway.
    """
    if incident.classification != Classification.NAMED or incident.status not in SHARED:
        return []
    affected = Participant.objects.filter(iso2__in=countries).exclude(pk=incident.participant_id)
    return list(affected.exclude(involvements__incident=incident).values_list("pk", flat=True))


def heads_and_officers_of(slug: str) -> QuerySet[User]:
    """Return who hears what concerns a participant: its heads and its officers on duty."""
    people = User.objects.filter(participant=slug, is_active=True, kind=UserKind.PERSON)
    return people.filter(Q(role=Role.HEAD) | Q(is_on_duty=True))
