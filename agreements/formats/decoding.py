"""From the bytes of a text file to its letters, whatever wrote them."""

import codecs
import re

from django.utils.translation import gettext as _

from agreements.formats.tree import FormatError

# A text of two million bytes is refused; the longest treaties have half of that.
MOST_BYTES = 1_999_999

_MARKS = (
    (codecs.BOM_UTF8, "utf-8-sig"),
    (codecs.BOM_UTF32_LE, "utf-32"),
    (codecs.BOM_UTF32_BE, "utf-32"),
    (codecs.BOM_UTF16_LE, "utf-16"),
    (codecs.BOM_UTF16_BE, "utf-16"),
)
_SAMPLE_BYTES = 20_000
_LETTERS_A_STRAY = 20
_CYRILLIC = ("cp1251", "koi8-r", "cp866", "iso8859_5")
# Letters that stand among Turkic and Western words; anything else in a sample speaks against the guess.
_LATIN_LETTERS = re.compile(r"[çğıöşüâîûÇĞİÖŞÜÂÎÛéèêëàùïôœÉÈÊÀÙäßÄñÑáíóúÁÍÓÚőűŐŰ«»“”‘’–—…§°№\xa0•]")
_CYRILLIC_WORD = re.compile(r"\b[А-ЯЁ]?[а-яё]+\b|\b[А-ЯЁ]+\b")
_CONTROL = re.compile(r"[\x00-\x08\x0e-\x1f\x7f-\x84\x86-\x9f]")
# Marks without width, and those that turn the order of letters: they are none of the text.
_INVISIBLE = re.compile("[\u200b\u200e\u200f\u202a-\u202e\u2060\u2066-\u2069\ufeff]")


def check_size(content: bytes) -> None:
    """:raises FormatError: when it has more bytes than a treaty's text"""
    if len(content) > MOST_BYTES:
        sentence = _(
            "The text has %(size)s kB; texts of up to %(limit)s kB are taken. Send its annexes by themselves."
        )
        raise FormatError(sentence % {"size": len(content) // 1000, "limit": MOST_BYTES // 1000})


def decode(content: bytes, encoding: str = "") -> str:
    """
    Return the letters; the encoding is found by its mark, by its form, and last by what makes words.

    :raises FormatError: when it is no text, or not in the encoding that was named
    """
    text = (
        _decoded(content, encoding)
        if encoding
        else content.decode(_encoding_of(content), "replace")
    )
    if len(_CONTROL.findall(text)) + text.count("\ufffd") > len(text) // 200:
        raise FormatError(_("The file is no text. Send plain text, Markdown, DOCX or Akoma Ntoso."))
    return _INVISIBLE.sub("", _CONTROL.sub("", text.replace("\x85", "\n")))


def _decoded(content: bytes, encoding: str) -> str:
    try:
        return content.decode(encoding)
    except LookupError:
        sentence = _(
            "No encoding is called “%(name)s”. Known ones are utf-8, utf-16, cp1251, cp1254."
        )
        raise FormatError(sentence % {"name": encoding}) from None
    except UnicodeError as error:
        sentence = _(
            "The file is not written in the encoding %(name)s. Save it as UTF-8 and try again."
        )
        raise FormatError(sentence % {"name": encoding}) from error


def _encoding_of(content: bytes) -> str:
    for mark, encoding in _MARKS:
        if content.startswith(mark):
            return encoding
    if wide := _wide_encoding(content):
        return wide
    return "utf-8" if _is_utf8(content) else _narrow_encoding(_sample(content))


def _is_utf8(content: bytes) -> bool:
    """Return whether it is UTF-8; a stray byte among many letters, as of another program, makes it no other encoding."""
    text = content.decode("utf-8", "replace")
    bad = text.count("\ufffd")
    return len(text) - len(text.encode("ascii", "ignore")) - bad >= bad * _LETTERS_A_STRAY


def _sample(content: bytes) -> bytes:
    """Return lines with letters that speak of the encoding: the first pages may be in English."""
    lines = (line for line in content.splitlines() if not line.isascii())
    return b"\n".join(lines)[:_SAMPLE_BYTES]


def _wide_encoding(content: bytes) -> str:
    """Return the UTF-16 that has no mark: of Latin letters and blanks every second byte is zero, of Cyrillic ones 4."""
    sample = content[:_SAMPLE_BYTES]
    if len(content) % 2 or not sample:
        return ""
    high = {0, 1, 4, 0x20}
    even, odd = sample[0::2], sample[1::2]
    for encoding, bytes_of_row in (("utf-16-le", odd), ("utf-16-be", even)):
        rows = sum(byte in high for byte in bytes_of_row)
        if 0 in bytes_of_row and rows > len(bytes_of_row) * 0.9:
            return encoding
    return ""


def _narrow_encoding(sample: bytes) -> str:
    """Return the encoding of one byte a letter in which the sample makes most sense."""
    scores = {encoding: _cyrillic_score(sample, encoding) for encoding in _CYRILLIC}
    best = max(scores, key=lambda encoding: scores[encoding])
    high = len(sample) - len(sample.decode("ascii", "ignore"))
    if scores[best] > high * 0.6:
        return best
    return (
        "cp1254" if _latin_score(sample, "cp1254") >= _latin_score(sample, "cp1252") else "cp1252"
    )


def _cyrillic_score(sample: bytes, encoding: str) -> int:
    """Return how many letters stand in words that are written as words are: capitals only in front, or all."""
    text = sample.decode(encoding, errors="replace")
    return sum(len(word) for word in _CYRILLIC_WORD.findall(text))


def _latin_score(sample: bytes, encoding: str) -> int:
    return len(_LATIN_LETTERS.findall(sample.decode(encoding, errors="replace")))
