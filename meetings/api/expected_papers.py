"""What documents a meeting needs and what of them is missing; all that there are, as one package."""

from typing import Any, cast
from uuid import UUID

from django.contrib.auth.models import AnonymousUser
from django.core.exceptions import ValidationError
from django.db.models import QuerySet
from django.http import HttpResponse
from django.urls import reverse
from django.utils.translation import gettext as _
from drf_spectacular.utils import extend_schema
from rest_framework import serializers
from rest_framework.request import Request

from meetings.models import ExpectedPaper, Meeting
from meetings.queries import meetings as meeting_queries
from meetings.queries import papers as queries
from meetings.rules import papers as rules
from meetings.services import papers as services
from meetings.services.refusals import require_now
from meetings.statuses.documents import PaperKind
from ots_portal.api import idempotency
from ots_portal.api.renderers import as_json
from ots_portal.api.schema import IDEMPOTENCY_KEY
from ots_portal.api.serializers import LanguageList, NoBody, StrictSerializer
from ots_portal.api.views import RecordViewSet, refuse_unknown
from ots_portal.clock import database_now
from ots_portal.jobs import services as jobs
from ots_portal.people.models import User
from ots_portal.texts.choice import FALLBACKS
from ots_portal.verdicts import require


class ExpectBody(StrictSerializer):
    kind = serializers.ChoiceField(choices=PaperKind.choices)
    item = serializers.UUIDField(required=False, allow_null=True, help_text="Agenda item.")
    languages = LanguageList(
        required=False, help_text="None: the working languages of the meeting."
    )


class PackageBody(StrictSerializer):
    language = serializers.ChoiceField(
        choices=FALLBACKS, help_text="Each document in this language where there is it."
    )


class ToldExpectedPaper(serializers.ModelSerializer[ExpectedPaper]):
    """A document that is expected; ``languages`` [] stands for the working languages of the meeting."""

    class Meta:
        model = ExpectedPaper
        fields = ("id", "kind", "item", "languages")
        read_only_fields = fields


class ToldMissing(serializers.Serializer[queries.Missing]):
    """What of it is not there; ``languages`` [] where nobody has said in which it is wanted."""

    kind = serializers.CharField()
    item = serializers.UUIDField(source="item.pk", allow_null=True, default=None)
    languages = serializers.ListField(child=serializers.CharField())
    document = serializers.UUIDField(source="paper.pk", allow_null=True, default=None)


class ExpectedPapers(serializers.Serializer[Any]):
    expected = ToldExpectedPaper(many=True)
    missing = ToldMissing(many=True)


class BegunJob(serializers.Serializer[Any]):
    """The work that was begun: ask its ``url`` how far it is."""

    id = serializers.UUIDField()
    url = serializers.CharField()


class ExpectedPapersViewSet(RecordViewSet):
    """What a meeting needs, for the secretariat; every reader of the meeting packs what there is."""

    scope = "meetings"

    def visible(self, user: User | AnonymousUser) -> QuerySet[Meeting]:
        return meeting_queries.visible_to(user)

    @extend_schema(responses=ExpectedPapers)
    def read(self, request: Request, pk: UUID) -> HttpResponse:
        """Return what is expected, and what of it is missing in which language."""
        refuse_unknown(request, known=())
        meeting = self._record(pk)
        require(rules.may_expect(self.caller, meeting))
        return self._told(meeting)

    @extend_schema(
        request=ExpectBody, responses={201: ExpectedPapers}, parameters=[IDEMPOTENCY_KEY]
    )
    def expect(self, request: Request, pk: UUID) -> HttpResponse:
        """Say that the meeting needs a document."""
        return idempotency.once(request, lambda: self._expect(self._record(pk)))

    def _expect(self, meeting: Meeting) -> HttpResponse:
        require(rules.may_expect(self.caller, meeting))
        data = self._body(ExpectBody)
        if not data.get("languages") and not meeting.working_languages:
            sentence = _("The meeting has no working languages: name those that are needed.")
            raise ValidationError({"languages": sentence})
        item = data.get("item")
        if item and not meeting.agenda_items.filter(pk=item).exists():
            raise ValidationError({"item": _("This item is not on the agenda of the meeting.")})
        services.expect(
            meeting,
            kind=data["kind"],
            languages=data.get("languages", []),
            item_id=item,
            by=self.caller,
            at=database_now(),
        )
        return self._told(meeting, status=201)

    @extend_schema(request=PackageBody, responses={202: BegunJob}, parameters=[IDEMPOTENCY_KEY])
    def pack(self, request: Request, pk: UUID) -> HttpResponse:
        """Have a worker pack every document that the caller may read; the answer is the job."""
        return idempotency.once(request, lambda: self._pack(pk))

    def _pack(self, pk: UUID) -> HttpResponse:
        meeting = self._record(pk)
        parameters = {"meeting": str(meeting.pk), **self._body(PackageBody)}
        job = jobs.begin("meetings.papers", parameters, by=self.caller, at=database_now())
        address = reverse("api:jobs-detail", args=[job.pk])
        body = as_json({"id": job.pk, "url": address})
        headers = {"Location": address}
        return HttpResponse(body, status=202, content_type="application/json", headers=headers)

    def _told(self, meeting: Meeting, *, status: int = 200) -> HttpResponse:
        told = {
            "expected": ToldExpectedPaper(meeting.expected_papers.all(), many=True).data,
            "missing": ToldMissing(cast("Any", queries.missing_documents(meeting)), many=True).data,
        }
        return HttpResponse(as_json(told), status=status, content_type="application/json")


class ExpectedPaperViewSet(RecordViewSet):
    """One document that is expected."""

    scope = "meetings"

    def visible(self, user: User | AnonymousUser) -> QuerySet[ExpectedPaper]:
        return ExpectedPaper.objects.filter(meeting__in=meeting_queries.visible_to(user))

    def whole(self, records: QuerySet[ExpectedPaper]) -> QuerySet[ExpectedPaper]:
        return records.select_related("meeting")

    @extend_schema(request=None, responses={204: None}, parameters=[IDEMPOTENCY_KEY])
    def remove(self, request: Request, pk: UUID) -> HttpResponse:
        """Take it off the list of what the meeting needs."""

        def work() -> HttpResponse:
            wish = self._record(pk)
            require_now(rules.may_expect(self.caller, wish.meeting))
            self._body(NoBody)
            services.expect_no_more(wish, by=self.caller, at=database_now())
            return HttpResponse(status=204)

        return idempotency.once(request, work)
