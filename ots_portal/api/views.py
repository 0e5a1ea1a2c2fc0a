"""The endpoints that every kind of record has: list, detail, create, change, one per step."""

from collections.abc import Iterable, Sequence
from types import ModuleType
from typing import Any, ClassVar, cast
from uuid import UUID

import orjson
from django import forms
from django.contrib.auth.models import AnonymousUser
from django.db.models import QuerySet
from django.http import Http404, HttpResponse
from django.urls import reverse
from django.utils.translation import gettext as _
from rest_framework.exceptions import NotAuthenticated
from rest_framework.request import Request
from rest_framework.serializers import BaseSerializer
from rest_framework.viewsets import ViewSet

from ots_portal.api import conditional, idempotency, slimming
from ots_portal.api.problems import ApiProblem
from ots_portal.api.renderers import as_json
from ots_portal.api.serializers import NoBody, StrictSerializer
from ots_portal.clock import database_now
from ots_portal.lifecycle import Lifecycle
from ots_portal.paging import BadCursor, Page, page_of
from ots_portal.people.models import User

USUAL_LIMIT, LARGEST_LIMIT = 50, 200
PAGING = ("cursor", "limit")


class RecordViewSet(ViewSet):
    """
    The pages' twin for programs: reads through ``visible``, changes through the app's services.

    ``routes.routes_of`` gives it its addresses. The class attributes say what there is.
    """

    scope: ClassVar[str]  # machines need <scope>:read and <scope>:write
    public: ClassVar[bool] = False  # True: also anonymous readers; ``visible`` says of what
    lifecycle: ClassVar[Lifecycle | None] = None
    services: ClassVar[ModuleType | None] = None  # has verb(record, *, by, at, **body) per step
    # What is done to a record beside its steps: last word of the address → name of the service.
    acts: ClassVar[dict[str, str]] = {}
    order_by: ClassVar[str] = "created_at"  # a moment that every record has; newest first
    filters: ClassVar[type[forms.Form] | None] = None  # its fields are the parameters of the list
    stored_column: ClassVar[str] = ""  # where the row's JSON is stored, if it is
    create_body: ClassVar[type[StrictSerializer] | None] = None
    update_body: ClassVar[type[StrictSerializer] | None] = None
    versioned_steps: ClassVar[Sequence[str]] = ()
    step_bodies: ClassVar[dict[str, type[StrictSerializer]]] = {}
    # What the answers look like; only the OpenAPI document asks.
    row_form: ClassVar[type[BaseSerializer[Any]] | None] = None
    detail_form: ClassVar[type[BaseSerializer[Any]] | None] = None

    # ── what an app says ────────────────────────────────────────────────────────────────────────

    def visible(self, user: User | AnonymousUser) -> QuerySet[Any]:
        """Return the records that the user may see: the app's boundary."""
        raise NotImplementedError

    def narrowed(self, records: QuerySet[Any], wishes: dict[str, Any]) -> QuerySet[Any]:
        """Apply the cleaned values of ``filters``."""
        return records

    def whole(self, records: QuerySet[Any]) -> QuerySet[Any]:
        """Fetch along whatever ``row`` and ``full`` need."""
        return records

    def row(self, record: Any) -> dict[str, Any]:
        """Return the record as a list shows it: codes, no labels, the same for every reader."""
        raise NotImplementedError

    def full(self, record: Any) -> dict[str, Any]:
        """Return the record as this reader (``self.request.user``) sees it."""
        raise NotImplementedError

    def create_record(self, data: dict[str, Any], *, by: User, at: Any) -> Any:
        raise NotImplementedError

    def update_record(
        self, record: Any, data: dict[str, Any], *, by: User, at: Any, version: int
    ) -> Any:
        """:raises StaleVersion: where ``version`` is not the one that stands"""
        raise NotImplementedError

    @classmethod
    def verbs(cls) -> Sequence[str]:
        """Return the steps that somebody decides."""
        steps = cls.lifecycle.steps.values() if cls.lifecycle else ()
        return [step.verb for step in steps if not step.automatic]

    # ── endpoints ───────────────────────────────────────────────────────────────────────────────

    def list(self, request: Request) -> HttpResponse:
        """List the records that the caller may see, newest first."""
        mask = slimming.mask_of(request, self.row_form)
        page = self._page(request)
        # A stored row changes with its record's version; one made now may tell of other records too.
        made = [] if self.stored_column else slimming.slimmed_rows(self.rows_json(page.rows), mask)
        tag = conditional.list_tag(request, page.rows, page.older, page.newer, *made)
        if conditional.is_held(request, tag):
            return conditional.not_modified(tag)
        rows = made or slimming.slimmed_rows(self.rows_json(page.rows), mask)
        body = b'{"results":[%b],"next":%b,"previous":%b}' % (
            b",".join(rows),
            _address_json(request, page.older),
            _address_json(request, page.newer),
        )
        return conditional.marked(_json_response(body), tag)

    def retrieve(self, request: Request, pk: UUID) -> HttpResponse:
        """Return one record."""
        refuse_unknown(request, known=(slimming.PARAMETER,) if self.detail_form else ())
        mask = slimming.mask_of(request, self.detail_form)
        answer = self._answer(self._record(pk), mask=mask)
        is_held = conditional.is_held(request, answer["ETag"])
        return conditional.not_modified(answer["ETag"]) if is_held else answer

    def create(self, request: Request) -> HttpResponse:
        """Create a record."""
        return idempotency.once(request, self._create)

    def partial_update(self, request: Request, pk: UUID) -> HttpResponse:
        """Change the fields that are given; If-Match names the version that was seen."""
        record = self._record(pk)
        version = conditional.version_seen(request, record.version)
        data = self._body(self.update_body, partial=True)
        at = database_now()
        changed = self.update_record(record, data, by=self.caller, at=at, version=version)
        return self._answer(changed)

    def take(self, request: Request, pk: UUID, verb: str) -> HttpResponse:
        """
        Take one step; If-Match, where it is sent, names the version that was seen.

        Of ``versioned_steps``, which bind to a text, it is required: the service compares it once more.
        """
        return idempotency.once(request, lambda: self._take(pk, verb))

    @property
    def caller(self) -> User:
        """Who reads or changes something."""
        return caller_of(self.request)

    # ── how ─────────────────────────────────────────────────────────────────────────────────────

    def _page(self, request: Request) -> Page[Any]:
        """Fetch what the ETag of one page needs, and with it the rows' JSON where it is stored."""
        columns = ["pk", "version", self.order_by]
        if self.stored_column:
            columns.append(self.stored_column)
        records = self._narrowed_by_address(request).select_related(None).prefetch_related(None)
        # Tuples: fifty model objects would cost more than the query.
        keys: QuerySet[Any, Any] = records.values_list(*columns, named=True)
        try:
            cursor = request.query_params.get("cursor", "")
            return page_of(keys, by=self.order_by, cursor=cursor, size=_limit(request))
        except BadCursor as error:
            raise ApiProblem("bad_cursor") from error

    def _narrowed_by_address(self, request: Request) -> QuerySet[Any]:
        form = self.filters(request.query_params) if self.filters else None
        names = tuple(form.fields) if form else ()
        slims = (slimming.PARAMETER,) if self.row_form else ()
        refuse_unknown(request, known=(*PAGING, *slims, *names))
        if form is None:
            return self.visible(request.user)
        if not form.is_valid():
            raise ApiProblem("bad_parameter", errors=parameter_errors(form))
        return self.narrowed(self.visible(request.user), form.cleaned_data)

    def rows_json(self, rows: Iterable[Any]) -> Sequence[bytes]:
        """Return the JSON of each row of a page, in its order; stored rows are handed on unread."""
        if self.stored_column:
            return [getattr(row, self.stored_column).encode() for row in rows]
        keys = [row.pk for row in rows]
        found = self.whole(self.visible(self.request.user).filter(pk__in=keys))
        texts = {record.pk: as_json(self.row(record)) for record in found}
        return [texts[key] for key in keys if key in texts]

    def _record(self, pk: UUID) -> Any:
        """
        Return the record if the caller may see it.

        :raises Http404: when not, or when there is none
        :raises NotAuthenticated: in both cases for visitors of the public reading room
        """
        record = self.whole(self.visible(self.request.user)).filter(pk=pk).first()
        if record is None and not self.request.user.is_authenticated:
            raise NotAuthenticated
        if record is None:
            raise Http404
        return record

    def _create(self) -> HttpResponse:
        data = self._body(self.create_body)
        record = self.create_record(data, by=self.caller, at=database_now())
        response = self._answer(record, status=201)
        assert self.request.resolver_match
        name = self.request.resolver_match.view_name.removesuffix("-list")
        response["Location"] = reverse(f"{name}-detail", args=[record.pk])
        return response

    def _take(self, pk: UUID, verb: str) -> HttpResponse:
        record = self._record(pk)
        conditional.require_seen(self.request, record)
        body = self._body(self.step_bodies.get(verb, NoBody))
        if verb in self.versioned_steps:
            body["version"] = conditional.version_seen(self.request, record.version)
        service = getattr(self.services, verb)
        return self._answer(service(record, by=self.caller, at=database_now(), **body))

    def _body(
        self, form: type[StrictSerializer] | None, *, partial: bool = False
    ) -> dict[str, Any]:
        assert form is not None
        body = form(data=self.request.data, partial=partial)
        body.is_valid(raise_exception=True)
        return dict(body.validated_data)

    def _answer(
        self, record: Any, *, status: int = 200, mask: slimming.Mask | None = None
    ) -> HttpResponse:
        body = as_json(slimming.slimmed(self.full(record), mask or {}))
        tag = conditional.record_tag(self.request, record, body)
        return conditional.marked(_json_response(body, status=status), tag)


def caller_of(request: Request) -> User:
    return cast("User", request.user)  # the permission classes let nobody else through


def _json_response(body: bytes, *, status: int = 200) -> HttpResponse:
    return HttpResponse(body, status=status, content_type="application/json")


def _limit(request: Request) -> int:
    """Return how many rows are asked for, brought into what a page may hold."""
    text = request.query_params.get("limit", str(USUAL_LIMIT))
    digits = text.removeprefix("-")
    if not (digits.isascii() and digits.isdecimal()):
        error = {"parameter": "limit", "detail": _("A whole number is expected.")}
        raise ApiProblem("bad_parameter", errors=[error])
    limit = int(text[:12])
    return min(max(limit, 1), LARGEST_LIMIT)


def refuse_unknown(request: Request, *, known: tuple[str, ...]) -> None:
    """Refuse parameters nobody reads, and those given twice: either would not do what was meant."""
    given = request.query_params
    wrong = sorted(name for name in given if name not in known or len(given.getlist(name)) > 1)
    if wrong:
        sentence = _("There is no such parameter here, or it was given twice.")
        errors = [{"parameter": name, "detail": sentence} for name in wrong]
        raise ApiProblem("unknown_parameter", errors=errors)


def parameter_errors(form: forms.Form) -> list[dict[str, str]]:
    return [
        {"parameter": name, "detail": str(sentence)}
        for name, sentences in form.errors.items()
        for sentence in sentences
    ]


def _address_json(request: Request, cursor: str) -> bytes:
    """Return the neighbouring page's address with all filters kept, or null."""
    if not cursor:
        return b"null"
    asked = request.query_params.copy()
    asked["cursor"] = cursor
    return orjson.dumps(request.build_absolute_uri(f"{request.path}?{asked.urlencode()}"))
