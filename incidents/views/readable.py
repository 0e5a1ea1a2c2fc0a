"""Finding what an address names, through the right to see it."""

from uuid import UUID

from django.shortcuts import get_object_or_404

from incidents.models import Incident
from incidents.queries import incidents as queries
from ots_portal.people.http import PortalRequest


def readable(request: PortalRequest, pk: str | UUID) -> Incident:
    """:raises Http404: when there is none, or not for this person"""
    found = queries.visible_to(request.user).select_related(
        "participant", "merged_into", "opening_proposal__proposed_by"
    )
    return get_object_or_404(found, pk=pk)
