from http import HTTPStatus

from django.contrib.auth.decorators import login_not_required
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from ots_portal.paging import BadCursor, with_cursor
from ots_portal.search import queries
from ots_portal.search.forms import SearchForm
from ots_portal.search.limits import seconds_to_wait
from ots_portal.search.presentation import hits_shown


@login_not_required
@require_safe
def search(request: HttpRequest) -> HttpResponse:
    """Search what the reader may see; a visitor, what is published for everybody."""
    form = SearchForm(request.GET, reader=request.user)
    asked = form.asked()
    if asked.words and (seconds := seconds_to_wait(request)):
        return _later(request, seconds)
    try:
        page = queries.hits(request.user, asked, cursor=request.GET.get("cursor", ""))
    except BadCursor as error:
        raise Http404 from error
    context = {
        "form": form,
        "words": asked.words,
        "has_asked": bool(request.GET.get("q", "").strip()),
        "is_cut": queries.is_cut(request.GET.get("q", "")),
        "hits": hits_shown(page.hits, asked.words),
        "older": with_cursor(request.GET, page.older),
        "newer": with_cursor(request.GET, page.newer),
    }
    status = 200 if form.is_valid() else 422
    return render(request, "search/search.html", context, status=status)


def _later(request: HttpRequest, seconds: int) -> HttpResponse:
    """Ask a visitor to come again, or to sign in."""
    context = {"seconds": seconds, "here": request.get_full_path()}
    status = HTTPStatus.TOO_MANY_REQUESTS
    answer = render(request, "search/too_many.html", context, status=status)
    answer["Retry-After"] = str(seconds)
    answer["Cache-Control"] = "no-store"
    return answer
