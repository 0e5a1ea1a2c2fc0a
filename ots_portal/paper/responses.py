"""How a file goes out: always as a download, under a name every browser and file system takes."""

import re
import unicodedata
from collections.abc import Iterable, Iterator
from datetime import tzinfo
from pathlib import PurePosixPath
from urllib.parse import quote

from django.http import HttpRequest, HttpResponse, StreamingHttpResponse
from django.shortcuts import render
from django.utils import timezone, translation

from ots_portal.attachments import HEADERS
from ots_portal.paper.problems import NotPrintable

PDF = "application/pdf"
XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
CSV = "text/csv; charset=utf-8"
GEOJSON = "application/geo+json"

_LONGEST_NAME = 120
_UNSAFE = re.compile(r'[<>:"/\\|?*%;]+')
# Letters that have no accent to lose, as the countries' own tables write them in ASCII.
_PLAIN = str.maketrans(
    {
        "ı": "i",
        "ə": "e",
        "Ə": "E",
        "ø": "o",
        "Ø": "O",
        "ß": "ss",
        "–": "-",
        "—": "-",
        "’": "'",
        "ʻ": "'",
    }
)


def download(
    content: bytes | Iterable[bytes], *, name: str, content_type: str
) -> HttpResponse | StreamingHttpResponse:
    """
    Return ``content`` as an attachment called ``name``; what is no ``bytes`` is streamed as it comes, in
    the language and zone of now.

    The name may hold any text, such as a record's number and title: what is unsafe in it is replaced.
    """
    headers = {**HEADERS, "Content-Disposition": attachment(name)}
    if isinstance(content, bytes):
        return HttpResponse(content, content_type=content_type, headers=headers)
    pieces = _as_asked(content, translation.get_language(), timezone.get_current_timezone())
    return StreamingHttpResponse(pieces, content_type=content_type, headers=headers)


def _as_asked(content: Iterable[bytes], language: str | None, zone: tzinfo) -> Iterator[bytes]:
    """
    Yield the pieces, each made in the asker's language and zone.

    They are made when the answer is on its way and the request is over: the thread has forgotten both by then,
    and must not keep them between two pieces.
    """
    pieces = iter(content)
    while True:
        with translation.override(language), timezone.override(zone):
            piece = next(pieces, None)
        if piece is None:
            return
        yield piece


def not_printable(request: HttpRequest, error: NotPrintable) -> HttpResponse:
    """Return the page that says why there is no file, and the way out."""
    context = {"sentence": error.sentence}
    return render(request, "pages/not_printable.html", context, status=error.status)


def attachment(name: str) -> str:
    """Return the header's value (RFC 6266): the name in ASCII for all, and as it is for who can read it."""
    safe = safe_name(name)
    return f"attachment; filename=\"{_in_ascii(safe)}\"; filename*=UTF-8''{quote(safe, safe='')}"


def safe_name(name: str) -> str:
    """Return the name without folders, control and direction characters, at most 120 characters long."""
    visible = "".join(c for c in unicodedata.normalize("NFC", name) if _is_visible(c))
    plain = _UNSAFE.sub("-", " ".join(visible.split())).strip(". -") or "file"
    ending = PurePosixPath(plain).suffix
    if len(plain) <= _LONGEST_NAME or len(ending) >= _LONGEST_NAME:
        return plain[:_LONGEST_NAME]
    return plain[: _LONGEST_NAME - len(ending)].rstrip(". -") + ending


def _is_visible(letter: str) -> bool:
    return letter.isspace() or unicodedata.category(letter)[0] != "C"


def _in_ascii(name: str) -> str:
    parts = unicodedata.normalize("NFKD", name.translate(_PLAIN))
    bare = "".join(c for c in parts if not unicodedata.combining(c))
    return re.sub(r"[^ -~]+", "_", bare).replace('"', "'")
