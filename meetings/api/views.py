from types import ModuleType
from typing import Any, ClassVar

from django.contrib.auth.models import AnonymousUser
from django.db.models import QuerySet

from meetings.api.serializers import AnnounceBody, MeetingDetail, MeetingRow, OpenBody
from meetings.forms import FilterForm
from meetings.models import Meeting
from meetings.queries import meetings as meeting_queries
from meetings.services import meetings as meeting_services
from meetings.statuses import MEETINGS
from ots_portal.api.views import RecordViewSet
from ots_portal.clock import database_now
from ots_portal.people.models import User


class MeetingViewSet(RecordViewSet):
    """The meetings that the caller's participant may see; without a token those open to everybody."""

    scope = "meetings"
    public = True
    lifecycle = MEETINGS
    services: ClassVar[ModuleType | None] = meeting_services
    order_by = "starts_at"
    filters = FilterForm
    acts: ClassVar[dict[str, str]] = {"announce-results": "announce_results"}
    step_bodies = {"open": OpenBody, "announce_results": AnnounceBody}
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
