"""The pages' twin for programs: who takes part, and what the directory says of them to this caller."""

from typing import Any

from django.http import HttpResponse
from django.shortcuts import get_object_or_404
from drf_spectacular.utils import OpenApiParameter, extend_schema
from rest_framework.request import Request
from rest_framework.views import APIView

from ots_portal.api import conditional, slimming
from ots_portal.api.problems import PROBLEM_TYPE, ApiProblem
from ots_portal.api.renderers import as_json
from ots_portal.api.schema import FIELDS, IF_NONE_MATCH, ProblemDocument
from ots_portal.api.views import caller_of, parameter_errors, refuse_unknown
from ots_portal.directory import presentation, queries
from ots_portal.directory.api.serializers import ParticipantDetail as Detail
from ots_portal.directory.api.serializers import ParticipantListAnswer, ParticipantRow
from ots_portal.directory.forms import WishesForm
from ots_portal.participants.models import ParticipantKind

Q = OpenApiParameter("q", str, description="Words of names, authorities and numbers")
KIND = OpenApiParameter("kind", str, enum=ParticipantKind.values)
PROBLEM = {("default", PROBLEM_TYPE): ProblemDocument}


class ParticipantList(APIView):
    scope = "participants"

    @extend_schema(
        parameters=[Q, KIND, FIELDS, IF_NONE_MATCH],
        responses={(200, "application/json"): ParticipantListAnswer, **PROBLEM},
        operation_id="participants_list",
    )
    def get(self, request: Request) -> HttpResponse:
        """List the participants in the order of their slugs: all of them, they are few."""
        refuse_unknown(request, known=(*WishesForm.base_fields, slimming.PARAMETER))
        mask = slimming.mask_of(request, ParticipantRow)
        form = WishesForm(request.query_params)
        if not form.is_valid():
            raise ApiProblem("bad_parameter", errors=parameter_errors(form))
        everybody = queries.participants_for(caller_of(request))
        found = presentation.matching(everybody, form.cleaned_data)
        rows = slimming.slimmed(ParticipantRow(found, many=True).data, mask)
        return _answer(request, {"results": rows, "next": None, "previous": None})


class ParticipantDetail(APIView):
    scope = "participants"

    @extend_schema(
        parameters=[FIELDS, IF_NONE_MATCH],
        responses={(200, "application/json"): Detail, **PROBLEM},
        operation_id="participants_retrieve",
    )
    def get(self, request: Request, slug: str) -> HttpResponse:
        """Return a participant with its authorities, numbers and the contact points open to the caller."""
        refuse_unknown(request, known=(slimming.PARAMETER,))
        mask = slimming.mask_of(request, Detail)
        participant = get_object_or_404(queries.participants_for(caller_of(request)), pk=slug)
        return _answer(request, slimming.slimmed(Detail(participant).data, mask))


def _answer(request: Request, told: Any) -> HttpResponse:
    body = as_json(told)
    tag = f'"{conditional.tag_of(request, body)}"'
    if conditional.is_held(request, tag):
        return conditional.not_modified(tag)
    return conditional.marked(HttpResponse(body, content_type="application/json"), tag)
