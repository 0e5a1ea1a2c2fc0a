from types import ModuleType
from typing import Any, ClassVar, cast
from uuid import UUID

from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse
from drf_spectacular.types import OpenApiTypes
from drf_spectacular.utils import OpenApiParameter, extend_schema
from rest_framework.request import Request

from agreements import queries
from agreements.api.akoma_ntoso import as_document, asked_language
from agreements.api.negotiation import ClosingBody, SubstanceBody
from agreements.api.serializers import ChairBody, InstrumentDetail, InstrumentRow
from agreements.exports.akoma_ntoso import instrument_as_akoma_ntoso
from agreements.formats.akoma_ntoso_out import CONTENT_TYPE
from agreements.forms import FilterForm
from agreements.models import Instrument
from agreements.queries.languages import languages_written
from agreements.rules import instruments as rules
from agreements.services import instruments as services
from agreements.statuses import INSTRUMENTS
from ots_portal.access.stepup import step_up_verdict
from ots_portal.api.serializers import ReasonBody
from ots_portal.api.views import RecordViewSet
from ots_portal.clock import database_now
from ots_portal.people.models import User
from ots_portal.verdicts import require


class InstrumentViewSet(RecordViewSet):
    """The register of instruments: what has been signed is read without a token."""

    scope = "agreements"
    public = True
    lifecycle = INSTRUMENTS
    acts: ClassVar = {"chair": "name_chair_by_code"}
    services: ClassVar[ModuleType] = services
    order_by = "created_at"
    filters = FilterForm
    step_bodies: ClassVar = {
        "close_ad_referendum": ClosingBody,
        "reopen": ReasonBody,
        "find_substance": SubstanceBody,
        "name_chair_by_code": ChairBody,
    }
    row_form = InstrumentRow
    detail_form = InstrumentDetail

    def visible(self, user: queries.Reader) -> QuerySet[Instrument]:
        return queries.visible_to(user)

    def narrowed(
        self, records: QuerySet[Instrument], wishes: dict[str, Any]
    ) -> QuerySet[Instrument]:
        return queries.matching(records, **wishes)

    def whole(self, records: QuerySet[Instrument]) -> QuerySet[Instrument]:
        if self.action == "list":
            return records.prefetch_related("signatories")
        return queries.with_facts(records)

    def take(self, request: Request, pk: UUID, verb: str) -> HttpResponse:
        """Take one step; what publishes asks its caller to have shown who they are (docs/api.md)."""
        if verb == "conclude_signature" and rules.may_conclude_signature(
            self.caller, self._record(pk)
        ):
            require(step_up_verdict(cast("HttpRequest", request)))
        return super().take(request, pk, verb)

    @extend_schema(
        parameters=[OpenApiParameter("language", str, description="BCP 47; else the original")],
        responses={(200, CONTENT_TYPE): OpenApiTypes.BINARY},
    )
    def akn(self, request: Request, pk: UUID) -> HttpResponse:
        """Return the present text in Akoma Ntoso 3.0, in one of its languages."""
        instrument = self._record(pk)
        tag = asked_language(request, languages_written(instrument))
        user = request.user
        negotiates = isinstance(user, User) and (user.is_secretariat or user.is_member_staff)
        content = instrument_as_akoma_ntoso(
            instrument, tag=tag, at=database_now(), with_drafts=negotiates
        )
        return as_document(content)

    def row(self, record: Instrument) -> dict[str, Any]:
        return dict(InstrumentRow(record).data)

    def full(self, record: Instrument) -> dict[str, Any]:
        return dict(InstrumentDetail(record).data)
