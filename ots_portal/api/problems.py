"""What goes wrong, told to programs: RFC 9457 problem documents, one code each."""

import logging
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from functools import lru_cache
from typing import Any

import orjson
from django.core.exceptions import (
    PermissionDenied,
    RequestDataTooBig,
    SuspiciousOperation,
    ValidationError,
)
from django.core.signals import got_request_exception
from django.http import Http404, HttpResponse
from django.utils import translation
from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from rest_framework import exceptions

from ots_portal.lifecycle import StaleVersion, WrongStatus
from ots_portal.verdicts import Refused

logger = logging.getLogger(__name__)

PROBLEM_TYPE = "application/problem+json"
PROBLEMS_PAGE = "/api/v1/docs/problems/"


@dataclass(frozen=True)
class Problem:
    """What a code means: the status it comes with, its title, and what a caller can do about it."""

    status: int
    title: str | Promise
    meaning: str | Promise


# The catalogue behind /api/v1/docs/problems/; apps add the codes of their own rules.
PROBLEMS: dict[str, Problem] = {
    "bad_request": Problem(
        400,
        gettext_lazy("The request cannot be read"),
        gettext_lazy(
            "Something in the request is not what the portal understands; the detail says what."
        ),
    ),
    "bad_json": Problem(
        400,
        gettext_lazy("The body is not acceptable JSON"),
        gettext_lazy(
            "The body must be JSON in UTF-8: no duplicate names, no NaN or Infinity, no NUL or lone "
            "surrogates, at most 32 levels deep."
        ),
    ),
    "invalid": Problem(
        400,
        gettext_lazy("Some values cannot be used"),
        gettext_lazy(
            "The member “errors” names each field by its JSON pointer and says what is wrong with it."
        ),
    ),
    "unknown_parameter": Problem(
        400,
        gettext_lazy("Unknown parameter"),
        gettext_lazy(
            "Only the documented parameters are taken, each once; a misspelt filter must not widen a list."
        ),
    ),
    "bad_parameter": Problem(
        400,
        gettext_lazy("A parameter cannot be used"),
        gettext_lazy(
            "The member “errors” names the parameter and says what is wrong with its value."
        ),
    ),
    "bad_cursor": Problem(
        400,
        gettext_lazy("Unknown cursor"),
        gettext_lazy(
            "Cursors come from “next” and “previous” of an earlier answer; take the first page again."
        ),
    ),
    "bad_key": Problem(
        400,
        gettext_lazy("The idempotency key cannot be used"),
        gettext_lazy(
            "An Idempotency-Key has 1 to 200 printable ASCII characters; a UUID is a good one."
        ),
    ),
    "not_authenticated": Problem(
        401,
        gettext_lazy("Authentication is needed"),
        gettext_lazy("Send “Authorization: Bearer” with a token from /oauth/token/."),
    ),
    "invalid_token": Problem(
        401,
        gettext_lazy("The token is not valid"),
        gettext_lazy(
            "The token is unknown, expired or revoked, or its client was suspended. Get a new one."
        ),
    ),
    "token_in_address": Problem(
        401,
        gettext_lazy("A token does not belong into an address"),
        gettext_lazy(
            "Addresses end up in logs. Send the token in the Authorization header, and replace the one "
            "that was in the address."
        ),
    ),
    "not_allowed": Problem(
        403,
        gettext_lazy("Not allowed"),
        gettext_lazy(
            "The record may be read, but the rules do not let this caller do that; the detail says why."
        ),
    ),
    "insufficient_scope": Problem(
        403,
        gettext_lazy("The token lacks a scope"),
        gettext_lazy(
            "Get a token with the scope that the detail names, if the client was given it."
        ),
    ),
    "address_not_allowed": Problem(
        403,
        gettext_lazy("Not from this network address"),
        gettext_lazy(
            "The head of authority has listed the networks from which this partner system may call; this "
            "address is in none of them."
        ),
    ),
    "exercises_only": Problem(
        403,
        gettext_lazy("This partner system writes exercises only"),
        gettext_lazy(
            "It was made for exercises: it changes incidents that are marked “is_exercise” and what hangs "
            "on them, and nothing else. It reads what others read."
        ),
    ),
    "same_person": Problem(
        403,
        gettext_lazy("A second person is needed"),
        gettext_lazy("Whoever did the step before may not do this one."),
    ),
    "step_up_required": Problem(
        403,
        gettext_lazy("A fresh second factor is needed"),
        gettext_lazy("A person confirms this in the browser with the second factor."),
    ),
    "csrf_failed": Problem(
        403,
        gettext_lazy("The protection against forged requests is missing"),
        gettext_lazy(
            "A browser session sends the X-CSRFToken header with everything that changes something."
        ),
    ),
    "not_found": Problem(
        404,
        gettext_lazy("Not found"),
        gettext_lazy(
            "There is no such record, or it is not open to the caller: the answer is the same."
        ),
    ),
    "method_not_allowed": Problem(
        405,
        gettext_lazy("The method is not allowed here"),
        gettext_lazy("The Allow header lists the methods that are."),
    ),
    "not_acceptable": Problem(
        406,
        gettext_lazy("Only JSON is answered"),
        gettext_lazy("Leave the Accept header out, or accept application/json."),
    ),
    "wrong_status": Problem(
        409,
        gettext_lazy("The status does not allow this any more"),
        gettext_lazy("The step does not lead on from the present status. Read the record again."),
    ),
    "in_progress": Problem(
        409,
        gettext_lazy("The same request is being worked on"),
        gettext_lazy("A request with this Idempotency-Key is running. Repeat it after a moment."),
    ),
    "stale_version": Problem(
        412,
        gettext_lazy("Somebody else changed this in the meantime"),
        gettext_lazy(
            "Read the record again, decide, and send the change with the new ETag in If-Match."
        ),
    ),
    "too_large": Problem(
        413,
        gettext_lazy("The body is too large"),
        gettext_lazy("Send less at once."),
    ),
    "unsupported_media_type": Problem(
        415,
        gettext_lazy("Only JSON is taken"),
        gettext_lazy("Send “Content-Type: application/json” in UTF-8."),
    ),
    "key_reused": Problem(
        422,
        gettext_lazy("The idempotency key was used for another request"),
        gettext_lazy(
            "A key belongs to one method, address and body. Make a new key for a new request."
        ),
    ),
    "version_required": Problem(
        428,
        gettext_lazy("Say which version you saw"),
        gettext_lazy(
            "Send the record's ETag in the If-Match header, so that nobody's change is overwritten."
        ),
    ),
    "too_many_requests": Problem(
        429,
        gettext_lazy("Too many requests"),
        gettext_lazy("Wait as many seconds as Retry-After says."),
    ),
    "server_error": Problem(
        500,
        gettext_lazy("Something went wrong here"),
        gettext_lazy(
            "The fault is the portal's. Nothing was changed; the same request may be repeated."
        ),
    ),
    "unavailable": Problem(
        503,
        gettext_lazy("The file cannot be fetched just now"),
        gettext_lazy(
            "The store in which files are kept does not answer. The file itself is not lost."
        ),
    ),
}

# Exceptions of services that mean "this meets something that is there already" → their code.
CONFLICTS: dict[type, str] = {}


class ApiProblem(exceptions.APIException):
    """A refusal of the API itself; ``errors`` go into the document as they are."""

    def __init__(
        self,
        code: str,
        detail: str | Promise = "",
        *,
        errors: Iterable[dict[str, str]] = (),
        headers: dict[str, str] | None = None,
    ) -> None:
        problem = PROBLEMS[code]
        super().__init__(str(detail or problem.meaning), code)
        self.status_code, self.code = problem.status, code
        self.errors, self.headers = list(errors), headers or {}


def problem_response(
    status: int, code: str, detail: object, errors: Iterable[dict[str, str]] = ()
) -> HttpResponse:
    """Write the document of one problem; a code that is not in the catalogue has no title of its own."""
    body = _document(status, code, detail)
    if listed := list(errors):
        body["errors"] = listed
    return _as_response(orjson.dumps(body), status)


def _as_response(body: bytes, status: int) -> HttpResponse:
    headers = {"Cache-Control": "no-store"}
    return HttpResponse(body, status=status, content_type=PROBLEM_TYPE, headers=headers)


def _document(status: int, code: str, detail: object) -> dict[str, Any]:
    title = PROBLEMS.get(code, PROBLEMS["not_allowed"]).title
    return {
        "type": f"{PROBLEMS_PAGE}#{code}",
        "title": str(title),
        "status": status,
        "code": code,
        "detail": str(detail),
    }


@lru_cache
def not_found_bytes(language: str) -> bytes:
    """Return the one 404 document of a language: the same for what is missing and what is hidden."""
    with translation.override(language):
        sentence = _("There is no such record, or it is not open to you.")
        return orjson.dumps(_document(404, "not_found", sentence))


def problem_handler(error: Exception, context: dict[str, Any]) -> HttpResponse:
    """Turn what a view or service raised into its document; what nobody expected is logged."""
    if code := next((CONFLICTS[kind] for kind in type(error).__mro__ if kind in CONFLICTS), ""):
        return problem_response(409, code, error)
    for kinds, told in _ANSWERS:
        if isinstance(error, kinds):
            return told(error)
    return _told_fault(error, context["request"])


def _told_problem(error: Any) -> HttpResponse:
    response = problem_response(error.status_code, error.code, error.detail, error.errors)
    for name, value in error.headers.items():
        response[name] = value
    return response


def _told_invalid(error: Any) -> HttpResponse:
    """Name every field by its pointer; DRF's errors and those of services alike."""
    found = error.detail if isinstance(error, exceptions.ValidationError) else _by_field(error)
    return problem_response(400, "invalid", PROBLEMS["invalid"].title, _pointed(found, "#"))


def _by_field(error: ValidationError) -> Any:
    return error.message_dict if hasattr(error, "error_dict") else error.messages


def _pointed(found: Any, pointer: str) -> Iterator[dict[str, str]]:
    """Yield a JSON pointer (RFC 6901) and a sentence for each thing that is wrong."""
    if isinstance(found, dict):
        for name, inner in found.items():
            yield from _pointed(inner, _deeper(pointer, str(name)))
    elif isinstance(found, list):
        for position, inner in enumerate(found):
            is_nested = isinstance(inner, dict | list)
            yield from _pointed(inner, f"{pointer}/{position}" if is_nested else pointer)
    else:
        yield {"pointer": pointer, "detail": str(found)}


def _deeper(pointer: str, name: str) -> str:
    if name in ("non_field_errors", "__all__"):
        return pointer
    return f"{pointer}/{name.replace('~', '~0').replace('/', '~1')}"  # RFC 6901, section 4


def _told_unauthenticated(error: Any) -> HttpResponse:
    """Say how to authenticate (RFC 6750, section 3): with an error only where a token was sent."""
    is_failed = isinstance(error, exceptions.AuthenticationFailed)
    code = "invalid_token" if is_failed else "not_authenticated"
    response = problem_response(401, code, PROBLEMS[code].meaning)
    challenge = 'Bearer realm="api"'
    response["WWW-Authenticate"] = f'{challenge}, error="{code}"' if is_failed else challenge
    return response


def _told_refused(error: Any) -> HttpResponse:
    """Give the verdict's sentence; a rule that refuses because of the status is a conflict."""
    code = error.verdict.code
    return problem_response(409 if code == "wrong_status" else 403, code, error.verdict.reason)


def _told_forbidden(error: Any) -> HttpResponse:
    detail = str(getattr(error, "detail", error))
    code = "csrf_failed" if detail.startswith("CSRF Failed") else "not_allowed"
    own_words = detail if code == "not_allowed" else ""
    return problem_response(403, code, own_words or PROBLEMS[code].meaning)


def _told_throttled(error: Any) -> HttpResponse:
    response = problem_response(429, "too_many_requests", PROBLEMS["too_many_requests"].meaning)
    response["Retry-After"] = str(max(1, int(error.wait or 1)))
    return response


def _told_not_found(error: Any) -> HttpResponse:
    body = not_found_bytes(translation.get_language() or "en")
    return _as_response(body, 404)


def _told_fault(error: Exception, request: Any) -> HttpResponse:
    logger.error("An endpoint failed.", exc_info=error)
    got_request_exception.send(sender=None, request=request)
    return problem_response(500, "server_error", PROBLEMS["server_error"].meaning)


def _plainly(status: int, code: str) -> Callable[[Any], HttpResponse]:
    return lambda error: problem_response(status, code, PROBLEMS[code].meaning)


_ANSWERS: list[tuple[Any, Callable[[Any], HttpResponse]]] = [
    (ApiProblem, _told_problem),
    ((Http404, exceptions.NotFound), _told_not_found),
    ((exceptions.ValidationError, ValidationError), _told_invalid),
    ((exceptions.NotAuthenticated, exceptions.AuthenticationFailed), _told_unauthenticated),
    (Refused, _told_refused),
    ((PermissionDenied, exceptions.PermissionDenied), _told_forbidden),
    (WrongStatus, lambda error: problem_response(409, "wrong_status", error)),
    (StaleVersion, lambda error: problem_response(412, "stale_version", error)),
    (exceptions.Throttled, _told_throttled),
    (exceptions.MethodNotAllowed, _plainly(405, "method_not_allowed")),
    (exceptions.NotAcceptable, _plainly(406, "not_acceptable")),
    (exceptions.UnsupportedMediaType, _plainly(415, "unsupported_media_type")),
    (RequestDataTooBig, _plainly(413, "too_large")),
    ((exceptions.ParseError, SuspiciousOperation), _plainly(400, "bad_request")),
]
