"""Conditional requests: an ETag that begins with the record's version, 304, If-Match."""

import hashlib
from collections.abc import Iterable
from typing import Any

from django.http import HttpResponse, HttpResponseNotModified
from django.utils.cache import patch_vary_headers
from django.utils.translation import get_language
from rest_framework.request import Request

from ots_portal.api.problems import ApiProblem
from ots_portal.lifecycle import StaleVersion


def tag_of(request: Request, *parts: object) -> str:
    """
    Return the mark of an answer: of the reader's rights, the language, the query and ``parts``.

    A change of the caller's rights changes the tag, so a kept answer never outlives them.
    """
    user = request.user
    rights = [
        str(getattr(user, name, "")) for name in ("pk", "participant_id", "role", "rights_version")
    ]
    told = [*rights, get_language() or "", request.META.get("QUERY_STRING", ""), *map(str, parts)]
    return hashlib.sha256("\n".join(told).encode()).hexdigest()[:32]


def record_tag(request: Request, record: Any, body: bytes) -> str:
    return f'"{record.version}.{tag_of(request, body)}"'


def list_tag(request: Request, rows: Iterable[Any], *more: object) -> str:
    pairs = [f"{row.pk} {row.version}" for row in rows]
    return f'"{tag_of(request, *pairs, *more)}"'


def is_held(request: Request, tag: str) -> bool:
    """Return whether the caller has this answer already (If-None-Match; RFC 9110, 13.1.2)."""
    return tag in _tags(request.headers.get("If-None-Match", ""))


def version_seen(request: Request, version: int) -> int:
    """
    Return the version named in If-Match: the present one where it is among several.

    Only the part before the dot counts, so that a tag read in another language holds.

    :raises ApiProblem: ``version_required`` without the header or with "*", which overwrites blindly
    """
    tags = _tags(request.headers.get("If-Match", ""))
    versions = [tag.strip('"').partition(".")[0] for tag in tags]
    seen = [int(text) for text in versions if text.isdecimal() and len(text) <= 9]  # noqa: PLR2004 -- 32 bits
    if not tags or tags == ["*"]:
        raise ApiProblem("version_required")
    return version if version in seen else next(iter(seen), 0)


def require_seen(request: Request, record: Any) -> None:
    """:raises StaleVersion: where If-Match is sent and names another version"""
    header = request.headers.get("If-Match", "*").strip()
    if header != "*" and version_seen(request, record.version) != record.version:
        raise StaleVersion(record)


def _tags(header: str) -> list[str]:
    # A proxy that compresses makes tags weak; what they name is the same.
    return [part.strip().removeprefix("W/") for part in header.split(",") if part.strip()]


def marked(response: HttpResponse, tag: str = "") -> HttpResponse:
    """Let the caller keep the answer and ask whether it still holds; nobody else may keep it."""
    if tag:
        response["ETag"] = tag
    response["Cache-Control"] = "private, no-cache"
    patch_vary_headers(response, ["Authorization", "Cookie", "Accept-Language"])
    return response


def not_modified(tag: str) -> HttpResponse:
    return marked(HttpResponseNotModified(), tag)
