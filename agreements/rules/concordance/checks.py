"""One language version against the original, provision by provision."""

import hashlib
import json
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field

from agreements.rules.concordance import reading
from agreements.rules.concordance.words import DEFINITION_WORDS
from agreements.statuses import CheckKind, ProvisionKind

Names = Mapping[str, Mapping[str, Sequence[str]]]  # party → tag → its names in that language


@dataclass(frozen=True)
class Told:
    """A provision in one language; ``heading`` and ``text`` are empty where it has none."""

    key: str
    kind: str
    number: str
    heading: str
    text: str
    depth: int = 0

    @property
    def words(self) -> str:
        return "\n".join(part for part in (self.heading, self.text) if part)


@dataclass(frozen=True)
class Found:
    """
    Something in which two languages differ: what the one has, and what the other.

    ``key`` is the provision's, empty of what is said of the whole text. The lists are for people; they are what makes two findings the same one.
    """

    kind: str
    key: str
    original: tuple[str, ...] = field(default=())
    translation: tuple[str, ...] = field(default=())


def fingerprint(found: Found) -> str:
    """Return what a decision about a finding holds on to: the same difference in the same place."""
    told = [found.kind, found.key, list(found.original), list(found.translation)]
    return hashlib.sha256(json.dumps(told, ensure_ascii=False).encode()).hexdigest()


def check_texts(
    original: Iterable[Told], translation: Iterable[Told], *, tags: tuple[str, str], names: Names
) -> list[Found]:
    """
    Return every difference in the order of the text.

    ``tags`` are the languages of the two texts; ``names`` what the parties are called, in which languages they are.
    """
    pairs = list(_pairs(original, translation))
    found: list[Found] = []
    definitions = _definitions(pairs)
    for one, other in pairs:
        if not one.words or not other.words:
            found += _missing(one, other)
            continue
        found += _structure(one, other)
        found += _days_references_numerals(one, other, tags)
        found += _parties(one, other, tags, names)
        found += _terms_of_definition(one, other, definitions)
        found += _terms_used(one, other, definitions, tags)
    return [*found, *_testimonium(pairs, tags)]


def _pairs(original: Iterable[Told], translation: Iterable[Told]) -> Iterator[tuple[Told, Told]]:
    """Yield each provision in both languages; one that only one of them has is empty in the other."""
    others = {told.key: told for told in translation}
    for one in original:
        other = others.pop(one.key, None)
        yield one, other or Told(one.key, one.kind, one.number, "", "", one.depth)
    for other in others.values():
        yield Told(other.key, other.kind, other.number, "", "", other.depth), other


# ── the same provisions ─────────────────────────────────────────────────────────────────────────


def _missing(one: Told, other: Told) -> Iterator[Found]:
    if one.words and not other.words:
        yield Found(CheckKind.MISSING, one.key)
    elif other.words and not one.words:
        yield Found(CheckKind.EXTRA, one.key)


def _structure(one: Told, other: Told) -> Iterator[Found]:
    if bool(one.heading) != bool(other.heading):
        yield Found(CheckKind.HEADING, one.key, _some(one.heading), _some(other.heading))
    if bool(one.text) != bool(other.text):
        yield Found(CheckKind.STRUCTURE, one.key, _some(one.text), _some(other.text))
        return
    lines = _lines(one.text), _lines(other.text)
    if lines[0] != lines[1]:
        yield Found(CheckKind.STRUCTURE, one.key, (str(lines[0]),), (str(lines[1]),))


def _some(text: str) -> tuple[str, ...]:
    return (text[:_SHOWN],) if text else ()


_SHOWN = 120


def _lines(text: str) -> int:
    """Return how many paragraphs and points a provision's own text has."""
    return sum(bool(line.strip()) for line in text.splitlines())


# ── days, references, numerals ──────────────────────────────────────────────────────────────────


def _days_references_numerals(one: Told, other: Told, tags: tuple[str, str]) -> Iterator[Found]:
    here, there = reading.read(one.words, tags[0]), reading.read(other.words, tags[1])
    yield from _difference(CheckKind.DATE, one.key, here.days, there.days)
    left, right = here.references - there.references, there.references - here.references
    figures = here.figures - there.figures, there.figures - here.figures
    # A reference in words that are not known stands there as a bare number: the same number is no difference.
    left, spare_right = _without_spare(left, figures[1])
    right, spare_left = _without_spare(right, figures[0])
    yield from _difference(CheckKind.REFERENCE, one.key, _said(left), _said(right))
    yield from _numerals(one.key, (spare_left, here.words), (spare_right, there.words))


def _without_spare(
    references: Counter[reading.Reference], figures: Counter[str]
) -> tuple[Counter[reading.Reference], Counter[str]]:
    left, spare = Counter(references), Counter(figures)
    for reference in references.elements():
        if spare[reference.number]:
            spare[reference.number] -= 1
            left[reference] -= 1
    return +left, +spare


def _said(references: Counter[reading.Reference]) -> Counter[str]:
    return Counter({str(reference): count for reference, count in references.items()})


def _numerals(
    key: str, here: tuple[Counter[str], Counter[str]], there: tuple[Counter[str], Counter[str]]
) -> Iterator[Found]:
    """
    Compare figures, each of which may stand in words on the other side.

    Two numbers in words are compared only where each side has one that the other has not: a word that is not
    found may be declined, one that is another number may not.
    """
    words = here[1] - there[1], there[1] - here[1]
    left, right = here[0] - words[1], there[0] - words[0]
    left_words, right_words = words[0] - there[0], words[1] - here[0]
    if left or right:
        # What stands opposite in words is said along: "3" against "two".
        yield Found(CheckKind.NUMERAL, key, _listed(left + left_words), _listed(right + right_words))  # fmt: skip
    elif left_words and right_words:
        yield Found(CheckKind.NUMERAL, key, _listed(left_words), _listed(right_words))


def _difference(kind: str, key: str, here: Counter[str], there: Counter[str]) -> Iterator[Found]:
    left, right = here - there, there - here
    if left or right:
        yield Found(kind, key, _listed(left), _listed(right))


def _listed(counts: Counter[str]) -> tuple[str, ...]:
    return tuple(sorted(counts.elements(), key=lambda said: (len(said), said)))


# ── parties, terms, languages ───────────────────────────────────────────────────────────────────


def _parties(one: Told, other: Told, tags: tuple[str, str], names: Names) -> Iterator[Found]:
    """
    Compare whom the two name, of those who have a name in both languages.

    Where languages are named, "Kyrgyz" is one of them and no party.
    """
    if reading.languages_named(one.words, tags[0]) or reading.languages_named(other.words, tags[1]):
        return
    known = [party for party in names if names[party].get(tags[0]) and names[party].get(tags[1])]
    left = reading.parties_named(one.words, {p: names[p][tags[0]] for p in known}, tags[0])
    right = reading.parties_named(other.words, {p: names[p][tags[1]] for p in known}, tags[1])
    if left != right:
        here, there = sorted(left - right), sorted(right - left)
        yield Found(
            CheckKind.PARTY,
            one.key,
            tuple(names[party][tags[0]][0] for party in here),
            tuple(names[party][tags[1]][0] for party in there),
        )


@dataclass(frozen=True)
class _Definitions:
    """Where terms are defined, and what each is called in both languages."""

    keys: frozenset[str]
    terms: tuple[tuple[str, str], ...]


def _definitions(pairs: list[tuple[Told, Told]]) -> _Definitions:
    keys: set[str] = set()
    terms: list[tuple[str, str]] = []
    depth = -1  # of the article of definitions that is being read, -1: none
    for one, other in pairs:
        if depth >= 0 and one.depth <= depth:
            depth = -1
        if depth < 0 and one.kind == ProvisionKind.ARTICLE and _defines(one, other):
            depth = one.depth
        if depth < 0:
            continue
        keys.add(one.key)
        here, there = reading.terms(one.text), reading.terms(other.text)
        if len(here) == len(there):
            terms += zip(here, there, strict=True)
    return _Definitions(frozenset(keys), tuple(dict.fromkeys(terms)))


def _defines(one: Told, other: Told) -> bool:
    return any(
        word in heading
        for heading in (one.heading.lower(), other.heading.lower())
        for word in DEFINITION_WORDS
    )


def _terms_of_definition(one: Told, other: Told, definitions: _Definitions) -> Iterator[Found]:
    if one.key not in definitions.keys or not other.text:
        return
    here, there = reading.terms(one.text), reading.terms(other.text)
    if len(here) != len(there):
        yield Found(CheckKind.TERM, one.key, tuple(here), tuple(there))


def _terms_used(
    one: Told, other: Told, definitions: _Definitions, tags: tuple[str, str]
) -> Iterator[Found]:
    """Ask whether a term that the original uses is called in the translation as its definition calls it."""
    if one.key in definitions.keys:
        return
    for term, called in definitions.terms:
        if reading.has_phrase(one.words, term, tags[0]) and not reading.says(
            other.words, called, tags[1]
        ):
            yield Found(CheckKind.TERM, one.key, (term,), (called,))


def _testimonium(pairs: list[tuple[Told, Told]], tags: tuple[str, str]) -> Iterator[Found]:
    """Compare which languages the two say the text is made in."""
    final = [pair for pair in pairs if pair[0].kind == ProvisionKind.FINAL_CLAUSE]
    here = reading.languages_named("\n".join(one.words for one, _other in final), tags[0])
    there = reading.languages_named("\n".join(other.words for _one, other in final), tags[1])
    if here and there and here != there:
        yield Found(
            CheckKind.LANGUAGES, "", tuple(sorted(here - there)), tuple(sorted(there - here))
        )
