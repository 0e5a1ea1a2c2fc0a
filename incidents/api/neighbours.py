"""Who must know of an incident, for programs."""

from typing import Any, cast
from uuid import UUID

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404
from drf_spectacular.utils import OpenApiParameter, extend_schema
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.views import APIView

from incidents.forms.neighbours import ReachForm
from incidents.models import Incident
from incidents.queries import incidents as queries
from incidents.queries.neighbours import Proposal, propose
from incidents.rules import neighbours as rules
from incidents.rules.involvements import is_about_readers
from incidents.services import neighbours as services
from incidents.statuses import ParticipantRole
from ots_portal.access.stepup import step_up_verdict
from ots_portal.api import conditional, idempotency
from ots_portal.api.problems import PROBLEM_TYPE, ApiProblem
from ots_portal.api.renderers import as_json
from ots_portal.api.schema import ProblemDocument
from ots_portal.api.serializers import StrictNumber, StrictSerializer, Text
from ots_portal.api.views import caller_of, parameter_errors, refuse_unknown
from ots_portal.clock import database_now
from ots_portal.geo.rivers import River, rivers
from ots_portal.geo.territories import FARTHEST_KM
from ots_portal.verdicts import require

PROBLEM = {("default", PROBLEM_TYPE): ProblemDocument}
KM = OpenApiParameter(
    "km", float, description="How far to look; the portal's usual distance without"
)
RIVER = OpenApiParameter("river", str, description="Key of a shared river, to look downstream")


class TellBody(StrictSerializer):
    """Whom the sender confirms, and the reach for which they were proposed."""

    participants = serializers.ListField(child=Text(max_length=40), min_length=1, max_length=60)
    km = StrictNumber(min_value=0, max_value=FARTHEST_KM, required=False)
    river = serializers.ChoiceField(choices=list(rivers()), required=False, allow_blank=True, default="")  # fmt: skip


class ProposedNeighbour(serializers.Serializer[Any]):
    participant = serializers.CharField()
    role = serializers.ChoiceField(choices=ParticipantRole.choices)
    distance_km = serializers.FloatField(allow_null=True)
    river = serializers.CharField(allow_blank=True)
    told_as = serializers.CharField(allow_blank=True, help_text="Its part already, if it has one")


class Neighbours(serializers.Serializer[Any]):
    km = serializers.FloatField()
    river = serializers.CharField(allow_blank=True)
    results = ProposedNeighbour(many=True)


class NeighboursView(APIView):
    scope = "incidents"

    @extend_schema(
        parameters=[KM, RIVER],
        responses={(200, "application/json"): Neighbours, **PROBLEM},
        operation_id="incidents_neighbours_list",
    )
    def get(self, request: Request, pk: UUID) -> HttpResponse:
        """Propose the participants within a distance, and those downstream on a river."""
        refuse_unknown(request, known=tuple(ReachForm.base_fields))
        incident = _readable(request, pk)
        form = ReachForm(request.query_params)
        if not form.is_valid():
            raise ApiProblem("bad_parameter", errors=parameter_errors(form))
        km, river = form.reach()
        return _answer(incident, km=km, river=river)

    @extend_schema(
        request=TellBody,
        responses={(200, "application/json"): Neighbours, **PROBLEM},
        operation_id="incidents_neighbours_tell",
    )
    def post(self, request: Request, pk: UUID) -> HttpResponse:
        """Give those who are confirmed their part in the incident; their officers on duty are told."""
        return idempotency.once(request, lambda: self._tell(request, pk))

    def _tell(self, request: Request, pk: UUID) -> HttpResponse:
        incident = _readable(request, pk)
        conditional.require_seen(request, incident)
        body = TellBody(data=request.data)
        body.is_valid(raise_exception=True)
        said = body.validated_data
        km = said.get("km", settings.PORTAL_NEIGHBOUR_KM)
        river = rivers().get(said["river"])
        if is_about_readers(incident):
            require(rules.may_tell(caller_of(request), incident))
            require(step_up_verdict(cast("HttpRequest", request)))
        told = services.tell(
            incident,
            participants=said["participants"],
            km=km,
            river=river,
            by=caller_of(request),
            at=database_now(),
        )
        return _answer(told, km=km, river=river)


def _readable(request: Request, pk: UUID) -> Incident:
    visible = queries.visible_to(caller_of(request)).select_related("participant")
    return get_object_or_404(visible, pk=pk)


def _answer(incident: Incident, *, km: float, river: River | None) -> HttpResponse:
    found = propose(incident, km=km, river=river)
    told = {
        "km": km,
        "river": river.slug if river else "",
        "results": [_row(proposal) for proposal in found],
    }
    return conditional.marked(HttpResponse(as_json(told), content_type="application/json"))


def _row(proposal: Proposal) -> dict[str, Any]:
    far = proposal.distance_km
    return {
        "participant": proposal.participant.slug,
        "role": str(proposal.role),
        "distance_km": None if far is None else round(far, 1),
        "river": proposal.river.slug if proposal.river else "",
        "told_as": proposal.told_as,
    }
