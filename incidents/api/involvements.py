from types import ModuleType
from typing import Any, ClassVar, cast
from uuid import UUID

from django.contrib.auth.models import AnonymousUser
from django.db.models import QuerySet
from django.http import Http404, HttpRequest, HttpResponse
from django.urls import reverse
from django.utils.translation import gettext as _
from drf_spectacular.utils import extend_schema
from rest_framework.request import Request

from incidents.api.serializers import (
    InvolvementDetail,
    PartBody,
    RoleBody,
    StatementBody,
    statement_of,
)
from incidents.models import Incident, Involvement
from incidents.queries import incidents as incident_queries
from incidents.queries import involvements as queries
from incidents.rules import involvements as rules
from incidents.services import involvements as services
from ots_portal.access.stepup import step_up_verdict
from ots_portal.api import idempotency
from ots_portal.api.conditional import require_seen
from ots_portal.api.problems import ApiProblem
from ots_portal.api.renderers import as_json
from ots_portal.api.serializers import NoBody
from ots_portal.api.views import RecordViewSet
from ots_portal.clock import database_now
from ots_portal.people.models import User
from ots_portal.verdicts import Verdict, require


class InvolvementViewSet(RecordViewSet):
    """The parts that participants have in an incident; each says of its own how it goes."""

    scope = "incidents"
    services: ClassVar[ModuleType | None] = services
    acts: ClassVar = {"role": "change_role"}
    update_body = StatementBody
    step_bodies: ClassVar = {"change_role": RoleBody}
    row_form = InvolvementDetail
    detail_form = InvolvementDetail

    def visible(self, user: User | AnonymousUser) -> QuerySet[Involvement]:
        return queries.visible_to(user)

    def whole(self, records: QuerySet[Involvement]) -> QuerySet[Involvement]:
        return records.select_related("incident", "participant")

    def full(self, record: Involvement) -> dict[str, Any]:
        return InvolvementDetail(record).data

    def update_record(
        self, record: Involvement, data: dict[str, Any], *, by: User, at: Any, version: int
    ) -> Involvement:
        return services.update(record, statement_of(data), by=by, at=at, version=version)

    @extend_schema(responses=InvolvementDetail(many=True))
    def listed(self, request: Request, incident: UUID) -> HttpResponse:
        """List the parts in one incident."""
        found = _incident(self.caller, incident).involvements.select_related("incident")
        rows = [self.full(part) for part in found]
        return HttpResponse(as_json({"results": rows}), content_type="application/json")

    @extend_schema(request=PartBody, responses={201: InvolvementDetail})
    def added(self, request: Request, incident: UUID) -> HttpResponse:
        """Give a participant a part."""
        return idempotency.once(request, lambda: self._added(incident))

    def _added(self, pk: UUID) -> HttpResponse:
        incident = _incident(self.caller, pk)
        body = self._body(PartBody)
        participant = queries.who_may_get_a_part(incident).filter(pk=body["participant"]).first()
        if participant is None:
            sentence = _("There is no such participant, or it has a part already.")
            raise ApiProblem("invalid", errors=[{"pointer": "#/participant", "detail": sentence}])
        self._require_step_up(incident, rules.may_add(self.caller, incident))
        part = services.add(
            incident, participant=participant, role=body["role"], by=self.caller, at=database_now()
        )
        response = self._answer(self._record(part.pk), status=201)
        response["Location"] = reverse("api:involvements-detail", args=[part.pk])
        return response

    @extend_schema(request=None, responses={204: None})
    def removed(self, request: Request, pk: UUID) -> HttpResponse:
        """Take a participant's part away."""
        return idempotency.once(request, lambda: self._removed(pk))

    def _removed(self, pk: UUID) -> HttpResponse:
        part = self._record(pk)
        require_seen(self.request, part)
        self._body(NoBody)
        self._require_step_up(part.incident, rules.may_remove(self.caller, part))
        services.remove(part, by=self.caller, at=database_now())
        return HttpResponse(status=204)

    def _require_step_up(self, incident: Incident, verdict: Verdict) -> None:
        """Whoever says who reads a restricted incident has just shown who they are."""
        if rules.is_about_readers(incident):
            require(verdict)
            require(step_up_verdict(cast("HttpRequest", self.request)))


def _incident(user: User, pk: UUID) -> Incident:
    incident = incident_queries.visible_to(user).filter(pk=pk).first()
    if incident is None:
        raise Http404
    return incident
