"""What tells of the API: its root, its schema, its pages for people."""

from typing import Any

from csp.constants import NONE, SELF
from csp.decorators import csp_replace
from django.conf import settings
from django.contrib.auth.decorators import login_not_required
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.decorators import method_decorator
from drf_spectacular.utils import extend_schema
from drf_spectacular.views import SpectacularSwaggerSplitView
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from ots_portal.api.changes import CHANGES, deprecated_operations
from ots_portal.api.problems import PROBLEMS
from ots_portal.api.scopes import SCOPES

RESOURCES = (
    "incidents", "involvements", "references", "requests", "offers", "capacities", "deployments",
    "host-nation", "reports", "reviews", "recommendations", "alerts", "received-alerts", "cap", "feed-items",
    "acknowledgements", "meetings", "agenda-items", "series", "meeting-invitations", "delegations", "delegates",
    "meeting-documents",
    "sittings", "interventions", "decisions", "actions", "minutes", "minutes-comments", "corrigenda", "agreements",
    "adoptions", "authentications", "full-powers", "full-powers-waivers", "signatures", "state-instruments",
    "ledger-annulments", "reservations", "objections", "declarations", "corrections",
    "registrations", "depositary-receipts", "revisions", "text-imports", "language-texts", "concordance-findings",
    "positions", "reopenings", "brackets", "comments",
    "rounds", "ad-referendum", "confirmations", "text-silences", "negotiating-history",
    "proposals", "proposal-imports",
    "participants", "duty", "circulars", "silence", "crossrefs", "documents", "jobs", "search", "vocabularies",
)  # fmt: skip
DESCRIBED = ("schema", "docs", "start", "changes", "problems")
RECEIVER = settings.BASE_DIR / "docs" / "samples" / "webhook_receiver.py"
# Swagger UI writes style attributes and carries its icons as data addresses; its scripts are files.
SWAGGER_POLICY = {
    "default-src": [NONE],
    "script-src": [SELF],
    "style-src": [SELF, "'unsafe-inline'"],
    "img-src": [SELF, "data:"],
    "connect-src": [SELF],
    "base-uri": [NONE],
    "form-action": [NONE],
    "frame-ancestors": [NONE],
}


class Root(APIView):
    """The way in: what there is, and where it is described."""

    public = True

    @extend_schema(exclude=True)
    def get(self, request: Request) -> Response:
        places = {name: f"{reverse('api:root')}{name}/" for name in RESOURCES}
        described = {name: reverse(f"api:{name}") for name in DESCRIBED}
        addresses = {**places, **described, "token": reverse("oauth_token")}
        return Response(
            {name: request.build_absolute_uri(path) for name, path in addresses.items()}
        )


@method_decorator(csp_replace(SWAGGER_POLICY), name="dispatch")
class Docs(SpectacularSwaggerSplitView):
    """Swagger UI: read the schema; signed-in people may try a call."""

    @extend_schema(exclude=True)
    def get(self, request: Request, *args: Any, **kwargs: Any) -> Response:
        response: Response = super().get(request, *args, **kwargs)  # type: ignore[no-untyped-call]
        if not request.user.is_authenticated:
            # A visitor has nothing to forge: without the token the page sets no cookie.
            response.data["csrf_token"] = ""
        return response


@login_not_required
def problems(request: HttpRequest) -> HttpResponse:
    """Explain every code a problem document may carry."""
    rows = sorted(PROBLEMS.items(), key=lambda item: (item[1].status, item[0]))
    context = {"rows": rows, "docs_url": reverse("api:docs")}
    return render(request, "api/problems.html", context)


@login_not_required
def start(request: HttpRequest) -> HttpResponse:
    """Lead a developer from zero to the first call and the first webhook."""
    context = {"scopes": SCOPES, "portal": request.build_absolute_uri("/").rstrip("/")}
    return render(request, "api/start.html", context)


@login_not_required
def changes(request: HttpRequest) -> HttpResponse:
    """Say what has changed, what is deprecated until when, and what may be relied upon."""
    context = {"changes": CHANGES, "deprecated": deprecated_operations()}
    return render(request, "api/changes.html", context)


@login_not_required
def receiver(request: HttpRequest) -> HttpResponse:
    """Hand out the sample that receives webhooks, as the tests run it."""
    try:
        text = RECEIVER.read_bytes()
    except OSError as error:
        raise Http404 from error
    response = HttpResponse(text, content_type="text/x-python; charset=utf-8")
    response["Content-Disposition"] = f'attachment; filename="{RECEIVER.name}"'
    return response
