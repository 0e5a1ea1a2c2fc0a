"""Which capacities answer a line of a request, for programs."""

from typing import Any
from uuid import UUID

from django.http import Http404
from drf_spectacular.utils import extend_schema
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from incidents.api.capacities import CapacityRow
from incidents.queries import matching as queries
from incidents.queries.matching import Fit
from ots_portal.api.views import caller_of, refuse_unknown
from ots_portal.clock import database_now

FITS = [(fit.value, fit.value) for fit in Fit]


class ToldCriterion(serializers.Serializer[Any]):
    """One thing that was looked at; ``sentence`` is in the caller's language and says why."""

    code = serializers.CharField()
    fit = serializers.ChoiceField(choices=FITS)
    sentence = serializers.CharField()


class ToldMatch(serializers.Serializer[Any]):
    """A capacity with its verdict; estimates rest on assumed speeds (docs/capacities.md)."""

    capacity = CapacityRow()
    fit = serializers.ChoiceField(choices=FITS)
    distance_km = serializers.IntegerField(allow_null=True)
    arrives_at = serializers.DateTimeField(allow_null=True, help_text="Estimated")
    criteria = ToldCriterion(many=True)


class ToldMatches(serializers.Serializer[Any]):
    results = ToldMatch(many=True)


class Matching(APIView):
    scope = "incidents"

    @extend_schema(responses=ToldMatches)
    def get(self, request: Request, pk: UUID, item_pk: UUID) -> Response:
        """
        Propose capacities for one line of a request, best first, and say why each fits or does not.

        To the requester and the secretariat all they may read, to others their own.
        """
        refuse_unknown(request, known=())
        user = caller_of(request)
        item = queries.line_for(user, pk, item_pk)
        if item is None:
            raise Http404
        found = queries.proposals(user, item, at=database_now())
        return Response({"results": [_told(match) for match in found]})


def _told(match: queries.Match) -> dict[str, Any]:
    return {
        "capacity": CapacityRow(match.capacity).data,
        "fit": match.fit.value,
        "distance_km": round(match.journey.distance_km) if match.journey else None,
        "arrives_at": match.arrives_at,
        "criteria": ToldCriterion(match.criteria, many=True).data,
    }
