"""Alerts for programs: our own and received ones; taking in and the feed stand in ``cap``."""

from dataclasses import replace
from datetime import datetime
from types import ModuleType
from typing import Any, ClassVar, cast
from uuid import UUID

from django import forms
from django.contrib.auth.models import AnonymousUser
from django.core.exceptions import ValidationError
from django.db.models import QuerySet
from django.http import Http404, HttpRequest, HttpResponse
from django.utils.translation import gettext as _
from drf_spectacular.types import OpenApiTypes
from drf_spectacular.utils import extend_schema
from rest_framework.request import Request

from incidents.api.alert_serializers import (
    AlertBody,
    AlertChanges,
    AlertDetail,
    AlertRow,
    FollowBody,
    LinkBody,
    ReceiptRow,
    ReceivedDetail,
    ReceivedRow,
    ReleaseBody,
)
from incidents.formats import cap
from incidents.formats.cap.message import SEVERITIES
from incidents.models import Alert, AlertReceipt, ReceivedAlert
from incidents.queries import alerts as queries
from incidents.queries import incidents as incident_queries
from incidents.queries import received_alerts as received_queries
from incidents.rules import alerts as rules
from incidents.rules import received_alerts as received_rules
from incidents.services import alert_proposals, receipts
from incidents.services import alerts as services
from incidents.services import received_alerts as received_services
from incidents.services.alert_content import Texts, content_of
from incidents.statuses import ALERTS, RECEIVED_ALERTS, AlertStatus, ReceivedAlertStatus
from ots_portal.access.stepup import step_up_verdict
from ots_portal.api import conditional, idempotency
from ots_portal.api.filters import FlagParameter
from ots_portal.api.renderers import as_json
from ots_portal.api.serializers import NoBody, ReasonBody
from ots_portal.api.steps import steps_open_to
from ots_portal.api.views import RecordViewSet
from ots_portal.clock import database_now
from ots_portal.lifecycle import WrongStatus
from ots_portal.people.models import User
from ots_portal.verdicts import Verdict, require

CAP_TYPE = "application/cap+xml"


class AlertFilters(forms.Form):
    status = forms.ChoiceField(required=False, choices=AlertStatus.choices)
    participant = forms.SlugField(required=False)
    exercise = FlagParameter(required=False, help_text=_("Exercises too"))


class AlertViewSet(RecordViewSet):
    """The alerts that participants draft from incidents and issue."""

    scope = "incidents"
    lifecycle = ALERTS
    services: ClassVar[ModuleType | None] = services
    filters = AlertFilters
    create_body = AlertBody
    update_body = AlertChanges
    row_form = AlertRow
    detail_form = AlertDetail

    def visible(self, user: User | AnonymousUser) -> QuerySet[Alert]:
        return queries.visible_to(user)

    def narrowed(self, records: QuerySet[Alert], wishes: dict[str, Any]) -> QuerySet[Alert]:
        return queries.filtered(records, wishes)

    def whole(self, records: QuerySet[Alert]) -> QuerySet[Alert]:
        return queries.whole(records)

    def row(self, record: Alert) -> dict[str, Any]:
        return dict(AlertRow(record).data)

    def full(self, record: Alert) -> dict[str, Any]:
        own = self.caller.serves(record.participant_id)
        stored = {name: value for name, value in record.content.items() if name != "authors"}
        checked = own and record.status == AlertStatus.DRAFT
        return {
            **self.row(record),
            "incident": _incident_open_to(self.caller, record.incident_id),
            "content": stored,
            "area": content_of(record).area,
            "sha256": record.digest,
            "obstacles": services.obstacles(record, at=database_now()) if checked else [],
            "steps": steps_open_to(self.caller, record, lifecycle=ALERTS, rules=rules),
        }

    def create_record(self, data: dict[str, Any], *, by: User, at: datetime) -> Alert:
        incident = incident_queries.visible_to(by).filter(pk=data["incident"]).first()
        if incident is None:
            sentence = _("There is no such incident, or it is not open to you.")
            raise ValidationError({"incident": sentence})
        return services.draft(incident, by=by, at=at, scope=data["scope"])

    def update_record(
        self, record: Alert, data: dict[str, Any], *, by: User, at: datetime, version: int
    ) -> Alert:
        scope = data.pop("scope", record.scope)
        if "texts" in data:
            data["texts"] = {code: Texts(**texts) for code, texts in data["texts"].items()}
        changes: dict[str, Any] = {
            name: tuple(value) if isinstance(value, list) else value for name, value in data.items()
        }
        content = replace(content_of(record), **changes)
        return services.update(record, content, scope=scope, by=by, at=at, version=version)

    def take(self, request: Request, pk: UUID, verb: str) -> HttpResponse:
        """Take one step; whoever issues has just shown who they are."""
        if verb == "issue":
            require(rules.may_issue(self.caller, self._record(pk)))
            require(step_up_verdict(cast("HttpRequest", request)))
        return super().take(request, pk, verb)

    @extend_schema(request=FollowBody, responses={201: AlertDetail})
    def follow(self, request: Request, pk: UUID) -> HttpResponse:
        """Draft the update or the cancellation of an issued alert."""
        return idempotency.once(request, lambda: self._follow(pk))

    def _follow(self, pk: UUID) -> HttpResponse:
        body = self._body(FollowBody)
        begun = services.follow_up(self._record(pk), by=self.caller, at=database_now(), **body)
        return self._answer(begun, status=201)

    @extend_schema(responses={(200, CAP_TYPE): OpenApiTypes.BINARY})
    def xml(self, request: Request, pk: UUID) -> HttpResponse:
        """Hand out the message as it was issued."""
        record = self._record(pk)
        if not record.xml:
            raise Http404
        return _xml_answer(request, record.xml, digest=record.digest)


class ReceivedFilters(forms.Form):
    q = forms.CharField(required=False, max_length=100)
    status = forms.ChoiceField(
        required=False, choices=[("standing", _("In force")), *ReceivedAlertStatus.choices]
    )
    severity = forms.ChoiceField(required=False, choices=[(name, name) for name in SEVERITIES])
    unreal = FlagParameter(required=False, help_text=_("Exercises, tests and drafts too"))


class ReceivedAlertViewSet(RecordViewSet):
    """The alerts that came in; new ones are posted to /api/v1/cap/."""

    scope = "incidents"
    lifecycle = RECEIVED_ALERTS
    services: ClassVar[ModuleType | None] = received_services
    order_by = "sent_at"
    filters = ReceivedFilters
    step_bodies: ClassVar = {"release": ReleaseBody, "link": LinkBody}
    row_form = ReceivedRow
    detail_form = ReceivedDetail

    def visible(self, user: User | AnonymousUser) -> QuerySet[ReceivedAlert]:
        return received_queries.visible_to(user)

    def narrowed(
        self, records: QuerySet[ReceivedAlert], wishes: dict[str, Any]
    ) -> QuerySet[ReceivedAlert]:
        return received_queries.filtered(records, wishes)

    def whole(self, records: QuerySet[ReceivedAlert]) -> QuerySet[ReceivedAlert]:
        # A page of rows needs none of these, and they may be large; a single record asks for its own.
        return records.defer("xml", "area", "content")

    def row(self, record: ReceivedAlert) -> dict[str, Any]:
        return dict(ReceivedRow(record).data)

    def full(self, record: ReceivedAlert) -> dict[str, Any]:
        return {
            **self.row(record),
            "incident": _incident_open_to(self.caller, record.incident_id),
            "content": record.content,
            "area": record.area,
            "references": record.references,
            "warnings": record.warnings,
            "sha256": record.digest,
            "receipts": ReceiptRow(queries.receipts_of(record), many=True).data,
            "steps": steps_open_to(
                self.caller, record, lifecycle=RECEIVED_ALERTS, rules=received_rules
            ),
        }

    @extend_schema(responses={(200, CAP_TYPE): OpenApiTypes.BINARY})
    def xml(self, request: Request, pk: UUID) -> HttpResponse:
        """Hand out the message as it came."""
        record = self._record(pk)
        return _xml_answer(request, record.xml, digest=record.digest)

    @extend_schema(request=None, responses={201: ReceiptRow})
    def acknowledge(self, request: Request, pk: UUID) -> HttpResponse:
        """Make the Ack message of the caller's participant; a second one is the first."""
        return idempotency.once(request, lambda: self._answered(pk, {}))

    @extend_schema(request=ReasonBody, responses={201: ReceiptRow})
    def object(self, request: Request, pk: UUID) -> HttpResponse:
        """Make the Error message of the caller's participant, with its reason."""
        return idempotency.once(request, lambda: self._answered(pk, self._body(ReasonBody)))

    def _answered(self, pk: UUID, body: dict[str, Any]) -> HttpResponse:
        alert, at = self._record(pk), database_now()
        if not body and self.request.body:
            NoBody(data=self.request.data).is_valid(raise_exception=True)
        if body:
            receipt = receipts.report_error(alert, by=self.caller, at=at, **body)
        else:
            receipt = receipts.acknowledge(alert, by=self.caller, at=at)
        return _receipt_answer(receipt)

    @extend_schema(request=None, responses={201: LinkBody})
    def propose(self, request: Request, pk: UUID) -> HttpResponse:
        """Draft an incident from the alert; the answer names it."""
        return idempotency.once(request, lambda: self._propose(pk))

    def _propose(self, pk: UUID) -> HttpResponse:
        alert = self._record(pk)
        _require_now(received_rules.may_propose(self.caller, alert))
        incident = alert_proposals.propose(alert, by=self.caller, at=database_now())
        return _rendered({"incident": incident.pk})


def _incident_open_to(user: User, incident_id: UUID | None) -> UUID | None:
    if incident_id is None:
        return None
    is_open = incident_queries.visible_to(user).filter(pk=incident_id).exists()
    return incident_id if is_open else None


def _require_now(verdict: Verdict) -> None:
    if verdict.code == "wrong_status":
        raise WrongStatus(str(verdict.reason))
    require(verdict)


def _xml_answer(request: Request, text: str, *, digest: str) -> HttpResponse:
    tag = f'"{digest}"'
    if conditional.is_held(request, tag):
        return conditional.not_modified(tag)
    headers = {
        "Content-Disposition": "attachment",
        "Content-Security-Policy": "sandbox; default-src 'none'",
    }
    answer = HttpResponse(cap.bytes_of(text, digest=digest), content_type=CAP_TYPE, headers=headers)
    return conditional.marked(answer, tag)


def _receipt_answer(receipt: AlertReceipt) -> HttpResponse:
    return _rendered(dict(ReceiptRow(receipt).data))


def _rendered(data: dict[str, Any]) -> HttpResponse:
    return HttpResponse(as_json(data), status=201, content_type="application/json")
