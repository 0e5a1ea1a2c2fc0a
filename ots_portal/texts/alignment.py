"""
The longest common subsequence of two sequences, as spans, within a budget of work.

Not difflib: its time grows with the square of a word's frequency, and every second word is a blank. rapidfuzz
does the same as this in C, but knows no limit of memory; of a comparison's time this is the fourth part.
"""

from bisect import bisect_left
from collections import Counter
from collections.abc import Hashable, Iterator, Sequence
from dataclasses import dataclass
from typing import NamedTuple

# 14,000 words against 14,000: some 30 MB and a tenth of a second.
MOST_CELLS_AT_ONCE = 200_000_000


class Span(NamedTuple):
    """``before[a:b]`` stands where ``after[c:d]`` stands; ``is_same`` says whether they are equal."""

    a: int
    b: int
    c: int
    d: int
    is_same: bool = False


@dataclass
class Budget:
    """How many pairs of items may still be looked at; what does not fit is not aligned."""

    cells: int

    def allows(self, cells: int) -> bool:
        """Return whether the work may be done, and count it."""
        if cells > min(self.cells, MOST_CELLS_AT_ONCE):
            return False
        self.cells -= cells
        return True


def align(
    before: Sequence[Hashable], after: Sequence[Hashable], *, budget: Budget
) -> Iterator[Span]:
    """
    Yield spans that cover both sequences in their order; equal ones and differing ones alternate.

    Where the budget does not suffice, it goes from one item that stands once on each side to the next.
    """
    head = _common_head(before, after)
    tail = _common_head(before[head:][::-1], after[head:][::-1])
    old_end, new_end = len(before) - tail, len(after) - tail
    if head:
        yield Span(0, head, 0, head, is_same=True)
    yield from _inner(before, after, Span(head, old_end, head, new_end), budget)
    if tail:
        yield Span(old_end, len(before), new_end, len(after), is_same=True)


def _common_head(before: Sequence[Hashable], after: Sequence[Hashable]) -> int:
    for index, (one, other) in enumerate(zip(before, after, strict=False)):
        if one != other:
            return index
    return min(len(before), len(after))


def _inner(
    before: Sequence[Hashable], after: Sequence[Hashable], gap: Span, budget: Budget
) -> Iterator[Span]:
    a, b, c, d, _is_same = gap
    if a == b or c == d:
        if a != b or c != d:
            yield gap
    elif budget.allows((b - a) * (d - c)):
        yield from _with_gaps(_common_pairs(before[a:b], after[c:d]), gap)
    elif anchors := _anchors(before[a:b], after[c:d]):
        for span in _with_gaps(anchors, gap):
            yield from (span,) if span.is_same else _between_anchors(before, after, span, budget)
    else:
        yield gap


def _between_anchors(
    before: Sequence[Hashable], after: Sequence[Hashable], gap: Span, budget: Budget
) -> Iterator[Span]:
    a, b, c, d, _is_same = gap
    if a != b and c != d and budget.allows((b - a) * (d - c)):
        yield from _with_gaps(_common_pairs(before[a:b], after[c:d]), gap)
    else:
        yield gap


def _with_gaps(pairs: Sequence[tuple[int, int]], gap: Span) -> Iterator[Span]:
    """Yield the spans of the pairs, counted from the beginning of ``gap``, and what lies between them."""
    a, b, c, d, _is_same = gap
    old, new = a, c
    for run in _runs(pairs):
        if (old, new) != (a + run.a, c + run.c):
            yield Span(old, a + run.a, new, c + run.c)
        old, new = a + run.b, c + run.d
        yield Span(a + run.a, old, c + run.c, new, is_same=True)
    if (old, new) != (b, d):
        yield Span(old, b, new, d)


def _anchors(before: Sequence[Hashable], after: Sequence[Hashable]) -> list[tuple[int, int]]:
    """Return the index pairs of what stands once on each side and in the same order ("patience")."""
    old_places, new_places = _single_places(before), _single_places(after)
    places = {old_places[item]: place for item, place in new_places.items() if item in old_places}
    return [(place, places[place]) for place in sorted(longest_rising(list(places)))]


def _single_places(items: Sequence[Hashable]) -> dict[Hashable, int]:
    """Return where each item stands that stands there once, in the items' order."""
    counts = Counter(items)
    return {item: place for place, item in enumerate(items) if counts[item] == 1}


def _common_pairs(before: Sequence[Hashable], after: Sequence[Hashable]) -> list[tuple[int, int]]:
    """
    Return the index pairs of a longest common subsequence.

    Hyyrö's bit-vector algorithm (2004, "Bit-parallel LCS-length computation revisited"): a row of the
    table is one whole number with a bit for each item of ``before``, a cleared bit says that the
    common subsequence grows there. Python adds numbers of 10,000 bits in a fraction of a microsecond.
    """
    places: dict[Hashable, int] = {}
    for index, item in enumerate(before):
        places[item] = places.get(item, 0) | 1 << index
    full = (1 << len(before)) - 1
    row, rows = full, []
    for item in after:
        if found := row & places.get(item, 0):
            row = ((row + found) | (row - found)) & full
        rows.append(row)
    return _walk_back(rows, len(before))


def _walk_back(rows: list[int], width: int) -> list[tuple[int, int]]:
    pairs, line, column = [], len(rows), width
    while line and column:
        if rows[line - 1] >> (column - 1) & 1:
            column -= 1
        elif line > 1 and not rows[line - 2] >> (column - 1) & 1:
            line -= 1
        else:
            line, column = line - 1, column - 1
            pairs.append((column, line))
    return pairs[::-1]


def _runs(pairs: Sequence[tuple[int, int]]) -> Iterator[Span]:
    """Join pairs that follow each other in both sequences."""
    start = 0
    for index in range(1, len(pairs) + 1):
        if index < len(pairs) and pairs[index] == (
            pairs[index - 1][0] + 1,
            pairs[index - 1][1] + 1,
        ):
            continue
        (a, c), (b, d) = pairs[start], pairs[index - 1]
        yield Span(a, b + 1, c, d + 1, is_same=True)
        start = index


def longest_rising(values: Sequence[int]) -> set[int]:
    """Return the values of a longest strictly rising subsequence: what stayed in order while others moved."""
    ends: list[int] = []
    previous: dict[int, int | None] = {}
    for value in values:
        place = bisect_left(ends, value)
        previous[value] = ends[place - 1] if place else None
        ends[place : place + 1] = [value]
    kept: set[int] = set()
    last = ends[-1] if ends else None
    while last is not None:
        kept.add(last)
        last = previous[last]
    return kept
