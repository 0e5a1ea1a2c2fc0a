"""Where in a text a proposal is anchored, what would become of the words, and which proposals overlap."""

import re
from collections import defaultdict
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from itertools import combinations
from typing import Any

from agreements.models import Instrument, Proposal, Provision
from agreements.models.provisions import digest_of_words
from agreements.statuses import OPEN_PROPOSALS, Placement, ProposalOp
from ots_portal.texts.comparison import compare

# What is about a place in the text and not about words that stand there.
PLACED = (ProposalOp.INSERT, ProposalOp.MOVE)


@dataclass(frozen=True)
class Words:
    """The words of a provision in one language."""

    heading: str = ""
    text: str = ""

    @property
    def sha256(self) -> str:
        return digest_of_words(self.heading, self.text)


def words_of(provision: Provision | None, language: str) -> Words:
    """Return the present words of a provision; empty where there are none in the language."""
    if provision is None:
        return Words()
    found = next((text for text in provision.texts.all() if text.language == language), None)
    return Words(found.heading, found.text) if found else Words()


def place_of(text: str, quote: str) -> tuple[int, int] | None:
    """Return from where to where the quoted words stand; None where they do not stand in the text once."""
    if not quote or text.count(quote) != 1:
        return None
    start = text.find(quote)
    return start, start + len(quote)


def still_stands(proposal: Proposal, words: Words) -> bool:
    """
    Return whether what the proposal is about stands in the present words.

    Of quoted words these alone, and of a heading it replaces that one; of a provision's words all of them; of a place
    in the text the provision there.
    """
    pieces = [one for one in (proposal.provision, proposal.other) if one is not None]
    if any(not one.is_live for one in pieces):
        return False
    if proposal.op in PLACED:
        return True
    if proposal.op == ProposalOp.MERGE and not _are_of_one_kind(*pieces):
        return False
    if proposal.quote:
        return _quote_stands(proposal, words) and heading_stands(proposal, words.heading)
    return base_digest(proposal, words) == proposal.base_sha256


def _are_of_one_kind(one: Provision, other: Provision) -> bool:
    return (one.kind, one.parent_id) == (other.kind, other.parent_id)


def _quote_stands(proposal: Proposal, words: Words) -> bool:
    place = place_of(words.text, proposal.quote)
    if place is None:
        return False
    # Two parts are made only where something stands before the second.
    return proposal.op != ProposalOp.SPLIT or bool(words.text[: place[0]].strip())


def heading_stands(proposal: Proposal, heading: str) -> bool:
    """Return whether the heading that the proposal replaces, if it does, is still the one its author saw."""
    if proposal.op != ProposalOp.REPLACE or not proposal.heading:
        return True
    return heading in (proposal.base_heading, proposal.heading)


def base_digest(proposal: Proposal, words: Words) -> str:
    """Return the hash of all words the proposal is written on: words for two provisions together are, on both."""
    if proposal.op == ProposalOp.MERGE and proposal.text:
        return digest_of_words(words.sha256, words_of(proposal.other, proposal.language).sha256)
    return words.sha256


def text_after(proposal: Proposal, words: Words) -> Words:
    """
    Return the provision's words as they would be; of a new provision its own, of a deleted one none.

    Where the quoted words do not stand in ``words`` any more these are returned as they are.
    """
    if proposal.op == ProposalOp.INSERT:
        return Words(proposal.heading, proposal.text)
    if proposal.op == ProposalOp.REPLACE:
        heading = proposal.heading or words.heading
        return Words(heading, _replaced(words.text, proposal.quote, proposal.text))
    if proposal.op == ProposalOp.DELETE:
        return (
            Words(words.heading, without(words.text, proposal.quote)) if proposal.quote else Words()
        )
    if proposal.op == ProposalOp.SPLIT:
        return Words(words.heading, parted(words.text, proposal.quote)[0])
    if proposal.op == ProposalOp.MERGE:
        second = words_of(proposal.other, proposal.language)
        return Words(words.heading, proposal.text or joined(words.text, second))
    return words


def _replaced(text: str, quote: str, by: str) -> str:
    if not quote:
        return by or text  # a proposal of another heading alone leaves the text
    place = place_of(text, quote)
    return f"{text[: place[0]]}{by}{text[place[1] :]}" if place else text


def without(text: str, quote: str) -> str:
    """Return the text without the quoted words, and without the second blank that they would leave."""
    place = place_of(text, quote)
    if place is None:
        return text
    before, behind = text[: place[0]], text[place[1] :]
    if behind[:1] in (" ", "") or behind[:1] in ".,;:)":
        before = before.rstrip(" ")
    elif not before:
        behind = behind.lstrip(" ")
    return f"{before}{behind}".strip()


def parted(text: str, quote: str) -> tuple[str, str]:
    """Return the two halves of a text of which the second begins with the quoted words."""
    place = place_of(text, quote)
    if place is None:
        return text, ""
    return text[: place[0]].rstrip(), text[place[0] :].lstrip()


def joined(text: str, second: Words) -> str:
    """Return the words of two provisions as those of one."""
    return " ".join(part for part in (text, second.heading, second.text) if part)


def narrowed(before: str, after: str) -> tuple[str, str]:
    """
    Return the words that differ and what stands in their place: ("one hour", "two hours").

    Both have words, and the first stand in ``before`` once, with as much around them as that needs. Two empty
    texts where nothing differs; where that cannot be, all of both.
    """
    if before == after:
        return "", ""
    pieces = compare(before, after)
    first = next(i for i, piece in enumerate(pieces) if piece.kind != "same")
    last = max(i for i, piece in enumerate(pieces) if piece.kind != "same")
    start = sum(len(piece.text) for piece in pieces[:first])
    tail = sum(len(piece.text) for piece in pieces[last + 1 :])
    end_old, end_new = len(before) - tail, len(after) - tail
    for start_at, wider in _wider(before, start, end_old):
        quote, text = before[start_at : end_old + wider], after[start_at : end_new + wider]
        if quote.strip() and text.strip() and before.count(quote) == 1:
            return quote, text
    return before, after


def _wider(text: str, start: int, end: int) -> Iterator[tuple[int, int]]:
    """Yield where the words begin, and by how many letters they end later: one word more on each side each time."""
    begins = [start, *reversed([m.start() for m in _WORD_BEGINS.finditer(text[:start])])]
    ends = [0, *(m.end() for m in _WORD_ENDS.finditer(text[end:]))]
    for step in range(max(len(begins), len(ends))):
        yield begins[min(step, len(begins) - 1)], ends[min(step, len(ends) - 1)]


_WORD_BEGINS = re.compile(r"\S+\s*")
_WORD_ENDS = re.compile(r"\s*\S+")


# ── which overlap ───────────────────────────────────────────────────────────────────────────────
Zone = tuple[str, Any, int, int]  # what kind of place, which one, from where, to where
_END = 2**31 - 1


def zones_of(proposal: Proposal, below: dict[Any, list[Any]]) -> Iterator[Zone]:
    """Yield what the proposal would change; ``below`` are the provisions held by each, in order (None: by the text)."""
    pk, language = proposal.provision_id, proposal.language
    words = f"words {language}"
    if proposal.op == ProposalOp.INSERT:
        yield "gap", _gap_of(proposal, below), 0, 1
        # Of no length: what comes into one provision does not collide with other words that come into it.
        for key in _beside_and_around(proposal):
            yield "held", key, 0, 0
        return
    if proposal.op == ProposalOp.MOVE or (proposal.op == ProposalOp.DELETE and not proposal.quote):
        yield "place", pk, 0, 1
    if proposal.op == ProposalOp.MOVE:
        return
    quoted = bool(proposal.quote) and proposal.start is not None
    is_part = quoted and proposal.op != ProposalOp.SPLIT
    yield (
        words,
        pk,
        (proposal.start or 0) if is_part else 0,
        (proposal.end or 0) if is_part else _END,
    )
    if proposal.op == ProposalOp.DELETE and not proposal.quote:
        yield "held", pk, -1, _END
        for key in _all_below(pk, below):
            yield "held", key, -1, _END
            yield "place", key, 0, 1
            yield words, key, 0, _END
    if proposal.op == ProposalOp.MERGE:
        yield words, proposal.other_id, 0, _END
        yield "place", proposal.other_id, 0, 1


def _gap_of(proposal: Proposal, below: dict[Any, list[Any]]) -> tuple[str, Any]:
    """Return the place of a new provision: before another one, or at the end of what holds it (None: of the text)."""
    beside, placement = proposal.provision, proposal.placement
    if beside is None:
        return "end", None
    if placement == Placement.INSIDE:
        return "end", beside.pk
    if placement == Placement.BEFORE:
        return "before", beside.pk
    siblings = below.get(beside.parent_id, [])
    if beside.pk not in siblings:
        return "after", beside.pk
    behind = siblings[siblings.index(beside.pk) + 1 :]
    return ("before", behind[0]) if behind else ("end", beside.parent_id)


def _beside_and_around(proposal: Proposal) -> Iterator[Any]:
    if beside := proposal.provision:
        yield beside.pk
        if beside.parent_id and proposal.placement != Placement.INSIDE:
            yield beside.parent_id


def _all_below(pk: Any, below: dict[Any, list[Any]]) -> Iterator[Any]:
    waiting = list(below.get(pk, ()))
    while waiting:
        key = waiting.pop()
        yield key
        waiting += below.get(key, ())


def collisions_among(
    proposals: Iterable[Proposal], below: dict[Any, list[Any]]
) -> dict[Any, list[Proposal]]:
    """Return by proposal those that would change the same words or the same place; nobody merges them by itself."""
    places: dict[tuple[str, Any], list[tuple[int, int, Proposal]]] = defaultdict(list)
    for proposal in proposals:
        for kind, which, start, end in zones_of(proposal, below):
            places[kind, which].append((start, end, proposal))
    found: dict[Any, dict[Any, Proposal]] = defaultdict(dict)
    for claims in places.values():
        for one, other in combinations(claims, 2):
            if one[2] is not other[2] and one[0] < other[1] and other[0] < one[1]:
                found[one[2].pk][other[2].pk] = other[2]
                found[other[2].pk][one[2].pk] = one[2]
    return {pk: list(others.values()) for pk, others in found.items()}


def collisions_of(instrument: Instrument) -> dict[Any, list[Proposal]]:
    """Return the collisions between what is on the table of an instrument, in two queries."""
    tabled = Proposal.objects.filter(instrument=instrument, status__in=OPEN_PROPOSALS)
    below: dict[Any, list[Any]] = defaultdict(list)
    live = Provision.objects.filter(instrument=instrument, is_live=True)
    for pk, parent in live.order_by("position").values_list("pk", "parent"):
        below[parent].append(pk)
    ordered = tabled.select_related("participant", "provision").order_by("tabled_at", "id")
    return collisions_among(ordered, below)
