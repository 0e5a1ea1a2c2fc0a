from collections.abc import Callable
from functools import wraps
from typing import Any

from django.contrib.auth.decorators import login_not_required
from django.contrib.auth.views import redirect_to_login
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseBase
from django.utils.cache import patch_vary_headers
from django.views.decorators.http import conditional_page


def open_to_visitors(view: Callable[..., HttpResponseBase]) -> Callable[..., HttpResponseBase]:
    """
    Let a page answer people who have not signed in, as far as its query shows them something.

    What they may not read and what does not exist is one answer to them: the sign-in page.
    """

    @wraps(view)
    def answer(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        try:
            return view(request, *args, **kwargs)
        except Http404:
            if request.user.is_authenticated:
                raise
            return redirect_to_login(request.get_full_path())

    return login_not_required(answer)


def conditional_for_visitors(view: Callable[..., HttpResponse]) -> Callable[..., HttpResponse]:
    """
    Let people who have not signed in keep a page and ask whether it still holds (RFC 9110, 13.1.2).

    What the signed-in see holds their own buttons and tokens: nobody keeps that.
    """
    with_tag = conditional_page(view)

    @wraps(view)
    def answer(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        if request.user.is_authenticated:
            return view(request, *args, **kwargs)
        response: HttpResponse = with_tag(request, *args, **kwargs)
        response["Cache-Control"] = "no-cache"
        patch_vary_headers(response, ["Cookie", "Accept-Language"])
        return response

    return answer
