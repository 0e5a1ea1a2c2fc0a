"""What the API takes and tells of the documents of meetings."""

from typing import Any

from drf_spectacular.utils import extend_schema_field
from rest_framework import serializers

from meetings.api.titles import Titles
from meetings.models import Derestriction, Paper, PaperVersion
from meetings.queries import papers as queries
from meetings.statuses.documents import Access, PaperKind, PaperRelation, TranslationState
from ots_portal.api.serializers import Moment, StrictSerializer, Text
from ots_portal.texts.choice import FALLBACKS

REASON_LENGTH = 300
SYMBOL_LENGTH = 60


class PaperChanges(StrictSerializer):
    """What of a document can be changed until it is issued; ``parent`` and ``relation`` go together."""

    kind = serializers.ChoiceField(choices=PaperKind.choices)
    titles = Titles()
    item = serializers.UUIDField(required=False, allow_null=True, help_text="Agenda item.")
    parent = serializers.UUIDField(  # type: ignore[assignment]
        required=False, allow_null=True, help_text="The issued document that it belongs to."
    )
    relation = serializers.ChoiceField(
        choices=PaperRelation.choices, required=False, allow_blank=True, help_text="As its …"
    )
    access = serializers.ChoiceField(choices=Access.choices, required=False)


class PaperBody(PaperChanges):
    """A draft of the caller's participant; nobody but it and the secretariat reads it before it is issued."""

    meeting = serializers.UUIDField()


class PaperVersionBody(StrictSerializer):
    """The document in a language, as ``multipart/form-data``."""

    file = serializers.FileField(allow_empty_file=True)
    language = serializers.ChoiceField(choices=FALLBACKS)
    translation = serializers.ChoiceField(
        choices=TranslationState.choices, help_text="“none” of the original, which is given once."
    )


class PaperIssueBody(StrictSerializer):
    access = serializers.ChoiceField(
        choices=Access.choices,
        required=False,
        help_text="Who reads it; without, what was asked for.",
    )
    embargo_until = serializers.DateTimeField(
        required=False, help_text="Nobody but its submitter and the secretariat reads it before."
    )
    symbol = Text(
        max_length=SYMBOL_LENGTH,
        required=False,
        help_text="Only of a document issued elsewhere; without, the portal gives the next one.",
    )


class AskToDerestrictBody(StrictSerializer):
    access = serializers.ChoiceField(choices=Access.choices[:-1], help_text="To whom it is opened.")
    takes_effect_at = Moment(help_text="From when; a past one: at once.")
    reason = Text(max_length=REASON_LENGTH)


class AnswerDerestrictionBody(StrictSerializer):
    answer = serializers.ChoiceField(choices=("agree", "decline"))
    reason = Text(max_length=REASON_LENGTH)


class ToldPaperVersion(serializers.ModelSerializer[PaperVersion]):
    """The document in one language; ``translation`` is "none" of the original."""

    file_name = serializers.CharField(source="file.file_name", read_only=True)
    content_type = serializers.CharField(source="file.content_type", read_only=True)
    size_bytes = serializers.IntegerField(source="file.size_bytes", read_only=True)
    sha256 = serializers.CharField(source="file.sha256", read_only=True)
    scan = serializers.CharField(
        source="file.status",
        read_only=True,
        help_text="“attached”: it can be fetched; “quarantined” until the virus scan is done.",
    )

    class Meta:
        model = PaperVersion
        fields = (
            "id",
            "language",
            "revision",
            "translation",
            "file_name",
            "content_type",
            "size_bytes",
            "sha256",
            "scan",
            "added_at",
        )
        read_only_fields = fields


class PaperRow(serializers.ModelSerializer[Paper]):
    """A row of the list; ``symbol`` is null until it is issued."""

    languages = serializers.SerializerMethodField()

    class Meta:
        model = Paper
        fields: tuple[str, ...] = (
            "id",
            "meeting",
            "symbol",
            "kind",
            "titles",
            "item",
            "parent",
            "relation",
            "participant",
            "access",
            "status",
            "version",
            "languages",
            "created_at",
            "updated_at",
            "issued_at",
        )
        read_only_fields = fields

    @extend_schema_field(serializers.ListField(child=serializers.CharField()))
    def get_languages(self, paper: Paper) -> list[str]:
        return sorted(queries.latest_versions(paper))


class ToldQuestion(serializers.ModelSerializer[Derestriction]):
    """What its head asks for: to whom the document is to be opened, from when, and why."""

    class Meta:
        model = Derestriction
        fields = ("access", "takes_effect_at", "reason", "at")
        read_only_fields = fields


class PaperDetail(PaperRow):
    """
    The whole document with its files, which are fetched from ``languages/<id>/``.

    ``question`` is a derestriction that waits for its answer, told to those who work on the document.
    """

    versions = ToldPaperVersion(many=True, read_only=True)
    question = serializers.SerializerMethodField()
    steps = serializers.SerializerMethodField()

    class Meta(PaperRow.Meta):
        fields = (
            *PaperRow.Meta.fields,
            "embargo_until",
            "derestrict_at",
            "derestrict_to",
            "versions",
            "question",
            "steps",
        )
        read_only_fields = fields

    @extend_schema_field(ToldQuestion(allow_null=True))
    def get_question(self, paper: Paper) -> dict[str, Any] | None:
        question = queries.question_of(paper) if self.context["works_on_it"] else None
        return dict(ToldQuestion(question).data) if question else None

    @extend_schema_field(serializers.ListField(child=serializers.CharField()))
    def get_steps(self, paper: Paper) -> list[str]:
        return list(self.context["steps"])
