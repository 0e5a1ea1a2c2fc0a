"""The front page, the language, the demonstration's mail, and the answers when something is wrong."""

from collections.abc import Callable
from functools import wraps
from http import HTTPStatus
from typing import Any, cast

import structlog
from django.conf import settings
from django.contrib.auth.decorators import login_not_required
from django.core.exceptions import BadRequest
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.template.loader import get_template
from django.urls import reverse
from django.utils.http import url_has_allowed_host_and_scheme
from django.utils.translation import gettext as _
from django.views.decorators.csrf import csrf_exempt, csrf_protect
from django.views.decorators.http import require_POST, require_safe

from ots_portal.access import services as access
from ots_portal.access.middleware import constant_not_found, is_api, problem
from ots_portal.api.problems import PROBLEM_TYPE
from ots_portal.clock import database_now
from ots_portal.home import mail_folder
from ots_portal.home.front_page import front_page_of
from ots_portal.people.http import PortalRequest
from ots_portal.verdicts import Refused

MAIL_SHOWN = 100


# ── the front page ──────────────────────────────────────────────────────────────────────────────


@login_not_required
@require_safe
def home(request: HttpRequest) -> HttpResponse:
    """Show what waits for the person and what is new; to a visitor, what has been published."""
    template = "home/front_page.html" if request.user.is_authenticated else "home/welcome.html"
    return render(request, template, {"front": front_page_of(request.user)})


# ── language ────────────────────────────────────────────────────────────────────────────────────


@login_not_required
@csrf_exempt  # a visitor has no token, for public pages set no cookie; whoever is signed in needs one
@require_POST
def set_language(request: HttpRequest) -> HttpResponse:
    """Keep the language in a plain cookie, and for a person who is signed in as their own setting."""
    if request.POST.get("language") not in settings.PORTAL_LANGUAGES_OFFERED:
        raise BadRequest
    if request.user.is_authenticated:
        return _set_own_language(cast("PortalRequest", request))
    return _back_in_language(request)


@csrf_protect
def _set_own_language(request: PortalRequest) -> HttpResponse:
    access.change_settings(
        request.user,
        language=request.POST["language"],
        time_zone=request.user.time_zone,
        by=request.user,
        at=database_now(),
    )
    return _back_in_language(request)


def _back_in_language(request: HttpRequest) -> HttpResponse:
    response = HttpResponseRedirect(_safe_next(request))
    response.set_cookie(
        settings.LANGUAGE_COOKIE_NAME,
        request.POST["language"],
        max_age=settings.LANGUAGE_COOKIE_AGE,
        path=settings.LANGUAGE_COOKIE_PATH,
        domain=settings.LANGUAGE_COOKIE_DOMAIN,
        secure=settings.LANGUAGE_COOKIE_SECURE,
        httponly=settings.LANGUAGE_COOKIE_HTTPONLY,
        samesite=settings.LANGUAGE_COOKIE_SAMESITE,  # type: ignore[arg-type]  # one of the words it takes
    )
    return response


def _safe_next(request: HttpRequest) -> str:
    """Return the page the visitor came from; the front page where that is none of ours."""
    wanted = request.POST.get("next", "")
    is_ours = url_has_allowed_host_and_scheme(
        wanted, allowed_hosts={request.get_host()}, require_https=request.is_secure()
    )
    return wanted if is_ours else reverse("home")


# ── for programs ────────────────────────────────────────────────────────────────────────────────


@login_not_required
@require_safe
def robots(request: HttpRequest) -> HttpResponse:
    """Invite search engines to what is published; to nothing where all of it is a demonstration."""
    closed = ["/"] if settings.PORTAL_DEMO else ["/accounts/", "/api/", "/language/"]
    rules = "".join(f"Disallow: {path}\n" for path in closed)
    return HttpResponse(f"User-agent: *\n{rules}", content_type="text/plain; charset=utf-8")


# ── the demonstration's mail ────────────────────────────────────────────────────────────────────


def _in_demo_only(view: Callable[..., HttpResponse]) -> Callable[..., HttpResponse]:
    @wraps(view)
    def in_demo(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        if not settings.PORTAL_DEMO:
            raise Http404
        return view(request, *args, **kwargs)

    return in_demo


@login_not_required
@_in_demo_only
@require_safe
def mail(request: HttpRequest) -> HttpResponse:
    mails = mail_folder.newest(settings.PORTAL_MAIL_FOLDER, count=MAIL_SHOWN)
    return render(request, "home/mail_list.html", {"mails": mails, "limit": MAIL_SHOWN})


@login_not_required
@_in_demo_only
@require_safe
def mail_message(request: HttpRequest, name: str) -> HttpResponse:
    found = mail_folder.find(settings.PORTAL_MAIL_FOLDER, name)
    if found is None:
        raise Http404
    return render(request, "home/mail_message.html", {"mail": found})


# ── what went wrong ─────────────────────────────────────────────────────────────────────────────
# These pages are rendered without the request: they ask neither session nor database.


def bad_request(request: HttpRequest, exception: Exception | None = None) -> HttpResponse:
    return _answer(
        request, HTTPStatus.BAD_REQUEST, "400.html", _("Something in the request is not valid.")
    )


def refused(request: HttpRequest, exception: Exception | None = None) -> HttpResponse:
    """Answer with the sentence of the rule that refused: 403, or 409 where only the status is in the way."""
    sentence = _sentence(exception) or _("Your account may not do this.")
    is_about_status = isinstance(exception, Refused) and exception.verdict.code == "wrong_status"
    status = HTTPStatus.CONFLICT if is_about_status else HTTPStatus.FORBIDDEN
    return _answer(request, status, "403.html", sentence)


def _sentence(exception: Exception | None) -> str:
    """Return the verdict's reason in the reader's language, or what a plain refusal says."""
    if isinstance(exception, Refused):
        return str(exception.verdict.reason)
    return str(exception or "")


def not_found(request: HttpRequest, exception: Exception | None = None) -> HttpResponse:
    return constant_not_found(request)


def server_error(request: HttpRequest) -> HttpResponse:
    sentence = _("The request could not be answered. Nothing that was accepted before is lost.")
    status = HTTPStatus.INTERNAL_SERVER_ERROR
    return _answer(request, status, "500.html", sentence, reference=_reference())


def _reference() -> str:
    """Return the id under which the log tells what happened; a program finds it in X-Request-ID."""
    return str(structlog.contextvars.get_contextvars().get("request_id", ""))


def csrf_failure(request: HttpRequest, reason: str = "") -> HttpResponse:
    sentence = _("The form's protection had expired, or cookies are switched off.")
    texts = [] if is_api(request) else _texts_written_here(request)
    return _answer(request, HTTPStatus.FORBIDDEN, "403_csrf.html", sentence, texts=texts)


def _texts_written_here(request: HttpRequest) -> list[str]:
    """
    Return what a person wrote into a form of ours, to be copied; nothing where another site sent it.

    Texts have white space; codes, keys and most passwords have none, and passwords are left out by name.
    """
    if not _is_sent_by_a_page_of_ours(request):
        return []
    return [
        value
        for name, values in request.POST.lists()
        for value in values
        if "password" not in name and len(value.split()) > 1
    ]


def _is_sent_by_a_page_of_ours(request: HttpRequest) -> bool:
    if request.method != "POST":
        return False
    own = f"{request.scheme}://{request.get_host()}"
    return request.headers.get("Origin") == own


def _answer(
    request: HttpRequest, status: HTTPStatus, template: str, sentence: str, **more: Any
) -> HttpResponse:
    """Answer a program with the problem document, a person with the page; ``exception`` is its sentence."""
    if is_api(request):
        return HttpResponse(problem(status, sentence), status=status, content_type=PROBLEM_TYPE)
    page = get_template(template).render({"exception": sentence, **more})
    return HttpResponse(page, status=status)
