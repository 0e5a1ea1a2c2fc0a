"""
The countries an incident may affect: ISO 3166-1 alpha-2 codes with names in English, Turkish, Azerbaijani.

The names are the common short ones, after CLDR. Participants are another matter: they are keyed by slug.
"""

import csv
from collections.abc import Iterator
from functools import cache
from pathlib import Path

from django.utils.choices import BaseChoiceIterator
from django.utils.translation import get_language

from ots_portal.texts import fold, in_language

DATA = Path(__file__).parent / "data" / "countries.csv"


@cache
def _names() -> dict[str, dict[str, str]]:
    """Return code → language → name."""
    with DATA.open(encoding="utf-8", newline="") as file:
        return {row.pop("code"): row for row in csv.DictReader(file)}


def is_country(code: str) -> bool:
    return code in _names()


def country_name(code: str, language: str | None = None) -> str:
    """Return the country's name in ``language`` (None: the active one); an unknown code as it is."""
    return in_language(_names().get(code, {}), language) or code


class _CountryChoices(BaseChoiceIterator):
    """Code and name pairs in the reader's language and order, made when a form is shown."""

    def __iter__(self) -> Iterator[tuple[str, str]]:
        yield from _in_order(get_language() or "en")


@cache
def _in_order(language: str) -> list[tuple[str, str]]:
    named = [(code, country_name(code, language)) for code in _names()]
    return sorted(named, key=lambda pair: fold(pair[1]))


COUNTRY_CHOICES = _CountryChoices()
