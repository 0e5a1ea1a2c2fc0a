from django.conf import settings
from django.contrib.auth.decorators import login_not_required
from django.http import HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import redirect, render
from django.utils.translation import get_language
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_http_methods, require_safe

from ots_portal.gallery import papers, specimens
from ots_portal.paper import responses
from ots_portal.paper.problems import NotPrintable


@login_not_required
@csrf_exempt  # the specimens' buttons change nothing
@require_http_methods(["GET", "HEAD", "POST"])
def gallery(request: HttpRequest) -> HttpResponse:
    """Show every component in every form; it holds no data, and search engines are asked to pass by."""
    if request.method == "POST":
        return redirect("gallery")
    context = specimens.everything()
    if not request.user.is_authenticated:
        # A real token would set a cookie, which public pages do not.
        context["csrf_token"] = "none"  # noqa: S105 -- said to be none
    response = render(request, "gallery/gallery.html", context)
    response["X-Robots-Tag"] = "noindex"
    return response


@login_not_required
@require_safe
def document(request: HttpRequest) -> HttpResponseBase:
    """Give the invented report; it is set once for each language."""
    try:
        content = papers.document(_language())
    except NotPrintable as error:
        return responses.not_printable(request, error)
    return _specimen(content, name="specimen.pdf", content_type=responses.PDF)


@login_not_required
@require_safe
def table(request: HttpRequest, ending: str) -> HttpResponseBase:
    """Give the invented table in the form that the address ends with."""
    try:
        content, content_type = papers.table(_language(), ending)
    except NotPrintable as error:
        return responses.not_printable(request, error)
    return _specimen(content, name=f"specimen-table.{ending}", content_type=content_type)


def _language() -> str:
    return get_language() or settings.LANGUAGE_CODE


def _specimen(content: bytes, *, name: str, content_type: str) -> HttpResponseBase:
    response = responses.download(content, name=name, content_type=content_type)
    response["X-Robots-Tag"] = "noindex"
    return response
