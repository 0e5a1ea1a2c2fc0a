"""The field that keeps a text in several languages, and what may stand in a text."""

import unicodedata
from typing import Any

from django.core.exceptions import ValidationError
from django.db import models
from django.utils.translation import gettext_lazy as _

MAX_LENGTH = 20_000
# Bidirectional overrides and isolates can make a text read otherwise than it is (UAX #9, Trojan Source).
_BIDI = frozenset("\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u2068\u2069")

# Spaces, joiners, marks without width; and two letters that are blank: Hangul filler, Braille blank.
_UNSEEN_CATEGORIES = frozenset({"Zs", "Zl", "Zp", "Cf", "Cc"})
_BLANK_LETTERS = frozenset("\u3164\u2800\u115f\u1160")


def is_unseen(text: str) -> bool:
    """Return whether there is nothing in the text that a person could see."""
    return all(
        letter in _BLANK_LETTERS or unicodedata.category(letter) in _UNSEEN_CATEGORIES
        for letter in text
    )


def validate_plain_text(value: str) -> None:
    """:raises ValidationError: on control, bidirectional, private-use and unassigned characters, or blanks alone"""
    if value and is_unseen(value):
        raise ValidationError(_("Nothing of this text can be seen. Write it again."), code="unseen")
    for letter in value:
        if letter in "\n\r\t":
            continue
        if letter in _BIDI or unicodedata.category(letter) in ("Cc", "Cs", "Co", "Cn"):
            raise ValidationError(
                _("The text contains a character that cannot be shown (U+%(code)s). Remove it."),
                code="character",
                params={"code": f"{ord(letter):04X}"},
            )


def validate_texts(value: Any) -> None:
    """:raises ValidationError: unless it maps language codes to plain texts"""
    if not isinstance(value, dict):
        raise ValidationError(_("Texts are given per language."), code="texts")
    for language, text in value.items():
        if not isinstance(language, str) or not isinstance(text, str) or len(text) > MAX_LENGTH:
            raise ValidationError(_("Texts are given per language."), code="texts")
        validate_plain_text(text)


class LanguageTexts(models.JSONField):
    """Language code → text, so that writing one language never touches another."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        kwargs.setdefault("default", dict)
        kwargs.setdefault("validators", [validate_texts])
        super().__init__(*args, **kwargs)

    def deconstruct(self) -> Any:
        name, path, args, kwargs = super().deconstruct()
        kwargs.pop("validators", None)
        return name, path, args, kwargs
