"""Which of a record's language versions a reader gets."""

from collections.abc import Mapping
from dataclasses import dataclass

from django.utils.translation import get_language

FALLBACKS = ("en", "tr", "az", "kk", "ky", "uz", "hu", "tk", "ru")


@dataclass(frozen=True)
class Said:
    """A text and the language it is in, which need not be the one that was asked for."""

    text: str
    language: str

    def __str__(self) -> str:
        return self.text


NOTHING = Said("", "")


def say(texts: Mapping[str, str], language: str | None = None) -> Said:
    """
    Return the text in ``language`` (None: the active one), else in the first language there is.

    A missing translation is answered with the original, never with nothing; ``Said.language`` lets
    a page mark the foreign text for screen readers.
    """
    asked = (language or get_language() or "en").split("-")[0]
    for code in (asked, *FALLBACKS, *texts):
        if texts.get(code):
            return Said(texts[code], code)
    return NOTHING


def in_language(texts: Mapping[str, str], language: str | None = None) -> str:
    return say(texts, language).text
