"""The page's twin for programs."""

from typing import Any

from django import forms
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from drf_spectacular.types import OpenApiTypes
from drf_spectacular.utils import OpenApiParameter, extend_schema
from oauth2_provider.models import AccessToken
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from ots_portal import plugs
from ots_portal.api.filters import MomentParameter
from ots_portal.api.problems import ApiProblem
from ots_portal.api.throttling import CallerThrottle
from ots_portal.api.views import parameter_errors, refuse_unknown
from ots_portal.paging import BadCursor
from ots_portal.search import queries
from ots_portal.search.limits import VisitorThrottle
from ots_portal.search.presentation import Hit, hits_shown

LARGEST_LIMIT = 50


def kinds_open_to(request: Request) -> list[str]:
    """Return the kinds that are searched: of a token only those that its scopes let it read."""
    kinds = queries.kinds_for(request.user)
    if not isinstance(request.auth, AccessToken):
        return list(kinds)
    given = set(request.auth.scope.split())
    return [kind for kind, one in kinds.items() if _scopes_of(one) <= given]


def _scopes_of(searchable: plugs.Searchable) -> set[str]:
    """
    Return the scopes that read these records.

    A document is read with the scope of the record on which it hangs. The index does not know which one
    that is, so documents are searched with all of these scopes.
    """
    is_document = searchable.model == "documents.document"
    models = plugs.document_owners if is_document else (searchable.model,)
    return {f"{model.partition('.')[0]}:read" for model in models}


class SearchParameters(forms.Form):
    q = forms.CharField(help_text=gettext_lazy("All of these words; the last may be a beginning"))
    kind = forms.ChoiceField(required=False)
    participant = forms.SlugField(required=False)
    since = MomentParameter(required=False)
    until = MomentParameter(required=False, help_text=gettext_lazy("Not included"))
    cursor = forms.CharField(required=False)
    limit = forms.IntegerField(required=False, min_value=1, max_value=LARGEST_LIMIT)

    def __init__(self, *args: Any, kinds: list[str], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["kind"].choices = [(kind, kind) for kind in kinds]  # type: ignore[attr-defined]

    def clean_q(self) -> tuple[str, ...]:
        words = queries.words_of(self.cleaned_data["q"])
        if not words:
            raise forms.ValidationError(_("Name at least one word: letters or digits."))
        return words


class HitRow(serializers.Serializer[Hit]):
    """One hit. ``kind`` names the kind of record, ``url`` is its page."""

    kind = serializers.CharField()
    id = serializers.UUIDField(source="key")
    title = serializers.CharField(source="plain_title")
    snippet = serializers.CharField(source="plain_snippet")
    language = serializers.CharField(source="snippet.language")
    participant = serializers.CharField()
    at = serializers.DateTimeField()
    url = serializers.CharField()


class HitPage(serializers.Serializer[Any]):
    results = HitRow(many=True)
    next = serializers.URLField(allow_null=True)
    previous = serializers.URLField(allow_null=True)


def _parameter(name: str, kind: Any, text: str, *, required: bool = False) -> OpenApiParameter:
    return OpenApiParameter(name, kind, required=required, description=text)


class Search(APIView):
    public = True
    throttle_classes = (CallerThrottle, VisitorThrottle)

    @extend_schema(
        operation_id="search",
        parameters=[
            _parameter(
                "q", str, "All of these words; the last may be the beginning of one.", required=True
            ),
            _parameter("kind", str, "A kind of record, as results name it."),
            _parameter("participant", str, "Slug of whose record it is."),
            _parameter("since", OpenApiTypes.DATETIME, "Then or later."),
            _parameter("until", OpenApiTypes.DATETIME, "Before then."),
            _parameter("cursor", str, "Of a neighbouring page."),
            _parameter("limit", int, f"How many, 1 to {LARGEST_LIMIT}; 20 where it is left out."),
        ],
        responses=HitPage,
    )
    def get(self, request: Request) -> Response:
        """Search what the caller may see, newest first; without a token what is published for everybody."""
        kinds = kinds_open_to(request)
        form = SearchParameters(request.query_params, kinds=kinds)
        refuse_unknown(request, known=tuple(form.fields))
        if not form.is_valid():
            raise ApiProblem("bad_parameter", errors=parameter_errors(form))
        told = form.cleaned_data
        asked = queries.Asked(
            told["q"],
            kinds=[told["kind"]] if told["kind"] else kinds,
            since=told["since"],
            until=told["until"],
            participant=told["participant"],
        )
        try:
            page = queries.hits(
                request.user, asked, cursor=told["cursor"], size=told["limit"] or 20
            )
        except BadCursor as error:
            raise ApiProblem("bad_cursor") from error
        return Response(
            {
                "results": HitRow(hits_shown(page.hits, asked.words), many=True).data,  # type: ignore[arg-type]
                "next": _address(request, page.older),
                "previous": _address(request, page.newer),
            }
        )


def _address(request: Request, cursor: str) -> str | None:
    if not cursor:
        return None
    asked = request.query_params.copy()
    asked["cursor"] = cursor
    return request.build_absolute_uri(f"{request.path}?{asked.urlencode()}")
