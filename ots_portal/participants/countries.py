"""
The countries an incident may affect: ISO 3166-1 codes with names in English, Turkish, Azerbaijani.

Their key is the alpha-2 code. The names are the common short ones, after CLDR. Participants are another matter: they are keyed by slug.
"""

import csv
from collections.abc import Iterator
from functools import cache
from pathlib import Path

from django.utils.choices import BaseChoiceIterator
from django.utils.translation import get_language

from ots_portal.texts import fold, in_language

DATA = Path(__file__).parent / "data" / "countries.csv"
LANGUAGES_OF_NAMES = ("en", "tr", "az")


@cache
def _rows() -> list[dict[str, str]]:
    with DATA.open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


@cache
def _names() -> dict[str, dict[str, str]]:
    """Return code → language → name."""
    return {
        row["code"]: {language: row[language] for language in LANGUAGES_OF_NAMES} for row in _rows()
    }


def countries() -> dict[str, dict[str, str]]:
    """Return code → language → name, of every country."""
    return dict(_names())


@cache
def _by_iso3() -> dict[str, str]:
    return {row["iso3"]: row["code"] for row in _rows()}


@cache
def _by_name() -> dict[str, str]:
    """Return folded name → code, of the names in every language."""
    return {fold(name): code for code, names in _names().items() for name in names.values()}


def is_country(code: str) -> bool:
    return code in _names()


def country_of_iso3(code: str) -> str | None:
    """Return the alpha-2 code of an alpha-3 code; None where it is no country."""
    return _by_iso3().get(code)


def iso3_of(code: str) -> str | None:
    """Return the alpha-3 code of an alpha-2 code; None where it is no country."""
    return next((row["iso3"] for row in _rows() if row["code"] == code), None)


def country_named(name: str) -> str | None:
    """Return the country that one of the portal's languages calls so; None where none does."""
    return _by_name().get(fold(name))


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
