"""The pages' twin for programs: read circulars; people also write, issue, recall and confirm them here."""

from types import ModuleType
from typing import Any, ClassVar, cast
from uuid import UUID

from django import forms
from django.contrib.auth.models import AnonymousUser
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse
from django.utils.translation import gettext_lazy as _
from rest_framework.request import Request

from ots_portal.access.stepup import step_up_verdict
from ots_portal.api.filters import MomentParameter
from ots_portal.api.steps import steps_open_to
from ots_portal.api.views import RecordViewSet
from ots_portal.circulars import queries, rules, services
from ots_portal.circulars.api.serializers import (
    CircularBody,
    CircularDetail,
    CircularRow,
    IssueBody,
    content_of,
)
from ots_portal.circulars.models import Circular
from ots_portal.circulars.statuses import CIRCULARS, CircularStatus
from ots_portal.people.models import User
from ots_portal.verdicts import require


class CircularFilters(forms.Form):
    q = forms.CharField(required=False, max_length=100, help_text=_("Words of title and text"))
    status = forms.ChoiceField(required=False, choices=CircularStatus.choices)
    participant = forms.SlugField(required=False, help_text=_("In whose name it goes out"))
    updated_since = MomentParameter(required=False, help_text=_("Changed then or later"))


class CircularViewSet(RecordViewSet):
    """The circulars that the caller may read: those of the own authority, and those addressed to the role."""

    scope = "circulars"
    lifecycle = CIRCULARS
    services: ClassVar[ModuleType | None] = services
    acts: ClassVar[dict[str, str]] = {"confirm": "confirm"}
    order_by = "listed_at"
    filters: ClassVar[type[forms.Form] | None] = CircularFilters
    create_body = CircularBody
    update_body = CircularBody
    step_bodies: ClassVar = {"issue": IssueBody}
    row_form = CircularRow
    detail_form = CircularDetail

    def visible(self, user: User | AnonymousUser) -> QuerySet[Circular]:
        return queries.visible_to(cast("User", user))

    def narrowed(self, records: QuerySet[Circular], wishes: dict[str, Any]) -> QuerySet[Circular]:
        return queries.filtered(records, wishes, reader=self.caller)

    def whole(self, records: QuerySet[Circular]) -> QuerySet[Circular]:
        return queries.with_names(records)

    def row(self, record: Circular) -> dict[str, Any]:
        return CircularRow(record).data

    def full(self, record: Circular) -> dict[str, Any]:
        steps = steps_open_to(self.caller, record, lifecycle=CIRCULARS, rules=rules)
        return CircularDetail(record, context={"steps": steps, "reader": self.caller}).data

    def create_record(self, data: dict[str, Any], *, by: User, at: Any) -> Circular:
        return services.create(content_of(data, by=by), by=by, at=at)

    def update_record(
        self, record: Circular, data: dict[str, Any], *, by: User, at: Any, version: int
    ) -> Circular:
        content = content_of(data, by=by, standing=record)
        return services.update(record, content, by=by, at=at, version=version)

    def take(self, request: Request, pk: UUID, verb: str) -> HttpResponse:
        """Take one step; whoever issues has just shown who they are."""
        if verb == "issue":
            require(rules.may_issue(cast("User", request.user), self._record(pk)))
            require(step_up_verdict(cast("HttpRequest", request)))
        return super().take(request, pk, verb)
