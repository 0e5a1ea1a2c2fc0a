"""What countries say to incoming teams, for programs."""

from typing import Any, cast

from django.http import Http404
from drf_spectacular.utils import extend_schema
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from incidents.models import HostNationCard
from incidents.rules import host_nation as rules
from ots_portal.api.views import refuse_unknown
from ots_portal.participants.models import Participant
from ots_portal.people.models import STATES, User


class ToldCard(serializers.ModelSerializer[HostNationCard]):
    """What holds on one topic: language → text; a topic that is missing has nothing said on it."""

    class Meta:
        model = HostNationCard
        fields = ("topic", "texts", "is_blocking", "valid_until", "updated_at", "version")
        read_only_fields = fields


class ToldCards(serializers.Serializer[Any]):
    participant = serializers.CharField()
    cards = ToldCard(many=True)


class HostNation(APIView):
    scope = "incidents"

    @extend_schema(responses=ToldCards)
    def get(self, request: Request, slug: str) -> Response:
        """Return what a country says to incoming teams, topic by topic."""
        refuse_unknown(request, known=())
        host = Participant.objects.filter(slug=slug, kind__in=STATES).first()
        if host is None or not rules.may_read(cast("User", request.user)):
            raise Http404
        cards = [card for card in host.host_nation_cards.all() if any(card.texts.values())]
        return Response({"participant": host.slug, "cards": ToldCard(cards, many=True).data})
