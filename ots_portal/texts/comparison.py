"""Two versions of a text compared by words, and two versions of numbered paragraphs."""

import re
import unicodedata
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from itertools import accumulate
from typing import Literal

from ots_portal.texts.alignment import Budget, Span, align, longest_rising

PieceKind = Literal["same", "added", "removed"]
ChangeKind = Literal["same", "changed", "added", "removed", "moved", "renumbered"]

# Pairs of words looked at for one comparison, all paragraphs together: about a second of work.
MOST_CELLS = 1_000_000_000

_MARKS = (
    "\u0300-\u036f\u0483-\u0487\u1ab0-\u1aff\u1dc0-\u1dff\u20d0-\u20ff\ufe00-\ufe0f\ufe20-\ufe2f"
)
# A word with its marks and inner apostrophes (oʻzbek, Ankara'da), a stretch of blanks, or one sign (an emoji whole).
_TOKEN = re.compile(
    rf"\w[\w{_MARKS}\u200c\u200d]*(?:['’ʻʼ‘]\w[\w{_MARKS}]*)*"
    r"|\s+"
    rf"|[^\w\s](?:\u200d[^\w\s]|[{_MARKS}\U0001f3fb-\U0001f3ff])*"
)


@dataclass(frozen=True)
class Piece:
    """A stretch of a comparison: it stands in both texts, in the later one alone, or in the earlier one alone."""

    kind: PieceKind
    text: str


@dataclass(frozen=True)
class Keyed:
    """A paragraph: its key stays the same while its number and text change."""

    key: str
    number: str
    text: str


@dataclass(frozen=True)
class ParagraphChange:
    """
    What became of a paragraph. ``before`` is None of an added one, ``after`` of a removed one.

    ``kind`` is the gravest: a paragraph that was changed, moved and got another number is "changed", and
    ``is_moved`` and ``is_renumbered`` say the rest. ``pieces`` always compares the two texts.
    """

    kind: ChangeKind
    key: str
    before: Keyed | None
    after: Keyed | None
    pieces: tuple[Piece, ...]
    is_moved: bool = False
    is_renumbered: bool = False


def compare(before: str, after: str) -> list[Piece]:
    """
    Return how ``after`` came of ``before``, by words; blanks and punctuation are kept.

    What is same and removed makes ``before``, what is same and added makes ``after`` (the same text in
    another Unicode form, NFC or NFD, is the same). Beyond some 7,000 words a side it compares coarsely:
    from one word that stands once in each text to the next.
    """
    return _compare(before, after, Budget(MOST_CELLS))


def compare_paragraphs(before: Sequence[Keyed], after: Sequence[Keyed]) -> list[ParagraphChange]:
    """
    Return what became of each paragraph, in the order of ``after``; a removed one stands where it stood.

    :raises ValueError: when a key stands twice on one side
    """
    old, new = _by_key(before), _by_key(after)
    kept = [paragraph.key for paragraph in after if paragraph.key in old]
    places = {paragraph.key: index for index, paragraph in enumerate(before)}
    in_order = longest_rising([places[key] for key in kept])
    budget = Budget(MOST_CELLS)
    return [
        _change(
            old.get(key), new.get(key), is_moved=places.get(key, -1) not in in_order, budget=budget
        )
        for key in _merged_order(before, after, old, new)
    ]


def _by_key(paragraphs: Sequence[Keyed]) -> dict[str, Keyed]:
    by_key = {paragraph.key: paragraph for paragraph in paragraphs}
    if len(by_key) != len(paragraphs):
        raise ValueError("A key stands for one paragraph only.")
    return by_key


def _merged_order(
    before: Sequence[Keyed], after: Sequence[Keyed], old: dict[str, Keyed], new: dict[str, Keyed]
) -> Iterator[str]:
    """Yield every key: those of ``after`` in order, each followed by what was removed behind it."""
    removed_behind: dict[str | None, list[str]] = {}
    last_kept = None
    for paragraph in before:
        if paragraph.key in new:
            last_kept = paragraph.key
        else:
            removed_behind.setdefault(last_kept, []).append(paragraph.key)
    yield from removed_behind.get(None, ())
    for paragraph in after:
        yield paragraph.key
        yield from removed_behind.get(paragraph.key, ())


def _change(
    before: Keyed | None, after: Keyed | None, *, is_moved: bool, budget: Budget
) -> ParagraphChange:
    kept = after or before
    assert kept is not None
    pieces = tuple(_compare(before.text if before else "", after.text if after else "", budget))
    if before is None or after is None:
        return ParagraphChange("removed" if before else "added", kept.key, before, after, pieces)
    is_renumbered = before.number != after.number
    kind: ChangeKind = (
        "changed" if any(piece.kind != "same" for piece in pieces)
        else "moved" if is_moved
        else "renumbered" if is_renumbered
        else "same"
    )  # fmt: skip
    return ParagraphChange(kind, kept.key, before, after, pieces, is_moved, is_renumbered)


# ── by words ────────────────────────────────────────────────────────────────────────────────────


def _compare(before: str, after: str, budget: Budget) -> list[Piece]:
    if before == after or _composed(before) == _composed(after):
        return [Piece("same", after)] if after else []
    old, new = _TOKEN.findall(before), _TOKEN.findall(after)
    spans = align(list(map(_composed, old)), list(map(_composed, new)), budget=budget)
    return [piece for span in _readable(spans, old, new) for piece in _pieces(span, old, new)]


def _composed(text: str) -> str:
    return text if text.isascii() else unicodedata.normalize("NFC", text)


def _readable(spans: Iterable[Span], old: Sequence[str], new: Sequence[str]) -> list[Span]:
    """
    Join differences that only a blank, a sign or one short word parts: nobody reads confetti.

    What parts them is joined when it is no longer than what differs on each side of it.
    """
    old_at, new_at = _lengths(old), _lengths(new)
    words_at = [0, *accumulate(word[0].isalnum() for word in new)]

    def length(span: Span) -> int:
        return max(old_at[span.b] - old_at[span.a], new_at[span.d] - new_at[span.c])

    joined: list[Span] = []
    for span in spans:
        if joined and joined[-1].is_same == span.is_same:
            joined[-1] = _join(joined[-1], span)
        else:
            joined.append(span)
        if len(joined) > _PARTED and not span.is_same:
            before, parting, behind = joined[-3:]
            if words_at[parting.d] - words_at[parting.c] > 1:
                continue
            if length(parting) <= min(length(before), length(behind)):
                joined[-3:] = [_join(before, behind)]
    return joined


_PARTED = 2  # spans before the third: difference, what parts, difference


def _lengths(words: Sequence[str]) -> list[int]:
    return [0, *accumulate(map(len, words))]


def _join(first: Span, last: Span) -> Span:
    return Span(first.a, last.b, first.c, last.d, first.is_same)


def _pieces(span: Span, old: Sequence[str], new: Sequence[str]) -> Iterator[Piece]:
    if span.is_same:
        yield Piece("same", "".join(new[span.c : span.d]))
        return
    if span.a < span.b:
        yield Piece("removed", "".join(old[span.a : span.b]))
    if span.c < span.d:
        yield Piece("added", "".join(new[span.c : span.d]))
