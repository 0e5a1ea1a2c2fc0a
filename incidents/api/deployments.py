"""The deployments' twin for programs: plan, correct, take steps, settle checklists, report positions."""

from collections.abc import Callable
from types import ModuleType
from typing import Any, ClassVar
from uuid import UUID

from django import forms
from django.contrib.auth.models import AnonymousUser
from django.core.exceptions import ValidationError
from django.db.models import QuerySet
from django.http import Http404, HttpResponse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from drf_spectacular.utils import extend_schema
from rest_framework import serializers
from rest_framework.request import Request

from incidents.models import ChecklistItem, Deployment, DeploymentLogEntry
from incidents.queries import deployments as queries
from incidents.rules import deployments as rules
from incidents.services import checklists, deployment_log, extensions
from incidents.services import deployments as services
from incidents.services.checklists import OpenItems
from incidents.services.deployments import FACTS
from incidents.statuses import DEPLOYMENTS, DeploymentStatus
from ots_portal.api import idempotency
from ots_portal.api.filters import FlagParameter, MomentParameter
from ots_portal.api.problems import CONFLICTS, PROBLEMS, Problem
from ots_portal.api.renderers import as_json
from ots_portal.api.serializers import (
    Moment,
    NoBody,
    ReasonBody,
    StrictInteger,
    StrictNumber,
    StrictSerializer,
    Text,
)
from ots_portal.api.steps import steps_open_to
from ots_portal.api.views import RecordViewSet
from ots_portal.clock import database_now
from ots_portal.people.models import User

LARGEST = 2_000_000_000
LOG_ROWS = 500
CONTACT = ("leader_name", "leader_phone")

PROBLEMS["open_items"] = Problem(
    409,
    gettext_lazy("Blocking items of the checklist are open"),
    gettext_lazy(
        "The team may not set out yet; the detail names what has to be settled or waived."
    ),
)
CONFLICTS[OpenItems] = "open_items"


def _count() -> StrictInteger:
    return StrictInteger(min_value=0, max_value=LARGEST, required=False)


def _text(length: int) -> Text:
    return Text(max_length=length, required=False, allow_blank=True)


class DeploymentChanges(StrictSerializer):
    """What of a deployment the sender may correct; ``until_at`` only while it is planned."""

    name = Text(max_length=150)
    people = _count()
    dogs = _count()
    vehicles = _count()
    weight_kg = _count()
    leader_name = _text(150)
    leader_phone = _text(40)
    entry_point = _text(150)
    worksite = _text(200)
    eta_at = Moment(required=False, allow_null=True)
    until_at = Moment(required=False, allow_null=True)


class DeploymentBody(DeploymentChanges):
    """A new deployment of an accepted line of the caller's own offer."""

    offer_item = serializers.UUIDField()
    quantity = StrictInteger(min_value=1, max_value=LARGEST)


class PlaceBody(StrictSerializer):
    """When and where it happened, as told; without ``happened_at`` it is now."""

    happened_at = Moment(required=False)
    latitude = StrictNumber(min_value=-90, max_value=90, required=False)
    longitude = StrictNumber(min_value=-180, max_value=180, required=False)
    note = _text(1000)


class PlaceAndReasonBody(PlaceBody):
    reason = Text(max_length=1000)


class ExtensionBody(StrictSerializer):
    until_at = Moment()
    note = _text(1000)


class AgreementBody(StrictSerializer):
    """``until_at`` is the proposal that was read: another one is not agreed to unseen."""

    until_at = Moment()


class RefusalBody(AgreementBody):
    """Why, and which proposal was read."""

    reason = Text(max_length=1000)


class DeploymentRow(serializers.ModelSerializer[Deployment]):
    """A deployment as lists show it; who leads it stands in the detail, for those it is for."""

    is_exercise = serializers.BooleanField(source="incident.is_exercise", read_only=True)
    unit = serializers.CharField(source="offer_item.unit", read_only=True)
    capacity = serializers.UUIDField(
        source="offer_item.capacity_id", read_only=True, allow_null=True
    )

    class Meta:
        model = Deployment
        fields: tuple[str, ...] = (
            "id", "number", "version", "status", "is_exercise", "incident", "offer_item", "capacity", "participant",
            "host", "quantity", "unit", "name", "people", "dogs", "vehicles", "weight_kg", "entry_point", "worksite",
            "latitude", "longitude", "eta_at", "until_at", "departed_at", "arrived_at", "returned_at", "created_at",
            "updated_at",
        )  # fmt: skip
        read_only_fields = fields


class ToldCheck(serializers.ModelSerializer[ChecklistItem]):
    """An item of the checklist; "text" is "" where the host says nothing on its topic."""

    class Meta:
        model = ChecklistItem
        fields = ("id", "topic", "text", "is_blocking", "status", "reason", "at")
        read_only_fields = fields


class DeploymentDetail(DeploymentRow):
    """A deployment with its checklist; leader and telephone for the two parties and the secretariat."""

    checklist = ToldCheck(many=True, read_only=True)
    leader_name = serializers.CharField(required=False)
    leader_phone = serializers.CharField(required=False)
    steps = serializers.ListField(child=serializers.CharField(), read_only=True)

    class Meta(DeploymentRow.Meta):
        fields = (
            *DeploymentRow.Meta.fields, "proposed_until_at", "proposed_by", "checklist", "steps", *CONTACT,
        )  # fmt: skip
        read_only_fields = fields


class LogEntry(serializers.ModelSerializer[DeploymentLogEntry]):
    """An entry of the log; ``status`` "" where it only reports a place or a word."""

    participant = serializers.CharField(source="by.participant_id", read_only=True)

    class Meta:
        model = DeploymentLogEntry
        fields = (
            "id",
            "status",
            "happened_at",
            "at",
            "latitude",
            "longitude",
            "note",
            "participant",
        )
        read_only_fields = fields


class LogEntries(serializers.Serializer[Any]):
    results = LogEntry(many=True)


class DeploymentFilters(forms.Form):
    q = forms.CharField(
        required=False, max_length=100, help_text=gettext_lazy("Words of number or team")
    )
    status = forms.ChoiceField(
        required=False, choices=[("live", gettext_lazy("Not over yet")), *DeploymentStatus.choices]
    )
    participant = forms.SlugField(required=False, help_text=gettext_lazy("Who sends"))
    host = forms.SlugField(required=False)
    incident = forms.UUIDField(required=False)
    updated_since = MomentParameter(required=False, help_text=gettext_lazy("Changed then or later"))
    exercise = FlagParameter(required=False, help_text=gettext_lazy("Exercises too"))


_EXTENSION: dict[str, tuple[type[StrictSerializer], Callable[..., Deployment]]] = {
    "propose_extension": (ExtensionBody, extensions.propose),
    "agree_extension": (AgreementBody, extensions.agree),
    "decline_extension": (RefusalBody, extensions.decline),
}
_CHECKS: dict[str, tuple[type[StrictSerializer], Callable[..., ChecklistItem]]] = {
    "complete": (NoBody, checklists.complete),
    "waive": (ReasonBody, checklists.waive),
    "reopen": (NoBody, checklists.reopen),
}


class DeploymentViewSet(RecordViewSet):
    """The deployments of incidents that the caller's participant may see."""

    scope = "incidents"
    lifecycle = DEPLOYMENTS
    services: ClassVar[ModuleType] = services
    order_by = "created_at"
    filters = DeploymentFilters
    create_body = DeploymentBody
    update_body = DeploymentChanges
    step_bodies: ClassVar = {
        verb: PlaceAndReasonBody if verb in ("recall", "cancel") else PlaceBody
        for verb in DEPLOYMENTS.steps
    }
    row_form = DeploymentRow
    detail_form = DeploymentDetail

    def visible(self, user: User | AnonymousUser) -> QuerySet[Deployment]:
        return queries.visible_to(user)

    def narrowed(
        self, records: QuerySet[Deployment], wishes: dict[str, Any]
    ) -> QuerySet[Deployment]:
        return queries.filtered(records, wishes)

    def whole(self, records: QuerySet[Deployment]) -> QuerySet[Deployment]:
        return queries.with_parts(records)

    def row(self, record: Deployment) -> dict[str, Any]:
        return dict(DeploymentRow(record).data)

    def full(self, record: Deployment) -> dict[str, Any]:
        told = {
            **DeploymentRow(record).data,
            "proposed_until_at": record.proposed_until_at,
            "proposed_by": record.proposed_by_id,
            "checklist": ToldCheck(record.checklist.all(), many=True).data,
            "steps": steps_open_to(self.caller, record, lifecycle=DEPLOYMENTS, rules=rules),
        }
        if rules.may_read_contact(self.caller, record):
            told |= {name: getattr(record, name) for name in CONTACT}
        return told

    def create_record(self, data: dict[str, Any], *, by: User, at: Any) -> Deployment:
        line = queries.accepted_lines_of(by).filter(pk=data["offer_item"]).first()
        if line is None:
            sentence = _("There is no accepted line of an offer of yours with this id.")
            raise ValidationError({"offer_item": sentence})
        facts = {name: data[name] for name in FACTS if name in data}
        return services.plan(line, facts, quantity=data["quantity"], by=by, at=at)

    def update_record(
        self, record: Deployment, data: dict[str, Any], *, by: User, at: Any, version: int
    ) -> Deployment:
        return services.update(record, data, by=by, at=at, version=version)

    # ── beside the steps ────────────────────────────────────────────────────────────────────────

    @extend_schema(request=None, responses=LogEntries)
    def read_log(self, request: Request, pk: UUID) -> HttpResponse:
        """Return the newest entries of the log, newest first."""
        entries = queries.log_of(self._record(pk))[:LOG_ROWS]
        return _json({"results": LogEntry(entries, many=True).data})

    @extend_schema(request=PlaceBody, responses={201: LogEntry})
    def add_to_log(self, request: Request, pk: UUID) -> HttpResponse:
        """Report a place or a word; the same place, word and moment are written once."""
        record = self._record(pk)

        def work() -> HttpResponse:
            body = self._body(PlaceBody)
            entry = deployment_log.log(record, by=self.caller, at=database_now(), **body)
            return _json(LogEntry(entry).data, status=201)

        return idempotency.once(request, work)

    def extend(self, request: Request, pk: UUID, verb: str) -> HttpResponse:
        """Propose a longer stay, agree to one, or decline it."""
        form, service = _EXTENSION[verb]

        def work() -> HttpResponse:
            record = self._record(pk)
            body = self._body(form)
            return self._answer(service(record, by=self.caller, at=database_now(), **body))

        return idempotency.once(request, work)

    def settle(self, request: Request, pk: UUID, item_pk: UUID, verb: str) -> HttpResponse:
        """Settle an item of the checklist, waive it, or open it again; answers the deployment."""
        form, service = _CHECKS[verb]

        def work() -> HttpResponse:
            record = self._record(pk)
            item = record.checklist.filter(pk=item_pk).first()
            if item is None:
                raise Http404
            item.deployment = record
            service(item, by=self.caller, at=database_now(), **self._body(form))
            record.refresh_from_db()
            return self._answer(record)

        return idempotency.once(request, work)


def _json(content: Any, *, status: int = 200) -> HttpResponse:
    headers = {"Cache-Control": "private, no-cache"}
    return HttpResponse(
        as_json(content), status=status, content_type="application/json", headers=headers
    )


EXTENSION_VERBS = tuple(_EXTENSION)
CHECK_VERBS = tuple(_CHECKS)
