"""
What has changed in the API, and what will go: the changelog, and the marks of what is deprecated.

An operation that is marked answers with ``Deprecation`` (RFC 9745) and, once its end is known, ``Sunset``
(RFC 8594); the OpenAPI document says so, too.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from typing import Any

from django.http import HttpRequest, HttpResponseBase
from django.urls import URLPattern, URLResolver, get_resolver, reverse
from django.utils.functional import Promise
from django.utils.http import http_date
from django.utils.translation import gettext_lazy as _

Answer = Callable[[HttpRequest], HttpResponseBase]

# From the day on which an operation is marked to the day from which it may be gone.
SHORTEST_NOTICE = timedelta(days=365)
METHODS = ("get", "post", "patch", "put", "delete")


@dataclass(frozen=True)
class Deprecation:
    """
    That an operation should not be built upon any more.

    ``since`` is the day on which that was said, ``sunset`` the first day on which it may be gone (None: not
    decided yet), ``instead`` a sentence, or the words after "Use".
    """

    since: date
    instead: str | Promise
    sunset: date | None = None

    def __post_init__(self) -> None:
        if self.sunset and self.sunset - self.since < SHORTEST_NOTICE:
            message = f"What is deprecated stays for {SHORTEST_NOTICE.days} days at least."
            raise ValueError(message)

    def headers(self) -> dict[str, str]:
        """Return the header fields of an answer; RFC 9745 writes the moment as a structured date."""
        link = f'<{reverse("api:changes")}>; rel="deprecation"; type="text/html"'
        found = {"Deprecation": f"@{int(_start_of(self.since).timestamp())}", "Link": link}
        if self.sunset:
            found["Sunset"] = http_date(_start_of(self.sunset).timestamp())
        return found


def _start_of(day: date) -> datetime:
    return datetime.combine(day, time(), tzinfo=UTC)


def deprecation_of(view: type, action: str, verb: str = "") -> Deprecation | None:
    """
    Return the mark of one operation of a view, None where it has none.

    A view carries ``deprecations``: by the verb of a step, the action of a view set ("list", "retrieve",
    "create", "partial_update"), the method in small letters, or "*" for all that it answers.
    """
    marks: Mapping[str, Deprecation] = getattr(view, "deprecations", {})
    return next((marks[name] for name in (verb, action, "*") if name and name in marks), None)


class DeprecationMiddleware:
    """
    Marks every answer of a deprecated operation, refusals included, so that nobody learns of it too late.

    It stands around the API's views as a whole: an endpoint cannot forget it.
    """

    def __init__(self, get_response: Answer) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        response = self.get_response(request)
        match = getattr(request, "resolver_match", None)
        view = getattr(match.func, "cls", None) if match else None
        # The one 404 is the same for whatever is not there; nothing may colour it.
        if match is None or view is None or response.status_code == 404:  # noqa: PLR2004 -- HTTP
            return response
        method = (request.method or "get").lower().replace("head", "get")
        action = getattr(match.func, "actions", {}).get(method, method)
        mark = deprecation_of(view, action, match.kwargs.get("verb", ""))
        for name, value in mark.headers().items() if mark else ():
            response[name] = value
        return response


@dataclass(frozen=True)
class Deprecated:
    """A line of the page: the operation, and its mark."""

    operation: str
    mark: Deprecation


def deprecated_operations() -> list[Deprecated]:
    """Return every operation that is marked, by its address."""
    found = []
    for path, pattern in _routes(get_resolver("ots_portal.api.urls"), "/api/v1/"):
        view: type | None = getattr(pattern.callback, "cls", None)
        actions: Mapping[str, Any] = getattr(pattern.callback, "actions", {})
        if view is None or not hasattr(view, "deprecations"):
            continue
        for method in METHODS:
            action = actions.get(method, "" if actions else method)
            mark = deprecation_of(view, action, (pattern.default_args or {}).get("verb", ""))
            if mark and action and (actions or hasattr(view, method)):
                found.append(Deprecated(f"{method.upper()} {path}", mark))
    return sorted(found, key=lambda row: row.operation)


def _routes(resolver: URLResolver, before: str) -> list[tuple[str, URLPattern]]:
    found: list[tuple[str, URLPattern]] = []
    for pattern in resolver.url_patterns:
        path = f"{before}{pattern.pattern}"
        if isinstance(pattern, URLResolver):
            found += _routes(pattern, path)
        else:
            found.append((path, pattern))
    return found


@dataclass(frozen=True)
class Change:
    """What is new, or otherwise, from a day on; ``is_breaking`` where a caller may have to change something."""

    on: date
    text: str | Promise
    is_breaking: bool = False


# The newest first.
CHANGES: tuple[Change, ...] = (
    Change(
        date(2026, 11, 27),
        _(
            "“fields” slims every list and every record to the members that are named; members of members by "
            "a dot."
        ),
    ),
    Change(
        date(2026, 11, 27),
        _("/api/v1/vocabularies/ tells every enumeration with its labels in every language."),
    ),
    Change(
        date(2026, 11, 27),
        _(
            "Scopes to write for every kind of record; partner systems that were there before keep the scopes "
            "that they had."
        ),
    ),
    Change(
        date(2026, 11, 27),
        _(
            "Heads of authority make partner systems themselves, with two credentials at once, networks from "
            "which alone they may call (403 address_not_allowed), and a sandbox for exercises "
            "(403 exercises_only)."
        ),
    ),
    Change(
        date(2026, 11, 27),
        _("Operations that are deprecated say so by the fields Deprecation and Sunset."),
    ),
)
