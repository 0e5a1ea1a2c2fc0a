"""
What happens around every request: constant answers, clean input, own language and zone, second factor.

The order in settings.MIDDLEWARE matters: ConstantNotFoundMiddleware stands outside the session, so
that nothing of it can colour a 404.
"""

from collections.abc import Callable
from functools import lru_cache
from http import HTTPStatus
from typing import Any
from urllib.parse import unquote_to_bytes
from zoneinfo import ZoneInfo

from allauth.account.adapter import get_adapter as get_account_adapter
from django.conf import settings
from django.contrib.auth import REDIRECT_FIELD_NAME, SESSION_KEY, logout
from django.core.handlers.wsgi import get_bytes_from_wsgi
from django.http import HttpRequest, HttpResponse, HttpResponseBase, HttpResponseRedirect
from django.shortcuts import render
from django.template.loader import get_template
from django.urls import reverse
from django.utils import timezone, translation
from django.utils.http import urlencode
from django.utils.translation import gettext as _

from ots_portal.access import second_factor, sessions
from ots_portal.api.problems import PROBLEM_TYPE as PROBLEM
from ots_portal.api.problems import not_found_bytes, problem_response

Answer = Callable[[HttpRequest], HttpResponseBase]

LONGEST_PATH = 1_000
LONGEST_QUERY = 8_000
FORM_ALLOWANCE_BYTES = 1024 * 1024  # what a form may carry beside its file


def is_api(request: HttpRequest) -> bool:
    return request.path_info.startswith("/api/")


class ConstantNotFoundMiddleware:
    """
    Sends every 404 out as one constant answer per language, whatever it was inside.

    Unknown address, unknown id, or a record that is not this reader's: bytes and headers are the same.
    """

    def __init__(self, get_response: Answer) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        try:
            response = self.get_response(request)
            if response.status_code == HTTPStatus.NOT_FOUND and not settings.DEBUG:
                return constant_not_found(request)
            return response
        finally:
            # The thread serves somebody else next, and may work outside a request in between.
            translation.deactivate()
            timezone.deactivate()


def constant_not_found(request: HttpRequest) -> HttpResponse:
    language = offered(translation.get_language())
    body = not_found_bytes(language) if is_api(request) else _page_bytes(language)
    content_type = PROBLEM if is_api(request) else "text/html; charset=utf-8"
    headers = {
        "Cache-Control": "no-store",
        "Content-Language": language,
        "Content-Length": str(len(body)),
        "X-Frame-Options": settings.X_FRAME_OPTIONS,
    }
    return HttpResponse(body, status=404, content_type=content_type, headers=headers)


@lru_cache
def _page_bytes(language: str) -> bytes:
    with translation.override(language):
        return get_template("404.html").render({}).encode()


def offered(language: str | None) -> str:
    """Return the language if the portal offers it, else its main one."""
    return language if language in settings.PORTAL_LANGUAGES_OFFERED else settings.LANGUAGE_CODE


class CleanInputMiddleware:
    """Refuses what no page could do anything with, before a view or the database stumbles over it."""

    def __init__(self, get_response: Answer) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        path = (
            request.path_info.encode()
        )  # decoded already; what was no UTF-8 is percent-coded again
        query = get_bytes_from_wsgi(request.META, "QUERY_STRING", "")
        if not _is_readable(path, LONGEST_PATH) or not _is_readable(query, LONGEST_QUERY):
            return refuse(request, 400, _("The address contains something that cannot be read."))
        if _declared_bytes(request) > settings.PORTAL_UPLOAD_LIMIT_BYTES + FORM_ALLOWANCE_BYTES:
            return refuse(request, 413, _("What was sent is larger than the portal takes."))
        return self.get_response(request)


def _is_readable(raw: bytes, longest: int) -> bool:
    """Return whether it is UTF-8 (which has no lone surrogates) without NUL once unquoted."""
    try:
        return len(raw) <= longest and "\0" not in unquote_to_bytes(raw).decode()
    except UnicodeDecodeError:
        return False


def _declared_bytes(request: HttpRequest) -> int:
    # The server reads no more than what is declared here, so a small lie only cuts the sender short.
    declared = request.META.get("CONTENT_LENGTH") or "0"
    return int(declared[:18]) if declared.isdecimal() else 0


def refuse(request: HttpRequest, status: int, sentence: str) -> HttpResponse:
    """Answer with a sentence: a page, or the API's problem document."""
    if is_api(request):
        return HttpResponse(problem(status, sentence), status=status, content_type=PROBLEM)
    return render(request, "account/refusal.html", {"sentence": sentence}, status=status)


def problem(status: int, sentence: str) -> bytes:
    """Write the API's document for a refusal that never reaches an endpoint."""
    return problem_response(status, _CODES.get(status, "not_allowed"), sentence).content


_CODES = {400: "bad_request", 413: "too_large", 500: "server_error"}


class SessionLimitsMiddleware:
    """Ends a session that was idle for an hour or has lasted a day; notes when it was seen last."""

    def __init__(self, get_response: Answer) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        # The process's own clock, as for step-up: no query on each request for a limit of an hour.
        if SESSION_KEY in request.session and sessions.is_over(request.session, at=timezone.now()):
            logout(request)
        response = self.get_response(request)
        if request.headers.get("HX-Request") and _leads_to_sign_in(response):
            return _no_sign_in_inside_a_page(request)
        return response

    def process_view(self, request: HttpRequest, *view: Any) -> None:
        if not _is_asked_by_the_page(request) and request.user.is_authenticated:
            sessions.note_seen(
                request.session,
                request.user,
                address=get_account_adapter().get_client_ip(request),
                user_agent=request.headers.get("User-Agent", ""),
                at=timezone.now(),
            )


# An open page asks these by itself, also when nobody is there.
ASKED_BY_THE_PAGE = {"notifications:unread"}


def _is_asked_by_the_page(request: HttpRequest) -> bool:
    """Return whether nobody pressed anything: a part that polls says so (hx-headers)."""
    name = request.resolver_match.view_name if request.resolver_match else ""
    is_polled = "HX-Request" in request.headers and "X-Polled" in request.headers
    return name in ASKED_BY_THE_PAGE or (is_polled and request.method == "GET")


def _leads_to_sign_in(response: HttpResponseBase) -> bool:
    return response.get("Location", "").startswith(reverse("account_login"))


def _no_sign_in_inside_a_page(request: HttpRequest) -> HttpResponse:
    """
    Answer a part of a page that was asked for after the session had ended.

    Who pressed something goes to sign in and comes back; what a page asks by itself changes nothing, so that
    a text half written stays on the screen.
    """
    answer = HttpResponse(status=HTTPStatus.NO_CONTENT)
    if not _is_asked_by_the_page(request):
        query = urlencode({REDIRECT_FIELD_NAME: request.get_full_path()})
        answer["HX-Redirect"] = f"{reverse('account_login')}?{query}"
    return answer


class PersonalSettingsMiddleware:
    """Speaks the person's language in the person's time zone, and keeps their pages out of caches."""

    def __init__(self, get_response: Answer) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        if request.user.is_authenticated:
            self._speak(request, request.user.language)
            timezone.activate(ZoneInfo(request.user.time_zone))
        else:
            self._speak(request, translation.get_language())
            timezone.deactivate()
        response = self.get_response(request)
        # An answer that says itself who may keep it (API: only the caller, asking again) is believed.
        if request.user.is_authenticated and not response.has_header("Cache-Control"):
            response["Cache-Control"] = "no-store, private"
        return response

    def _speak(self, request: HttpRequest, language: str | None) -> None:
        translation.activate(offered(language))
        request.LANGUAGE_CODE = offered(language)


class SecondFactorMiddleware:
    """Lets people without a second factor do nothing but set one up, where the portal demands one."""

    def __init__(self, get_response: Answer) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        return self.get_response(request)

    def process_view(self, request: HttpRequest, *view: Any) -> HttpResponseBase | None:
        if not self._is_demanded(request) or not request.user.is_authenticated:
            return None
        if second_factor.is_set_up(request):
            return None
        if is_api(request):
            return refuse(request, 403, _("Set up your second factor first."))
        query = urlencode({REDIRECT_FIELD_NAME: _address_to_return_to(request)})
        # Whose provider asked for two factors shows them there again after a change of rights.
        by_provider = second_factor.ASSERTED_KEY in request.session
        way = reverse("provider_confirm" if by_provider else "mfa_activate_totp")
        return HttpResponseRedirect(f"{way}?{query}")

    def _is_demanded(self, request: HttpRequest) -> bool:
        if not settings.PORTAL_SECOND_FACTOR_REQUIRED or request.path_info.startswith("/accounts/"):
            return False
        name = request.resolver_match.view_name if request.resolver_match else ""
        return name != "set_language"


def _address_to_return_to(request: HttpRequest) -> str:
    return request.get_full_path() if request.method in ("GET", "HEAD") else reverse("home")
