from typing import Any
from uuid import UUID

from django.contrib.auth.models import AnonymousUser
from django.db.models import QuerySet
from django.http import Http404, HttpResponse
from drf_spectacular.utils import extend_schema
from rest_framework.request import Request

from incidents.api.serializers import ReferenceBody, ReferenceDetail
from incidents.models import ExternalReference, Incident
from incidents.queries import incidents as incident_queries
from incidents.queries import references as queries
from incidents.services import references as services
from incidents.services.references import Name
from ots_portal.api import idempotency
from ots_portal.api.renderers import as_json
from ots_portal.api.serializers import NoBody
from ots_portal.api.views import RecordViewSet
from ots_portal.clock import database_now
from ots_portal.people.models import User


class ReferenceViewSet(RecordViewSet):
    """What other systems call an incident, with the versions that were taken in."""

    scope = "incidents"
    detail_form = ReferenceDetail

    def visible(self, user: User | AnonymousUser) -> QuerySet[ExternalReference]:
        return queries.visible_to(user)

    def whole(self, records: QuerySet[ExternalReference]) -> QuerySet[ExternalReference]:
        return records.select_related("incident").prefetch_related("versions")

    def full(self, record: ExternalReference) -> dict[str, Any]:
        return ReferenceDetail(record).data

    @extend_schema(responses=ReferenceDetail(many=True))
    def listed(self, request: Request, incident: UUID) -> HttpResponse:
        """List the names of one incident."""
        rows = [self.full(one) for one in queries.of_incident(_incident(self.caller, incident))]
        return HttpResponse(as_json({"results": rows}), content_type="application/json")

    @extend_schema(request=ReferenceBody, responses={201: ReferenceDetail})
    def added(self, request: Request, incident: UUID) -> HttpResponse:
        """Say what another system calls the incident; a name that it has already is answered as it is."""
        return idempotency.once(request, lambda: self._added(incident))

    def _added(self, pk: UUID) -> HttpResponse:
        incident = _incident(self.caller, pk)
        name = Name(**self._body(ReferenceBody))
        reference = services.add_reference(incident, name, by=self.caller, at=database_now())
        body = as_json(self.full(self._record(reference.pk)))
        return HttpResponse(body, status=201, content_type="application/json")

    @extend_schema(request=None, responses={204: None})
    def removed(self, request: Request, pk: UUID) -> HttpResponse:
        """Take a name out that proved wrong."""
        return idempotency.once(request, lambda: self._removed(pk))

    def _removed(self, pk: UUID) -> HttpResponse:
        reference = self._record(pk)
        self._body(NoBody)
        services.remove_reference(reference, by=self.caller, at=database_now())
        return HttpResponse(status=204)


def _incident(user: User, pk: UUID) -> Incident:
    incident = incident_queries.visible_to(user).filter(pk=pk).first()
    if incident is None:
        raise Http404
    return incident
