"""
Which letters can be printed, and what stands for the others.

PDF/A takes no page with a letter that no typeface has, so one emoji in a report would stop it. Such a
letter is printed as its code, [U+1F600]: ugly, but nothing that somebody wrote is lost or altered.
"""

import re
import unicodedata
from bisect import bisect_right
from collections.abc import Mapping
from functools import cache
from pathlib import Path
from typing import Any

# Written by ``manage.py find_letters``: one range of code points a line.
RANGES = Path(__file__).parent / "data" / "letters.txt"

_LINES = dict.fromkeys((0x0B, 0x0C, 0x85, 0x2028, 0x2029), "\n")
# Unicode Standard Annex 15, section 13: no language puts more than 30 marks on a letter.
_MANY_MARKS = re.compile(r"([\u0300-\u036f]{30})[\u0300-\u036f]+")
# Zero-width non-joiner and joiner: Persian and Uyghur are spelled with them.
_JOINERS = frozenset("\u200c\u200d")


def printable(value: Any) -> Any:
    """Return JSON's value with every text in it, keys excepted, as it can be printed."""
    if isinstance(value, str):
        return printable_text(value)
    if isinstance(value, Mapping):
        return {key: printable(inner) for key, inner in value.items()}
    if isinstance(value, list | tuple):
        return [printable(inner) for inner in value]
    return value


def printable_text(text: str) -> str:
    """
    Return the text composed (NFC), its lines ended by line feeds, without invisible and direction characters.

    What the typefaces lack is replaced by its code.
    """
    if text.isascii() and text.isprintable():
        return text
    lines = text.replace("\r\n", "\n").replace("\r", "\n").translate(_LINES)
    whole = unicodedata.normalize("NFC", lines)
    return _MANY_MARKS.sub(r"\1", "".join(map(_printed, whole)))


@cache
def _printed(letter: str) -> str:
    if letter == "\n" or letter in _JOINERS:
        return letter
    if letter == "\t":
        return " "
    if _is_invisible(letter):
        return ""
    return letter if has_letter(letter) else f"[U+{ord(letter):04X}]"


def _is_invisible(letter: str) -> bool:
    is_variant = 0xFE00 <= ord(letter) <= 0xFE0F or 0xE0100 <= ord(letter) <= 0xE01EF  # noqa: PLR2004 -- variation selectors, Unicode 16, 23.4
    return is_variant or unicodedata.category(letter) in {"Cc", "Cf"}


def has_letter(letter: str) -> bool:
    """Return whether one of the typefaces has it."""
    first, last = _ranges()
    at = bisect_right(first, ord(letter)) - 1
    return at >= 0 and ord(letter) <= last[at]


@cache
def _ranges() -> tuple[list[int], list[int]]:
    pairs = [line.split("-") for line in RANGES.read_text("ascii").splitlines()]
    return [int(pair[0], 16) for pair in pairs], [int(pair[-1], 16) for pair in pairs]
