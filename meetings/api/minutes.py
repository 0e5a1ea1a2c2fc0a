"""The endpoints of minutes, of comments on them and of their corrigenda."""

from types import ModuleType
from typing import Any, ClassVar, cast
from uuid import UUID

from django import forms
from django.contrib.auth.models import AnonymousUser
from django.core.exceptions import ValidationError
from django.db.models import QuerySet
from django.http import Http404, HttpRequest, HttpResponse
from django.utils.translation import gettext as _
from drf_spectacular.utils import OpenApiParameter, extend_schema
from rest_framework.exceptions import NotAuthenticated
from rest_framework.request import Request

from meetings.api.invitations import meeting_of
from meetings.api.minutes_serializers import (
    AdoptBody,
    CirculateBody,
    CommentBody,
    CommentRow,
    Comparison,
    CorrigendumBody,
    CorrigendumRow,
    MinutesBody,
    PrepareBody,
    ReplyBody,
    SilenceBody,
    ToldChange,
    TranslateBody,
)
from meetings.api.serializers import MinutesDetail, MinutesRow, PublishBody
from meetings.models import AgendaItem, Corrigendum, Minutes, MinutesComment
from meetings.queries import corrigenda as corrigendum_queries
from meetings.queries import meetings as meeting_queries
from meetings.queries import minutes as minutes_queries
from meetings.queries import minutes_comments as comment_queries
from meetings.queries import minutes_comparison as comparison
from meetings.queries.minutes_texts import languages_of, writable_languages
from meetings.rules import corrigenda as corrigendum_rules
from meetings.rules import minutes as minutes_rules
from meetings.rules import minutes_comments as comment_rules
from meetings.services import corrigenda as corrigendum_services
from meetings.services import minutes as minutes_services
from meetings.services import minutes_comments as comment_services
from meetings.services.corrigenda import Change
from meetings.services.minutes import Wording
from meetings.services.refusals import require_now
from meetings.statuses import (
    CORRIGENDA,
    MINUTES,
    MINUTES_COMMENTS,
    Classification,
    CorrigendumStatus,
    Disposition,
    MinutesStatus,
)
from ots_portal.access.stepup import step_up_verdict
from ots_portal.api import conditional, idempotency
from ots_portal.api.problems import ApiProblem
from ots_portal.api.renderers import as_json
from ots_portal.api.views import RecordViewSet, refuse_unknown
from ots_portal.clock import database_now
from ots_portal.lifecycle import WrongStatus
from ots_portal.participants.models import validate_time_zone
from ots_portal.people.models import User
from ots_portal.verdicts import require


class MinutesFilters(forms.Form):
    meeting = forms.UUIDField(required=False)
    status = forms.ChoiceField(required=False, choices=[("", ""), *MinutesStatus.choices])
    classification = forms.ChoiceField(required=False, choices=[("", ""), *Classification.choices])


class MinutesViewSet(RecordViewSet):
    """The minutes that the caller's participant may see; published for everybody also without a token."""

    scope = "meetings"
    public = True
    lifecycle = MINUTES
    services: ClassVar[ModuleType | None] = minutes_services
    acts: ClassVar[dict[str, str]] = {"fill": "fill", "translate": "translate"}
    # A translation is of the words that were read.
    versioned_steps = ("translate",)
    order_by = "created_at"
    filters = MinutesFilters
    create_body = PrepareBody
    update_body = MinutesBody
    step_bodies = {
        "circulate": CirculateBody,
        "adopt": AdoptBody,
        "publish": PublishBody,
        "translate": TranslateBody,
    }
    row_form = MinutesRow
    detail_form = MinutesDetail

    def visible(self, user: User | AnonymousUser) -> QuerySet[Minutes]:
        return minutes_queries.visible_to(user)

    def narrowed(self, records: QuerySet[Minutes], wishes: dict[str, Any]) -> QuerySet[Minutes]:
        return records.filter(**{name: value for name, value in wishes.items() if value})

    def whole(self, records: QuerySet[Minutes]) -> QuerySet[Minutes]:
        return minutes_queries.with_meeting(records)

    def row(self, record: Minutes) -> dict[str, Any]:
        return MinutesRow(record).data

    def full(self, record: Minutes) -> dict[str, Any]:
        return MinutesDetail(record, context={"user": self.request.user}).data

    def update_record(
        self, record: Minutes, data: dict[str, Any], *, by: User, at: Any, version: int
    ) -> Minutes:
        """Write all paragraphs in one language."""
        require_now(minutes_rules.may_update(by, record))
        _require_both(data)
        _require_writable(record, data["language"])
        wordings = [
            Wording(
                text=one["text"].replace("\r\n", "\n"), item_id=one.get("item"), pk=one.get("id")
            )
            for one in data["paragraphs"]
        ]
        _require_own(record, wordings)
        return minutes_services.update(
            record, wordings, language=data["language"], by=by, at=at, version=version
        )

    def take(self, request: Request, pk: UUID, verb: str) -> HttpResponse:
        """Take one step; whoever publishes has just shown who they are."""
        if verb in ("fill", "translate"):
            work = self._fill if verb == "fill" else self._translate
            return idempotency.once(request, lambda: work(pk))
        if verb in ("publish", "publish_public"):
            rule = getattr(minutes_rules, f"may_{verb}")
            require(rule(cast("User", request.user), self._record(pk)))
            require(step_up_verdict(cast("HttpRequest", request)))
        return super().take(request, pk, verb)

    def _take(self, pk: UUID, verb: str) -> HttpResponse:
        return self._adopt(pk) if verb == "adopt" else super()._take(pk, verb)

    def _adopt(self, pk: UUID) -> HttpResponse:
        """Record the adoption; a meeting is named by its key, and must be one that the caller may read."""
        minutes = self._record(pk)
        require(minutes_rules.may_adopt(self.caller, minutes))
        conditional.require_seen(self.request, minutes)
        body = self._body(AdoptBody)
        key = body.pop("adopting_meeting", None)
        meeting = meeting_queries.visible_to(self.caller).filter(pk=key).first() if key else None
        if key and meeting is None:
            raise ValidationError({"adopting_meeting": _("There is no such meeting.")})
        done = minutes_services.adopt(
            minutes, **body, adopting_meeting=meeting, by=self.caller, at=database_now()
        )
        return self._answer(done)

    def _fill(self, pk: UUID) -> HttpResponse:
        """Add what the record of the meeting tells and the draft does not have."""
        minutes = self._record(pk)
        minutes_services.fill(minutes, by=self.caller, at=database_now(), version=minutes.version)
        return self._answer(minutes)

    def _translate(self, pk: UUID) -> HttpResponse:
        """Write one language beside the original."""
        minutes = self._record(pk)
        require_now(minutes_rules.may_update(self.caller, minutes))
        version = conditional.version_seen(self.request, minutes.version)
        body = self._body(TranslateBody)
        _require_writable(minutes, body["language"])
        texts = {one["id"]: one["text"].replace("\r\n", "\n") for one in body["paragraphs"]}
        confirmed = frozenset(body.get("confirmed", ()))
        own = set(minutes.paragraphs.values_list("pk", flat=True))
        for name, keys in (("paragraphs", set(texts)), ("confirmed", confirmed)):
            if not keys <= own:
                raise ValidationError({name: _("These minutes have no such paragraph.")})
        minutes_services.translate(
            minutes,
            texts,
            language=body["language"],
            confirmed=confirmed,
            by=self.caller,
            at=database_now(),
            version=version,
        )
        return self._answer(self._record(pk))

    def create_record(self, data: dict[str, Any], *, by: User, at: Any) -> Minutes:
        """Begin the minutes of a meeting."""
        return minutes_services.prepare(meeting_of(data["meeting"], by), by=by, at=at)

    @extend_schema(
        parameters=[
            OpenApiParameter("before", str, description="Number of a revision, or “draft”."),
            OpenApiParameter("after", str, description="Likewise; the last two where left out."),
            OpenApiParameter("language", str, description="The caller's own where left out."),
        ],
        responses=Comparison,
    )
    def compare(self, request: Request, pk: UUID) -> HttpResponse:
        """Compare two texts of the minutes by words, in one language."""
        minutes = self._record(pk)
        if not request.user.is_authenticated:  # visitors read the published text alone
            raise NotAuthenticated
        require(minutes_rules.may_compare(self.caller, minutes))
        found = comparison.comparable_texts(minutes, self.caller)
        languages = languages_of([one for _one, text in found.values() for one in text])
        asked = _asked_to_compare(request, list(found), languages, own=self.caller.language)
        changes = comparison.changes_between(
            found[asked["before"]][1], found[asked["after"]][1], language=asked["language"]
        )
        told = {
            **asked,
            "texts": list(found),
            "languages": languages,
            "changed_count": sum(one.kind != "same" for one in changes),
            "paragraphs": [ToldChange(one).data for one in changes],
        }
        return conditional.marked(HttpResponse(as_json(told), content_type="application/json"))


def _asked_to_compare(
    request: Request, keys: list[str], languages: list[str], *, own: str
) -> dict[str, str]:
    """
    Return before, after and language: as the address says, else the last two texts in the caller's language.

    :raises WrongStatus: while there is no text to compare
    :raises ApiProblem: for a text or a language that there is not
    """
    refuse_unknown(request, known=("before", "after", "language"))
    if not keys or not languages:
        raise WrongStatus(_("There is no text to compare yet."))
    before, after = comparison.usual_pair(keys)
    usual = {
        "before": before,
        "after": after,
        "language": own if own in languages else languages[0],
    }
    asked = {name: request.query_params.get(name, value) for name, value in usual.items()}
    known = {"before": keys, "after": keys, "language": languages}
    wrong = [name for name, value in asked.items() if value not in known[name]]
    if wrong:
        errors = [
            {
                "parameter": name,
                "detail": _("One of these is expected: %(known)s.")
                % {"known": ", ".join(known[name])},
            }
            for name in wrong
        ]
        raise ApiProblem("bad_parameter", errors=errors)
    return asked


def _require_writable(minutes: Minutes, language: str) -> None:
    if language not in writable_languages(minutes):
        sentence = _("Minutes are written in the portal's and in the meeting's working languages.")
        raise ValidationError({"language": sentence})


def _require_both(data: dict[str, Any]) -> None:
    """A language without its paragraphs, or the other way round, would write something else than meant."""
    for name in ("language", "paragraphs"):
        if name not in data:
            raise ValidationError({name: _("Name the language and all its paragraphs.")})


def _require_own(minutes: Minutes, wordings: list[Wording]) -> None:
    own = set(minutes.paragraphs.values_list("pk", flat=True))
    if any(one.pk and one.pk not in own for one in wordings):
        raise ValidationError({"paragraphs": _("These minutes have no such paragraph.")})
    items = {one.item_id for one in wordings if one.item_id}
    known = AgendaItem.objects.filter(meeting=minutes.meeting_id, pk__in=items).count()
    if known != len(items):
        raise ValidationError({"paragraphs": _("The agenda of this meeting has no such item.")})


class CommentFilters(forms.Form):
    minutes = forms.UUIDField(required=False)
    participant = forms.SlugField(required=False)
    status = forms.ChoiceField(required=False, choices=[("", ""), *Disposition.choices])


class MinutesCommentViewSet(RecordViewSet):
    """Comments of member States on circulated minutes, for members and the secretariat."""

    scope = "meetings"
    lifecycle = MINUTES_COMMENTS
    services: ClassVar[ModuleType | None] = comment_services
    acts: ClassVar[dict[str, str]] = {"take_in": "take_in"}
    filters = CommentFilters
    create_body = CommentBody
    step_bodies = dict.fromkeys(("accept", "accept_partly", "decline"), ReplyBody)
    row_form = CommentRow
    detail_form = CommentRow

    def visible(self, user: User | AnonymousUser) -> QuerySet[MinutesComment]:
        return comment_queries.visible_to(user)

    def narrowed(
        self, records: QuerySet[MinutesComment], wishes: dict[str, Any]
    ) -> QuerySet[MinutesComment]:
        return comment_queries.filtered(records, wishes)

    def whole(self, records: QuerySet[MinutesComment]) -> QuerySet[MinutesComment]:
        return comment_queries.with_names(records)

    def row(self, record: MinutesComment) -> dict[str, Any]:
        return CommentRow(record).data

    full = row

    def create_record(self, data: dict[str, Any], *, by: User, at: Any) -> MinutesComment:
        minutes = _readable_minutes(by, data.pop("minutes"))
        require(comment_rules.may_comment(by, minutes))
        return comment_services.comment(minutes, **data, by=by, at=at)


def _readable_minutes(user: User, pk: UUID) -> Minutes:
    readable = minutes_queries.with_meeting(minutes_queries.visible_to(user))
    minutes = readable.filter(pk=pk).first()
    if minutes is None:
        raise Http404
    return minutes


class CorrigendumFilters(forms.Form):
    minutes = forms.UUIDField(required=False)
    status = forms.ChoiceField(required=False, choices=[("", ""), *CorrigendumStatus.choices])


class CorrigendumViewSet(RecordViewSet):
    """Corrigenda of minutes that the caller reads; issued ones for everybody also without a token."""

    scope = "meetings"
    public = True
    lifecycle = CORRIGENDA
    services: ClassVar[ModuleType | None] = corrigendum_services
    filters = CorrigendumFilters
    create_body = CorrigendumBody
    step_bodies = {"put_under_silence": SilenceBody}
    row_form = CorrigendumRow
    detail_form = CorrigendumRow

    def visible(self, user: User | AnonymousUser) -> QuerySet[Corrigendum]:
        return corrigendum_queries.visible_to(user)

    def narrowed(
        self, records: QuerySet[Corrigendum], wishes: dict[str, Any]
    ) -> QuerySet[Corrigendum]:
        return records.filter(**{name: value for name, value in wishes.items() if value})

    def whole(self, records: QuerySet[Corrigendum]) -> QuerySet[Corrigendum]:
        return corrigendum_queries.with_minutes(records)

    def row(self, record: Corrigendum) -> dict[str, Any]:
        return CorrigendumRow(record).data

    full = row

    def create_record(self, data: dict[str, Any], *, by: User, at: Any) -> Corrigendum:
        minutes = _readable_minutes(by, data["minutes"])
        require_now(corrigendum_rules.may_correct(by, minutes))
        changes = [Change(**change) for change in data["changes"]]
        return corrigendum_services.correct(minutes, changes, reason=data["reason"], by=by, at=at)

    def take(self, request: Request, pk: UUID, verb: str) -> HttpResponse:
        """Take one step; the zone of the act must exist."""
        zone = request.data.get("time_zone") if isinstance(request.data, dict) else None
        if verb == "put_under_silence" and zone:
            try:
                validate_time_zone(str(zone))
            except ValidationError as error:
                raise ValidationError({"time_zone": error.messages}) from error
        return super().take(request, pk, verb)
