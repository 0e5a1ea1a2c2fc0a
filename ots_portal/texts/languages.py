"""The languages that the portal knows, as codes in one order: lists of them that records carry."""

from collections.abc import Iterable
from typing import Any

from django.core.exceptions import ValidationError
from django.utils.translation import get_language
from django.utils.translation import gettext_lazy as _

from ots_portal.texts.choice import FALLBACKS


def in_order(codes: Iterable[str]) -> list[str]:
    """Return the codes, each once, in the portal's order; those that it does not know are left out."""
    named = set(codes)
    return [code for code in FALLBACKS if code in named]


def inside_a_sentence(label: object) -> str:
    """
    Return a label ("İmza") with its first letter small ("imza"), by the rule of the reader's language.

    In Turkish and Azerbaijani I and İ are two letters: ı and i.
    """
    words = str(label)
    first, rest = words[:1], words[1:]
    if (get_language() or "").partition("-")[0] in ("tr", "az"):
        first = first.replace("I", "ı")
    return first.replace("İ", "i").lower() + rest


def validate_languages(value: Any) -> None:
    """:raises ValidationError: unless it is a list of codes that the portal knows, each once"""
    is_list = isinstance(value, list) and all(isinstance(code, str) for code in value)
    if not is_list or not set(value) <= set(FALLBACKS):
        known = {"known": ", ".join(FALLBACKS)}
        raise ValidationError(_("Name languages by these codes: %(known)s."), params=known)
    if len(set(value)) != len(value):
        raise ValidationError(_("Each language is named once."))
