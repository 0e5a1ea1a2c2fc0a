"""
Keys of provisions: given once, and kept when a provision is renumbered, moved or reworded.

A new text is laid beside the one before: first what says the same, then what says nearly the same, then what
stands in the same place under the same number.
"""

import re
from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from agreements.formats.tree import DIVISIONS, Kind, Node
from ots_portal.texts import fold

_SAME_ENOUGH = 0.5
_SIMILAR_WITH_SAME_NUMBER = 0.25
_MOST_PAIRS = 2_000_000
MOST_LETTERS = 90
_SHORT = {
    Kind.PREAMBLE_RECITAL: "rec",
    Kind.PART: "part",
    Kind.CHAPTER: "chp",
    Kind.SECTION: "sec",
    Kind.ARTICLE: "art",
    Kind.PARAGRAPH: "para",
    Kind.POINT: "point",
    Kind.SUBPOINT: "sub",
    Kind.ANNEX: "annex",
    Kind.FINAL_CLAUSE: "final",
}
_SPELLED = str.maketrans("абвгдежзиклмнопрстуфхцшэюя", "abvgdejziklmnoprstufhcseua")


def give_keys(nodes: list[Node], before: Iterable[Node] = (), taken: Iterable[str] = ()) -> None:
    """
    Give every node a key: that of the node in ``before`` that it came of, else one nobody has had.

    ``before`` are the roots of the text before, with their keys; ``taken`` are keys of provisions that went.
    """
    old = list(before)
    used = {node.key for root in old for node in root.walk()} | set(taken)
    _Matching().match(old, nodes)
    seen: set[str] = set()
    for node in (node for root in nodes for node in root.walk()):
        if node.key in seen:
            node.key = ""
        seen.add(node.key)
    _name(nodes, "", _Names(used | seen))


def key_for(node: Node, *, above: str, place: int, taken: Iterable[str]) -> str:
    """Return a key nobody has had for one new node; ``above`` is its holder's key, "" where it has none."""
    return _Names(set(taken)).free(_wished(node, above, place))


class _Names:
    """The names that are taken, and how often each was wished for."""

    def __init__(self, taken: set[str]) -> None:
        self.taken, self.wished = taken, Counter[str]()

    def free(self, name: str) -> str:
        chosen = name
        while chosen in self.taken:
            self.wished[name] += 1
            chosen = f"{name}-v{self.wished[name] + 1}"
        self.taken.add(chosen)
        return chosen


def _name(nodes: list[Node], above: str, names: _Names) -> None:
    """Name what has no key yet, breadth last, so that a child's name begins with its holder's."""
    counts: Counter[Kind] = Counter()
    for node in nodes:
        counts[node.kind] += 1
        if not node.key:
            node.key = names.free(_wished(node, above, counts[node.kind]))
        # Articles are counted through a whole text, so a chapter is no part of their names.
        holder = above if node.kind in DIVISIONS else node.key
        _name(node.children, holder, names)


def _wished(node: Node, above: str, place: int) -> str:
    spelled = fold(node.number).translate(_SPELLED)
    number = re.sub(r"[^a-z0-9]+", "-", spelled).strip("-")
    name = f"{_SHORT[node.kind]}-{number or place}"
    # A deep point of a long name: its holder's beginning says enough.
    return f"{above}-{name}"[-MOST_LETTERS:].lstrip("-") if above else name[:MOST_LETTERS]


# ── which came of which ─────────────────────────────────────────────────────────────────────────


@dataclass(frozen=True)
class _Fingerprint:
    node: Node
    text: str
    words: Counter[str]
    size: int


class _Matching:
    """Lays the new nodes beside the old ones, level by level; each old node is met once."""

    def match(self, old: list[Node], new: list[Node]) -> None:
        self._match_kinds(list(_flat_divisions(old)), list(_flat_divisions(new)))

    def _match_kinds(self, old: list[Node], new: list[Node]) -> None:
        for kind in Kind:
            self._match_one_kind(
                [n for n in old if n.kind == kind], [n for n in new if n.kind == kind]
            )

    def _match_one_kind(self, old: list[Node], new: list[Node]) -> None:
        if not old or not new:
            return
        left_old, left_new = [_fingerprint(n) for n in old], [_fingerprint(n) for n in new]
        for pairs in (_same_words, _same_heading, _similar, _same_number, _same_place):
            for one, other in pairs(left_old, left_new):
                other.node.key = one.node.key
                self._match_kinds(_below(one.node), _below(other.node))
            met = {f.node.key for f in left_new if f.node.key}
            left_old = [f for f in left_old if f.node.key not in met]
            left_new = [f for f in left_new if not f.node.key]


def _flat_divisions(nodes: list[Node]) -> Iterator[Node]:
    """Yield nodes, and what divisions hold: an article may move from a chapter to another one."""
    for node in nodes:
        yield node
        if node.kind in DIVISIONS:
            yield from _flat_divisions(node.children)


def _below(node: Node) -> list[Node]:
    return [] if node.kind in DIVISIONS else list(_flat_divisions(node.children))


def _fingerprint(node: Node) -> _Fingerprint:
    text = " ".join((node.heading if node.kind in DIVISIONS else node.words).lower().split())
    words = Counter(re.findall(r"\w{4,}", text))
    return _Fingerprint(node, text, words, words.total())


Pairs = list[tuple[_Fingerprint, _Fingerprint]]


def _same_words(old: list[_Fingerprint], new: list[_Fingerprint]) -> Pairs:
    return _met(old, new, lambda f: f.text)


def _same_heading(old: list[_Fingerprint], new: list[_Fingerprint]) -> Pairs:
    return _met(old, new, lambda f: " ".join(f.node.heading.lower().split()), is_single=True)


def _met(
    old: list[_Fingerprint], new: list[_Fingerprint], key: object, *, is_single: bool = False
) -> Pairs:
    """Return pairs with the same key; several of one key meet in their order, unless only single ones may."""
    places: dict[str, list[_Fingerprint]] = defaultdict(list)
    for one in old:
        places[key(one)].append(one)  # type: ignore[operator]
    wanted: Counter[str] = Counter(key(other) for other in new)  # type: ignore[operator]
    pairs = []
    for other in new:
        name = key(other)  # type: ignore[operator]
        if (
            not name
            or not places.get(name)
            or (is_single and (len(places[name]) > 1 or wanted[name] > 1))
        ):
            continue
        pairs.append((places[name].pop(0), other))
    return pairs


def _similar(old: list[_Fingerprint], new: list[_Fingerprint]) -> Pairs:
    """Return the pairs that share most of their words, the most alike first."""
    if len(old) * len(new) > _MOST_PAIRS:
        return []
    found = [
        (_likeness(one, other), -abs(i - j), i, j)
        for i, one in enumerate(old)
        for j, other in enumerate(new)
        if _may_be_alike(one, other)
    ]
    return _best([pair for pair in found if pair[0] >= _SAME_ENOUGH], old, new)


def _best(
    found: list[tuple[float, int, int, int]], old: list[_Fingerprint], new: list[_Fingerprint]
) -> Pairs:
    pairs: Pairs = []
    met_old: set[int] = set()
    met_new: set[int] = set()
    for _alike, _near, i, j in sorted(found, reverse=True):
        if i not in met_old and j not in met_new:
            met_old.add(i)
            met_new.add(j)
            pairs.append((old[i], new[j]))
    return pairs


def _may_be_alike(one: _Fingerprint, other: _Fingerprint) -> bool:
    small, large = sorted((one.size, other.size))
    return large > 0 and small / large >= _SAME_ENOUGH


def _likeness(one: _Fingerprint, other: _Fingerprint) -> float:
    """Return the share of words that both have, from 0 to 1."""
    shared = (one.words & other.words).total()
    return shared / max(one.size, other.size, 1)


def _same_number(old: list[_Fingerprint], new: list[_Fingerprint]) -> Pairs:
    """Return pairs of one number that have something in common, or no words to compare."""
    pairs = _met(old, new, lambda f: f.node.number.lower(), is_single=True)
    return [
        (one, other)
        for one, other in pairs
        if not one.size or not other.size or _likeness(one, other) >= _SIMILAR_WITH_SAME_NUMBER
    ]


def _same_place(old: list[_Fingerprint], new: list[_Fingerprint]) -> Pairs:
    """What is alone of its kind on both sides, and not numbered, is the same thing reworded."""
    if len(old) == len(new) == 1 and not old[0].node.number and not new[0].node.number:
        return [(old[0], new[0])]
    return []
