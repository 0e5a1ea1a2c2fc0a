"""What of a text is shown with a hit: the words around the first one that was found, and the found ones marked."""

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache

from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString
from django.utils.translation import get_language

from ots_portal.plugs import SearchText
from ots_portal.texts import words_asked_for
from ots_portal.texts.choice import FALLBACKS

LONGEST = 240
BEFORE = 80
# Looked through for a found word; beyond it the beginning is shown. Twenty hits stay within milliseconds.
LOOKED_THROUGH = 8_000
# A word as the index cuts texts, with its marks and apostrophes.
_WORD = re.compile(r"[^\W_](?:[^\W_]|[\u0300-\u036f\u0483-\u0487]|['’‘ʻʼʽʾʿˈ‛`´ʹ′＇](?=[^\W_]))*")


@dataclass(frozen=True)
class Snippet:
    """A piece of a text, the language it is in ("" none), and whether something was found in it."""

    text: SafeString
    language: str = ""
    has_found: bool = False


class Found:
    """Says whether a word as it is written is one of those looked for, the last as a beginning."""

    def __init__(self, words: Sequence[str]) -> None:
        self._whole, self._beginning = frozenset(words), words[-1] if words else ""

    def __contains__(self, word: object) -> bool:
        return any(
            part in self._whole or (self._beginning and part.startswith(self._beginning))
            for part in _forms(str(word))
        )


@lru_cache(maxsize=20_000)
def _forms(word: str) -> tuple[str, ...]:
    """Return a word as the index has it, and its stem before an apostrophe."""
    stem = re.split("['’]", word)[0]
    return tuple(words_asked_for(word) + (words_asked_for(stem) if stem != word else []))


def marked(text: str, words: Sequence[str]) -> SafeString:
    """Return the whole text with the found words marked."""
    return format_html_join("", "{}", ((piece,) for piece in _pieces(text, Found(words))))


def snippet_of(texts: Mapping[str, SearchText], words: Sequence[str]) -> Snippet:
    """
    Return a piece of a body in which something was found, the reader's language first.

    Where nothing was found, the beginning of the first body there is; "" where there is none.
    """
    found = Found(words)
    bodies = [
        (code, texts[code].body.strip()) for code in _in_order(texts) if texts[code].body.strip()
    ]
    for code, body in bodies:
        place = next(
            (
                match.start()
                for match in _WORD.finditer(body, 0, LOOKED_THROUGH)
                if match[0] in found
            ),
            None,
        )
        if place is not None:
            return Snippet(_cut(body, place, found), code, has_found=True)
    if not bodies:
        return Snippet(SafeString(""))
    code, body = bodies[0]
    return Snippet(_cut(body, 0, found), code)


def _in_order(texts: Mapping[str, SearchText]) -> list[str]:
    own = (get_language() or "en").split("-")[0]
    return [code for code in dict.fromkeys((own, *FALLBACKS, *texts)) if code in texts]


def _cut(body: str, place: int, found: Found) -> SafeString:
    start = 0 if place <= BEFORE else _next_blank(body, place - BEFORE)
    end = len(body) if len(body) - start <= LONGEST else _last_blank(body, start, start + LONGEST)
    text = " ".join(body[start:end].split())
    return format_html(
        "{}{}{}",
        "… " if start else "",
        format_html_join("", "{}", ((piece,) for piece in _pieces(text, found))),
        " …" if end < len(body) else "",
    )


def _next_blank(body: str, place: int) -> int:
    """Return the beginning of a word at or behind the place; the place itself in a word without end."""
    match = re.compile(r"\s+").search(body, place, place + BEFORE)
    return match.end() if match else place


def _last_blank(body: str, start: int, end: int) -> int:
    blank = max(body.rfind(" ", start, end), body.rfind("\n", start, end))
    return blank if blank > start else end


def _pieces(text: str, found: Found) -> Iterator[SafeString | str]:
    last = 0
    for match in _WORD.finditer(text):
        if match[0] in found:
            yield text[last : match.start()]
            yield format_html("<mark>{}</mark>", match[0])
            last = match.end()
    yield text[last:]
