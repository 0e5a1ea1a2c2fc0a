from collections.abc import Callable
from types import ModuleType
from typing import Any, ClassVar
from uuid import UUID

from django.contrib.auth.models import AnonymousUser
from django.core.exceptions import ValidationError
from django.db import IntegrityError, transaction
from django.db.models import QuerySet
from django.http import HttpResponse
from django.urls import reverse
from drf_spectacular.utils import extend_schema
from rest_framework import serializers
from rest_framework.request import Request

from meetings.api.invitations import InvitationRow
from meetings.api.meeting_bodies import (
    InviteAllBody,
    MeetingBody,
    MeetingChanges,
    NextMeetingBody,
    facts_to_change,
    facts_to_plan,
)
from meetings.api.serializers import AnnounceBody, MeetingDetail, MeetingRow, OpenBody
from meetings.forms import NUMBER_IS_TAKEN, FilterForm, MeetingForm
from meetings.models import Invitation, Meeting
from meetings.queries import invitations as invitation_queries
from meetings.queries import meetings as meeting_queries
from meetings.rules import invitations as invitation_rules
from meetings.rules import meetings as rules
from meetings.services import following
from meetings.services import invitations as invitation_services
from meetings.services import meetings as meeting_services
from meetings.services.refusals import require_now
from meetings.statuses import MEETINGS
from ots_portal.api import conditional, idempotency
from ots_portal.api.renderers import as_json
from ots_portal.api.schema import IDEMPOTENCY_KEY, IF_MATCH_IF_WANTED
from ots_portal.api.serializers import NoBody
from ots_portal.api.views import RecordViewSet
from ots_portal.clock import database_now
from ots_portal.people.models import User
from ots_portal.verdicts import require


class InvitationRows(serializers.Serializer[Any]):
    """The invitations that this has drafted or sent; none where there was nothing to do."""

    results = InvitationRow(many=True)


class MeetingViewSet(RecordViewSet):
    """The meetings that the caller's participant may see; without a token those open to everybody."""

    scope = "meetings"
    public = True
    lifecycle = MEETINGS
    services: ClassVar[ModuleType | None] = meeting_services
    order_by = "starts_at"
    filters = FilterForm
    create_body = MeetingBody
    update_body = MeetingChanges
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

    def create(self, request: Request) -> HttpResponse:
        """Plan a meeting."""
        require(rules.may_create(self.caller))
        return super().create(request)

    def create_record(self, data: dict[str, Any], *, by: User, at: Any) -> Meeting:
        facts = facts_to_plan(data)
        is_training = data.get("is_training", False)
        return _numbered(
            lambda: meeting_services.create(facts, by=by, at=at, is_training=is_training)
        )

    def partial_update(self, request: Request, pk: UUID) -> HttpResponse:
        """Change what is known of it; once it is convened, those concerned are told of another time or place."""
        require_now(rules.may_update(self.caller, self._record(pk)))
        return super().partial_update(request, pk)

    def update_record(
        self, record: Meeting, data: dict[str, Any], *, by: User, at: Any, version: int
    ) -> Meeting:
        facts = facts_to_change(record, data)
        return _numbered(
            lambda: meeting_services.update(record, facts, by=by, at=at, version=version)
        )

    @extend_schema(
        request=NextMeetingBody, responses={201: MeetingDetail}, parameters=[IDEMPOTENCY_KEY]
    )
    def follow(self, request: Request, pk: UUID) -> HttpResponse:
        """
        Plan the next meeting from this one.

        Its agenda is copied, its invited are invited in draft, the same documents are expected.
        """
        return idempotency.once(request, lambda: self._follow(pk))

    def _follow(self, pk: UUID) -> HttpResponse:
        last = self._record(pk)
        require_now(rules.may_follow(self.caller, last))
        data = self._body(NextMeetingBody)
        facts = facts_to_plan(data, after=last)
        acting: dict[str, Any] = {"by": self.caller, "at": database_now()}
        is_training = data.get("is_training", last.is_training)
        made = _numbered(lambda: following.follow(last, facts, is_training=is_training, **acting))
        response = self._answer(made, status=201)
        response["Location"] = reverse("api:meetings-detail", args=[made.pk])
        return response

    @extend_schema(
        request=InviteAllBody,
        responses=InvitationRows,
        parameters=[IDEMPOTENCY_KEY, IF_MATCH_IF_WANTED],
    )
    def invite_all(self, request: Request, pk: UUID) -> HttpResponse:
        """Draft the invitations of whole kinds of participants; nobody hears of them until they are sent."""

        def work(meeting: Meeting) -> list[Invitation]:
            body = self._body(InviteAllBody)
            return invitation_services.invite_all(
                meeting, by=self.caller, at=database_now(), **body
            )

        return idempotency.once(request, lambda: self._invited(pk, work))

    @extend_schema(
        request=None, responses=InvitationRows, parameters=[IDEMPOTENCY_KEY, IF_MATCH_IF_WANTED]
    )
    def send_all(self, request: Request, pk: UUID) -> HttpResponse:
        """Send every draft of the meeting's invitations."""

        def work(meeting: Meeting) -> list[Invitation]:
            self._body(NoBody)
            return invitation_services.send_all(meeting, by=self.caller, at=database_now())

        return idempotency.once(request, lambda: self._invited(pk, work))

    def _invited(self, pk: UUID, work: Callable[[Meeting], list[Invitation]]) -> HttpResponse:
        meeting = self._record(pk)
        require_now(invitation_rules.may_invite(self.caller, meeting))
        conditional.require_seen(self.request, meeting)
        keys = [one.pk for one in work(meeting)]
        found = invitation_queries.visible_to(self.caller).filter(pk__in=keys)
        rows = InvitationRow(found.order_by("participant"), many=True).data
        return HttpResponse(as_json({"results": rows}), content_type="application/json")


def _numbered(work: Callable[[], Meeting]) -> Meeting:
    """:raises ValidationError: where somebody took the number between the look and the writing"""
    try:
        with transaction.atomic():
            return work()
    except IntegrityError as error:
        raise ValidationError({"ordinal": NUMBER_IS_TAKEN}) from error
    except meeting_services.WiderVisibility as error:
        raise ValidationError({"visibility": MeetingForm.WIDER}) from error
