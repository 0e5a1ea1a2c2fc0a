"""What the machine checks find in one text: days, numerals, references, terms in quotes, languages, names."""

import re
from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from functools import lru_cache

from agreements.rules.concordance.words import (
    LANGUAGE_NAMES,
    LANGUAGE_WORDS,
    MONTHS,
    NUMBER_AFTER,
    NUMBER_FIRST,
    NUMBER_WORDS,
    ORDINAL,
    REFERENCE_WORDS,
)

# Every sign that is written for the apostrophe of Uzbek oʻ and of Turkish Ankara'da.
_APOSTROPHES = str.maketrans(dict.fromkeys("'’‘`´ʼ", "ʻ"))
_DOTLESS = frozenset({"tr", "az", "kk-Latn"})  # where I is the capital of ı
_ROMAN = {"i": 1, "ı": 1, "v": 5, "x": 10, "l": 50, "c": 100}
_LARGEST_DAY, _LARGEST_MONTH = 31, 12


def lowered(text: str, tag: str) -> str:
    """Return the text in small letters by the rule of its language, with one sign for every apostrophe."""
    if tag in _DOTLESS:
        text = text.replace("I", "ı")
    return text.replace("İ", "i").lower().translate(_APOSTROPHES)


@dataclass(frozen=True)
class Day:
    """A day of a calendar; ``year`` is 0 where none is said."""

    year: int
    month: int
    day: int

    def __str__(self) -> str:
        if not self.year:
            return f"--{self.month:02}-{self.day:02}"  # ISO 8601 for a day of any year
        return f"{self.year:04}-{self.month:02}-{self.day:02}"


@dataclass(frozen=True, order=True)
class Reference:
    """What a text refers to: an article, paragraph, point, annex or chapter, and its number in figures."""

    kind: str
    number: str

    def __str__(self) -> str:
        return f"{self.kind} {self.number}"


@dataclass(frozen=True)
class Read:
    """One text, read: Counters of what stands in it; ``words`` are numbers in words."""

    days: Counter[str]
    references: Counter[Reference]
    figures: Counter[str]
    words: Counter[str]


def read(text: str, tag: str) -> Read:
    """Return what stands in the text; each figure is counted once: as part of a day, of a reference, or by itself."""
    low = lowered(text, tag)
    days, rest = _days(low, tag)
    references, rest = _references(rest, tag)
    figures = Counter(_figure(found) for found in _FIGURES.findall(rest))
    words: Counter[str] = Counter()
    if pattern := _number_words(tag):
        words.update(_value(found.group(), tag) for found in pattern.finditer(rest))
    return Read(days, references, figures, words)


# ── days ────────────────────────────────────────────────────────────────────────────────────────

_NUMERIC_DAY = re.compile(r"(?<![\d.])(\d{1,2})[./](\d{1,2})[./](\d{4})(?!\d)")
_ISO_DAY = re.compile(r"(?<!\d)(\d{4})-(\d{2})-(\d{2})(?!\d)")
_BEHIND_DAY = r"(?:\s?[-–]?\s?[^\W\d]{1,4})?"  # 6-njy, 6-ноябры, 6-ci, 6th


@lru_cache(maxsize=32)
def _day_patterns(tag: str) -> tuple[re.Pattern[str], ...]:
    months = "|".join(f"(?P<m{number}>{stem})" for number, stem in enumerate(MONTHS[tag], start=1))
    month = rf"(?<!\w)(?:{months})[^\W\d]*"
    day = rf"(?<!\d)(?P<day>\d{{1,2}})(?!\d){_BEHIND_DAY}"
    year = r"(?P<year>\d{4})(?!\d)"
    return (
        # 2024 жылғы 6 қараша, 2024-yil 6-noyabr, 2024. november 6.
        re.compile(rf"{year}[^\d]{{1,12}}?{day}[\s.,-]*{month}"),
        re.compile(rf"{year}[^\d]{{1,8}}?{month}\s*{day}"),
        # 6 November 2024; November 6, 2024
        re.compile(rf"{day}[\s.-]*(?:day\sof\s|of\s)?{month}[\s.,-]*{year}"),
        re.compile(rf"{month}\s*{day}[\s,.]*{year}"),
        re.compile(rf"{day}[\s.-]*{month}"),
        re.compile(rf"{month}\s*{day}") if tag in ("en", "hu") else re.compile(r"(?!)"),
    )


def _days(low: str, tag: str) -> tuple[Counter[str], str]:
    """Return the days and the text without them; a month's name without a number is a word."""
    found: Counter[str] = Counter()

    def numeric(match: re.Match[str], order: tuple[int, int, int]) -> str:
        year, month, day = (int(match[place]) for place in order)
        return _counted(found, Day(year, month, day), match.group())

    rest = _ISO_DAY.sub(lambda match: numeric(match, (1, 2, 3)), low)
    rest = _NUMERIC_DAY.sub(lambda match: numeric(match, (3, 2, 1)), rest)
    for pattern in _day_patterns(tag) if tag in MONTHS else ():
        rest = pattern.sub(lambda match: _said_day(found, match), rest)
    return found, rest


def _said_day(found: Counter[str], match: re.Match[str]) -> str:
    groups = match.groupdict()
    month = next(n for n in range(1, _LARGEST_MONTH + 1) if groups.get(f"m{n}"))
    day = Day(int(groups.get("year") or 0), month, int(groups["day"]))
    return _counted(found, day, match.group())


def _counted(found: Counter[str], day: Day, said: str) -> str:
    """Count a day and leave a blank in its place; what no calendar has stays as it is."""
    if not (1 <= day.month <= _LARGEST_MONTH and 1 <= day.day <= _LARGEST_DAY):
        return said
    found[str(day)] += 1
    return " ¦ "


# ── references ──────────────────────────────────────────────────────────────────────────────────

_NUMBER = r"(?:\d{1,3}(?:\s(?:bis|ter))?|[iıvxlc]{1,6}(?![^\Wʻ]))"
_PARTS = (
    r"(?:\s?(?:,|-|–|and|or|to|и|или|ve|veya|və|və ya|және|jäne|мен|жана|же|va|ва|we|és|vagy)\s?)"
)
# The ordinal goes with its number: the "ci" of "5 inci" is no Roman one.
_ONE = re.compile(rf"(?<!\w)({_NUMBER}){ORDINAL}")
# The number of a point is a letter, in another alphabet in each language: its place is not compared.
_COMPARED_KINDS = ("article", "paragraph", "annex", "chapter")


@lru_cache(maxsize=32)
def _reference_patterns(tag: str) -> tuple[tuple[str, re.Pattern[str]], ...]:
    found = []
    for kind in _COMPARED_KINDS:
        word = REFERENCE_WORDS[tag][kind]
        one = rf"{_NUMBER}{ORDINAL}"
        series = rf"(?P<numbers>{one}(?:\.?{_PARTS}{one})*)(?![^\Wʻ])"
        if tag in NUMBER_FIRST:
            found.append((kind, re.compile(rf"(?<!\w){series}\.?\s?[-–]?\s?(?:{word})(?!\w)")))
        if tag in NUMBER_AFTER:
            found.append((kind, re.compile(rf"(?<!\w)(?:{word})\.?[\s-]+№?\s?{series}")))
    return tuple(found)


def _references(low: str, tag: str) -> tuple[Counter[Reference], str]:
    found: Counter[Reference] = Counter()
    rest = low
    for kind, pattern in _reference_patterns(tag) if tag in REFERENCE_WORDS else ():

        def note(match: re.Match[str], kind: str = kind) -> str:
            for number in _ONE.finditer(match["numbers"]):
                found[Reference(kind, _in_figures(number[1]))] += 1
            return " ¦ "

        rest = pattern.sub(note, rest)
    return found, rest


def _in_figures(number: str) -> str:
    if number[0].isdigit():
        return number
    values = [_ROMAN[letter] for letter in number]
    after = [*values[1:], 0]
    return str(sum(-v if v < a else v for v, a in zip(values, after, strict=True)))


# ── numerals ────────────────────────────────────────────────────────────────────────────────────

_FIGURES = re.compile(r"(?<![\w.])\d[\d\s.,\u00a0\u202f]*\d(?![\d])|(?<!\d)\d(?!\d)")
_GROUPED = re.compile(r"\d{1,3}(?:[\s.,\u00a0\u202f]\d{3})+")


def _figure(said: str) -> str:
    """Return 25000 of "25 000", "25,000" and "25.000"; 2.5 of "2,5"."""
    if _GROUPED.fullmatch(said):
        return re.sub(r"\D", "", said)
    return re.sub(r"[\s\u00a0\u202f]+", " ", said).replace(",", ".").rstrip(". ")


@lru_cache(maxsize=32)
def _number_words(tag: str) -> re.Pattern[str] | None:
    if tag not in NUMBER_WORDS:
        return None
    words = sorted(
        (word for forms in NUMBER_WORDS[tag].values() for word in forms.split("|")),
        key=len,
        reverse=True,
    )
    # "on" is ten in Turkish, and "hat" six in Hungarian: as parts of other words they are nothing.
    return re.compile(rf"(?<![\wʻ-])(?:{'|'.join(words)})(?![\wʻ-])")


@lru_cache(maxsize=2048)
def _value(word: str, tag: str) -> str:
    values = NUMBER_WORDS[tag].items()
    return next((str(value) for value, forms in values if re.fullmatch(forms, word)), "")


# ── terms and names ─────────────────────────────────────────────────────────────────────────────

_QUOTED = re.compile(r"[“«„\"](?P<term>[^“”«»„\"\n]{2,80})[”»“\"]")
_FEWEST_LETTERS = 3
_ENDING = 3  # letters that a case may change at a word's end
_SHORT = 5


def terms(text: str) -> list[str]:
    """Return the terms in quotes, in their order."""
    return [found["term"].strip(" ,.;:") for found in _QUOTED.finditer(text)]


def says(text: str, phrase: str, tag: str) -> bool:
    """Return whether a text has the words of a phrase, in whatever case they stand."""
    words = re.findall(r"[\wʻ]+", lowered(text, tag))
    wanted = re.findall(r"[\wʻ]+", lowered(phrase, tag))
    return bool(wanted) and all(any(word.startswith(stem) for word in words) for stem in map(_stem, wanted))  # fmt: skip


def _stem(word: str) -> str:
    """Return the part of a word that no case changes: all of a short one, else all but its end."""
    if len(word) <= _FEWEST_LETTERS:
        return word
    return word[:-1] if len(word) <= _SHORT else word[: max(_SHORT - 1, len(word) - _ENDING)]


def has_phrase(text: str, phrase: str, tag: str) -> bool:
    """Return whether a text has the phrase itself, whole words in their order, but for an ending of the last."""
    pattern = re.escape(lowered(phrase, tag))
    return re.search(rf"(?<!\w){pattern}", lowered(text, tag)) is not None


def languages_named(text: str, tag: str) -> set[str]:
    """Return the languages (ISO 639-1) that a testimonium names as those of the text."""
    if tag not in LANGUAGE_NAMES:
        return set()
    low = lowered(text, tag)
    if not re.search(LANGUAGE_WORDS[tag], low):
        return set()
    parts = [part for part in re.split(r"[.;\n]", low) if re.search(LANGUAGE_WORDS[tag], part)]
    names = LANGUAGE_NAMES[tag].items()
    return {
        code
        for code, stems in names
        if any(re.search(rf"(?<!\w)(?:{stems})", part) for part in parts)
    }


def parties_named(text: str, names: Mapping[str, Iterable[str]], tag: str) -> set[str]:
    """Return the keys of those of whom one of the names stands in the text."""
    return {key for key, said in names.items() if any(says(text, name, tag) for name in said)}
