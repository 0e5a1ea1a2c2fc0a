"""The revisions of the REST API: what was frozen, word for word."""

from types import ModuleType
from typing import Any, ClassVar

from django import forms
from django.contrib.auth.models import AnonymousUser
from django.db.models import QuerySet
from rest_framework import serializers

from agreements.models import TextImport, TextRevision
from agreements.queries import revisions as queries
from agreements.queries.text_rows import rows_of
from agreements.services import revisions as services
from agreements.services import text_imports as import_services
from agreements.statuses import REVISIONS, TEXT_IMPORTS
from ots_portal.api.serializers import StrictInteger, StrictSerializer
from ots_portal.api.views import RecordViewSet
from ots_portal.people.models import User

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


class RevisionViewSet(RecordViewSet):
    """The revisions of texts that are negotiated; the one that is worked on has the present words."""

    scope = "agreements"
    lifecycle = REVISIONS
    services: ClassVar[ModuleType | None] = services
    order_by = "created_at"
    filters: ClassVar[type[forms.Form] | None] = RevisionFilters
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


class TextImportDetail(serializers.ModelSerializer[TextImport]):
    instrument_version = serializers.IntegerField(source="instrument.version", read_only=True)

    class Meta:
        model = TextImport
        fields: tuple[str, ...] = (
            "id", "instrument", "instrument_version", "name", "language", "title", "summary", "status", "revision", "version", "created_at",
            "updated_at",
        )  # fmt: skip
        read_only_fields = fields


class TakeInBody(StrictSerializer):
    """``instrument_version`` is that of the instrument beside whose text the file was seen."""

    instrument_version = StrictInteger(min_value=1, max_value=LARGEST_VERSION)


class TextImportViewSet(RecordViewSet):
    """Files that were read and wait to become the text."""

    scope = "agreements"
    lifecycle = TEXT_IMPORTS
    services: ClassVar[ModuleType | None] = import_services
    order_by = "created_at"
    step_bodies: ClassVar = {"take_in": TakeInBody}
    row_form = TextImportDetail
    detail_form = TextImportDetail

    def visible(self, user: User | AnonymousUser) -> QuerySet[TextImport]:
        return queries.imports_visible_to(user)

    def row(self, record: TextImport) -> dict[str, Any]:
        return dict(TextImportDetail(record).data)

    def full(self, record: TextImport) -> dict[str, Any]:
        return {**TextImportDetail(record).data, "remarks": record.remarks, "nodes": record.nodes}
