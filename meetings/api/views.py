from types import ModuleType
from typing import Any, ClassVar, cast
from uuid import UUID

from django import forms
from django.contrib.auth.models import AnonymousUser
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse
from rest_framework.request import Request

from meetings.api.serializers import (
    MeetingDetail,
    MeetingRow,
    MinutesDetail,
    MinutesRow,
    OpenBody,
    PublishBody,
)
from meetings.forms import FilterForm
from meetings.models import Meeting, Minutes
from meetings.queries import meetings as meeting_queries
from meetings.queries import minutes as minutes_queries
from meetings.rules import minutes as minutes_rules
from meetings.services import meetings as meeting_services
from meetings.services import minutes as minutes_services
from meetings.statuses import MEETINGS, MINUTES, Classification, MinutesStatus
from ots_portal.access.stepup import step_up_verdict
from ots_portal.api.views import RecordViewSet
from ots_portal.clock import database_now
from ots_portal.people.models import User
from ots_portal.verdicts import require


class MeetingViewSet(RecordViewSet):
    """The meetings that the caller's participant may see; without a token those open to everybody."""

    scope = "meetings"
    public = True
    lifecycle = MEETINGS
    services: ClassVar[ModuleType | None] = meeting_services
    order_by = "starts_at"
    filters = FilterForm
    step_bodies = {"open": OpenBody}
    row_form = MeetingRow
    detail_form = MeetingDetail

    def visible(self, user: User | AnonymousUser) -> QuerySet[Meeting]:
        return meeting_queries.visible_to(user)

    def narrowed(self, records: QuerySet[Meeting], wishes: dict[str, Any]) -> QuerySet[Meeting]:
        return meeting_queries.filtered(records, wishes, at=database_now())

    def row(self, record: Meeting) -> dict[str, Any]:
        return MeetingRow(record).data

    def full(self, record: Meeting) -> dict[str, Any]:
        return MeetingDetail(record, context={"user": self.request.user}).data


class MinutesFilters(forms.Form):
    meeting = forms.UUIDField(required=False)
    status = forms.ChoiceField(required=False, choices=[("", ""), *MinutesStatus.choices])
    classification = forms.ChoiceField(required=False, choices=[("", ""), *Classification.choices])


class MinutesViewSet(RecordViewSet):
    """The minutes that the caller's participant may see; published for everybody also without a token."""

    scope = "meetings"
    public = True
    lifecycle = MINUTES
    services: ClassVar[ModuleType | None] = minutes_services
    order_by = "created_at"
    filters = MinutesFilters
    step_bodies = {"publish": PublishBody}
    row_form = MinutesRow
    detail_form = MinutesDetail

    def visible(self, user: User | AnonymousUser) -> QuerySet[Minutes]:
        return minutes_queries.visible_to(user)

    def narrowed(self, records: QuerySet[Minutes], wishes: dict[str, Any]) -> QuerySet[Minutes]:
        return records.filter(**{name: value for name, value in wishes.items() if value})

    def whole(self, records: QuerySet[Minutes]) -> QuerySet[Minutes]:
        return minutes_queries.with_meeting(records)

    def row(self, record: Minutes) -> dict[str, Any]:
        return MinutesRow(record).data

    def full(self, record: Minutes) -> dict[str, Any]:
        return MinutesDetail(record, context={"user": self.request.user}).data

    def take(self, request: Request, pk: UUID, verb: str) -> HttpResponse:
        """Take one step; whoever publishes has just shown who they are."""
        if verb == "publish":
            require(minutes_rules.may_publish(cast("User", request.user), self._record(pk)))
            require(step_up_verdict(cast("HttpRequest", request)))
        return super().take(request, pk, verb)
