"""The field that keeps a text in several languages, and what may stand in a text."""

import unicodedata
from typing import Any

from django.core.exceptions import ValidationError
from django.db import models
from django.utils.translation import gettext_lazy as _

MAX_LENGTH = 20_000
# Bidirectional overrides and isolates can make a text read otherwise than it is (UAX #9, Trojan Source).
_BIDI = frozenset("\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u2068\u2069")


def validate_plain_text(value: str) -> None:
    """:raises ValidationError: on control, bidirectional, private-use and unassigned characters"""
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
