"""
The figures in a text of any of the portal's languages: numbers, dates, times and codes.

The same number is written 1,250.5 in English, 1.250,5 in Turkish and 1 250,5 in Russian or Kazakh; where a
spelling can be read in two ways, both readings count.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from decimal import Decimal
from functools import cache

from django.utils import translation
from django.utils.dates import MONTHS, MONTHS_3, MONTHS_ALT, MONTHS_AP

# What a figure may mean: a kind and its value.
Reading = tuple[str, object]


@dataclass(frozen=True)
class Figure:
    """A figure as it is written, and what it may mean."""

    text: str
    readings: frozenset[Reading]

    def may_equal(self, other: "Figure") -> bool:
        return bool(self.readings & other.readings)


_SPACES = "\u0020\u00a0\u2009\u202f"
_DATE_BY_NUMBERS = r"(?P<iso>\b\d{4}-\d\d-\d\d\b)|(?P<dotted>\b\d{1,2}[./]\d{1,2}[./]\d{4}\b)"
_TIME = r"(?P<time>\b\d{1,2}:\d\d(?::\d\d)?(?:\s*[ap]\.?m\b\.?)?|\b\d{1,2}\s*[ap]\.?m\b\.?)"
# A code has a capital letter and a digit: M40, E-125, OTS-2026-0007. So that the Cyrillic М40 is the
# same road, letters drawn alike count as one.
_CODE = r"(?P<code>(?<!\w)[^\W\d_]{1,6}[-–]?\d[\w–-]*(?:[.,]\d+)?)"
_NUMBER = rf"(?P<number>\d{{1,3}}(?:[{_SPACES}’']\d{{3}})+(?!\d)(?:[.,]\d+)?|\d+(?:[.,]\d+)*)"
_FIGURE = re.compile(f"{_DATE_BY_NUMBERS}|{_TIME}|{_CODE}|{_NUMBER}", flags=re.IGNORECASE)
_ALIKE = str.maketrans("АВЕКМНОРСТУХІЅЈ", "ABEKMHOPCTYXISJ")
_THOUSAND = 3  # digits of a group
_NOON = 12
# Day and month by name, either first; endings hang on both: 12-мартта, 12-nji mart, 12th of March.
_NAMED_DATES = [
    re.compile(pattern)
    for pattern in (
        r"(?<![\d.,:])\b(?P<day>\d{1,2})[-–\s.]{0,2}(?P<month>[^\W\d_]{3,})",
        r"(?<![\d.,:])\b(?P<day>\d{1,2})-?[^\W\d_]{1,4}\s(?:of\s)?(?P<month>[^\W\d_]{3,})",
        r"\b(?P<month>[^\W\d_]{3,})\.?\s+(?P<day>\d{1,2})(?![\d.,:]*\d)",
    )
]


def figures_in(text: str, *, language: str) -> list[Figure]:
    """Return the figures of the text; ``language`` is a code like ``tr`` or ``en-GB``."""
    short = language.partition("-")[0].lower()
    dates, rest = _without_named_dates(text, short)
    return [*dates, *_by_numbers(rest, short)]


def _without_named_dates(text: str, language: str) -> tuple[list[Figure], str]:
    """Take the dates whose month is a word out of the text."""
    found: list[Figure] = []

    def take(match: re.Match[str]) -> str:
        month = _month_named(match["month"], language)
        if not month:
            return match[0]
        found.append(_figure(match[0], ("date", (month, int(match["day"])))))
        return " "

    for pattern in _NAMED_DATES:
        text = pattern.sub(take, text)
    return found, text


def _month_named(word: str, language: str) -> int | None:
    spoken = _folded(word)
    months = _stems(language)
    return next((number for stem, number in months if spoken.startswith(stem)), None)


@cache
def _stems(language: str) -> list[tuple[str, int]]:
    """Return how the names of months begin in the language, the longest first; endings change."""
    with translation.override(language):
        names = {
            (_folded(str(name)), number)
            for table in (MONTHS, MONTHS_ALT, MONTHS_AP, MONTHS_3)
            for number, name in (
                table.items() if 1 in table else enumerate(table.values(), start=1)
            )
        }
    stems = {(_stem(name), number) for name, number in names}
    return sorted(stems, key=lambda pair: -len(pair[0]))


def _stem(name: str) -> str:
    """Cut the ending that Russian, Kazakh and Turkic cases change."""
    name = name.rstrip(".")
    return re.sub(r"[ьйяаыі]$", "", name) if len(name) > 3 else name  # noqa: PLR2004 -- май, мая


def _folded(word: str) -> str:
    return word.casefold().replace("i̇", "i").replace("ı", "i")


def _by_numbers(text: str, language: str) -> Iterator[Figure]:
    for match in _FIGURE.finditer(text):
        yield from _READERS[match.lastgroup or ""](match[0], language)


def _figure(text: str, *readings: Reading) -> Figure:
    return Figure(text.strip(), frozenset(readings))


def _iso(text: str, language: str) -> Iterator[Figure]:
    """Read a date as day and month, and its year as a number: so it is where the month is a word."""
    year, month, day = map(int, text.split("-"))
    yield _figure(text, ("date", (month, day)))
    yield _figure(str(year), ("number", Decimal(year)))


def _dotted(text: str, language: str) -> Iterator[Figure]:
    first, second, year = map(int, re.split(r"[./]", text))
    readings: list[Reading] = [("date", (second, first))]
    if "/" in text and language == "en":  # 3/12 is read both ways
        readings.append(("date", (first, second)))
    yield _figure(text, *readings)
    yield _figure(str(year), ("number", Decimal(year)))


def _time(text: str, language: str) -> Iterator[Figure]:
    hour, minute = [*re.findall(r"\d+", text), "0"][:2]
    value = int(hour)
    if letters := re.search(r"[ap]", text, flags=re.IGNORECASE):
        value = value % _NOON + (_NOON if letters[0].lower() == "p" else 0)
    yield _figure(text, ("time", (value, int(minute))))


def _number(text: str, language: str) -> Iterator[Figure]:
    readings: list[Reading] = [("number", value) for value in _values(text, language)]
    if clock := re.fullmatch(r"([01]?\d|2[0-3])\.([0-5]\d)", text):  # 18.00 is also a time
        readings.append(("time", (int(clock[1]), int(clock[2]))))
    yield _figure(text, *readings)


def _values(text: str, language: str) -> Iterator[Decimal]:
    plain = re.sub(rf"[{_SPACES}’']", "", text)
    marks = re.findall(r"[.,]", plain)
    if not marks:
        yield Decimal(plain)
        return
    if len(marks) == 1:
        yield from _values_of_one_mark(plain, marks[0], language)
    elif marks[-1] != marks[0]:  # the last of two kinds is the decimal mark
        whole, _mark, part = plain.rpartition(marks[-1])
        yield Decimal(f"{re.sub('[.,]', '', whole)}.{part}")
    else:
        yield Decimal(re.sub("[.,]", "", plain))


def _values_of_one_mark(text: str, mark: str, language: str) -> Iterator[Decimal]:
    """Read 1,250 as a thousand in English and as a fraction elsewhere; 1.250 elsewhere as either."""
    whole, _mark, part = text.partition(mark)
    may_be_thousands = len(part) == _THOUSAND and (mark == ("," if language == "en" else "."))
    if may_be_thousands:
        yield Decimal(whole + part)
    if not (may_be_thousands and language == "en"):
        yield Decimal(f"{whole}.{part}")


def _code(text: str, language: str) -> Iterator[Figure]:
    """A word with a capital and a digit is a code; any other word just has a number beside it."""
    letters = re.match(r"[^\W\d_]+", text)
    assert letters is not None  # the pattern began with one
    is_magnitude = len(letters[0]) == 1 and re.search(r"[.,]", text)  # M5.4
    if is_magnitude or not letters[0].isupper():
        for number in re.findall(r"\d+(?:[.,]\d+)?", text):
            yield from _number(number, language)
        return
    code = re.sub(r"[-–]", "", text.upper().translate(_ALIKE))
    readings: list[Reading] = [("code", code)]
    if digits := re.fullmatch(r"[^\W\d_][-–]?(\d+)", text):  # M6 may be a magnitude
        readings.append(("number", Decimal(digits[1])))
    yield _figure(text, *readings)


_READERS = {"iso": _iso, "dotted": _dotted, "time": _time, "code": _code, "number": _number}
