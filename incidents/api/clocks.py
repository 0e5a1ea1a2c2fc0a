"""How long help took: the page's twin."""

from typing import Any

from django import forms
from django.http import HttpResponse
from django.utils.translation import gettext_lazy as _
from drf_spectacular.utils import OpenApiParameter, extend_schema
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.views import APIView

from incidents import hazards
from incidents.queries import clocks as queries
from incidents.queries.clocks import MILESTONES, Clock, Summary
from incidents.queries.incidents import summed_up
from ots_portal.api import conditional
from ots_portal.api.filters import FlagParameter, MomentParameter
from ots_portal.api.problems import PROBLEM_TYPE, ApiProblem
from ots_portal.api.renderers import as_json
from ots_portal.api.schema import IF_NONE_MATCH, ProblemDocument
from ots_portal.api.views import caller_of, parameter_errors, refuse_unknown

CLOCKS_SHOWN = 200


class ClockWishes(forms.Form):
    since = MomentParameter(required=False, help_text=_("Began then or later"))
    until = MomentParameter(required=False, help_text=_("Began before"))
    participant = forms.SlugField(required=False, help_text=_("Reported it or has a part in it"))
    hazard = forms.ChoiceField(required=False, choices=hazards.CHOICES)
    exercise = FlagParameter(required=False, help_text=_("Exercises instead of what happened"))


class SummarySerializer(serializers.Serializer[Any]):
    """Medians in seconds from the circulation of the request; null where no request came so far."""

    key = serializers.CharField()
    count = serializers.IntegerField()
    before_request = serializers.FloatField(
        allow_null=True, help_text="Seconds from the report of the incident to the request"
    )
    medians = serializers.DictField(child=serializers.FloatField(allow_null=True))


class ClockSerializer(serializers.Serializer[Any]):
    request = serializers.UUIDField(source="request_id")
    number = serializers.CharField()
    incident = serializers.UUIDField(source="incident_id")
    participant = serializers.CharField()
    hazard = serializers.CharField()
    reported_at = serializers.DateTimeField(allow_null=True)
    circulated_at = serializers.DateTimeField()
    acknowledged_at = serializers.DateTimeField(allow_null=True)
    offered_at = serializers.DateTimeField(allow_null=True)
    decided_at = serializers.DateTimeField(allow_null=True)
    departed_at = serializers.DateTimeField(allow_null=True)
    arrived_at = serializers.DateTimeField(allow_null=True)
    released_at = serializers.DateTimeField(allow_null=True)


class ClockAnswer(serializers.Serializer[Any]):
    milestones = serializers.ListField(child=serializers.CharField())
    all = SummarySerializer()
    by_participant = SummarySerializer(many=True)
    by_hazard = SummarySerializer(many=True)
    requests = ClockSerializer(many=True)


PARAMETERS = [
    OpenApiParameter(name, str, description=str(field.help_text))
    for name, field in ClockWishes.base_fields.items()
]


class ClockView(APIView):
    scope = "incidents"

    @extend_schema(
        parameters=[*PARAMETERS, IF_NONE_MATCH],
        responses={
            (200, "application/json"): ClockAnswer,
            ("default", PROBLEM_TYPE): ProblemDocument,
        },
        operation_id="incidents_clocks",
    )
    def get(self, request: Request) -> HttpResponse:
        """Sum up how long help took; the newest 200 requests stand one by one."""
        form = ClockWishes(request.query_params)
        refuse_unknown(request, known=tuple(form.fields))
        if not form.is_valid():
            raise ApiProblem("bad_parameter", errors=parameter_errors(form))
        caller = caller_of(request)
        body = as_json(_answer(queries.clocks_of(summed_up(caller, form.cleaned_data))))
        tag = f'"{conditional.tag_of(request, body)}"'
        if conditional.is_held(request, tag):
            return conditional.not_modified(tag)
        return conditional.marked(HttpResponse(body, content_type="application/json"), tag)


def _answer(clocks: list[Clock]) -> dict[str, Any]:
    def told(summaries: list[Summary]) -> Any:
        return SummarySerializer(summaries, many=True).data

    return {
        "milestones": list(MILESTONES),
        "all": SummarySerializer(queries.summary_of("", clocks)).data,
        "by_participant": told(queries.summed_by(clocks, "participant")),
        "by_hazard": told(queries.summed_by(clocks, "hazard")),
        "requests": ClockSerializer(clocks[:CLOCKS_SHOWN], many=True).data,
    }
