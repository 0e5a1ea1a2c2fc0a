from uuid import UUID

from django.http import Http404, HttpResponse
from django.shortcuts import render
from django.urls import reverse

from incidents.models import RequestItem
from incidents.presentation import capacities as presentation
from incidents.queries import matching as queries
from incidents.statuses import OPEN_TO_OFFERS
from incidents.vocabularies.capacity_types import title_of
from incidents.vocabularies.units import counted
from ots_portal.clock import database_now
from ots_portal.people.http import PortalRequest

SHOWN = 50


def matching(request: PortalRequest, pk: UUID, item_pk: UUID) -> HttpResponse:
    """Propose capacities for one line of a request, and say why each fits or does not."""
    item = queries.line_for(request.user, pk, item_pk)
    if item is None:
        raise Http404
    found = queries.proposals(request.user, item, at=database_now())
    views = presentation.match_views(
        found[:SHOWN], item, reader=request.user, offer_url=_offer_url(item)
    )
    context = {
        "item": item,
        "request_record": item.request,
        "incident": item.request.incident,
        "type_title": title_of(item.capacity_type),
        "still_needed": counted(max(item.needed - item.accepted, 0), item.unit),
        "matches": views,
        "others_count": max(len(found) - SHOWN, 0),
        "assumptions": {
            "road_kmh": queries.ROAD_KMH,
            "road_detour": queries.ROAD_DETOUR,
            "air_kmh": queries.AIR_KMH,
            "air_hours": queries.AIR_HANDLING_HOURS,
        },
    }
    return render(request, "incidents/capacities/matching.html", context)


def _offer_url(item: RequestItem) -> str:
    """Return where an offer to the request begins, "" where none can be made."""
    if item.request.status not in OPEN_TO_OFFERS:
        return ""
    return reverse("incidents:offer_new", args=[item.request_id])
