"""Where States stand, for programs: positions, reopenings, the matrix, and what is in the way of a clean text."""

from types import ModuleType
from typing import Any, ClassVar
from uuid import UUID

from django import forms
from django.contrib.auth.models import AnonymousUser
from django.core.exceptions import ValidationError
from django.db.models import IntegerField, QuerySet, Value
from django.http import Http404, HttpResponse
from django.utils.translation import gettext as _
from drf_spectacular.utils import OpenApiParameter, extend_schema
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.views import APIView

from agreements import queries as instruments
from agreements.forms.positions import MatrixForm
from agreements.models import Instrument, Position, Provision, Reopening
from agreements.presentation.matrix import matrix_for, told
from agreements.queries import gate
from agreements.queries import positions as queries
from agreements.services import positions as services
from agreements.statuses import Audience, Problem, Stance
from ots_portal.api import conditional, slimming
from ots_portal.api.problems import ApiProblem
from ots_portal.api.renderers import as_json
from ots_portal.api.schema import IF_NONE_MATCH
from ots_portal.api.serializers import StrictInteger, StrictSerializer, Text
from ots_portal.api.views import RecordViewSet, caller_of, parameter_errors, refuse_unknown
from ots_portal.people.models import User

SHA256_LENGTH = 64
LARGEST_NUMBER = 2**31 - 2


class Sha256(Text):
    def __init__(self, **kwargs: Any) -> None:
        super().__init__(
            max_length=SHA256_LENGTH,
            help_text="Hash of the words that were seen, as the matrix tells it.",
            **kwargs,
        )


class PositionFilters(forms.Form):
    instrument = forms.UUIDField(required=False)
    provision = forms.UUIDField(required=False)
    participant = forms.SlugField(required=False)


class PositionBody(StrictSerializer):
    """``after`` is the number of the State's last position that was seen, 0 where there was none."""

    provision = serializers.UUIDField()
    stance = serializers.ChoiceField(choices=Stance.values)
    visibility = serializers.ChoiceField(choices=Audience.values)
    on_sha256 = Sha256()
    note = Text(required=False, allow_blank=True, max_length=2000)
    after = StrictInteger(required=False, min_value=0, max_value=LARGEST_NUMBER)


class ReconfirmBody(StrictSerializer):
    on_sha256 = Sha256()


class ToldPosition(serializers.ModelSerializer[Position]):
    instrument = serializers.UUIDField(source="provision.instrument_id", read_only=True)
    number = serializers.IntegerField(
        read_only=True,
        allow_null=True,
        help_text="Told to its own State alone: it would tell others how often the State took one that they are not told of.",
    )

    class Meta:
        model = Position
        fields: tuple[str, ...] = (
            "id", "instrument", "provision", "participant", "number", "stance", "visibility", "note", "on_sha256",
            "language", "taken_at",
        )  # fmt: skip
        read_only_fields = fields


class PositionViewSet(RecordViewSet):
    """What States said of provisions, as far as the caller is told; of each State and provision the last one counts."""

    scope = "agreements"
    services: ClassVar[ModuleType | None] = services
    acts: ClassVar = {"reconfirm": "reconfirm"}
    step_bodies: ClassVar = {"reconfirm": ReconfirmBody}
    order_by = "taken_at"
    filters: ClassVar[type[forms.Form] | None] = PositionFilters
    create_body = PositionBody
    row_form = ToldPosition
    detail_form = ToldPosition

    def visible(self, user: User | AnonymousUser) -> QuerySet[Position]:
        # It is written once: there is no other version.
        return queries.visible_to(user).annotate(version=Value(1, output_field=IntegerField()))

    def narrowed(self, records: QuerySet[Position], wishes: dict[str, Any]) -> QuerySet[Position]:
        if wishes["instrument"]:
            records = records.filter(provision__instrument=wishes["instrument"])
        if wishes["provision"]:
            records = records.filter(provision=wishes["provision"])
        if wishes["participant"]:
            records = records.filter(participant=wishes["participant"])
        return records

    def row(self, record: Position) -> dict[str, Any]:
        told = dict(ToldPosition(record).data)
        return told if self.caller.serves(record.participant_id) else {**told, "number": None}

    full = row

    def create_record(self, data: dict[str, Any], *, by: User, at: Any) -> Position:
        provision = negotiated(data.pop("provision"), by)
        return self._told(services.take_position(provision, by=by, at=at, **data))

    def _answer(
        self, record: Position, *, status: int = 200, mask: slimming.Mask | None = None
    ) -> Any:
        return super()._answer(self._told(record), status=status, mask=mask)

    def _told(self, record: Position) -> Position:
        return record if hasattr(record, "version") else self._record(record.pk)


def negotiated(pk: UUID, by: User) -> Provision:
    """:raises ValidationError: where the caller reads no such provision of a negotiation"""
    found = instruments.present_provisions_visible_to(by).filter(pk=pk).first()
    if found is None or not queries.negotiates(by):
        raise ValidationError({"provision": _("There is no such provision.")})
    return found


# ── reopenings ──────────────────────────────────────────────────────────────────────────────────


class ReopeningFilters(forms.Form):
    instrument = forms.UUIDField(required=False)
    provision = forms.UUIDField(required=False)


class ReopeningBody(StrictSerializer):
    provision = serializers.UUIDField()
    reason = Text(max_length=2000)


class ToldReopening(serializers.ModelSerializer[Reopening]):
    instrument = serializers.UUIDField(source="provision.instrument_id", read_only=True)

    class Meta:
        model = Reopening
        fields = ("id", "instrument", "provision", "participant", "reason", "reopened_at")
        read_only_fields = fields


class ReopeningViewSet(RecordViewSet):
    """Agreed words that a State took back to the table, and why."""

    scope = "agreements"
    order_by = "reopened_at"
    filters: ClassVar[type[forms.Form] | None] = ReopeningFilters
    create_body = ReopeningBody
    row_form = ToldReopening
    detail_form = ToldReopening

    def visible(self, user: User | AnonymousUser) -> QuerySet[Reopening]:
        found = queries.reopenings_visible_to(user)
        return found.annotate(version=Value(1, output_field=IntegerField()))

    def narrowed(self, records: QuerySet[Reopening], wishes: dict[str, Any]) -> QuerySet[Reopening]:
        if wishes["instrument"]:
            records = records.filter(provision__instrument=wishes["instrument"])
        return records.filter(provision=wishes["provision"]) if wishes["provision"] else records

    def row(self, record: Reopening) -> dict[str, Any]:
        return dict(ToldReopening(record).data)

    full = row

    def create_record(self, data: dict[str, Any], *, by: User, at: Any) -> Reopening:
        provision = negotiated(data.pop("provision"), by)
        return self._record(  # type: ignore[no-any-return]
            services.reopen_provision(provision, by=by, at=at, **data).pk
        )


# ── the matrix and the gate ─────────────────────────────────────────────────────────────────────


class ToldStanding(serializers.Serializer[Any]):
    stance = serializers.ChoiceField(choices=Stance.values)
    is_stale = serializers.BooleanField(help_text="Taken on other words than stand there now.")
    position = serializers.UUIDField(allow_null=True)


class ToldRow(serializers.Serializer[Any]):
    """An article with where each State stands on it; ``sha256`` is what a position on it names."""

    provision = serializers.UUIDField()
    key = serializers.CharField()
    kind = serializers.CharField()
    number = serializers.CharField()
    status = serializers.CharField()
    version = serializers.IntegerField()
    sha256 = serializers.CharField()
    brackets = serializers.IntegerField()
    positions = serializers.DictField(child=ToldStanding())


class ToldMatrix(serializers.Serializer[Any]):
    instrument = serializers.UUIDField()
    language = serializers.CharField()
    states = serializers.ListField(child=serializers.CharField())
    rows = ToldRow(many=True)


class _Negotiation(APIView):
    scope = "agreements"

    def instrument(self, request: Request, pk: UUID) -> Instrument:
        found = queries.negotiations_visible_to(caller_of(request))
        instrument = found.prefetch_related("negotiating_states").filter(pk=pk).first()
        if instrument is None:
            raise Http404
        return instrument

    def answer(self, request: Request, told: Any) -> HttpResponse:
        """Return it with its ETag, or 304 to who has it already: dashboards ask again and again."""
        body = as_json(told)
        tag = f'"{conditional.tag_of(request, body)}"'
        if conditional.is_held(request, tag):
            return conditional.not_modified(tag)
        return conditional.marked(HttpResponse(body, content_type="application/json"), tag)


class MatrixView(_Negotiation):
    @extend_schema(
        responses=ToldMatrix,
        parameters=[
            OpenApiParameter("state", str),
            OpenApiParameter("problem", str, enum=Problem.values),
            OpenApiParameter("article", str, description="Key of the provision."),
            IF_NONE_MATCH,
        ],
    )
    def get(self, request: Request, pk: UUID) -> HttpResponse:
        """Tell where each State stands on each article, as far as the caller is told of it."""
        refuse_unknown(request, known=("state", "problem", "article"))
        found = matrix_for(caller_of(request), self.instrument(request, pk))
        provisions = [row.provision for row in found.rows]
        form = MatrixForm(request.query_params, states=found.states, provisions=provisions)
        if not form.is_valid():
            raise ApiProblem("bad_parameter", errors=parameter_errors(form))
        found.narrow(**form.asked)
        return self.answer(request, told(found))


class ToldObstacle(serializers.Serializer[Any]):
    """What is in the way; without provision and participant where only the chair was told of it."""

    kind = serializers.ChoiceField(choices=[kind.value for kind in gate.ObstacleKind])
    provision = serializers.UUIDField(allow_null=True)
    participant = serializers.CharField(allow_null=True)
    stance = serializers.CharField()
    count = serializers.IntegerField()
    sentence = serializers.CharField(help_text="In the caller's language.")


class ToldGate(serializers.Serializer[Any]):
    """``may_close`` and ``may_adopt``: whether the text is clean enough for either, as far as the caller is told."""

    instrument = serializers.UUIDField()
    may_close = serializers.BooleanField()
    may_adopt = serializers.BooleanField()
    obstacles = ToldObstacle(many=True)


class GateView(_Negotiation):
    @extend_schema(responses=ToldGate, parameters=[IF_NONE_MATCH])
    def get(self, request: Request, pk: UUID) -> HttpResponse:
        """Tell what is in the way of a clean text: brackets, reserves, oppositions, positions on other words."""
        refuse_unknown(request, known=())
        instrument = self.instrument(request, pk)
        found = gate.obstacles(instrument, caller_of(request))
        return self.answer(
            request,
            {
                "instrument": instrument.pk,
                "may_close": not any(one.kind in gate.TO_CLOSE for one in found),
                "may_adopt": not any(one.kind in gate.TO_ADOPT for one in found),
                "obstacles": [_told_obstacle(one) for one in found],
            },
        )


def _told_obstacle(obstacle: gate.Obstacle) -> dict[str, Any]:
    return {
        "kind": obstacle.kind.value,
        "provision": obstacle.provision.pk if obstacle.provision else None,
        "participant": obstacle.participant.pk if obstacle.participant else None,
        "stance": obstacle.stance,
        "count": obstacle.count,
        "sentence": gate.sentence_of(obstacle),
    }
