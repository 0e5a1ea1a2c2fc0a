"""Reading what other systems call incidents."""

from typing import Any

from django.contrib.auth.models import AnonymousUser
from django.db.models import Count, Prefetch, Q, QuerySet

from incidents.models import ExternalReference, Incident, ReferenceVersion
from incidents.queries import incidents
from incidents.statuses import Scheme
from ots_portal.people.models import User


def visible_to(user: User | AnonymousUser) -> QuerySet[ExternalReference]:
    """Return the references of the incidents that the user may see."""
    return ExternalReference.objects.filter(incident__in=incidents.visible_to(user).values("pk"))


def of_incident(incident: Incident) -> QuerySet[ExternalReference]:
    """Return the incident's references with their versions; two queries."""
    versions = ReferenceVersion.objects.order_by("-version_at")
    return incident.references.prefetch_related(Prefetch("versions", versions))


def counted(incident: Incident) -> QuerySet[ExternalReference]:
    """Return the incident's references with ``version_count``; one query."""
    return incident.references.annotate(version_count=Count("versions"))


def siblings_of(references: list[ExternalReference], *, reader: User) -> list[ExternalReference]:
    """
    Return the GLIDE numbers of the same disaster in other countries, with their incidents.

    Only of incidents that the reader may see. No query where there is no GLIDE number.
    """
    numbers = [one for one in references if one.scheme == Scheme.GLIDE]
    if not numbers:
        return []
    same: Any = Q()
    for number in numbers:
        same |= Q(value__startswith=number.value.removesuffix(number.country))
    found = visible_to(reader).filter(same, scheme=Scheme.GLIDE)
    others = found.exclude(incident=numbers[0].incident_id).select_related("incident")
    return list(others.order_by("value", "incident__reported_at")[:20])
