"""The revisions of the REST API: what was frozen, word for word."""

from collections.abc import Sequence
from types import ModuleType
from typing import Any, ClassVar
from uuid import UUID

from django import forms
from django.contrib.auth.models import AnonymousUser
from django.core.exceptions import ValidationError
from django.db.models import QuerySet
from django.http import Http404, HttpResponse
from django.utils.translation import gettext as _
from drf_spectacular.types import OpenApiTypes
from drf_spectacular.utils import OpenApiParameter, extend_schema
from rest_framework import serializers
from rest_framework.parsers import BaseParser, MultiPartParser
from rest_framework.request import Request

from agreements import queries as instrument_queries
from agreements.api.akoma_ntoso import as_document, asked_language
from agreements.api.jobs import BegunTextWork, begun
from agreements.exports.akoma_ntoso import revision_as_akoma_ntoso
from agreements.formats.akoma_ntoso_out import CONTENT_TYPE
from agreements.models import Instrument, TextImport, TextRevision
from agreements.queries import revisions as queries
from agreements.queries.comparisons import changes_between, is_long_work, languages_of
from agreements.queries.languages import languages_written, versions_of
from agreements.queries.text_rows import rows_of
from agreements.rules import language_texts as language_rules
from agreements.rules import text_imports as import_rules
from agreements.services import revisions as services
from agreements.services import text_imports as import_services
from agreements.services import translation_imports
from agreements.statuses import REVISIONS, TEXT_IMPORTS, RevisionKind
from agreements.vocabularies.languages import VERSIONS
from ots_portal.api import conditional, idempotency
from ots_portal.api.parsers import StrictJSONParser
from ots_portal.api.problems import ApiProblem
from ots_portal.api.renderers import as_json
from ots_portal.api.serializers import StrictInteger, StrictSerializer
from ots_portal.api.views import RecordViewSet, refuse_unknown
from ots_portal.clock import database_now
from ots_portal.jobs import services as jobs
from ots_portal.lifecycle import WrongStatus
from ots_portal.people.models import User
from ots_portal.verdicts import require

LARGEST_VERSION = 2**31 - 2


class RevisionFilters(forms.Form):
    instrument = forms.UUIDField(required=False)


class RevisionRow(serializers.ModelSerializer[TextRevision]):
    class Meta:
        model = TextRevision
        fields: tuple[str, ...] = (
            "id", "instrument", "number", "kind", "status", "base", "language", "sha256", "frozen_at", "version",
            "created_at", "updated_at",
        )  # fmt: skip
        read_only_fields = fields


class ToldProvision(serializers.Serializer[Any]):
    """A provision; ``depth`` is how many others hold it, the nearest one before it with less depth is its holder."""

    key = serializers.CharField()
    kind = serializers.CharField()
    number = serializers.CharField()
    heading = serializers.CharField()
    text = serializers.CharField()
    depth = serializers.IntegerField()


class RevisionDetail(RevisionRow):
    provisions = ToldProvision(many=True, read_only=True)

    class Meta(RevisionRow.Meta):
        fields = (*RevisionRow.Meta.fields, "provisions")
        read_only_fields = fields


class RevisionBody(StrictSerializer):
    """``language`` is that of the text; without it that of the revision before."""

    instrument = serializers.UUIDField()
    kind = serializers.ChoiceField(choices=RevisionKind.choices)
    language = serializers.ChoiceField(choices=list(VERSIONS), required=False)


class ToldTextPiece(serializers.Serializer[Any]):
    kind = serializers.ChoiceField(choices=["same", "added", "removed"])
    text = serializers.CharField()


class ToldTextChange(serializers.Serializer[Any]):
    """What became of a provision; ``pieces`` are its words, the earlier and the later ones in one text."""

    key = serializers.CharField()
    kind = serializers.ChoiceField(
        choices=["same", "changed", "added", "removed", "moved", "renumbered"]
    )
    is_moved = serializers.BooleanField()
    is_renumbered = serializers.BooleanField()
    number_before = serializers.CharField(allow_null=True)
    number_after = serializers.CharField(allow_null=True)
    pieces = ToldTextPiece(many=True)


class ToldComparison(serializers.Serializer[Any]):
    before = serializers.UUIDField()
    after = serializers.UUIDField()
    language = serializers.CharField()
    changes = ToldTextChange(many=True)


class CompareBody(StrictSerializer):
    language = serializers.ChoiceField(choices=list(VERSIONS), required=False)


class RevisionViewSet(RecordViewSet):
    """The revisions of texts that are negotiated; the one that is worked on has the present words."""

    scope = "agreements"
    lifecycle = REVISIONS
    services: ClassVar[ModuleType | None] = services
    order_by = "created_at"
    filters: ClassVar[type[forms.Form] | None] = RevisionFilters
    create_body = RevisionBody
    row_form = RevisionRow
    detail_form = RevisionDetail

    def visible(self, user: User | AnonymousUser) -> QuerySet[TextRevision]:
        return queries.visible_to(user)

    def narrowed(
        self, records: QuerySet[TextRevision], wishes: dict[str, Any]
    ) -> QuerySet[TextRevision]:
        return records.filter(instrument=wishes["instrument"]) if wishes["instrument"] else records

    def row(self, record: TextRevision) -> dict[str, Any]:
        return dict(RevisionRow(record).data)

    def full(self, record: TextRevision) -> dict[str, Any]:
        rows = [vars(row) for row in rows_of(record)]
        return {**RevisionRow(record).data, "provisions": rows}

    def create_record(self, data: dict[str, Any], *, by: User, at: Any) -> TextRevision:
        instrument = readable_instrument(data.pop("instrument"), by)
        return services.open_revision(instrument, by=by, at=at, **data)

    @extend_schema(
        parameters=[OpenApiParameter("language", str, description="BCP 47; else the original")],
        responses={(200, CONTENT_TYPE): OpenApiTypes.BINARY},
    )
    def akn(self, request: Request, pk: UUID) -> HttpResponse:
        """Return the revision in Akoma Ntoso 3.0, in one of the languages that it was frozen in."""
        revision = self._record(pk)
        tag = asked_language(request, languages_written(revision.instrument, revision))
        return as_document(revision_as_akoma_ntoso(revision, tag=tag, at=database_now()))

    # ── comparing ───────────────────────────────────────────────────────────────────────────────

    @extend_schema(
        parameters=[OpenApiParameter("language", str, description="BCP 47; else the later one's")],
        responses={200: ToldComparison},
    )
    def compared(self, request: Request, pk: UUID, after: UUID) -> HttpResponse:
        """
        Return what became of each provision between two revisions of one text.

        Two long ones that nobody has compared yet are 409: have them compared by POST first.
        """
        refuse_unknown(request, known=("language",))
        pair = self._pair(pk, after)
        language = self._language(request.query_params.get("language"), pair)
        if is_long_work(*pair, language=language):
            raise WrongStatus(_("These texts are long, and nobody has compared them yet: POST has a worker do it."))  # fmt: skip
        return conditional.marked(_told_comparison(pair, language))

    @extend_schema(request=CompareBody, responses={200: ToldComparison, 202: BegunTextWork})
    def compare(self, request: Request, pk: UUID, after: UUID) -> HttpResponse:
        """Have two revisions compared; of two long ones a worker does it, and the answer is the job."""
        return idempotency.once(request, lambda: self._compare(pk, after))

    def _compare(self, pk: UUID, after: UUID) -> HttpResponse:
        pair = self._pair(pk, after)
        language = self._language(self._body(CompareBody).get("language"), pair)
        if not is_long_work(*pair, language=language):
            return _told_comparison(pair, language)
        parameters = {"before": str(pair[0].pk), "after": str(pair[1].pk), "language": language}
        return begun(
            jobs.begin("agreements.comparison", parameters, by=self.caller, at=database_now())
        )

    def _pair(self, before: UUID, after: UUID) -> tuple[TextRevision, TextRevision]:
        """Return the two revisions; :raises Http404: unless both are read and are of one text"""
        pair = self._record(before), self._record(after)
        if pair[0].instrument_id != pair[1].instrument_id:
            raise Http404
        return pair

    def _language(self, asked: str | None, pair: tuple[TextRevision, TextRevision]) -> str:
        """:raises Http404: where there are no words in this language"""
        language = asked or pair[1].language
        if language not in languages_of(pair[1].instrument):
            raise Http404
        return language


def _told_comparison(pair: tuple[TextRevision, TextRevision], language: str) -> HttpResponse:
    told = {
        "before": pair[0].pk,
        "after": pair[1].pk,
        "language": language,
        "changes": [
            {
                "key": change.key,
                "kind": change.kind,
                "is_moved": change.is_moved,
                "is_renumbered": change.is_renumbered,
                "number_before": change.before.number if change.before else None,
                "number_after": change.after.number if change.after else None,
                "pieces": [{"kind": piece.kind, "text": piece.text} for piece in change.pieces],
            }
            for change in changes_between(*pair, language=language)
        ],
    }
    return HttpResponse(as_json(told), content_type="application/json")


def readable_instrument(pk: UUID, by: User) -> Instrument:
    """:raises ValidationError: at ``instrument``, where the caller reads none such"""
    found = instrument_queries.visible_to(by).filter(pk=pk).first()
    if found is None:
        raise ValidationError({"instrument": _("There is no such agreement.")})
    return found


class TextImportRow(serializers.ModelSerializer[TextImport]):
    instrument_version = serializers.IntegerField(source="instrument.version", read_only=True)

    class Meta:
        model = TextImport
        fields: tuple[str, ...] = (
            "id", "instrument", "instrument_version", "name", "language", "is_translation", "title", "summary", "status", "revision", "version", "created_at",
            "updated_at",
        )  # fmt: skip
        read_only_fields = fields


class TextImportDetail(TextImportRow):
    nodes = serializers.ListField(
        child=serializers.DictField(), help_text="The tree that was read, each with its children"
    )
    remarks = serializers.ListField(
        child=serializers.DictField(), help_text="What could not be read, by its line"
    )

    class Meta(TextImportRow.Meta):
        fields = (*TextImportRow.Meta.fields, "nodes", "remarks")
        read_only_fields = fields


class TakeInBody(StrictSerializer):
    """``instrument_version`` is that of the instrument beside whose text the file was seen."""

    instrument_version = StrictInteger(min_value=1, max_value=LARGEST_VERSION)


class TextFileBody(StrictSerializer):
    """
    A file with a text (plain text, Markdown, DOCX, Akoma Ntoso 3.0) and its language.

    ``is_translation``: it is laid beside the text, in a language that the instrument has a version in.
    """

    instrument = serializers.UUIDField()
    language = serializers.ChoiceField(choices=list(VERSIONS))
    is_translation = serializers.BooleanField(default=False)
    file = serializers.FileField(allow_empty_file=True)


class TextImportViewSet(RecordViewSet):
    """Files that were read and wait to become the text."""

    parser_classes: Sequence[type[BaseParser]] = (StrictJSONParser, MultiPartParser)

    scope = "agreements"
    lifecycle = TEXT_IMPORTS
    services: ClassVar[ModuleType | None] = import_services
    order_by = "created_at"
    create_body = TextFileBody
    step_bodies: ClassVar = {"take_in": TakeInBody}
    row_form = TextImportRow
    detail_form = TextImportDetail

    def visible(self, user: User | AnonymousUser) -> QuerySet[TextImport]:
        return queries.imports_visible_to(user)

    @extend_schema(request={"multipart/form-data": TextFileBody}, responses={201: TextImportDetail})
    def create(self, request: Request) -> HttpResponse:
        """
        Send a file and have it read; the answer says what was found, and nothing changes yet.

        What the same caller sent before for the same text and did not take in gives way.
        """
        if "Idempotency-Key" in request.headers:
            sentence = _("An upload takes no key: what was sent before and not taken in gives way.")
            raise ApiProblem("bad_key", sentence)
        return self._create()

    def create_record(self, data: dict[str, Any], *, by: User, at: Any) -> TextImport:
        instrument = readable_instrument(data["instrument"], by)
        file, tag = data["file"], data["language"]
        read = {"name": file.name, "by": by, "at": at}
        if not data["is_translation"]:
            # The rule first: of a file that may not be sent nothing is read.
            require(import_rules.may_read_in(by, instrument))
            return import_services.read_in(instrument, content=file.read(), language=tag, **read)
        require(language_rules.may_add_language(by, instrument))
        version = next((one for one in versions_of(instrument) if one.tag == tag), None)
        if version is None:
            raise ValidationError({"language": _("There is no version in this language yet.")})
        return translation_imports.read_translation_in(version, content=file.read(), **read)

    def row(self, record: TextImport) -> dict[str, Any]:
        return dict(TextImportRow(record).data)

    def full(self, record: TextImport) -> dict[str, Any]:
        return dict(TextImportDetail(record).data)
