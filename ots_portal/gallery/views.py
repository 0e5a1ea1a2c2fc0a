from django.contrib.auth.decorators import login_not_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_http_methods

from ots_portal.gallery import specimens


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
