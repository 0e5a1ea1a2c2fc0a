"""Names and days as tables of treaty registers write them."""

import re
from datetime import date

from django.utils.translation import gettext as _

# English months; the first three letters are enough ("Sept" and "June" are written too).
_MONTHS = (
    "january", "february", "march", "april", "may", "june",
    "july", "august", "september", "october", "november", "december",
)  # fmt: skip
_SPACES = re.compile(r"[\s\u00a0\u2000-\u200b\u202f\u2060\ufeff]+")
_SUPERSCRIPTS = re.compile("[¹²³⁰⁴-⁹]+")
_IN_WORDS = re.compile(r"(\d{1,2})[ \-.]([a-z]{3,9})\.?[ \-,.]+(\d{4})")
_IN_NUMBERS = re.compile(r"(\d{1,2})[./](\d{1,2})[./](\d{4})")
# A reference to a footnote: "China [2]", "Yugoslavia (former) 2,3", "Portugal<sup>4</sup>".
_TAGS = re.compile(r"</?[a-zA-Z][^<>]{0,40}>")
_FOOTNOTES_IN_BRACKETS = re.compile(r"\s*\[\s*\d{1,3}(?:\s*,\s*\d{1,3})*\s*\]")
_FOOTNOTES_AT_END = re.compile(r"\s*\d{1,3}(?:\s*,\s*\d{1,3})*[\s,*†‡]*$|[\s*†‡]+$")
MOST_LETTERS_OF_NAME = 200
# With its footnotes. What reads names takes the square of their length, so no more is looked at.
MOST_LETTERS_READ = 400


class WrongCell(Exception):
    """A cell that cannot be read; its sentence names the column."""


def squeezed(text: str) -> str:
    """Return the text with every kind of space made one plain space, and none around it."""
    return _SPACES.sub(" ", text or "").strip()


def without_footnotes(text: str) -> str:
    """Return the text without what refers to a footnote, but for digits at its end."""
    plain = _TAGS.sub(" ", squeezed(text))
    return squeezed(_FOOTNOTES_IN_BRACKETS.sub(" ", _SUPERSCRIPTS.sub(" ", plain)))


def clean_name(text: str) -> str:
    """Return a State's name without references to footnotes and brackets around all of it."""
    cut = squeezed(text)[:MOST_LETTERS_READ]
    name = _FOOTNOTES_AT_END.sub("", without_footnotes(cut))
    if name.startswith("[") and name.endswith("]"):
        name = _FOOTNOTES_AT_END.sub("", name[1:-1].strip())
    return name[:MOST_LETTERS_OF_NAME]


def read_day(text: str, column: str) -> date:
    """
    Return the day of "27 Jan 1980", "27 January 1980", "27-Jan-1980", "27.01.1980" or "1980-01-27".

    :raises WrongCell: naming the column
    """
    said = squeezed(text)
    try:
        if found := _IN_WORDS.fullmatch(said.lower()):
            return date(int(found[3]), _month(found[2]), int(found[1]))
        if found := _IN_NUMBERS.fullmatch(said):
            return date(int(found[3]), int(found[2]), int(found[1]))
        return date.fromisoformat(said)
    except ValueError:
        sentence = _("“%(column)s”: “%(said)s” is no day such as 27 Jan 1980 or 1980-01-27.")
        raise WrongCell(sentence % {"column": column, "said": said[:60]}) from None


def _month(word: str) -> int:
    for number, month in enumerate(_MONTHS, start=1):
        if month.startswith(word) or (word == "sept" and number == 9):  # noqa: PLR2004 -- September
            return number
    raise ValueError(word)
