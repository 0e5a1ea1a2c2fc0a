"""The documents of meetings for programs: written, given in languages, and taken through their steps."""

from collections.abc import Mapping
from types import ModuleType
from typing import Any, ClassVar, cast
from uuid import UUID

from django import forms
from django.contrib.auth.models import AnonymousUser
from django.core.exceptions import ValidationError
from django.db.models import QuerySet
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseBase
from django.utils.translation import gettext as _
from drf_spectacular.types import OpenApiTypes
from drf_spectacular.utils import extend_schema
from rest_framework.request import Request

from meetings.api.invitations import meeting_of
from meetings.api.paper_bodies import (
    AnswerDerestrictionBody,
    AskToDerestrictBody,
    PaperBody,
    PaperChanges,
    PaperDetail,
    PaperIssueBody,
    PaperRow,
    PaperVersionBody,
)
from meetings.api.titles import written
from meetings.models import Meeting, Paper
from meetings.queries import agenda as agenda_queries
from meetings.queries import papers as queries
from meetings.rules import papers as rules
from meetings.rules.meetings import of_the_secretariat
from meetings.services import derestrictions
from meetings.services import papers as services
from meetings.services.refusals import require_now
from meetings.statuses.documents import PAPERS, Access, PaperKind, PaperStatus
from ots_portal.access.stepup import step_up_verdict
from ots_portal.api import conditional, idempotency
from ots_portal.api.problems import ApiProblem
from ots_portal.api.schema import IDEMPOTENCY_KEY, IF_MATCH_IF_WANTED
from ots_portal.api.serializers import ReasonBody
from ots_portal.api.steps import steps_open_to
from ots_portal.api.views import RecordViewSet
from ots_portal.clock import database_now
from ots_portal.documents import downloads
from ots_portal.documents.content import NotAccepted, NotStored, TooLarge
from ots_portal.lifecycle import WrongStatus, wrong_status_sentence
from ots_portal.people.models import User
from ots_portal.verdicts import require

FACTS = ("kind", "titles", "item_id", "parent_id", "relation", "access")


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
    create_body = PaperBody
    update_body = PaperChanges
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
        reader = self.request.user
        works = isinstance(reader, User) and (
            reader.is_secretariat or reader.serves(record.participant_id)
        )
        steps = steps_open_to(self.caller, record, lifecycle=PAPERS, rules=rules) if works else []
        return PaperDetail(record, context={"works_on_it": works, "steps": steps}).data

    def create_record(self, data: dict[str, Any], *, by: User, at: Any) -> Paper:
        meeting = meeting_of(data.pop("meeting"), by)
        require_now(rules.may_create(by, meeting))
        return services.create(meeting, _facts(meeting, data, by=by), by=by, at=at)

    def partial_update(self, request: Request, pk: UUID) -> HttpResponse:
        """Change what is said of it until it is issued; If-Match names the version that was seen."""
        require_now(rules.may_update(self.caller, self._record(pk)))
        return super().partial_update(request, pk)

    def update_record(
        self, record: Paper, data: dict[str, Any], *, by: User, at: Any, version: int
    ) -> Paper:
        facts = _facts(record.meeting, data, by=by, before=record)
        return services.update(record, facts, by=by, at=at, version=version)

    def take(self, request: Request, pk: UUID, verb: str) -> HttpResponse:
        """Take one step; whoever issues has just shown who they are."""
        if verb == "issue":
            verdict = rules.may_issue(cast("User", request.user), self._record(pk))
            if verdict.code != "wrong_status":  # that one the service answers, with 409
                require(verdict)
            require(step_up_verdict(cast("HttpRequest", request)))
        return super().take(request, pk, verb)

    # ── languages ───────────────────────────────────────────────────────────────────────────────

    @extend_schema(
        request={"multipart/form-data": PaperVersionBody},
        responses={201: PaperDetail},
        parameters=[IF_MATCH_IF_WANTED],
    )
    def add_language(self, request: Request, pk: UUID) -> HttpResponse:
        """
        Give the document in a language; the same file sent twice for it is taken once.

        The file is checked as on the page: what it is, how large, and by the virus scan, which may come later.
        """
        paper = self._record(pk)
        require_now(rules.may_add_version(self.caller, paper))
        conditional.require_seen(request, paper)
        # A file is kept at once, so it cannot wait in one transaction with its answer.
        if "Idempotency-Key" in request.headers:
            sentence = _(
                "An upload takes no key: the same file for the same language is taken once."
            )
            raise ApiProblem("bad_key", sentence)
        body = self._body(PaperVersionBody)
        upload = body.pop("file")
        try:
            services.add_version(paper, upload, **body, by=self.caller, at=database_now())
        except NotAccepted as refusal:
            raise _refusal_of_file(refusal) from refusal
        return self._answer(self._record(pk), status=201)

    @extend_schema(responses={(200, "application/octet-stream"): OpenApiTypes.BINARY})
    def fetch_language(self, request: Request, pk: UUID, version: UUID) -> HttpResponseBase:
        """Hand out one language of the document; 409 while its file waits for the scan, or is infected."""
        found = self._record(pk).versions.select_related("file").filter(pk=version).first()
        if found is None:
            raise Http404
        if found.file.is_held:
            raise WrongStatus(wrong_status_sentence(found.file))
        answer = downloads.download(found.file)
        # An embargo can come to hold again, and a document be withdrawn: nothing keeps the file for others.
        answer.headers["Cache-Control"] = "private, no-store"
        return answer

    # ── derestriction ───────────────────────────────────────────────────────────────────────────

    @extend_schema(
        request=AskToDerestrictBody,
        responses=PaperDetail,
        parameters=[IDEMPOTENCY_KEY, IF_MATCH_IF_WANTED],
    )
    def ask_to_derestrict(self, request: Request, pk: UUID) -> HttpResponse:
        """Ask, as the head of its originator, that it be opened to more readers."""
        return idempotency.once(request, lambda: self._ask(self._record(pk)))

    def _ask(self, paper: Paper) -> HttpResponse:
        require(rules.may_ask_to_derestrict(self.caller, paper))
        conditional.require_seen(self.request, paper)
        body = self._body(AskToDerestrictBody)
        derestrictions.ask_to_derestrict(paper, by=self.caller, at=database_now(), **body)
        return self._answer(self._record(paper.pk))

    @extend_schema(
        request=AnswerDerestrictionBody,
        responses=PaperDetail,
        parameters=[IDEMPOTENCY_KEY, IF_MATCH_IF_WANTED],
    )
    def answer_derestriction(self, request: Request, pk: UUID) -> HttpResponse:
        """Agree, as the second person, to open it to more readers, or leave it as it is."""
        paper = self._record(pk)
        require(of_the_secretariat(self.caller))
        require(step_up_verdict(cast("HttpRequest", request)))

        def work() -> HttpResponse:
            question = queries.question_of(paper)
            if question is None:
                raise WrongStatus(_("Nothing waits for an answer here."))
            require(rules.may_answer(self.caller, question))
            conditional.require_seen(request, paper)
            body = self._body(AnswerDerestrictionBody)
            agrees = body["answer"] == "agree"
            service = derestrictions.derestrict if agrees else derestrictions.decline_to_derestrict
            service(question, reason=body["reason"], by=self.caller, at=database_now())
            return self._answer(self._record(pk))

        return idempotency.once(request, work)


def _facts(
    meeting: Meeting, data: Mapping[str, Any], *, by: User, before: Paper | None = None
) -> services.PaperFacts:
    """:raises ValidationError: without a title, or with an item that this writer does not see on the agenda"""
    said: dict[str, Any] = {"access": Access.MEMBERS}
    if before:
        said = {name: getattr(before, name) for name in FACTS}
    said |= {name: data[name] for name in ("kind", "relation", "access") if name in data}
    said |= {f"{name}_id": data[name] for name in ("item", "parent") if name in data}
    said["titles"] = written(data.get("titles", {}), before=before.titles if before else None)
    if data.get("item"):
        readable = agenda_queries.visible_to(by).filter(meeting=meeting, pk=data["item"])
        if not readable.exists():
            raise ValidationError({"item": _("This item is not on the agenda of the meeting.")})
    return services.PaperFacts(**said)


def _refusal_of_file(refusal: NotAccepted) -> Exception:
    """Return the problem: 413 for what is too large, 503 where it cannot be kept, else the field's sentence."""
    if isinstance(refusal, TooLarge):
        return ApiProblem("too_large", str(refusal.sentence))
    if isinstance(refusal, NotStored):
        return ApiProblem("unavailable", str(refusal.sentence))
    return ValidationError({"file": str(refusal.sentence)})
