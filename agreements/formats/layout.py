"""From lines to blocks: a heading, an item of a list or a paragraph each, put together where a line only wrapped."""

import re
from bisect import bisect_left
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, replace
from itertools import pairwise

from agreements.formats.lines import Line
from agreements.formats.markers import (
    Item,
    Marker,
    annex_marker,
    article_marker,
    division_marker,
    is_reference,
    item_of,
)
from agreements.formats.numbers import Value, follows, value_of
from agreements.formats.tree import Kind
from agreements.formats.vocabulary import (
    ARTICLE_LIKE_WORDS,
    ARTICLE_WORDS,
    CONNECTORS,
    PREAMBLE_WORDS,
    SIGNATORY,
    TESTIMONIUM,
)
from ots_portal.texts.fields import MAX_LENGTH

_WIDEST = 140  # letters in a line beyond which nobody wraps by hand
_FULLEST = (
    0.88  # of the width: a line that long may have been broken by a program that measures in points
)
_SENTENCE_LINES = 4


@dataclass(slots=True)
class Block:
    """A heading, an item or a paragraph, and the lines that it was put together of."""

    lines: list[Line]
    text: str
    marker: Marker | None = None
    item: Item | None = None
    is_final: bool = False
    is_preamble_heading: bool = False
    has_gap: bool = False
    level: int = 0

    @property
    def line(self) -> int:
        return self.lines[0].number

    @property
    def last(self) -> Line:
        return self.lines[-1]

    @property
    def is_heading(self) -> bool:
        return self.marker is not None or self.level > 0 or self.is_preamble_heading


def is_terminal(text: str) -> bool:
    """Return whether a sentence or an item may end here."""
    bare = text.rstrip("\"'”’»“)] ")
    return bare.endswith((".", ";", ":", "?", "!", "…")) or bool(_LIST_GOES_ON.search(text[-_END:]))


# What a line ends with is looked for in its last letters: a search from the front would try each of them.
_END = 60
_LIST_GOES_ON = re.compile(
    r"[;,]\s*(?:and|or|and/or|et|ou|und|oder|и|или|ve|veya|və|va|yoki|жана|және|мен|és|vagy)$"
)


def blocks_of(lines: list[Line]) -> list[Block]:
    return _Layout(lines).blocks()


def with_parted_numbers(lines: list[Line]) -> list[Line]:
    """Put an article's number behind its word where it stands on a line of its own."""
    found: list[Line] = []
    for line in lines:
        word = found[-1].text.lower().replace("i̇", "i") if found else ""
        number = line.text.strip(".–-— []")
        if word in ARTICLE_WORDS and found[-1].text[0].isupper() and value_of(number):
            found[-1] = replace(found[-1], text=f"{found[-1].text} {line.text}")
        else:
            found.append(line)
    return found


class _Layout:
    def __init__(self, lines: list[Line]) -> None:
        self.lines = lines
        self.width, self.is_exact = _wrapping(lines)
        words = Counter(
            marker.word
            for line in lines
            if (marker := article_marker(line.text)) and not is_reference(marker)
        )
        self.is_kyrgyz = "берене" in words
        self.like_words = () if words else _like_words(lines)
        self.numbered = set() if words or self.like_words else _numbered_headings(lines)
        self.vocabulary = Counter(
            re.findall(r"[^\W\d_]+(?:-[^\W\d_]+)*", " ".join(line.text.lower() for line in lines))
        )
        self.last_article: Value | None = None
        self.is_fresh = True  # no article yet, or a division or annex began since the last one
        self.has_articles = self.is_over = self.in_annex = False
        self.final_from = self._final_from()
        self.last_said = self._last_said()

    # ── the way through the lines ───────────────────────────────────────────────────────────────

    def blocks(self) -> list[Block]:
        found: list[Block] = []
        for index, line in enumerate(self.lines):
            before = found[-1] if found else None
            block = self._opened(index, line, before)
            if block:
                found.extend(_split_run_in(block))
            elif before and self._joins(before, line):
                self._join(before, line)
            else:
                found.append(_plain(line))
        return found

    def _opened(self, index: int, line: Line, before: Block | None) -> Block | None:
        """Return the block that the line opens by what it begins with; None of plain words."""
        if self._is_preamble_heading(line):
            return Block([line], line.text, is_preamble_heading=True, has_gap=line.has_gap)
        marker = self._marker(index, line, before)
        if marker:
            self._note(marker)
            return Block([line], marker.rest, marker, has_gap=line.has_gap, level=line.level)
        if self._is_final(line, before):
            self.is_over = True
            return replace(_plain(line), is_final=True, item=None)
        item = item_of(line.text)
        if item and self._begins_item(line, before):
            return replace(_plain(line), item=item)
        return None

    def _note(self, marker: Marker) -> None:
        self.is_over = False
        if marker.series:
            self.has_articles = True
            return
        if marker.kind == Kind.ARTICLE:
            self.last_article, self.is_fresh, self.has_articles = marker.value, False, True
            return
        self.is_fresh = True
        if marker.kind == Kind.ANNEX:
            self.last_article, self.in_annex = None, True

    def _is_preamble_heading(self, line: Line) -> bool:
        return (
            not self.has_articles
            and line.text.strip(" .:").lower().replace("i̇", "i") in PREAMBLE_WORDS
        )

    # ── headings ────────────────────────────────────────────────────────────────────────────────

    def _marker(self, index: int, line: Line, before: Block | None) -> Marker | None:
        if line.number in self.numbered:
            return _numbered_marker(line.text)
        article = self._article(line.text)
        if article:
            return article if self._is_article(article, index, line, before) else None
        division = division_marker(line.text, kyrgyz=self.is_kyrgyz)
        if division:
            return division if self._is_division(division, index, line, before) else None
        annex = annex_marker(line.text, is_over=self.is_over or self.in_annex)
        if annex and self._is_annex(annex, index, line, before):
            return annex
        return None

    def _article(self, text: str) -> Marker | None:
        marker = article_marker(text)
        if marker and self.is_kyrgyz and marker.word == "бап":
            return None
        if marker is None and self.like_words:
            marker = article_marker(text, like=self.like_words)
        return marker if marker and marker.value else None

    def _is_article(  # noqa: PLR0911 -- each line a reason
        self, marker: Marker, index: int, line: Line, before: Block | None
    ) -> bool:
        if is_reference(marker):
            return False
        if line.level:
            return True
        is_expected = bool(marker.series) or self._is_expected(marker.value)
        if marker.is_bare and self._goes_on_small(index):
            return False
        if _is_broken_off(before):
            # Words are missing there, or a page parts the sentence from what it refers to.
            return is_expected and marker.is_bare and line.has_gap and not line.begins_page
        if self._is_open(before, line):
            return is_expected and self._may_stand_behind(before, line)
        if marker.rest[:1].islower() and not is_expected:
            return False
        if is_expected or marker.is_bare:
            return True
        return line.has_gap and (marker.is_parted or not is_terminal(marker.rest))

    def _is_expected(self, value: Value | None) -> bool:
        if value is None:
            return False
        if self.last_article is None:
            return True
        return follows(value, self.last_article) or (self.is_fresh and value == (1, 0))

    def _goes_on_small(self, index: int) -> bool:
        """Return whether the next line goes on in small letters, as behind a reference."""
        after = self.lines[index + 1] if index + 1 < len(self.lines) else None
        return after is not None and not after.has_gap and ((after.text[0].islower() and not item_of(after.text)) or after.text[0] in ",;)")  # fmt: skip

    def _is_open(self, before: Block | None, line: Line) -> bool:
        """Return whether the line might go on a sentence of the block before."""
        if before is None or line.has_gap or before.last.is_whole:
            return False
        return not before.is_heading and not is_terminal(before.last.text)

    def _may_stand_behind(self, before: Block | None, line: Line) -> bool:
        assert before is not None
        if before.last.text.endswith((",", "-")):
            return False
        return not self.width or self._is_deliberate(before.last, line)

    def _is_division(self, marker: Marker, index: int, line: Line, before: Block | None) -> bool:
        if is_reference(marker) or marker.rest[:1].islower() or _is_broken_off(before):
            return False
        if line.level:
            return True
        if marker.is_bare and self._goes_on_small(index):
            return False
        if is_terminal(marker.rest) and len(marker.rest) > _SHORT_TITLE:
            return False
        return not self._is_open(before, line) or self._may_stand_behind(before, line)

    def _is_annex(self, marker: Marker, index: int, line: Line, before: Block | None) -> bool:
        if not (self.has_articles or self.in_annex or line.level) or _is_broken_off(before):
            return False
        rest = marker.rest
        if self._is_open(before, line) and not self._may_stand_behind(before, line):
            return False
        if rest and not marker.is_parted and (rest[0].islower() or rest[0] in ",;)'’"):
            return bool(BELONGS_TO.match(rest)) and not self._is_sentence(index)
        if not marker.number and rest and not marker.is_parted:
            return line.text.isupper() and not self._is_sentence(index)
        if not marker.number and not (
            line.has_gap or line.level or line.text.isupper() or line.is_whole or not self.width
        ):
            return False
        return not (rest and self._is_sentence(index))

    def _is_sentence(self, index: int) -> bool:
        """Return whether the words that begin here end with a full stop before anything else begins."""
        for line, after in pairwise([*self.lines[index : index + _SENTENCE_LINES], None]):
            assert line is not None
            if is_terminal(line.text):
                return not line.text.endswith(":")
            if after is None or after.has_gap or (self.width and self._is_deliberate(line, after)):
                return False
            if line.is_whole or not self.width:
                return False
        return False

    # ── the end of the text ─────────────────────────────────────────────────────────────────────

    def _final_from(self) -> int:
        """Return the number of the last line that looks like an article's heading before the first annex behind it."""
        last = 0
        for line in self.lines:
            marker = self._article(line.text)
            if marker and not is_reference(marker):
                last = line.number
            elif (
                last
                and (annex := annex_marker(line.text))
                and not is_reference(annex)
                and line.text.isupper()
            ):
                break
        return last

    def _is_final(self, line: Line, before: Block | None) -> bool:
        if not self.has_articles or self.in_annex or line.number < self.final_from:
            return False
        if before and before.is_final and not self._joins(before, line):
            return True
        if not (TESTIMONIUM.match(line.text) or self._is_signatory(line)):
            return False
        return not (self._is_open(before, line) and not self._may_stand_behind(before, line))

    def _is_signatory(self, line: Line) -> bool:
        """A name to sign under: short, no sentence, and none behind it up to the next annex."""
        if len(line.text) > _LONGEST_NAME or not SIGNATORY.match(line.text):
            return False
        return not _says_something(line.text) and line.number > self._said_until(line.number)

    def _said_until(self, number: int) -> int:
        """Return the number of the last line with a sentence or an item before the annex behind this line."""
        place = bisect_left(self.last_said, (number, 0))
        return self.last_said[place][1] if place < len(self.last_said) else 0

    def _last_said(self) -> list[tuple[int, int]]:
        """Return pairs of the numbers of each annex, and of the last line before it that says something."""
        found, last = [], 0
        for line in self.lines:
            if annex_marker(line.text):
                found.append((line.number, last))
            elif _says_something(line.text) or _is_numbered(line.text):
                last = line.number
        return [*found, (self.lines[-1].number + 1, last)] if self.lines else []

    # ── items and wrapped lines ─────────────────────────────────────────────────────────────────

    def _begins_item(self, line: Line, before: Block | None) -> bool:  # noqa: PLR0911 -- each line a reason
        if before is None or line.is_whole:
            return True
        if before.item and not before.item.text and before.text == before.last.text:
            return False
        if line.has_gap:
            return not (line.begins_page and _is_broken_off(before))
        if not self._is_open(before, line):
            return True
        if before.last.text.endswith(",") and item_of(line.text):
            return not self.width or self._is_deliberate(before.last, line)
        if _is_broken_off(before):
            return False
        return not self.width or self._is_deliberate(before.last, line)

    def _joins(self, before: Block, line: Line) -> bool:  # noqa: C901, PLR0911 -- each line a reason
        """Return whether the line only wraps the block before."""
        if before.item and not before.item.text and before.text == before.last.text:
            return True  # "(a)" on a line of its own
        if before.is_preamble_heading or line.is_whole or line.level or before.level:
            return False
        if len(before.text) > MAX_LENGTH:
            return False  # no provision is that long
        if before.marker and before.marker.is_bare:
            return False
        last = before.last.text
        is_small = line.text[0].islower()
        if line.begins_page and _is_broken_off(before):
            return True  # a page parts the sentence
        if line.has_gap:
            goes_on = is_small and not is_terminal(last) and before.marker is None
            return goes_on and (not last.endswith(",") or line.begins_page)
        if _HYPHEN.search(last[-_END:]) and is_small:
            return True
        if _is_broken_off(before):
            return True
        if not self.width:
            return is_small and not is_terminal(last) and not last.endswith(",")
        if self._is_deliberate(before.last, line):
            return is_small and not is_terminal(last) and not last.endswith(",")
        return not self._is_indented(before, line)

    def _is_indented(self, before: Block, line: Line) -> bool:
        """Return whether the first line of a paragraph is set in; behind a number it is the rest that is."""
        is_hanging = before.item is not None or len(before.lines) == 1
        return (
            line.indent > before.last.indent + 1
            and is_terminal(before.last.text)
            and not is_hanging
        )

    def _is_deliberate(self, line: Line, after: Line) -> bool:
        """Return whether the next line's first word would have had room on this one."""
        word = len(after.text.split(" ", 1)[0])
        room = self.width if self.is_exact else int(self.width * _FULLEST)
        return line.width + 1 + word <= room

    def _join(self, before: Block, line: Line) -> None:
        before.text = self._joined(before.text, line.text)
        if before.item:
            before.item = replace(before.item, text=self._joined(before.item.text, line.text))
        before.lines.append(line)

    def _joined(self, text: str, more: str) -> str:
        if not text:
            return more
        if text.endswith("\u00ad"):
            return text[:-1] + more
        found = _HYPHEN.search(text[-_END:])
        if not found or not more[0].islower():
            return f"{text} {more}"
        tail = re.match(r"[^\W\d_]+", more)
        whole, parted = found[1] + tail[0], f"{found[1]}-{tail[0]}"  # type: ignore[index]
        if self.vocabulary[parted.lower()] > self.vocabulary[whole.lower()]:
            return text + more
        return text[: -len(found[0]) + len(found[1])] + more


_SHORT_TITLE = 60
_LONGEST_NAME = 100
_BLANK = re.compile(r"(?:\.{3}|…|__)[\s:._…]*$")


def _says_something(text: str) -> bool:
    """Return whether the line ends a sentence; a blank to sign on and a colon before it do not."""
    end = _BLANK.sub("", text[-_END:]).rstrip(" :")
    return is_terminal(end) and len(text.split()) > _WORDS_OF_NAME


def _is_numbered(text: str) -> bool:
    """Return whether the line is an item; "A. Surname" is a name."""
    item = item_of(text)
    return item is not None and not item.number.isupper() and bool(item.text)


_WORDS_OF_NAME = 3
_HYPHEN = re.compile(r"([^\W\d_]+)[-‐\u00ad]$")
BELONGS_TO = re.compile(r"(?:to|к|ко|zu|zum|zur|à|au|de|du|ga|ге|га|не|al)\s", re.IGNORECASE)


def _like_words(lines: list[Line]) -> tuple[str, ...]:
    """Return the words that stand for "article" in a text that has none: rules, clauses, else sections."""
    for words in ARTICLE_LIKE_WORDS:
        found = [m for line in lines if (m := article_marker(line.text, like=words)) and m.value]
        if any(not is_reference(marker) for marker in found):
            return words
    return ()


def _numbered_headings(lines: list[Line]) -> set[int]:
    """Return the lines "1. Purpose", "2. Costs" of a text that has no word for its articles."""
    found: list[int] = []
    for line in lines:
        marker = _numbered_marker(line.text)
        is_next = marker is not None and marker.value == (len(found) + 1, 0)
        if (
            is_next
            and line.has_gap
            and not is_terminal(line.text)
            and len(line.text) <= _LONGEST_NUMBERED
        ):
            found.append(line.number)
    return set(found) if len(found) > 1 else set()


_LONGEST_NUMBERED = 100


def _numbered_marker(text: str) -> Marker | None:
    item = item_of(text)
    if (
        item is None
        or item.closing != "."
        or item.opening
        or item.text[:1].islower()
        or not item.text
    ):
        return None
    return Marker(Kind.ARTICLE, "", item.number, value_of(item.number), item.text, is_parted=True)


def _plain(line: Line) -> Block:
    return Block([line], line.text, has_gap=line.has_gap, level=line.level)


def _split_run_in(block: Block) -> Iterator[Block]:
    """Part "Article 5. (1) The Parties …" into the heading and its first item."""
    item = item_of(block.text) if block.marker and block.marker.kind == Kind.ARTICLE else None
    if block.marker is None or item is None or 1 not in item.values().values():
        yield block
        return
    yield replace(block, lines=block.lines[:1], text="", marker=replace(block.marker, rest=""))
    yield Block(block.lines, block.text, item=item)


def _is_broken_off(before: Block | None) -> bool:
    """Return whether the block before ends with a word that something must follow: "pursuant to"."""
    if before is None or before.is_heading:
        return False
    words = before.last.text.rsplit(" ", 1)
    return (
        len(words) > 1
        and words[-1].lower() in CONNECTORS
        and not _LIST_GOES_ON.search(before.last.text[-_END:])
    )


def _wrapping(lines: list[Line]) -> tuple[int, bool]:
    """
    Return at how many letters the text wraps, 0 where each line is a paragraph; and whether to the letter.

    A line wraps for certain where it ends without a stop and the next goes on in small letters.
    """
    pairs = [
        (line, after)
        for line, after in pairwise(lines)
        if not after.has_gap and not line.is_whole and line.text[-1].isalnum() and after.text[0].islower()
        and item_of(after.text) is None
    ]  # fmt: skip
    widths = sorted(line.width for line in lines)
    if not pairs or widths[int(len(widths) * 0.95)] > _WIDEST:
        return 0, False
    width = max(line.width for line in lines if line.width <= _WIDEST)
    full = sum(line.width + 1 + len(after.text.split(" ", 1)[0]) > width for line, after in pairs)
    if full >= len(pairs) * 0.9:
        return width, True
    widths_of_wrapped = sorted(line.width for line, _after in pairs)
    return widths_of_wrapped[int(len(widths_of_wrapped) * 0.9)], False
