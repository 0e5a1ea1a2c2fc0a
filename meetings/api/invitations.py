"""The invitations' twin for programs: draft, send, acknowledge, answer."""

from types import ModuleType
from typing import Any, ClassVar

from django import forms
from django.contrib.auth.models import AnonymousUser
from django.core.exceptions import ValidationError
from django.db.models import QuerySet
from django.utils.translation import gettext as _
from rest_framework import serializers

from meetings.forms.invitations import NOTE_LENGTH
from meetings.models import Invitation, Meeting
from meetings.queries import invitations as queries
from meetings.queries import meetings as meeting_queries
from meetings.rules import invitations as rules
from meetings.services import invitations as services
from meetings.services.invitations import ANSWER_LENGTH
from meetings.statuses import INVITATIONS
from meetings.statuses.delegations import InvitationCapacity, InvitationStatus
from ots_portal.api.serializers import StrictSerializer, Text
from ots_portal.api.steps import steps_open_to
from ots_portal.api.views import RecordViewSet
from ots_portal.participants.models import Participant
from ots_portal.people.models import User


class InvitationChanges(StrictSerializer):
    """What of a draft can be corrected."""

    capacity = serializers.ChoiceField(choices=InvitationCapacity.choices, required=False)
    note_verbale = Text(max_length=NOTE_LENGTH, required=False, allow_blank=True)


class InvitationBody(InvitationChanges):
    """A new draft; without ``capacity`` the participant is invited as it usually is."""

    meeting = serializers.UUIDField()
    participant = serializers.SlugField()


class AnswerBody(StrictSerializer):
    """``note`` is the reference of the own note verbale, ``text`` what is added in words."""

    note = Text(max_length=NOTE_LENGTH, required=False, allow_blank=True)
    text = Text(max_length=ANSWER_LENGTH, required=False, allow_blank=True)


class InvitationRow(serializers.ModelSerializer[Invitation]):
    class Meta:
        model = Invitation
        fields: tuple[str, ...] = (
            "id", "meeting", "participant", "capacity", "note_verbale", "status", "sent_at", "answered_at",
            "created_at", "updated_at", "version",
        )  # fmt: skip
        read_only_fields = fields


class InvitationDetail(InvitationRow):
    """The invitation with its answer, and the steps that the caller may take."""

    steps = serializers.ListField(child=serializers.CharField(), read_only=True)

    class Meta(InvitationRow.Meta):
        fields = (*InvitationRow.Meta.fields, "answer_note", "answer", "steps")
        read_only_fields = fields


class InvitationFilters(forms.Form):
    meeting = forms.UUIDField(required=False)
    participant = forms.SlugField(required=False)
    status = forms.ChoiceField(required=False, choices=[("", ""), *InvitationStatus.choices])


class InvitationViewSet(RecordViewSet):
    """The invitations to meetings that the caller's participant sent, received or hosts."""

    scope = "meetings"
    lifecycle = INVITATIONS
    services: ClassVar[ModuleType | None] = services
    order_by = "created_at"
    filters = InvitationFilters
    create_body = InvitationBody
    update_body = InvitationChanges
    step_bodies: ClassVar = {"accept": AnswerBody, "decline": AnswerBody}
    row_form = InvitationRow
    detail_form = InvitationDetail

    def visible(self, user: User | AnonymousUser) -> QuerySet[Invitation]:
        return queries.visible_to(user)

    def narrowed(
        self, records: QuerySet[Invitation], wishes: dict[str, Any]
    ) -> QuerySet[Invitation]:
        return queries.filtered(records, wishes)

    def whole(self, records: QuerySet[Invitation]) -> QuerySet[Invitation]:
        return queries.with_names(records)

    def row(self, record: Invitation) -> dict[str, Any]:
        return InvitationRow(record).data

    def full(self, record: Invitation) -> dict[str, Any]:
        return {
            **InvitationRow(record).data,
            "answer_note": record.answer_note,
            "answer": record.answer,
            "steps": steps_open_to(self.caller, record, lifecycle=INVITATIONS, rules=rules),
        }

    def create_record(self, data: dict[str, Any], *, by: User, at: Any) -> Invitation:
        meeting = meeting_of(data.pop("meeting"), by)
        participant = Participant.objects.filter(slug=data.pop("participant")).first()
        if participant is None:
            raise ValidationError({"participant": _("There is no participant with this slug.")})
        return services.invite(meeting, participant, by=by, at=at, **data)

    def update_record(
        self, record: Invitation, data: dict[str, Any], *, by: User, at: Any, version: int
    ) -> Invitation:
        return services.update(record, data, by=by, at=at, version=version)


def meeting_of(key: Any, user: User) -> Meeting:
    """:raises ValidationError: where the user sees no meeting with this id"""
    meeting = meeting_queries.visible_to(user).filter(pk=key).first()
    if meeting is None:
        raise ValidationError({"meeting": _("There is no meeting with this id.")})
    return meeting
