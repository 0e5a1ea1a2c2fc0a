"""What the API takes and what it tells of meetings and minutes: codes, never labels."""

from typing import Any
from uuid import UUID

from rest_framework import serializers

from meetings.api.minutes_serializers import RevisionRow
from meetings.models import Corrigendum, Meeting, Minutes, NamedParticipant
from meetings.queries.agenda import Numbered, agenda_for
from meetings.queries.announcements import Announced, announced_at, to_announce_at
from meetings.queries.minutes import adopting_meeting_for
from meetings.queries.minutes_texts import Paragraph, corrected_text, issued_corrigenda, text_for
from meetings.statuses import Classification
from ots_portal.api.serializers import StrictBoolean, StrictSerializer, Text
from ots_portal.clock import database_now


class PublishBody(StrictSerializer):
    classification = serializers.ChoiceField(
        choices=Classification.choices, help_text="For whom the minutes are published."
    )


class OpenBody(StrictSerializer):
    call_to_order = StrictBoolean(
        required=False, help_text="Begin the first sitting at the same moment."
    )


class ToldAgendaItem(serializers.Serializer[Numbered]):
    """An agenda item; ``number`` is its place in the tree: "3.2" is the second point of the third."""

    id = serializers.UUIDField(source="item.pk")
    parent = serializers.UUIDField(  # type: ignore[assignment]
        source="item.parent_id", allow_null=True, help_text="The item it is part of."
    )
    number = serializers.CharField()
    kind = serializers.CharField(source="item.kind")
    titles = serializers.DictField(source="item.titles", child=serializers.CharField())
    access = serializers.CharField(help_text="The strictest of its own and of the items above it.")
    minutes_allotted = serializers.IntegerField(source="item.minutes_allotted", allow_null=True)
    starts_at = serializers.DateTimeField(
        allow_null=True, help_text="By the minutes allotted to the items before it."
    )
    proposed_by = serializers.CharField(source="item.proposed_by_id", allow_null=True)
    outcome = serializers.CharField(source="item.outcome")
    is_late = serializers.BooleanField(source="item.is_late")
    consent = serializers.CharField(
        source="item.consent", help_text="How the meeting agreed to an item that came late."
    )
    version = serializers.IntegerField(source="item.version")


class AnnounceBody(StrictSerializer):
    consent = Text(
        required=False,
        allow_blank=True,
        max_length=300,
        help_text="Once the agenda is adopted: how the meeting agreed to the late item.",
    )


class ToldAnnouncement(serializers.Serializer[Announced]):
    """A result of a silence procedure that an agenda item announces."""

    item = serializers.UUIDField(source="item.pk")
    procedure = serializers.UUIDField(source="procedure.pk")
    status = serializers.CharField(source="procedure.status")
    result_at = serializers.DateTimeField(source="procedure.result_at")


class ToldNamedParticipant(serializers.ModelSerializer[NamedParticipant]):
    """Somebody whom the public sources name; ``participant`` is null for organisations outside."""

    class Meta:
        model = NamedParticipant
        fields = ("participant", "text")
        read_only_fields = fields


class MeetingRow(serializers.ModelSerializer[Meeting]):
    """A row of the list. Where ``date_precision`` is "day", the hours are the day's first and last."""

    class Meta:
        model = Meeting
        fields: tuple[str, ...] = (
            "id",
            "kind",
            "series",
            "ordinal",
            "titles",
            "host",
            "chair",
            "mode",
            "city",
            "venue",
            "starts_at",
            "ends_at",
            "time_zone",
            "working_languages",
            "date_precision",
            "status",
            "visibility",
            "is_training",
            "updated_at",
            "version",
        )
        read_only_fields = fields


class MeetingDetail(MeetingRow):
    """
    The whole meeting with its agenda.

    ``summaries`` are from the public sources named with them and are not the official minutes. ``to_announce`` are
    silence procedures whose results wait for its agenda, told to the secretariat.
    """

    announced = serializers.SerializerMethodField()
    to_announce = serializers.SerializerMethodField()
    agenda = serializers.SerializerMethodField()
    named_participants = ToldNamedParticipant(many=True, read_only=True)

    class Meta(MeetingRow.Meta):
        fields = (
            *MeetingRow.Meta.fields,
            "agenda",
            "announced",
            "to_announce",
            "summaries",
            "date_notes",
            "venue_notes",
            "attendance_notes",
            "named_participants",
            "confidence",
            "sources",
        )
        read_only_fields = fields

    def get_announced(self, meeting: Meeting) -> list[dict[str, Any]]:
        found = announced_at(meeting, self.context["user"])
        return [dict(ToldAnnouncement(one).data) for one in found]

    def get_to_announce(self, meeting: Meeting) -> list[UUID]:
        user = self.context["user"]
        if not user.is_authenticated or not user.is_secretariat:
            return []
        return [one.pk for one in to_announce_at(meeting, user, at=database_now())]

    def get_agenda(self, meeting: Meeting) -> list[dict[str, Any]]:
        return [
            dict(ToldAgendaItem(entry).data) for entry in agenda_for(meeting, self.context["user"])
        ]


class MinutesRow(serializers.ModelSerializer[Minutes]):
    """A row of the list; of the meeting no more than its title, date and place."""

    titles = serializers.JSONField(source="meeting.titles", read_only=True)
    starts_at = serializers.DateTimeField(source="meeting.starts_at", read_only=True)
    time_zone = serializers.CharField(source="meeting.time_zone", read_only=True)
    city = serializers.CharField(source="meeting.city", read_only=True)
    is_training = serializers.BooleanField(source="meeting.is_training", read_only=True)

    class Meta:
        model = Minutes
        fields: tuple[str, ...] = (
            "id",
            "meeting",
            "titles",
            "starts_at",
            "time_zone",
            "city",
            "is_training",
            "status",
            "classification",
            "comments_until",
            "adopted_at",
            "adopted_by",
            "published_at",
            "updated_at",
            "version",
        )
        read_only_fields = fields


class ToldParagraph(serializers.Serializer[dict[str, Any]]):
    """
    A numbered paragraph; ``item`` is the number of the agenda item it reports on, or null.

    ``key`` stays the same while the number changes; ``corrected`` has the texts with all corrigenda laid over
    them, and is empty where none touches the paragraph.
    """

    key = serializers.CharField()
    number = serializers.IntegerField()
    item = serializers.CharField(allow_null=True)
    item_titles = serializers.DictField(child=serializers.CharField(), allow_null=True)
    decision = serializers.UUIDField(allow_null=True)
    action = serializers.UUIDField(allow_null=True)
    texts = serializers.DictField(child=serializers.CharField())
    corrected = serializers.DictField(child=serializers.CharField())


class MinutesDetail(MinutesRow):
    """
    The minutes with their paragraphs, as this reader sees them.

    ``revisions`` are told to members and the secretariat; others see the last one alone. ``adopting_meeting`` is
    the later meeting that adopted them, null also for a reader who may not read that meeting.
    """

    adopting_meeting = serializers.SerializerMethodField()
    paragraphs = serializers.SerializerMethodField()
    revisions = serializers.SerializerMethodField()

    class Meta(MinutesRow.Meta):
        fields = (*MinutesRow.Meta.fields, "adopting_meeting", "paragraphs", "revisions")
        read_only_fields = fields

    def get_adopting_meeting(self, minutes: Minutes) -> UUID | None:
        meeting = adopting_meeting_for(minutes, self.context["user"])
        return meeting.pk if meeting else None

    def get_paragraphs(self, minutes: Minutes) -> list[dict[str, Any]]:
        corrigenda = issued_corrigenda(minutes)
        text = text_for(self.context["user"], minutes)
        told = [_told(paragraph, corrigenda) for paragraph in text]
        return [dict(ToldParagraph(one).data) for one in told]

    def get_revisions(self, minutes: Minutes) -> list[dict[str, Any]]:
        user = self.context["user"]
        revisions = list(minutes.revisions.order_by("number"))
        sees_all = user.is_authenticated and (user.is_secretariat or user.is_member_staff)
        return list(RevisionRow(revisions if sees_all else revisions[-1:], many=True).data)


def _told(paragraph: Paragraph, corrigenda: list[Corrigendum]) -> dict[str, Any]:
    touched = {
        change["language"]
        for one in corrigenda
        for change in one.changes
        if change["paragraph"] == paragraph["key"]
    }
    return {
        **paragraph,
        "item": paragraph["item_number"] or None,
        "item_titles": paragraph["item_titles"] if paragraph["item"] else None,
        "corrected": {
            code: corrected_text(paragraph, code, corrigenda) for code in sorted(touched)
        },
    }
