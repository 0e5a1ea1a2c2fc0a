"""The languages of treaties for programs: versions, translations by provision, findings of the concordance."""

from types import ModuleType, SimpleNamespace
from typing import Any, ClassVar
from uuid import UUID

from django import forms
from django.contrib.auth.models import AnonymousUser
from django.core.exceptions import ValidationError
from django.db.models import QuerySet
from django.http import Http404, HttpResponse
from django.utils.translation import gettext as _
from drf_spectacular.utils import extend_schema
from rest_framework import serializers
from rest_framework.request import Request

from agreements import queries as instrument_queries
from agreements.api.jobs import BegunTextWork, begun
from agreements.models import ConcordanceFinding, LanguageText, Provision
from agreements.queries import languages as queries
from agreements.queries.languages import Cell, SideRow
from agreements.services import concordance_findings as finding_services
from agreements.services import language_texts as services
from agreements.services.translations import write_translation
from agreements.statuses import CONCORDANCE_FINDINGS, LANGUAGE_TEXTS, CheckKind, ConcordanceStatus
from agreements.vocabularies.languages import VERSIONS
from ots_portal.api import conditional, idempotency
from ots_portal.api.renderers import as_json
from ots_portal.api.serializers import ReasonBody, StrictBoolean, StrictSerializer, Text
from ots_portal.api.views import RecordViewSet, refuse_unknown
from ots_portal.clock import database_now
from ots_portal.jobs import services as jobs
from ots_portal.people.models import User
from ots_portal.texts.fields import MAX_LENGTH


class LanguageFilters(forms.Form):
    instrument = forms.UUIDField(required=False)


class LanguageTextRow(serializers.ModelSerializer[LanguageText]):
    """A language version; ``tag`` is its name in the texts (BCP 47)."""

    tag = serializers.ChoiceField(choices=list(VERSIONS), read_only=True)

    class Meta:
        model = LanguageText
        fields: tuple[str, ...] = (
            "id", "instrument", "tag", "language", "script", "is_authentic", "is_prevailing", "status", "reason", "checked_at",
            "certified_at", "certified_digest", "version", "created_at", "updated_at",
        )  # fmt: skip
        read_only_fields = fields


class ToldTranslation(serializers.Serializer[Any]):
    """A provision in this language, beside the original; ``version`` is 0 where it has no words yet."""

    key = serializers.CharField()
    kind = serializers.CharField()
    number = serializers.CharField()
    depth = serializers.IntegerField()
    heading = serializers.CharField()
    text = serializers.CharField()
    version = serializers.IntegerField()
    is_missing = serializers.BooleanField()
    is_behind = serializers.BooleanField()
    original_heading = serializers.CharField()
    original_text = serializers.CharField()
    original_sha256 = serializers.CharField()


class LanguageTextDetail(LanguageTextRow):
    original_language = serializers.CharField(read_only=True)
    open_findings = serializers.IntegerField(read_only=True)
    provisions = ToldTranslation(many=True, read_only=True)

    class Meta(LanguageTextRow.Meta):
        fields = (*LanguageTextRow.Meta.fields, "original_language", "open_findings", "provisions")
        read_only_fields = fields


class LanguageTextBody(StrictSerializer):
    instrument = serializers.UUIDField()
    tag = serializers.ChoiceField(choices=list(VERSIONS))
    is_authentic = StrictBoolean(default=True)


class MarksBody(StrictSerializer):
    is_authentic = StrictBoolean()
    is_prevailing = StrictBoolean()


class TranslationBody(StrictSerializer):
    """``original_sha256`` is the hash of the original that was seen beside it."""

    heading = Text(max_length=300, allow_blank=True, default="")
    text = Text(max_length=MAX_LENGTH, allow_blank=True, default="")
    original_sha256 = serializers.CharField(max_length=64, allow_blank=True)


class LanguageTextViewSet(RecordViewSet):
    """The languages in which a treaty is made, and the words of each, provision by provision."""

    scope = "agreements"
    lifecycle = LANGUAGE_TEXTS
    services: ClassVar[ModuleType | None] = services
    order_by = "created_at"
    filters: ClassVar[type[forms.Form] | None] = LanguageFilters
    create_body = LanguageTextBody
    update_body = MarksBody
    step_bodies: ClassVar = {"send_back": ReasonBody}
    row_form = LanguageTextRow
    detail_form = LanguageTextDetail

    def visible(self, user: User | AnonymousUser) -> QuerySet[LanguageText]:
        return queries.visible_to(user)

    def narrowed(
        self, records: QuerySet[LanguageText], wishes: dict[str, Any]
    ) -> QuerySet[LanguageText]:
        return records.filter(instrument=wishes["instrument"]) if wishes["instrument"] else records

    def row(self, record: LanguageText) -> dict[str, Any]:
        return dict(LanguageTextRow(record).data)

    def full(self, record: LanguageText) -> dict[str, Any]:
        counts = queries.open_counts([record])
        return {
            **LanguageTextRow(record).data,
            "original_language": queries.original_tag(record.instrument),
            "open_findings": counts.get(record.pk, 0) + record.left_out_count,
            "provisions": [told_translation(row) for row in queries.version_rows(record)],
        }

    def create_record(self, data: dict[str, Any], *, by: User, at: Any) -> LanguageText:
        instrument = instrument_queries.visible_to(by).filter(pk=data.pop("instrument")).first()
        if instrument is None:
            raise ValidationError({"instrument": _("There is no such agreement.")})
        return services.add_language(instrument, by=by, at=at, **data)

    def update_record(
        self, record: LanguageText, data: dict[str, Any], *, by: User, at: Any, version: int
    ) -> LanguageText:
        marks = {
            name: data.get(name, getattr(record, name))
            for name in ("is_authentic", "is_prevailing")
        }
        return services.mark(record, **marks, version=version, by=by, at=at)

    # ── provisions ──────────────────────────────────────────────────────────────────────────────

    @extend_schema(responses={200: ToldTranslation})
    def provision(self, request: Request, pk: UUID, key: str) -> HttpResponse:
        """Return one provision in this language, with the original beside it; its ETag is that of its words."""
        refuse_unknown(request, known=())
        return self._told(self._record(pk), self._provision(self._record(pk), key))

    @extend_schema(request=TranslationBody, responses={200: ToldTranslation})
    def write(self, request: Request, pk: UUID, key: str) -> HttpResponse:
        """Write one provision in this language; If-Match names the version of its words that was seen."""
        language_text = self._record(pk)
        provision = self._provision(language_text, key)
        cell = _row(language_text, provision).cells[0]
        version = conditional.version_seen(request, cell.version)
        body = self._body(TranslationBody)
        write_translation(
            language_text, provision, **body, version=version, by=self.caller, at=database_now()
        )
        return self._told(language_text, self._provision(language_text, key))

    def _provision(self, language_text: LanguageText, key: str) -> Provision:
        """:raises Http404: of a provision that the present text does not have"""
        found = Provision.objects.filter(
            instrument=language_text.instrument_id, key=key, is_live=True
        )
        provision = found.select_related("instrument").first()
        if provision is None:
            raise Http404
        return provision

    def _told(self, language_text: LanguageText, provision: Provision) -> HttpResponse:
        row = _row(language_text, provision)
        body = as_json(told_translation(row))
        words = SimpleNamespace(version=row.cells[0].version)
        response = HttpResponse(body, content_type="application/json")
        return conditional.marked(response, conditional.record_tag(self.request, words, body))

    # ── checks ──────────────────────────────────────────────────────────────────────────────────

    @extend_schema(request=None, responses={200: LanguageTextDetail, 202: BegunTextWork})
    def check(self, request: Request, pk: UUID) -> HttpResponse:
        """Run the checks; of a long text a worker does, and the answer is the job."""
        return idempotency.once(request, lambda: self._check(self._record(pk)))

    def _check(self, language_text: LanguageText) -> HttpResponse:
        self._body(StrictSerializer)
        finding_services.require_checkable(language_text, by=self.caller)
        if finding_services.is_long_work(language_text):
            parameters = {"language_text": str(language_text.pk)}
            job = jobs.begin(
                "agreements.concordance", parameters, by=self.caller, at=database_now()
            )
            return begun(job)
        checked = finding_services.run_checks(language_text, by=self.caller, at=database_now())
        return self._answer(checked)


def _row(language_text: LanguageText, provision: Provision) -> SideRow:
    original = queries.original_tag(language_text.instrument)
    return queries.side_row(provision, 0, [language_text.tag], original=original)


def told_translation(row: SideRow) -> dict[str, Any]:
    cell: Cell = row.cells[0]
    return {
        "key": row.provision.key,
        "kind": row.provision.kind,
        "number": row.provision.number,
        "depth": row.depth,
        "heading": cell.heading,
        "text": cell.text,
        "version": cell.version,
        "is_missing": cell.is_missing,
        "is_behind": cell.is_behind,
        "original_heading": row.original.heading,
        "original_text": row.original.text,
        "original_sha256": row.original.sha256,
    }


class FindingFilters(forms.Form):
    language_text = forms.UUIDField(required=False)
    kind = forms.ChoiceField(required=False, choices=[("", ""), *CheckKind.choices])
    status = forms.ChoiceField(required=False, choices=[("", ""), *ConcordanceStatus.choices])


class FindingRow(serializers.ModelSerializer[ConcordanceFinding]):
    """What differs; ``provision`` is the key of the provision, null of what is said of the whole text."""

    provision = serializers.CharField(source="provision.key", default=None, read_only=True)
    original = serializers.ListField(
        child=serializers.CharField(), source="details.original", read_only=True
    )
    translation = serializers.ListField(
        child=serializers.CharField(), source="details.translation", read_only=True
    )

    class Meta:
        model = ConcordanceFinding
        fields: tuple[str, ...] = (
            "id", "language_text", "provision", "kind", "original", "translation", "status", "reason", "version", "created_at",
            "updated_at",
        )  # fmt: skip
        read_only_fields = fields


class FindingViewSet(RecordViewSet):
    """What the checks found between two languages."""

    scope = "agreements"
    lifecycle = CONCORDANCE_FINDINGS
    services: ClassVar[ModuleType | None] = finding_services
    order_by = "created_at"
    filters: ClassVar[type[forms.Form] | None] = FindingFilters
    step_bodies: ClassVar = {"accept": ReasonBody}
    row_form = FindingRow
    detail_form = FindingRow

    def visible(self, user: User | AnonymousUser) -> QuerySet[ConcordanceFinding]:
        return queries.findings_visible_to(user)

    def narrowed(
        self, records: QuerySet[ConcordanceFinding], wishes: dict[str, Any]
    ) -> QuerySet[ConcordanceFinding]:
        if wishes["language_text"]:
            records = records.filter(language_text=wishes["language_text"])
        return queries.matching(records, wishes)

    def row(self, record: ConcordanceFinding) -> dict[str, Any]:
        return dict(FindingRow(record).data)

    def full(self, record: ConcordanceFinding) -> dict[str, Any]:
        return self.row(record)
