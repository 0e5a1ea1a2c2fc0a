"""The lines of a text, and those among them that belong to the page and not to the text."""

import re
from collections import Counter
from dataclasses import dataclass, replace
from itertools import pairwise, takewhile

from agreements.formats.markers import annex_marker, article_marker, division_marker, item_of
from agreements.formats.tree import Reason, Remark
from agreements.formats.vocabulary import FINAL_CLAUSE, names_instrument

MOST_LINES = 30_000
_RULE = re.compile(r"[\s_\-–—=~*·•.]{5,}|[_=~*]{3,}")
_PAGE_NUMBER = re.compile(
    r"(?:[-–—|\[(]\s*\d{1,4}\s*[-–—|\])]"
    r"|(?:page|p\.|sayfa|səhifə|стр\.?|страница|бет|bet|seite|oldal|s\.)\s*\d{1,4}(?:\s*(?:of|/|из|sur|von)\s*\d{1,4})?"
    r"|\d{1,4}\s*(?:/|of|из)\s*\d{1,4})",
    re.IGNORECASE,
)
_DIGITS_ALONE = re.compile(r"\d{1,4}")
_FOOTNOTE = re.compile(r"(?:[¹²³⁴⁵⁶⁷⁸⁹]+|\[\d{1,3}\]|\[\^[\w-]+\]:|\*{1,3}(?=[^*\s])|†)\s*\S")
_EDGE = 2  # lines at the head and the foot of a page among which running headers are looked for
_REPEATED = 3
_LONGEST_HEADER = 120


@dataclass(frozen=True, slots=True)
class Line:
    """
    A line that has words. ``has_gap``: a blank line or a page's end stands before it.

    ``is_whole``: it is a paragraph by itself, as in DOCX; ``level`` is that of a heading, 0 for none.
    """

    number: int
    text: str
    indent: int = 0
    width: int = 0
    has_gap: bool = False
    begins_page: bool = False
    is_whole: bool = False
    level: int = 0


def lines_of(text: str) -> list[Line]:
    """Return the lines that have words; a form feed ends a page."""
    found: list[Line] = []
    has_gap, begins_page = True, True
    for number, raw in enumerate(_split(text), start=1):
        for place, part in enumerate(raw.split("\f")):
            has_gap, begins_page = has_gap or place > 0, begins_page or place > 0
            line = _line(number, part, has_gap=has_gap, begins_page=begins_page and bool(found))
            has_gap = line is None
            if line:
                found.append(line)
                begins_page = False
    return found


def _line(number: int, raw: str, *, has_gap: bool, begins_page: bool) -> Line | None:
    """Return the line without the blanks around and inside it; None of a blank one."""
    shown = with_bullets(raw.expandtabs(4).replace("\xa0", " ").replace("\u2028", " "))
    words = " ".join(shown.split())
    if not words:
        return None
    indent = len(shown) - len(shown.lstrip())
    return Line(number, words, indent, len(shown.rstrip()), has_gap, begins_page)


def with_bullets(text: str) -> str:
    """Return the text with bullets for what is one in Word's own fonts of symbols (Symbol, Wingdings)."""
    return text.translate(_SYMBOLS)


_SYMBOLS = dict.fromkeys((0xF0B7, 0xF0A7, 0xF0D8, 0xF0FC, 0xF076, 0xF06C, 0xF06E), "•")


def _split(text: str) -> list[str]:
    return text.replace("\r\n", "\n").replace("\r", "\n").replace("\v", "\n").split("\n")


def without_furniture(lines: list[Line]) -> tuple[list[Line], list[Remark]]:
    """Return the lines of the text, and what is said of page numbers, running headers, footnotes and rules."""
    reasons: dict[int, Reason] = {}
    _mark_page_numbers(lines, reasons)
    _mark_repeated(lines, reasons)
    _mark_footnotes(lines, reasons)
    for line in lines:
        if line.number not in reasons and _RULE.fullmatch(line.text):
            reasons[line.number] = Reason.RULE
    return kept_lines(lines, reasons)


def kept_lines(lines: list[Line], reasons: dict[int, Reason]) -> tuple[list[Line], list[Remark]]:
    """Part the lines by whether there is a reason to leave them out; where pages met, the next line says so."""
    kept: list[Line] = []
    remarks = []
    met = gap = False
    for line in lines:
        if reason := reasons.get(line.number):
            remarks.append(Remark(line.number, line.text, reason))
            met = met or line.begins_page or reason in _OF_PAGES
            gap = True
            continue
        if met or gap:
            kept.append(
                replace(line, begins_page=line.begins_page or met, has_gap=line.has_gap or gap)
            )
        else:
            kept.append(line)
        met = gap = False
    return kept, remarks


_OF_PAGES = frozenset({Reason.PAGE_NUMBER, Reason.RUNNING_HEADER, Reason.FOOTNOTE})


def _mark_page_numbers(lines: list[Line], reasons: dict[int, Reason]) -> None:
    decorated = [line for line in lines if _PAGE_NUMBER.fullmatch(line.text)]
    for line in decorated:
        reasons[line.number] = Reason.PAGE_NUMBER
    alone = [line for line in lines if _DIGITS_ALONE.fullmatch(line.text)]
    pages = {line.number for line in _counting_up(alone)}
    edges = {line.number for line in _page_edges(lines, {})}
    for line in alone:
        is_page = line.number in pages or line.number in edges
        reasons[line.number] = Reason.PAGE_NUMBER if is_page else Reason.NUMBER_ALONE


def _counting_up(lines: list[Line]) -> list[Line]:
    """Return the lines whose numbers go up by one, as pages do; numbers that stand side by side are a table's."""
    found: list[Line] = []
    for line, after in pairwise(lines):
        if int(after.text) == int(line.text) + 1 and after.number - line.number > _EDGE * 2:
            found += [line, after]
    return found


def _page_edges(lines: list[Line], reasons: dict[int, Reason]) -> list[Line]:
    """Return the first and last lines of each page, as far as pages are known."""
    left = [line for line in lines if line.number not in reasons]
    starts = {line.number for line in lines if line.begins_page}
    starts |= {
        after.number
        for line, after in pairwise(lines)
        if reasons.get(line.number) == Reason.PAGE_NUMBER
    }
    if not starts:
        return []
    begins = [index for index, line in enumerate(left) if _starts_within(left, index, starts)]
    edges = {near for index in [0, *begins] for near in range(index - _EDGE, index + _EDGE)}
    return [left[index] for index in sorted(edges | _tail(left)) if 0 <= index < len(left)]


def _starts_within(left: list[Line], index: int, starts: set[int]) -> bool:
    """Return whether a page began between the line before and this one, this one included."""
    before = left[index - 1].number if index else 0
    return any(number in starts for number in range(before + 1, left[index].number + 1))


def _tail(left: list[Line]) -> set[int]:
    return set(range(len(left) - _EDGE, len(left)))


def _mark_repeated(lines: list[Line], reasons: dict[int, Reason]) -> None:
    """Mark what stands at the edges of three pages or more, and what three times breaks into a sentence."""
    kept = _names(lines)
    edges = [line for line in _page_edges(lines, reasons) if _may_run(line.text)]
    counts = Counter(_shape(line.text) for line in edges)
    enough = min(_REPEATED, max(2, _page_count(lines, reasons)))
    for line in edges:
        if counts[_shape(line.text)] >= enough and line.number not in kept:
            reasons[line.number] = Reason.RUNNING_HEADER
    repeated = Counter(line.text for line in lines if _may_run(line.text))
    breaking = {
        line.text
        for before, line, after in zip(lines, lines[1:], lines[2:], strict=False)
        if repeated[line.text] >= _REPEATED and _breaks_in(before.text, line.text, after.text)
    }
    for line in lines:
        if line.text in breaking and line.number not in kept:
            reasons.setdefault(line.number, Reason.RUNNING_HEADER)


def _names(lines: list[Line]) -> set[int]:
    """Return the lines that name something, however often they are repeated: titles, what an annex is called."""
    found = {after.number for line, after in pairwise(lines) if annex_marker(line.text) is not None}
    # The title of an article below its number; another page may have begun with the same word.
    found |= {
        after.number
        for line, after in pairwise(lines)
        if not after.begins_page and (marker := article_marker(line.text)) and marker.is_bare
    }
    front = takewhile(lambda line: not (article_marker(line.text) or line.begins_page), lines[1:])
    titles = [line for line in [*lines[:1], *front] if names_instrument(line.text)]
    counts = Counter(line.text for line in lines)
    # A title that is repeated stays once, where no other line is the title.
    if titles and all(counts[line.text] > 1 for line in titles):
        found.add(titles[0].number)
    return found


def _page_count(lines: list[Line], reasons: dict[int, Reason]) -> int:
    """Return how many pages there are: by where they begin, or by their numbers, whichever says more."""
    begun = 1 + sum(line.begins_page for line in lines)
    numbers = [n for n, reason in reasons.items() if reason == Reason.PAGE_NUMBER]
    # Below the last number stands a page that has none, or nothing.
    goes_on = bool(lines) and (not numbers or lines[-1].number > max(numbers))
    return max(begun, len(numbers) + goes_on)


def _breaks_in(before: str, line: str, after: str) -> bool:
    """Return whether a sentence goes on over the line, which is none of it."""
    if line[0].islower() or line.endswith((".", ";", ":", ",")) or item_of(after):
        return False
    return before[-1].isalpha() and after[0].islower() and len(before) > _SENTENCE


_SENTENCE = 30


def _shape(text: str) -> str:
    return re.sub(r"\d+", "#", text)


def _may_run(text: str) -> bool:
    if len(text) > _LONGEST_HEADER or item_of(text) or text.endswith((";", ",")):
        return False
    if FINAL_CLAUSE.match(text):
        return False
    marker = article_marker(text) or division_marker(text) or annex_marker(text)
    return marker is None


def _mark_footnotes(lines: list[Line], reasons: dict[int, Reason]) -> None:
    """Mark what stands below a drawn line at a page's foot, and lines that begin as notes do."""
    has_pages = any(line.begins_page or reasons.get(line.number) in _PAGES_MEET for line in lines)
    is_below = False
    for before, line, after in zip([None, *lines], lines, [*lines[1:], None], strict=False):
        if is_below and _ends_notes(line, reasons, has_pages=has_pages):
            is_below = False
        if is_below or (line.number not in reasons and _is_note(line)):
            reasons.setdefault(line.number, Reason.FOOTNOTE)
        if (
            _is_note_rule(line)
            and after is not None
            and _opens_notes(before, after, has_pages=has_pages)
        ):
            is_below = True


_PAGES_MEET = frozenset({Reason.PAGE_NUMBER, Reason.RUNNING_HEADER})


def _ends_notes(line: Line, reasons: dict[int, Reason], *, has_pages: bool) -> bool:
    """Notes end with their page and before whatever has a number of its own; without pages at a gap, too."""
    if line.begins_page or reasons.get(line.number) in _PAGES_MEET or _is_heading(line.text):
        return True
    return not has_pages and line.has_gap and not _begins_note(line.text)


def _opens_notes(before: Line | None, after: Line, *, has_pages: bool) -> bool:
    """What a title or an article's number is underlined with is no line above notes."""
    if before is None or _is_heading(before.text) or before.level:
        return False
    if not has_pages and not before.text.endswith((".", ";", ":", ",", "?", "!")):
        return False  # a title may have no number of its own
    begin = _NOTE if has_pages else _BARE_NOTE
    return bool(begin.match(after.text)) and not _is_heading(after.text)


def _is_heading(text: str) -> bool:
    marker = article_marker(text) or division_marker(text) or annex_marker(text)
    return marker is not None and not (marker.rest and marker.rest[0].islower())


def _is_note(line: Line) -> bool:
    if line.text.endswith("*") or _is_heading(line.text.strip("*")):
        return False  # a line in bold letters
    return bool(_FOOTNOTE.match(line.text)) and not item_of(line.text)


def _is_note_rule(line: Line) -> bool:
    return bool(re.fullmatch(r"[_\-–—]{5,}", line.text))


def _begins_note(text: str) -> bool:
    return bool(_BARE_NOTE.match(text))


_NOTE = re.compile(r"(?:\d{1,3}|\*{1,3}|\(\d{1,3}\)|[¹²³⁴⁵⁶⁷⁸⁹]+|\[\d{1,3}\])[\s.)]*\S")
# "1 See the report", "* See": without pages a number with a sign is rather a paragraph's, or a party's.
_BARE_NOTE = re.compile(r"(?:\d{1,3}\s+[^\W\d_]|\*{1,3}\s*\w|[¹²³⁴⁵⁶⁷⁸⁹]+\s*\w|\[\d{1,3}\]\s*\w)")
