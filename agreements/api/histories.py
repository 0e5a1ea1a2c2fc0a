"""The negotiating history for programs: the page's twin."""

from typing import Any

from django import forms
from django.utils.translation import gettext as _
from drf_spectacular.types import OpenApiTypes
from drf_spectacular.utils import OpenApiParameter, extend_schema
from rest_framework import serializers
from rest_framework.exceptions import NotFound
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from agreements import queries as instrument_queries
from agreements.models import Instrument, Provision
from agreements.queries import histories as queries
from ots_portal import plugs
from ots_portal.api.filters import MomentParameter
from ots_portal.api.problems import ApiProblem
from ots_portal.api.views import caller_of, parameter_errors
from ots_portal.paging import BadCursor
from ots_portal.plugs import HistoryLine

LARGEST_LIMIT, USUAL_LIMIT = 200, 50


class HistoryParameters(forms.Form):
    instrument = forms.UUIDField(required=False)
    provision = forms.UUIDField(required=False)
    kind = forms.MultipleChoiceField(required=False)
    participant = forms.SlugField(required=False)
    since = MomentParameter(required=False)
    until = MomentParameter(required=False)
    order = forms.ChoiceField(required=False, choices=[("newest", ""), ("oldest", "")])
    cursor = forms.CharField(required=False)
    limit = forms.IntegerField(required=False, min_value=1, max_value=LARGEST_LIMIT)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["kind"].choices = [(name, name) for name in plugs.histories]  # type: ignore[attr-defined]

    def clean(self) -> dict[str, Any]:
        told = super().clean() or {}
        named = [name for name in ("instrument", "provision") if told.get(name)]
        if not self.errors and len(named) != 1:
            sentence = _("Name an agreement or a provision, and not both.")
            self.add_error("instrument", sentence)
        return told


class HistoryPiece(serializers.Serializer[Any]):
    kind = serializers.CharField(help_text="same, added or removed")
    text = serializers.CharField()


class HistoryRow(serializers.Serializer[HistoryLine]):
    """One line; ``kind`` names its source, ``id`` the record, ``pieces`` what changed in words."""

    at = serializers.DateTimeField()
    kind = serializers.CharField()
    id = serializers.CharField(source="key")
    about = serializers.CharField()
    title = serializers.CharField()
    text = serializers.CharField()
    language = serializers.CharField()
    participants = serializers.ListField(child=serializers.CharField())
    pieces = HistoryPiece(many=True)
    url = serializers.CharField()


class HistoryRows(serializers.Serializer[Any]):
    results = HistoryRow(many=True)
    next = serializers.URLField(allow_null=True)


def _parameter(name: str, kind: Any, text: str, *, many: bool = False) -> OpenApiParameter:
    return OpenApiParameter(name, kind, description=text, many=many)


class NegotiatingHistory(APIView):
    scope = "agreements"

    @extend_schema(
        operation_id="negotiating_history",
        parameters=[
            _parameter("instrument", OpenApiTypes.UUID, "The agreement, or else a provision."),
            _parameter(
                "provision", OpenApiTypes.UUID, "A provision, with all that stands under it."
            ),
            _parameter(
                "kind", str, "Kinds of lines, as results name them; all without.", many=True
            ),
            _parameter("participant", str, "Acts of this State only, by its code."),
            _parameter("since", OpenApiTypes.DATETIME, "Then or later."),
            _parameter("until", OpenApiTypes.DATETIME, "Before then."),
            _parameter("order", str, "newest (first, as usual) or oldest."),
            _parameter("cursor", str, "Of the page that follows."),
            _parameter("limit", int, f"How many, 1 to {LARGEST_LIMIT}; {USUAL_LIMIT} without."),
        ],
        responses=HistoryRows,
    )
    def get(self, request: Request) -> Response:
        """Return the preparatory work of a text or a provision, as far as the caller may read it."""
        form = HistoryParameters(request.query_params)
        _refuse_unknown(request, known=tuple(form.fields))
        if not form.is_valid():
            raise ApiProblem("bad_parameter", errors=parameter_errors(form))
        told = form.cleaned_data
        instrument, provision = _named(request, told)
        wishes = queries.Wishes(
            kinds=tuple(told["kind"]),
            participant=told["participant"],
            since=told["since"],
            until=told["until"],
            is_oldest_first=told["order"] == "oldest",
        )
        try:
            page = queries.history_of(
                caller_of(request),
                instrument,
                provision,
                wishes,
                cursor=told["cursor"],
                size=told["limit"] or USUAL_LIMIT,
            )
        except BadCursor as error:
            raise ApiProblem("bad_cursor") from error
        rows = HistoryRow(page.lines, many=True).data  # type: ignore[arg-type]
        return Response({"results": rows, "next": _address(request, page.next)})


def _refuse_unknown(request: Request, *, known: tuple[str, ...]) -> None:
    """Refuse parameters nobody reads, and those given twice; ``kind`` may be given several times."""
    given = request.query_params
    wrong = sorted(
        name
        for name in given
        if name not in known or (name != "kind" and len(given.getlist(name)) > 1)
    )
    if wrong:
        sentence = _("There is no such parameter here, or it was given twice.")
        errors = [{"parameter": name, "detail": sentence} for name in wrong]
        raise ApiProblem("unknown_parameter", errors=errors)


def _named(request: Request, told: dict[str, Any]) -> tuple[Instrument, Provision | None]:
    """:raises NotFound: where the caller is none who negotiates, or reads none such"""
    user = caller_of(request)
    if not (user.is_secretariat or user.is_member_staff):
        raise NotFound
    if told["provision"]:
        provision = instrument_queries.provisions_visible_to(user).filter(pk=told["provision"])
        if (found := provision.first()) is None:
            raise NotFound
        return found.instrument, found
    instrument = instrument_queries.visible_to(user).filter(pk=told["instrument"]).first()
    if instrument is None:
        raise NotFound
    return instrument, None


def _address(request: Request, cursor: str) -> str | None:
    if not cursor:
        return None
    asked = request.query_params.copy()
    asked["cursor"] = cursor
    return request.build_absolute_uri(f"{request.path}?{asked.urlencode()}")
