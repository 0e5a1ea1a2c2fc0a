"""What the API takes and tells of comments on minutes and of their corrigenda."""

from typing import Any, get_args

from rest_framework import serializers

from meetings.models import Corrigendum, MinutesComment, MinutesRevision
from meetings.statuses import ADOPTED_BY_HAND, MOST_CHARACTERS
from ots_portal.api.serializers import Moment, StrictSerializer, Text
from ots_portal.texts.choice import FALLBACKS
from ots_portal.texts.comparison import ChangeKind
from ots_portal.texts.fields import MAX_LENGTH


class CirculateBody(StrictSerializer):
    comments_until = Moment(
        required=False,
        help_text="The members comment before this instant; without it, as the rules of the series say.",
    )


class AdoptBody(StrictSerializer):
    adopted_by = serializers.ChoiceField(
        choices=[(way.value, way.label) for way in ADOPTED_BY_HAND],
        help_text="How the members have adopted them; silence is recorded by its own procedure.",
    )
    adopting_meeting = serializers.UUIDField(
        required=False,
        allow_null=True,
        help_text="The later meeting of the same body that adopted them, of ``next_meeting`` alone.",
    )


class ParagraphBody(StrictSerializer):
    id = serializers.UUIDField(
        required=False, allow_null=True, help_text="Left out or null: a new paragraph."
    )
    text = Text(allow_blank=True, trim_whitespace=False)
    item = serializers.UUIDField(required=False, allow_null=True)


class MinutesBody(StrictSerializer):
    """
    All paragraphs in one language, in their order; those left out are removed.

    ``language`` is one of the portal's or a working language of the meeting.
    """

    language = serializers.ChoiceField(choices=FALLBACKS)
    paragraphs = ParagraphBody(many=True)


class PrepareBody(StrictSerializer):
    meeting = serializers.UUIDField(help_text="An adjourned meeting without minutes.")


class TranslationBody(StrictSerializer):
    id = serializers.UUIDField(help_text="Of the paragraph.")
    text = Text(allow_blank=True, trim_whitespace=False)


class TranslateBody(StrictSerializer):
    """
    Paragraphs in one language beside the original; those that are not named stay as they are.

    ``confirmed`` are paragraphs whose translation was read again and holds, though the original changed.
    """

    language = serializers.ChoiceField(choices=FALLBACKS)
    paragraphs = TranslationBody(many=True)
    confirmed = serializers.ListField(child=serializers.UUIDField(), required=False)


class CommentBody(StrictSerializer):
    minutes = serializers.UUIDField()
    paragraph = serializers.CharField(
        max_length=32, help_text="The paragraph's ``key`` in the circulated text."
    )
    language = serializers.CharField(max_length=10)
    proposed_text = Text(max_length=MOST_CHARACTERS)
    reason = Text(max_length=MAX_LENGTH)


class ReplyBody(StrictSerializer):
    reply = Text(required=False, allow_blank=True, default="", max_length=MAX_LENGTH)


class CommentRow(serializers.ModelSerializer[MinutesComment]):
    """What a State would have changed in a paragraph, and what became of it (``status``)."""

    revision = serializers.IntegerField(source="revision.number", read_only=True)

    class Meta:
        model = MinutesComment
        fields: tuple[str, ...] = (
            "id",
            "minutes",
            "revision",
            "paragraph",
            "paragraph_number",
            "participant",
            "language",
            "proposed_text",
            "reason",
            "status",
            "reply",
            "created_at",
            "disposed_at",
            "taken_in_at",
            "updated_at",
            "version",
        )
        read_only_fields = fields


class RevisionRow(serializers.ModelSerializer[MinutesRevision]):
    """A text that was frozen; ``sha256`` names its wording in all languages."""

    class Meta:
        model = MinutesRevision
        fields = ("number", "sha256", "frozen_at")
        read_only_fields = fields


class ChangeBody(StrictSerializer):
    paragraph = serializers.CharField(max_length=32)
    language = serializers.CharField(max_length=10)
    old = serializers.CharField(max_length=MAX_LENGTH, trim_whitespace=False)
    new = serializers.CharField(max_length=MAX_LENGTH, trim_whitespace=False, allow_blank=True)


class CorrigendumBody(StrictSerializer):
    minutes = serializers.UUIDField()
    changes = ChangeBody(many=True)
    reason = Text(max_length=MAX_LENGTH)


class SilenceBody(StrictSerializer):
    expires_at = Moment(help_text="A member State may object before this instant.")
    time_zone = serializers.CharField(
        max_length=60, help_text="IANA name of the zone by whose clock the end was set."
    )


class CorrigendumRow(serializers.ModelSerializer[Corrigendum]):
    """Words of adopted minutes that others take the place of; ``number`` from when it is issued."""

    changes = serializers.SerializerMethodField()

    class Meta:
        model = Corrigendum
        fields: tuple[str, ...] = (
            "id",
            "minutes",
            "number",
            "changes",
            "sha256",
            "reason",
            "status",
            "created_at",
            "issued_at",
            "updated_at",
            "version",
        )
        read_only_fields = fields

    def get_changes(self, corrigendum: Corrigendum) -> list[dict[str, Any]]:
        return list(corrigendum.changes)


class ToldPiece(serializers.Serializer[Any]):
    """A stretch of words: in both texts ("same"), in the later one alone ("added"), in the earlier one ("removed")."""

    kind = serializers.CharField()
    text = serializers.CharField()


class ToldChange(serializers.Serializer[Any]):
    """What became of a paragraph; the numbers are null where it does not stand in that text."""

    key = serializers.CharField()
    kind = serializers.ChoiceField(choices=get_args(ChangeKind))
    before_number = serializers.CharField(source="before.number", allow_null=True, default=None)
    after_number = serializers.CharField(source="after.number", allow_null=True, default=None)
    is_moved = serializers.BooleanField()
    is_renumbered = serializers.BooleanField()
    pieces = ToldPiece(many=True)


class Comparison(serializers.Serializer[Any]):
    """Two texts of minutes compared by words; ``texts`` and ``languages`` are what can be asked for."""

    before = serializers.CharField()
    after = serializers.CharField()
    language = serializers.CharField()
    texts = serializers.ListField(child=serializers.CharField())
    languages = serializers.ListField(child=serializers.CharField())
    changed_count = serializers.IntegerField()
    paragraphs = ToldChange(many=True)
