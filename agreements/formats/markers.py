"""What a line may begin with: an article's number, a division's, an annex's, an item of a list."""

import re
from dataclasses import dataclass, replace
from functools import lru_cache

from agreements.formats.numbers import NUMBER_WORDS, Value, letter_value, roman_value, value_of
from agreements.formats.tree import Kind
from agreements.formats.vocabulary import (
    ANNEX_LIKE_WORDS,
    ANNEX_WORDS,
    ARTICLE_WORDS,
    DIVISION_WORDS,
    REFERENCE_TAIL,
)

_SUFFIX = r"(?:\s*\(?(?:bis|ter|quater|quinquies|sexies|septies|octies|novies|decies)\b\)?|[-–]?[A-Za-zА-Я](?!\w)|[-–./]\d{1,3}(?!\w))?"
_NUMBER = rf"(?:\d{{1,4}}(?:er|re|°|º)?|(?:{NUMBER_WORDS})\b|[IVXLCDM]{{1,9}}(?!\w)|[ivxlcdm]{{1,9}}(?!\w))(?!\d){_SUFFIX}"
_LETTER_NUMBER = rf"(?:{_NUMBER}|[A-ZА-Я](?![\w.]))"
_ORDINAL = r"(?:[-–]?\s?(?:ci|cı|cu|cü|nci|ncı|ncu|ncü|inci|nji|njy|sinci|йм|ші|шы|чи|чү|я|ая)\.?)?"
_SIGN = r"(?:[№#]|nr\.?|no\.?|n°|nº)?\s?"


@dataclass(frozen=True, slots=True)
class Marker:
    """The beginning of a line that opens something; ``rest`` is what stands behind it on the line."""

    kind: Kind
    word: str
    number: str
    value: Value | None
    rest: str
    rank: int = 0
    # A full stop, dash or colon stands between the number and the rest.
    is_parted: bool = False
    # Of additional and provisional articles, which are counted by themselves: "Ek", "Geçici".
    series: str = ""

    @property
    def is_bare(self) -> bool:
        """Nothing stands behind the number, or only what opens a bracket around all of it."""
        return self.rest in ("", "[")


@dataclass(frozen=True, slots=True)
class Item:
    """The beginning of an item: ``style`` is the form of its number, "(a)" or "1."."""

    opening: str
    number: str
    closing: str
    text: str

    @property
    def is_bullet(self) -> bool:
        return self.number in _BULLETS

    def values(self) -> dict[str, int]:
        """Return what the number may be, by the row of numbers it would stand in."""
        base = re.sub(r"\s*(?:bis|ter|quater)$", "", self.number)
        if base.replace(".", "").isdigit():
            return {"digit": int(base.rpartition(".")[2])}
        found = {}
        case = "upper" if base[:1].isupper() else "lower"
        if (letter := letter_value(base)) is not None:
            found[f"{case} letter"] = letter
        if (roman := roman_value(base)) is not None:
            found[f"{case} roman"] = roman
        return found


def _words(words: object) -> str:
    ordered = sorted((str(word) for word in words), key=len, reverse=True)  # type: ignore[attr-defined]
    return "|".join(re.escape(word) for word in ordered)


@lru_cache(maxsize=64)
def _marker_pattern(words: tuple[str, ...], number: str) -> re.Pattern[str]:
    """Match a word and its number in either order, then a sign that parts them from the rest."""
    either = _words(words)
    return re.compile(
        rf"(?P<open>\[?)\s*(?:"
        rf"(?P<word>{either})(?!\w)\.?(?:\s|[-–(](?=\d|[A-ZА-Я](?!\w))|(?=[\d§№#:–—.])|(?=$))\s*{_SIGN}(?P<number>\[?{number}\]?)?"
        rf"|(?P<before>{number}){_ORDINAL}\.?\s?[-–]?\s?(?:{_SIGN}|nömrəli\s)(?P<after>{either})(?!\w)"
        rf"|(?P<sign>§)\s*(?P<signed>{number})"
        rf")(?P<close>\]?)\)?(?P<parting>\s*[.:–—-]+(?:\s*[–—-])?(?=\s|$|[^\w\s])|\s*[–—:](?=\w)|\.(?=[^\W\d_])|(?=\s|$|\())\s*(?P<rest>.*)",
        re.IGNORECASE | re.DOTALL,
    )


# Turkish law: articles that were added, and those that hold for a time, have numbers of their own.
_SERIES = re.compile(
    r"(?P<open>\[?\s*)(?P<series>EK|Ek|GEÇİCİ|Geçici)\s+(?=MADDE|Madde)", re.UNICODE
)
_SERIES_NAMES = {"e": "Ek", "g": "Geçici"}


def article_marker(line: str, *, like: tuple[str, ...] = ()) -> Marker | None:
    """Return the article that the line would open; ``like`` are other words for it: rule, clause, section."""
    if not like and (found := _SERIES.match(line)):
        marker = article_marker(f"{found['open']}{line[found.end() :]}")
        name = _SERIES_NAMES[found["series"][0].lower()]
        return marker and replace(marker, number=f"{name} {marker.number}", series=name)
    words = like or tuple(ARTICLE_WORDS)
    found = _marker_pattern(words, _NUMBER).match(line)
    if not found or not _is_capital(found) or (found["sign"] and not like and not _opens(found)):
        return None
    number = _number(found)
    if not number:
        return None
    return _marker(Kind.ARTICLE, found, number)


def _opens(found: re.Match[str]) -> bool:
    """A "§ 5" alone, or with a title behind it: German laws number their articles so."""
    return bool(found["rest"]) and not found["rest"][0].islower() and not found["rest"][0].isdigit()


def division_marker(line: str, *, kyrgyz: bool = False) -> Marker | None:
    """Return the part, chapter or section that the line would open; "бап" is a Kyrgyz chapter, a Kazakh article."""
    words = (*DIVISION_WORDS, "бап") if kyrgyz else tuple(DIVISION_WORDS)
    found = _marker_pattern(words, _LETTER_NUMBER).match(line)
    if not found or found["sign"] or not _is_capital(found):
        return None
    number = _number(found)
    if not number:
        return None
    word = (found["word"] or found["after"] or "").lower().replace("i̇", "i")
    kind, rank = DIVISION_WORDS.get(word, (Kind.CHAPTER, 3))
    return _marker(kind, found, number, rank=rank)


def annex_marker(line: str, *, is_over: bool = False) -> Marker | None:
    """Return the annex that the line would open; ``is_over``: the articles are, so a protocol may be one."""
    words = (*ANNEX_WORDS, *ANNEX_LIKE_WORDS) if is_over else ANNEX_WORDS
    found = _marker_pattern(words, _LETTER_NUMBER).match(line)
    if not found or found["sign"] or not _is_capital(found):
        return None
    return _marker(Kind.ANNEX, found, _number(found))


def _marker(kind: Kind, found: re.Match[str], number: str, *, rank: int = 0) -> Marker:
    rest = found["rest"].strip()
    is_closed = found["close"] or (found["number"] or "").endswith("]") or "]" in rest
    if found["open"] and not is_closed:
        rest = f"[{rest}"
    word = found["word"] or found["after"] or found["sign"] or ""
    return Marker(
        kind, word.lower(), number, value_of(number), rest, rank, bool(found["parting"].strip())
    )


def _number(found: re.Match[str]) -> str:
    return (found["number"] or found["before"] or found["signed"] or "").strip("[] ")


def _is_capital(found: re.Match[str]) -> bool:
    """A heading begins with a capital, a number or a sign; "article 5" at a line's start is a reference."""
    return not (found["word"] or "A")[0].islower()


def is_reference(marker: Marker) -> bool:
    """Return whether what stands behind the number belongs to a sentence, not to a heading."""
    rest = marker.rest
    if not rest or marker.is_parted:
        return False
    if rest[0] in ",;)'’/&…" or rest[0].islower():
        return True
    if found := re.match(
        r"\(\w{1,4}\)\s*(.?)", rest
    ):  # "Article 5(2) applies", but "Madde 5 (1) Bu …"
        return not found[1].isupper()
    return bool(REFERENCE_TAIL.match(rest))


# ── items ───────────────────────────────────────────────────────────────────────────────────────

_BULLETS = frozenset("—–-−•·▪●○◦*‣■□➢✓")
_BULLET = re.compile(
    rf"(?P<number>[{re.escape(''.join(_BULLETS))}])(?:\s+|(?=[^\W\d_]))(?P<text>.*)", re.DOTALL
)
_ITEM = re.compile(
    r"(?P<open>[(\[]?)(?P<number>\d{1,3}(?:\.\d{1,3}){0,4}|[a-zа-яё]{1,2}|[ivxlc]{1,8}|[A-ZА-ЯЁ]|[IVXLC]{1,8}|[çğıöşüəäñňžýәғқңөұүһіўҳ]|[ÇĞİÖŞÜƏÄÑŇŽÝӘҒҚҢӨҰҮҺІЎҲ]|[og][ʻ‘])"
    r"(?P<suffix>\s?(?:bis|ter|quater))?"
    r"(?P<close>\.\)|\.[-–—](?=\s)|[.)\]]|°)(?P<blank>\s+|$|(?=[^\W\d_])|(?=[“«\"„‘(\[]))(?P<text>.*)",
    re.DOTALL,
)
_BARE_ITEM = re.compile(r"(?P<number>\d{1,2}|[a-z])\s+(?P<text>[“«\"„\[(]?[^\W\d_].*)", re.DOTALL)
_PARAGRAPH_SIGN = re.compile(r"§\s?(?P<number>\d{1,2})\.?\s+(?P<text>.*)", re.DOTALL)
_LONG_ITEM = re.compile(r"(?P<number>\d{1,3}(?:\.\d{1,3}){1,4})\s+(?P<text>\S.*)", re.DOTALL)


def item_of(line: str) -> Item | None:
    """Return the item that the line would begin: "1.", "(1)", "1)", "(a)", "iv.", "1.2", "—"."""
    if found := _BULLET.match(line):
        return Item("", found["number"], "", found["text"].strip())
    found = _ITEM.match(line)
    if found and not _is_no_item(found):
        return Item(
            found["open"], f"{found['number']}{found['suffix'] or ''}", found["close"], found["text"].strip()
        )  # fmt: skip
    if found := _LONG_ITEM.match(line):
        return Item("", found["number"], "", found["text"].strip())
    if found := _PARAGRAPH_SIGN.match(line):
        return Item("§", found["number"], "", found["text"].strip())
    return None


def _is_no_item(found: re.Match[str]) -> bool:
    opening, closing = found["open"], found["close"]
    if (opening == "[" and closing != "]") or (opening == "(" and closing != ")"):
        return True
    if closing == "]" and opening != "[":
        return True
    if opening == "[" and found["number"].isdigit():  # a footnote, or words in brackets
        return True
    if closing == "." and not found["blank"] and not found["number"][-1].isdigit():
        return True  # U.S., e.g.
    is_pair = len(found["number"]) == len("no")  # "No. 5", "al. 2"
    return closing == "." and is_pair and roman_value(found["number"]) is None and not found["number"].isdigit()  # fmt: skip


def bare_item(line: str) -> Item | None:
    """Return an item without a sign, as treaties of the Council of Europe write it: "1 Each Party …"."""
    found = _BARE_ITEM.match(line)
    return Item("", found["number"], "", found["text"].strip()) if found else None
