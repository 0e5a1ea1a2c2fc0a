from types import ModuleType
from typing import Any, ClassVar, cast
from uuid import UUID

from django import forms
from django.contrib.auth.models import AnonymousUser
from django.db.models import QuerySet
from django.http import Http404, HttpRequest, HttpResponse
from django.urls import reverse
from django.utils.translation import get_language
from django.utils.translation import gettext_lazy as _
from rest_framework.request import Request

from incidents.api.report_bodies import (
    ReportBody,
    ReportChanges,
    ReportDetail,
    ReportRow,
    TotalRow,
    content_of,
    total_row,
)
from incidents.models import Incident, SituationReport
from incidents.queries import incidents as incident_queries
from incidents.queries import reports as queries
from incidents.queries.totals import totals
from incidents.rules import reports as rules
from incidents.services import reports as services
from incidents.statuses import REPORTS, ReportKind, ReportStatus
from ots_portal.access.stepup import step_up_verdict
from ots_portal.api import conditional, idempotency
from ots_portal.api.filters import FlagParameter, MomentParameter
from ots_portal.api.renderers import as_json
from ots_portal.api.serializers import ReasonBody
from ots_portal.api.steps import steps_open_to
from ots_portal.api.views import RecordViewSet, refuse_unknown
from ots_portal.clock import database_now
from ots_portal.people.models import User
from ots_portal.verdicts import require


class ReportFilters(forms.Form):
    incident = forms.UUIDField(required=False)
    participant = forms.SlugField(
        required=False, help_text=_("Whose report it is; “joint” for joint reports")
    )
    status = forms.ChoiceField(required=False, choices=ReportStatus.choices)
    updated_since = MomentParameter(required=False, help_text=_("Changed then or later"))
    exercise = FlagParameter(required=False, help_text=_("Exercises too"))


class ReportViewSet(RecordViewSet):
    """The situation reports that the caller may see: those published, and the own drafts."""

    scope = "incidents"
    lifecycle = REPORTS
    services: ClassVar[ModuleType | None] = services
    order_by = "created_at"
    filters: ClassVar[type[forms.Form] | None] = ReportFilters
    update_body = ReportChanges
    step_bodies: ClassVar = {"send_back": ReasonBody, "withdraw": ReasonBody}
    row_form = ReportRow
    detail_form = ReportDetail

    def visible(self, user: User | AnonymousUser) -> QuerySet[SituationReport]:
        return queries.visible_to(user)

    def narrowed(
        self, records: QuerySet[SituationReport], wishes: dict[str, Any]
    ) -> QuerySet[SituationReport]:
        return queries.filtered(records, wishes)

    def whole(self, records: QuerySet[SituationReport]) -> QuerySet[SituationReport]:
        return queries.with_names(records)

    def row(self, record: SituationReport) -> dict[str, Any]:
        return ReportRow(record).data

    def full(self, record: SituationReport) -> dict[str, Any]:
        return ReportDetail(
            record,
            context={"steps": steps_open_to(self.caller, record, lifecycle=REPORTS, rules=rules)},
        ).data

    def update_record(
        self, record: SituationReport, data: dict[str, Any], *, by: User, at: Any, version: int
    ) -> SituationReport:
        standing = {"language": _language(), "kind": record.kind, "as_of": record.as_of}
        content = content_of(data, standing=standing)
        return services.update(record, content, by=by, at=at, version=version)

    def take(self, request: Request, pk: UUID, verb: str) -> HttpResponse:
        """Take one step; whoever publishes has just shown who they are."""
        if verb == "publish":
            require(rules.may_publish(cast("User", request.user), self._record(pk)))
            require(step_up_verdict(cast("HttpRequest", request)))
        return super().take(request, pk, verb)


class ReportsOfAnIncident(ReportViewSet):
    """The reports of one incident; a new one starts from the last."""

    filters = None
    create_body = ReportBody

    def visible(self, user: User | AnonymousUser) -> QuerySet[SituationReport]:
        return queries.visible_to(user).filter(incident=self.kwargs["pk"])

    def list(self, request: Request, pk: UUID) -> HttpResponse:  # type: ignore[override] # of a parent
        """List the incident's reports that the caller may see, newest first."""
        _incident(request, pk)
        return super().list(request)

    def create(self, request: Request, pk: UUID) -> HttpResponse:  # type: ignore[override] # of a parent
        """Begin the next report of the caller's participant, the joint one for the secretariat."""
        return idempotency.once(request, lambda: self._begin(request, pk))

    def _begin(self, request: Request, pk: UUID) -> HttpResponse:
        incident, at = _incident(request, pk), database_now()
        # Whose rule it breaks is said before what is wrong with the body.
        require(_unless_later(rules.may_create(self.caller, incident)))
        data = self._body(self.create_body)
        standing = {
            "language": _language(),
            "kind": _usual_kind(incident, self.caller),
            "as_of": at,
        }
        content = content_of(data, standing=standing) if data else None
        report = services.create(incident, by=self.caller, at=at, content=content)
        response = self._answer(report, status=201)
        response["Location"] = reverse("api:reports-detail", args=[report.pk])
        return response


class TotalsOfAnIncident(RecordViewSet):
    """What the reports that stand add up to, with every part."""

    scope = "incidents"
    row_form = TotalRow

    def list(self, request: Request, pk: UUID) -> HttpResponse:  # type: ignore[override] # of a parent
        """List the totals of an incident: all at once, in the order of the indicators."""
        refuse_unknown(request, known=())
        figures = queries.reported_figures(_incident(request, pk))
        rows = [total_row(total) for total in totals(figures)]
        body = as_json({"results": rows, "next": None, "previous": None})
        tag = f'"{conditional.tag_of(request, body)}"'
        if conditional.is_held(request, tag):
            return conditional.not_modified(tag)
        return conditional.marked(HttpResponse(body, content_type="application/json"), tag)


def _unless_later(verdict: Any) -> Any:
    """Let through what is only not possible now: the service says so with 409."""
    return True if verdict.code == "wrong_status" else verdict


def _usual_kind(incident: Incident, user: User) -> str:
    slug = None if user.is_secretariat else user.participant_id
    return ReportKind.UPDATE if queries.last_of(incident, slug) else ReportKind.INITIAL


def _incident(request: Request, pk: UUID) -> Incident:
    readable = incident_queries.visible_to(request.user).select_related("participant")
    incident = readable.filter(pk=pk).first()
    if incident is None:
        raise Http404
    return incident


def _language() -> str:
    return (get_language() or "en").partition("-")[0]
