"""What the API takes and what it tells of meetings and minutes: codes, never labels."""

from typing import Any

from rest_framework import serializers

from meetings.models import AgendaItem, Meeting, Minutes, MinutesParagraph, NamedParticipant
from meetings.queries.agenda import Numbered, agenda_of
from meetings.statuses import Classification
from ots_portal.api.serializers import StrictSerializer


class PublishBody(StrictSerializer):
    classification = serializers.ChoiceField(
        choices=Classification.choices, help_text="For whom the minutes are published."
    )


class ToldItem(serializers.Serializer[Numbered]):
    """An agenda item; ``number`` is its place in the tree: "3.2" is the second point of the third."""

    id = serializers.UUIDField(source="item.pk")
    number = serializers.CharField()
    kind = serializers.CharField(source="item.kind")
    titles = serializers.DictField(source="item.titles", child=serializers.CharField())


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

    ``summaries`` are from the public sources named with them and are not the official minutes.
    """

    agenda = serializers.SerializerMethodField()
    named_participants = ToldNamedParticipant(many=True, read_only=True)

    class Meta(MeetingRow.Meta):
        fields = (
            *MeetingRow.Meta.fields,
            "agenda",
            "summaries",
            "date_notes",
            "venue_notes",
            "attendance_notes",
            "named_participants",
            "confidence",
            "sources",
        )
        read_only_fields = fields

    def get_agenda(self, meeting: Meeting) -> list[dict[str, Any]]:
        return [dict(ToldItem(entry).data) for entry in agenda_of(meeting)]


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
            "published_at",
            "updated_at",
            "version",
        )
        read_only_fields = fields


class ToldParagraph(serializers.ModelSerializer[MinutesParagraph]):
    """A numbered paragraph; ``item`` is the number of the agenda item it reports on, or null."""

    number = serializers.IntegerField(source="position", read_only=True)
    item = serializers.SerializerMethodField()
    item_titles = serializers.SerializerMethodField()

    class Meta:
        model = MinutesParagraph
        fields = ("number", "item", "item_titles", "texts")
        read_only_fields = fields

    def get_item(self, paragraph: MinutesParagraph) -> str | None:
        numbers: dict[Any, str] = self.context["numbers"]
        return numbers.get(paragraph.item_id)

    def get_item_titles(self, paragraph: MinutesParagraph) -> dict[str, str] | None:
        item: AgendaItem | None = paragraph.item
        return item.titles if item else None


class MinutesDetail(MinutesRow):
    """The minutes with their paragraphs."""

    paragraphs = serializers.SerializerMethodField()

    class Meta(MinutesRow.Meta):
        fields = (*MinutesRow.Meta.fields, "paragraphs")
        read_only_fields = fields

    def get_paragraphs(self, minutes: Minutes) -> list[dict[str, Any]]:
        numbers = {entry.item.pk: entry.number for entry in agenda_of(minutes.meeting)}
        paragraphs = minutes.paragraphs.select_related("item").order_by("position")
        return list(ToldParagraph(paragraphs, many=True, context={"numbers": numbers}).data)
