from types import ModuleType
from typing import Any, ClassVar, cast
from uuid import UUID

from django import forms
from django.contrib.auth.models import AnonymousUser
from django.db.models import Q, QuerySet
from django.http import Http404, HttpRequest, HttpResponse
from django.urls import reverse
from django.utils.translation import gettext_lazy as _
from drf_spectacular.utils import extend_schema
from rest_framework.request import Request

from incidents.api.assistance_bodies import (
    AmendmentBody,
    AmendmentSeen,
    CoverageAnswer,
    RequestBody,
    RequestDetail,
    RequestRow,
    ThirdStatesBody,
    asked_of,
)
from incidents.api.parents import incident_of, unless_later
from incidents.models import Amendment, AssistanceRequest
from incidents.presentation.coverage import figures_of
from incidents.queries import requests as queries
from incidents.rules import requests as rules
from incidents.rules.parties import stands_for
from incidents.services import acknowledgements, amendments
from incidents.services import requests as services
from incidents.statuses import REQUESTS, RequestStatus
from ots_portal.access.stepup import step_up_verdict
from ots_portal.api import conditional, idempotency
from ots_portal.api.filters import FlagParameter, MomentParameter
from ots_portal.api.renderers import as_json
from ots_portal.api.serializers import NoBody, ReasonBody
from ots_portal.api.steps import steps_open_to
from ots_portal.api.views import RecordViewSet, refuse_unknown
from ots_portal.clock import database_now
from ots_portal.people.models import User
from ots_portal.verdicts import require


class RequestFilters(forms.Form):
    q = forms.CharField(required=False, max_length=40, help_text=_("Part of a number"))
    status = forms.ChoiceField(
        required=False, choices=[("live", _("Live requests")), *RequestStatus.choices]
    )
    participant = forms.SlugField(required=False, help_text=_("Who asks"))
    incident = forms.UUIDField(required=False)
    open_for_offers = FlagParameter(required=False, help_text=_("Takes offers now"))
    updated_since = MomentParameter(required=False, help_text=_("Changed then or later"))
    exercise = FlagParameter(required=False, help_text=_("Exercises too"))


class RequestViewSet(RecordViewSet):
    """The requests for assistance that the caller may see: those circulated, and the own ones."""

    scope = "incidents"
    lifecycle = REQUESTS
    services: ClassVar[ModuleType | None] = services
    order_by = "created_at"
    filters: ClassVar[type[forms.Form] | None] = RequestFilters
    update_body = RequestBody
    versioned_steps: ClassVar = ("sign",)
    step_bodies: ClassVar = {"suspend": ReasonBody, "withdraw": ReasonBody}
    row_form = RequestRow
    detail_form = RequestDetail

    def visible(self, user: User | AnonymousUser) -> QuerySet[AssistanceRequest]:
        return queries.visible_to(user)

    def narrowed(
        self, records: QuerySet[AssistanceRequest], wishes: dict[str, Any]
    ) -> QuerySet[AssistanceRequest]:
        changed = wishes["updated_since"]
        recent = Q(updated_at__gte=changed) if changed else Q()
        return queries.filtered(records, wishes).filter(recent)

    def whole(self, records: QuerySet[AssistanceRequest]) -> QuerySet[AssistanceRequest]:
        return queries.with_parts(records).prefetch_related("items")

    def row(self, record: AssistanceRequest) -> dict[str, Any]:
        return RequestRow(_Told(record)).data

    def full(self, record: AssistanceRequest) -> dict[str, Any]:
        reader = self.caller
        told = dict(RequestDetail(_Told(record, reader)).data)
        if not queries.sees_contact(reader, record):
            del told["contact_name"], told["contact_phone"]
        if not stands_for(reader, record.participant):
            del told["amendment"]
        return told

    def update_record(
        self, record: AssistanceRequest, data: dict[str, Any], *, by: User, at: Any, version: int
    ) -> AssistanceRequest:
        return services.update(record, asked_of(data), by=by, at=at, version=version)

    def partial_update(self, request: Request, pk: UUID) -> HttpResponse:
        """Write the draft anew; If-Match names the version that was seen."""
        record = self._record(pk)
        version = conditional.version_seen(request, record.version)
        # Whose rule it breaks is said before what is wrong with the body.
        require(rules.may_update(self.caller, record))
        data = self._body(self.update_body)
        changed = self.update_record(
            record, data, by=self.caller, at=database_now(), version=version
        )
        return self._answer(self._record(changed.pk))

    def take(self, request: Request, pk: UUID, verb: str) -> HttpResponse:
        """Take one step; whoever signs has just shown who they are."""
        if verb == "sign":
            require(rules.may_sign(cast("User", request.user), self._record(pk)))
            require(step_up_verdict(cast("HttpRequest", request)))
        return super().take(request, pk, verb)

    @extend_schema(request=None, responses=CoverageAnswer)
    def coverage(self, request: Request, pk: UUID) -> HttpResponse:
        """Tell for each line what is needed, offered, accepted, under way, arrived and missing."""
        refuse_unknown(request, known=())
        found = AssistanceRequest.objects.filter(pk=self._record(pk).pk)
        return coverage_answer(request, found)

    @extend_schema(request=None)
    def acknowledge(self, request: Request, pk: UUID) -> HttpResponse:
        """Say that the request has arrived; once per participant."""
        return idempotency.once(request, lambda: self._acknowledge(pk))

    def _acknowledge(self, pk: UUID) -> HttpResponse:
        record = self._record(pk)
        self._body(NoBody)
        acknowledgements.acknowledge(record, by=self.caller, at=database_now())
        return self._answer(self._record(pk))

    @extend_schema(request=AmendmentBody)
    def amend(self, request: Request, pk: UUID) -> HttpResponse:
        """Write down what shall change; the request stands as it is until the head signs."""
        return idempotency.once(request, lambda: self._amend(pk))

    def _amend(self, pk: UUID) -> HttpResponse:
        record = self._record(pk)
        require(rules.may_amend(self.caller, record))
        data = self._body(AmendmentBody)
        amendments.prepare(
            record,
            asked_of(data),
            reason=data["reason"],
            by=self.caller,
            at=database_now(),
            version=data["version"],
        )
        return self._answer(self._record(pk))

    @extend_schema(request=AmendmentSeen)
    def sign_amendment(self, request: Request, pk: UUID) -> HttpResponse:
        """Make the amendment the request's text; whoever signs has just shown who they are."""
        return idempotency.once(request, lambda: self._sign_amendment(request, pk))

    def _sign_amendment(self, request: Request, pk: UUID) -> HttpResponse:
        amendment = self._amendment(pk)
        require(rules.may_sign_amendment(self.caller, amendment))
        require(step_up_verdict(cast("HttpRequest", request)))
        data = self._body(AmendmentSeen)
        amendments.sign(amendment, by=self.caller, at=database_now(), version=data["version"])
        return self._answer(self._record(pk))

    @extend_schema(request=None)
    def drop_amendment(self, request: Request, pk: UUID) -> HttpResponse:
        """Give the amendment up; the request stays as it is."""
        return idempotency.once(request, lambda: self._drop_amendment(pk))

    def _drop_amendment(self, pk: UUID) -> HttpResponse:
        amendment = self._amendment(pk)
        self._body(NoBody)
        amendments.drop(amendment, by=self.caller, at=database_now())
        return self._answer(self._record(pk))

    def _amendment(self, pk: UUID) -> Amendment:
        record = self._record(pk)
        require(rules.may_amend(self.caller, record))
        found = Amendment.objects.filter(request=record).first()
        if found is None:
            raise Http404
        found.request = record
        return found


class RequestsOfAnIncident(RequestViewSet):
    """The requests made because of one incident."""

    filters = None
    create_body = RequestBody

    def visible(self, user: User | AnonymousUser) -> QuerySet[AssistanceRequest]:
        return queries.visible_to(user).filter(incident=self.kwargs["pk"])

    def list(self, request: Request, pk: UUID) -> HttpResponse:  # type: ignore[override] # of a parent
        """List the incident's requests that the caller may see, newest first."""
        incident_of(request, pk)
        return super().list(request)

    @extend_schema(request=ThirdStatesBody)
    def create(self, request: Request, pk: UUID) -> HttpResponse:  # type: ignore[override] # of a parent
        """Keep the draft of a request of the caller's State; the secretariat names the third State that asks."""
        return idempotency.once(request, lambda: self._begin(request, pk))

    def _begin(self, request: Request, pk: UUID) -> HttpResponse:
        incident = incident_of(request, pk)
        require(unless_later(rules.may_create(self.caller, incident)))
        # Everybody else asks for their own State and names nobody.
        data = self._body(ThirdStatesBody if self.caller.is_secretariat else self.create_body)
        made = services.create(
            incident,
            asked_of(data),
            by=self.caller,
            at=database_now(),
            participant=data.get("participant"),
        )
        answer = self._answer(
            self.whole(queries.visible_to(self.caller)).get(pk=made.pk), status=201
        )
        answer["Location"] = reverse("api:requests-detail", args=[made.pk])
        return answer

    @extend_schema(request=None, responses=CoverageAnswer)
    def coverage_of_all(self, request: Request, pk: UUID) -> HttpResponse:
        """Tell the coverage of all requests of the incident that the caller sees."""
        refuse_unknown(request, known=())
        incident_of(request, pk)
        signed = self.visible(request.user).exclude(status__in=queries.NOT_SIGNED)
        return coverage_answer(request, signed)


def coverage_answer(request: Request, requests: QuerySet[AssistanceRequest]) -> HttpResponse:
    body = as_json({"results": figures_of(requests)})
    tag = f'"{conditional.tag_of(request, body)}"'
    if conditional.is_held(request, tag):
        return conditional.not_modified(tag)
    return conditional.marked(HttpResponse(body, content_type="application/json"), tag)


class _Told:
    """A request as a serializer reads it; what only the detail tells is fetched when it is asked for."""

    def __init__(self, request: AssistanceRequest, reader: User | None = None) -> None:
        self._request, self._reader = request, reader

    def __getattr__(self, name: str) -> Any:
        return getattr(self._request, name)

    @property
    def items(self) -> Any:
        return self._request.items.all()

    @property
    def versions(self) -> Any:
        return self._request.versions.order_by("number")

    @property
    def acknowledgements(self) -> Any:
        return self._request.acknowledgements.order_by("at", "id")

    @property
    def amendment(self) -> Any:
        return Amendment.objects.filter(request=self._request).first()

    @property
    def steps(self) -> list[str]:
        assert self._reader
        return steps_open_to(self._reader, self._request, lifecycle=REQUESTS, rules=rules)
