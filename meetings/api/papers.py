"""The documents of meetings for programs: read, and taken through their steps."""

from types import ModuleType
from typing import Any, ClassVar, cast
from uuid import UUID

from django import forms
from django.contrib.auth.models import AnonymousUser
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse
from drf_spectacular.utils import extend_schema_field
from rest_framework import serializers
from rest_framework.request import Request

from meetings.models import Paper, PaperVersion
from meetings.queries import papers as queries
from meetings.rules import papers as rules
from meetings.services import papers as services
from meetings.statuses.documents import PAPERS, Access, PaperKind, PaperStatus
from ots_portal.access.stepup import step_up_verdict
from ots_portal.api.serializers import ReasonBody, StrictSerializer
from ots_portal.api.views import RecordViewSet
from ots_portal.people.models import User
from ots_portal.verdicts import require


class PaperIssueBody(StrictSerializer):
    access = serializers.ChoiceField(
        choices=Access.choices,
        required=False,
        help_text="Who reads it; without, what was asked for.",
    )
    embargo_until = serializers.DateTimeField(
        required=False, help_text="Nobody but its submitter and the secretariat reads it before."
    )


class ToldPaperVersion(serializers.ModelSerializer[PaperVersion]):
    """The document in one language; ``translation`` is "none" of the original."""

    file_name = serializers.CharField(source="file.file_name", read_only=True)
    content_type = serializers.CharField(source="file.content_type", read_only=True)
    size_bytes = serializers.IntegerField(source="file.size_bytes", read_only=True)
    sha256 = serializers.CharField(source="file.sha256", read_only=True)

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


class PaperDetail(PaperRow):
    """The whole document with its files, which are fetched from ``/meetings/documents/``."""

    versions = ToldPaperVersion(many=True, read_only=True)

    class Meta(PaperRow.Meta):
        fields = (
            *PaperRow.Meta.fields,
            "embargo_until",
            "derestrict_at",
            "derestrict_to",
            "versions",
        )
        read_only_fields = fields


class PaperFilters(forms.Form):
    meeting = forms.UUIDField(required=False)
    kind = forms.ChoiceField(required=False, choices=[("", ""), *PaperKind.choices])
    status = forms.ChoiceField(required=False, choices=[("", ""), *PaperStatus.choices])
    language = forms.CharField(required=False, max_length=10)


class PaperViewSet(RecordViewSet):
    """The documents of meetings that the caller may read; those for everybody also without a token."""

    scope = "meetings"
    public = True
    lifecycle = PAPERS
    services: ClassVar[ModuleType | None] = services
    order_by = "created_at"
    filters = PaperFilters
    step_bodies = {"issue": PaperIssueBody, "send_back": ReasonBody, "withdraw": ReasonBody}
    row_form = PaperRow
    detail_form = PaperDetail

    def visible(self, user: User | AnonymousUser) -> QuerySet[Paper]:
        return queries.visible_to(user)

    def narrowed(self, records: QuerySet[Paper], wishes: dict[str, Any]) -> QuerySet[Paper]:
        of_meeting = {"meeting": wishes["meeting"]} if wishes.get("meeting") else {}
        return queries.filtered(records.filter(**of_meeting), wishes)

    def whole(self, records: QuerySet[Paper]) -> QuerySet[Paper]:
        return queries.with_versions(records)

    def row(self, record: Paper) -> dict[str, Any]:
        return PaperRow(record).data

    def full(self, record: Paper) -> dict[str, Any]:
        return PaperDetail(record).data

    def take(self, request: Request, pk: UUID, verb: str) -> HttpResponse:
        """Take one step; whoever issues has just shown who they are."""
        if verb == "issue":
            verdict = rules.may_issue(cast("User", request.user), self._record(pk))
            if verdict.code != "wrong_status":  # that one the service answers, with 409
                require(verdict)
            require(step_up_verdict(cast("HttpRequest", request)))
        return super().take(request, pk, verb)
