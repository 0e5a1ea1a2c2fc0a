"""Incidents as GeoJSON, for maps: the same rows as the list, the same rights."""

from typing import Any

from django.http import HttpResponse, HttpResponseBase
from drf_spectacular.types import OpenApiTypes
from drf_spectacular.utils import OpenApiParameter, extend_schema
from rest_framework.request import Request
from rest_framework.views import APIView

from incidents.api.incidents import IncidentFilters
from incidents.exports.incidents import feature
from incidents.formats.geojson import collection
from incidents.models import Incident
from incidents.queries import incidents as queries
from ots_portal.api import conditional
from ots_portal.api.problems import PROBLEM_TYPE, ApiProblem
from ots_portal.api.schema import IF_NONE_MATCH, ProblemDocument
from ots_portal.api.views import caller_of, parameter_errors, refuse_unknown
from ots_portal.paging import BadCursor, Page, page_of
from ots_portal.paper.responses import GEOJSON

# As many as a map can show; the next page is linked as OGC API – Features does.
FEATURES_ON_PAGE = 500
PARAMETERS = [
    OpenApiParameter(name, str, description=str(field.help_text))
    for name, field in IncidentFilters.base_fields.items()
]
CURSOR = OpenApiParameter("cursor", str, description="Of the link “next”")


class IncidentMap(APIView):
    scope = "incidents"

    @extend_schema(
        parameters=[*PARAMETERS, CURSOR, IF_NONE_MATCH],
        responses={
            (200, GEOJSON): OpenApiTypes.OBJECT,
            ("default", PROBLEM_TYPE): ProblemDocument,
        },
        operation_id="incidents_geojson",
    )
    def get(self, request: Request) -> HttpResponseBase:
        """Answer the incidents that the caller may see as a FeatureCollection (RFC 7946), newest first."""
        page = self._page(request)
        tag = conditional.list_tag(request, page.rows, page.older)
        if conditional.is_held(request, tag):
            return conditional.not_modified(tag)
        body = b"".join(collection(map(feature, page.rows), members=_members(request, page)))
        return conditional.marked(HttpResponse(body, content_type=GEOJSON), tag)

    def _page(self, request: Request) -> Page[Incident]:
        form = IncidentFilters(request.query_params)
        refuse_unknown(request, known=("cursor", *form.fields))
        if not form.is_valid():
            raise ApiProblem("bad_parameter", errors=parameter_errors(form))
        caller = caller_of(request)
        found = queries.changed_since(
            queries.filtered(queries.visible_to(caller), form.cleaned_data),
            form.cleaned_data["updated_since"],
        )
        try:
            cursor = request.query_params.get("cursor", "")
            return page_of(found, by="onset_at", cursor=cursor, size=FEATURES_ON_PAGE)
        except BadCursor as error:
            raise ApiProblem("bad_cursor") from error


def _members(request: Request, page: Page[Incident]) -> dict[str, Any]:
    if not page.older:
        return {"links": []}
    asked = request.query_params.copy()
    asked["cursor"] = page.older
    address = request.build_absolute_uri(f"{request.path}?{asked.urlencode()}")
    return {"links": [{"rel": "next", "href": address, "type": GEOJSON}]}
