"""The OpenAPI document: what the endpoints' own tables say, written down."""

from typing import Any

from drf_spectacular.extensions import OpenApiAuthenticationExtension
from drf_spectacular.openapi import AutoSchema
from drf_spectacular.plumbing import build_object_type
from drf_spectacular.types import OpenApiTypes
from drf_spectacular.utils import OpenApiParameter, OpenApiResponse
from rest_framework import serializers

from ots_portal.api.changes import deprecation_of
from ots_portal.api.problems import PROBLEM_TYPE
from ots_portal.api.views import RecordViewSet


class MachineScheme(OpenApiAuthenticationExtension):  # type: ignore[no-untyped-call]
    target_class = "ots_portal.api.authentication.MachineAuthentication"
    name = "machine"

    def get_security_definition(self, auto_schema: Any) -> dict[str, Any]:
        from oauth2_provider.settings import oauth2_settings  # noqa: PLC0415 -- app ready

        flow = {"tokenUrl": "/oauth/token/", "scopes": oauth2_settings.SCOPES}
        return {"type": "oauth2", "flows": {"clientCredentials": flow}}


class ProblemError(serializers.Serializer[Any]):
    pointer = serializers.CharField(
        required=False, help_text="JSON pointer into the body (RFC 6901)"
    )
    parameter = serializers.CharField(required=False, help_text="Name of the query parameter")
    detail = serializers.CharField()


class ProblemDocument(serializers.Serializer[Any]):
    """RFC 9457. /api/v1/docs/problems/ explains every code."""

    type = serializers.CharField()
    title = serializers.CharField()
    status = serializers.IntegerField()
    code = serializers.CharField()
    detail = serializers.CharField()
    errors = ProblemError(many=True, required=False)  # type: ignore[assignment]


def _header(name: str, text: str, *, required: bool = False) -> OpenApiParameter:
    return OpenApiParameter(name, str, "header", required=required, description=text)


IF_NONE_MATCH = _header(
    "If-None-Match", "ETag of the answer that the caller has: 304 if it still holds."
)
IF_MATCH = _header("If-Match", "ETag of the record as the caller saw it.", required=True)
IF_MATCH_IF_WANTED = _header("If-Match", "ETag of the record: 412 if it has changed since.")
IDEMPOTENCY_KEY = _header(
    "Idempotency-Key", "1 to 200 printable ASCII characters; the same request with it happens once."
)
LIMIT = OpenApiParameter("limit", int, description="Rows per page, 1 to 200; 50 unless told.")
CURSOR = OpenApiParameter("cursor", str, description="From “next” or “previous” of another page.")
FIELDS = OpenApiParameter(
    "fields",
    str,
    description="Members to answer, separated by commas; members of members by a dot, as in "
    "“number,titles.en”. All of them unless told.",
)
CONDITIONAL = {"list": [LIMIT, CURSOR, IF_NONE_MATCH], "retrieve": [IF_NONE_MATCH]}
WRITING = {
    "create": [IDEMPOTENCY_KEY],
    "take": [IDEMPOTENCY_KEY, IF_MATCH_IF_WANTED],
    "partial_update": [IF_MATCH],
}
SUCCESS = {"create": "201"}


class PortalSchema(AutoSchema):
    """Describes a RecordViewSet from its class attributes; other views as drf-spectacular does."""

    view: Any

    def get_tags(self) -> list[str]:
        return [self._tokenize_path()[0] if self._tokenize_path() else "portal"]

    def get_operation_id(self) -> str:
        if not isinstance(self.view, RecordViewSet):
            return str(super().get_operation_id())
        action = self._verb() or self.view.action
        return "_".join([*self._own_path(), action.replace("partial_update", "update")])

    def get_description(self) -> str:  # type: ignore[override]
        verb = self._verb()
        if verb and verb in self.view.verbs():
            sources = ", ".join(self.view.lifecycle.steps[verb].sources)
            return f"Take the step “{verb}”, which leads on from: {sources}."
        if verb:
            said = getattr(self.view.services, verb).__doc__ or ""
            return str(said).strip().partition("\n")[0]
        return str(super().get_description())

    def get_override_parameters(self) -> list[Any]:
        if not isinstance(self.view, RecordViewSet):
            return []
        action = self.view.action
        filters = self._filters() if action == "list" else []
        writing = WRITING.get(action, [])
        if self._verb() in self.view.versioned_steps:
            writing = [IDEMPOTENCY_KEY, IF_MATCH]
        forms = {"list": self.view.row_form, "retrieve": self.view.detail_form}
        slims = [FIELDS] if forms.get(action) else []
        return [*filters, *CONDITIONAL.get(action, []), *slims, *writing]

    def is_deprecated(self) -> bool:
        action = getattr(self.view, "action", None) or self.method.lower()
        return deprecation_of(type(self.view), action, self._verb()) is not None

    def get_request_serializer(self) -> Any:
        if not isinstance(self.view, RecordViewSet):
            return super().get_request_serializer()
        if verb := self._verb():
            return self.view.step_bodies.get(verb)
        bodies = {"create": self.view.create_body, "partial_update": self.view.update_body}
        return bodies.get(self.view.action)

    def get_response_serializers(self) -> Any:
        problem = {("default", PROBLEM_TYPE): ProblemDocument}
        if not isinstance(self.view, RecordViewSet):
            return super().get_response_serializers()
        if self.view.action == "list":
            return {("200", "application/json"): self._list_response(), **problem}
        form = self.view.detail_form or OpenApiTypes.OBJECT
        return {(SUCCESS.get(self.view.action, "200"), "application/json"): form, **problem}

    def _is_list_view(self, serializer: Any = None) -> bool:
        return False  # the list is described as the object that it is

    def _own_path(self) -> list[str]:
        words = [word.replace("-", "_") for word in self._tokenize_path()]
        return words[:-1] if self._verb() else words

    def _verb(self) -> str:
        """Return the step or other act whose address this is, "" elsewhere."""
        last = self.path.rstrip("/").rpartition("/")[2]
        is_act = getattr(self.view, "action", "") == "take"
        return self.view.acts.get(last, last) if is_act else ""

    def _filters(self) -> list[OpenApiParameter]:
        # Not an instance: choices that a form reads from the database are no part of the contract.
        fields = self.view.filters.base_fields if self.view.filters else {}
        return [_parameter(name, field) for name, field in fields.items()]

    def _list_response(self) -> Any:
        form = self.view.row_form
        row = self.resolve_serializer(form, "response").ref if form else {"type": "object"}
        address = {"type": ["string", "null"], "format": "uri"}
        results = {"type": "array", "items": row}
        members = {"results": results, "next": address, "previous": address}
        return OpenApiResponse(build_object_type(members, required=list(members)))


def _parameter(name: str, field: Any) -> OpenApiParameter:
    choices = getattr(field, "choices", ())
    codes = [code for code, _label in choices if code] if isinstance(choices, list) else []
    kind: Any = {"DateTimeField": OpenApiTypes.DATETIME, "DateField": OpenApiTypes.DATE, "BooleanField": bool,
            "IntegerField": int, "MomentParameter": OpenApiTypes.DATETIME}.get(type(field).__name__, str)  # fmt: skip
    return OpenApiParameter(
        name, kind, enum=codes or None, description=str(field.help_text or field.label or "")
    )
