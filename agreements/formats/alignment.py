"""A translation laid beside the text that it was made of: what stands in the same place under the same number."""

from collections.abc import Sequence
from dataclasses import dataclass, field

from agreements.formats.numbers import Value, value_of
from agreements.formats.tree import Kind, Node

# In one language a list has points, in another paragraphs: what holds words is one kind here.
_ITEMS = frozenset({Kind.PARAGRAPH, Kind.POINT, Kind.SUBPOINT})


@dataclass
class Alignment:
    """Pairs of the original's nodes and the translation's; what has no partner, on either side."""

    pairs: list[tuple[Node, Node]] = field(default_factory=list)
    missing: list[Node] = field(default_factory=list)
    left_over: list[Node] = field(default_factory=list)


def align(original: Sequence[Node], translation: Sequence[Node]) -> Alignment:
    """
    Lay a translation beside the original, from the outside in.

    Numbers are compared as values (5, V, and the second letter of either alphabet are met), what has no number by
    its place. An article whose words the original keeps in one piece takes those of its paragraphs together.
    """
    found = Alignment()
    _level(list(original), list(translation), found)
    return found


def _level(here: list[Node], there: list[Node], found: Alignment) -> None:
    for kinds in (*({kind} for kind in Kind if kind not in _ITEMS), _ITEMS):
        _one_kind(
            [node for node in here if node.kind in kinds],
            [node for node in there if node.kind in kinds],
            found,
        )


def _one_kind(here: list[Node], there: list[Node], found: Alignment) -> None:
    if len(here) == len(there) and not _numbers_differ(here, there):
        pairs = list(zip(here, there, strict=True))
    else:
        pairs = _by_number(here, there)
    met_here, met_there = {id(one) for one, _ in pairs}, {id(other) for _, other in pairs}
    for one, other in pairs:
        found.pairs.append((one, other))
        _below(one, other, found)
    found.missing += [inner for one in here if id(one) not in met_here for inner in one.walk()]
    found.left_over += [inner for one in there if id(one) not in met_there for inner in one.walk()]


def _numbers_differ(here: list[Node], there: list[Node]) -> bool:
    """Return whether two of the same place have numbers in figures that are not the same."""
    pairs = ((_value(one), _value(other)) for one, other in zip(here, there, strict=True))
    return any(one is not None and other is not None and one != other for one, other in pairs)


def _value(node: Node) -> Value | None:
    """Return the number's value; of letters none, whose order differs by alphabet."""
    is_letter = len(node.number) == 1 and node.number.isalpha() and node.kind in _ITEMS
    return None if is_letter else value_of(node.number)


def _by_number(here: list[Node], there: list[Node]) -> list[tuple[Node, Node]]:
    """Pair by number first, then what has none in the order, where as many are left."""
    pairs: list[tuple[Node, Node]] = []
    left = list(there)
    for one in here:
        value = _value(one)
        other = next((n for n in left if value is not None and _value(n) == value), None)
        if other is not None:
            pairs.append((one, other))
            left = [n for n in left if n is not other]
    met = {id(one) for one, _other in pairs}
    bare = [one for one in here if id(one) not in met and _value(one) is None]
    others = [other for other in left if _value(other) is None]
    if len(bare) == len(others):
        pairs += zip(bare, others, strict=True)
    return pairs


def _below(one: Node, other: Node, found: Alignment) -> None:
    if not one.children and one.text and other.children and not other.text:
        inner = [node for root in other.children for node in root.walk()]
        if all(node.kind in _ITEMS for node in inner):
            other.text = "\n".join(_line(node) for node in inner)
            other.children = []
            return
    _level(one.children, other.children, found)


def _line(node: Node) -> str:
    words = " ".join(part for part in (node.heading, node.text) if part)
    return f"{node.number}. {words}" if node.number else words
