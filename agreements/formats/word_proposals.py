"""Tracked changes of a Word document laid beside the text it was made of: one proposal for each provision."""

import re
from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import asdict, dataclass, field
from typing import Any

from django.db.models import TextChoices
from django.utils.translation import gettext_lazy

from agreements.formats.docx_changes import Face, Group, LeftOut, Mark, TrackedDocument
from agreements.formats.docx_writing import (
    Part,
    WordProvision,
    bookmark_of,
    is_titled,
    label_of,
    number_line,
    text_line,
)
from agreements.formats.markers import article_marker, item_of
from agreements.formats.tree import Kind
from agreements.queries.anchors import narrowed, without
from agreements.statuses import Placement, ProposalOp
from ots_portal.texts.alignment import Budget, align
from ots_portal.texts.comparison import compare

_ALIKE = 0.3
_CELLS = 50_000_000
_PARTED = re.compile(r"\s*[–—:.-]\s*")
_LABEL = re.compile(r"^(?:\(?\w{1,4}[.)]|[–—-])\s+")


class WhyNot(TextChoices):
    """Why a change of the document is no proposal."""

    UNKNOWN = "unknown", gettext_lazy("its paragraph is not found in the text")
    TABLE = "table", gettext_lazy("stands in a table")
    FORMATTING = "formatting", gettext_lazy("changes the look of the words alone")
    COMMENT = "comment", gettext_lazy("is a comment")
    FOOTNOTE = "footnote", gettext_lazy("stands in a note")
    NUMBER = "number", gettext_lazy("changes a number: numbers follow from the place")
    HEADING = "heading", gettext_lazy("takes the heading away and leaves the provision")
    HALF = "half", gettext_lazy("takes the words away and leaves the number")
    HOLDER = "holder", gettext_lazy("takes away what holds provisions that stay")
    NO_PLACE = "no_place", gettext_lazy("is new, and where it belongs is not found")
    REFUSED = "refused", gettext_lazy("could not be made into a draft")


@dataclass
class Found:
    """A proposal that the document makes; ``key`` and ``other`` are keys of provisions, "" where there is none."""

    op: str
    key: str
    other: str = ""
    placement: str = ""
    kind: str = ""
    number: str = ""
    quote: str = ""
    heading: str = ""
    text: str = ""
    note: str = ""


@dataclass
class Unassigned:
    paragraph: int
    text: str
    reason: str


@dataclass
class Assigned:
    found: list[Found] = field(default_factory=list)
    unassigned: list[Unassigned] = field(default_factory=list)

    def told(self) -> tuple[list[dict[str, Any]], list[dict[str, Any]]]:
        return [asdict(one) for one in self.found], [asdict(one) for one in self.unassigned]


Slot = tuple[str, Part]


@dataclass
class _New:
    """A paragraph that stands only behind the changes; ``behind`` and ``before`` are what stands around it."""

    face: Face
    group: Group
    behind: str
    before: str = ""


def assign(
    document: TrackedDocument, provisions: Sequence[WordProvision], language: str
) -> Assigned:
    """Return what the document proposes, in the order of the text, and what could not be assigned."""
    return _Assigning(document, provisions, language).done()


class _Assigning:
    def __init__(
        self, document: TrackedDocument, provisions: Sequence[WordProvision], language: str
    ) -> None:
        self.document, self.provisions, self.language = document, provisions, language
        self.by_key = {one.key: one for one in provisions}
        self.holders = _holders(provisions)
        self.lines = dict(self._lines())
        self.places = {one.key: place for place, one in enumerate(provisions)}
        self.slots = self._slots_of_faces()
        self.changed: dict[Slot, str] = {}
        self.gone: dict[Slot, tuple[Face, Group]] = {}
        self.marks: dict[str, list[Mark]] = defaultdict(list)
        self.new: list[_New] = []
        self.result = Assigned()

    def done(self) -> Assigned:
        self._walk()
        gone = self._gone_provisions()
        self._moves(gone)
        self._changes()
        self._deletions(gone)
        self._inserts()
        self.result.found.sort(key=lambda one: self.places.get(one.key, len(self.places)))
        self.result.unassigned += [_left_out(one) for one in self.document.left_out]
        return self.result

    # ── which paragraph is which provision ──────────────────────────────────────────────────────

    def _slots_of_faces(self) -> dict[int, Slot]:
        """Return for each paragraph before the changes, by its identity, what of the text it is."""
        faces = [face for group in self.document.groups for face in group.before]
        lines = self.lines
        by_bookmark = {bookmark_of(key, part): (key, part) for key, part in lines}
        found: dict[int, Slot] = {}
        for face in faces:
            for name in face.bookmarks:
                slot = by_bookmark.pop(name, None)
                if slot and id(face) not in found:
                    found[id(face)] = slot
        taken = set(found.values())
        loose = [face for face in faces if id(face) not in found]
        left = [slot for slot in lines if slot not in taken]
        spans = align(
            [_bare(face.text) for face in loose],
            [_bare(lines[slot]) for slot in left],
            budget=Budget(_CELLS),
        )
        for span in spans:
            if span.is_same:
                for face, slot in zip(loose[span.a : span.b], left[span.c : span.d], strict=True):
                    found[id(face)] = slot
        return found

    def _lines(self) -> Iterator[tuple[Slot, str]]:
        for one in self.provisions:
            if line := number_line(one, self.language):
                yield (one.key, "number"), line
            if one.text or not is_titled(one):
                yield (one.key, "text"), _flat_lines(text_line(one, self.language))

    # ── what became of each paragraph ───────────────────────────────────────────────────────────

    def _walk(self) -> None:
        last = ""
        for group in self.document.groups:
            if group.is_changed:
                last = self._group(group, last)
            for face in group.before:
                slot = self.slots.get(id(face))
                last = slot[0] if slot else last
                self._reached(last)

    def _reached(self, key: str) -> None:
        for one in reversed(self.new):
            if one.before:
                break
            if key != one.behind:
                one.before = key

    def _group(self, group: Group, last: str) -> str:
        if self._is_split_or_join(group):
            return last
        for before, after in _pairs(group.before, group.after):
            slot = self.slots.get(id(before)) if before else None
            if before and slot:
                last = slot[0]
                self._reached(last)
                self.marks[slot[0]] += group.marks
            if before is None:
                assert after is not None
                self.new.append(_New(after, group, last))
            elif slot is None:
                if after is None or after.text != before.text:
                    self._not(before, WhyNot.UNKNOWN)
            elif after is None:
                self.gone[slot] = before, group
            elif after.text != before.text:
                self.changed[slot] = after.text
        return last

    def _is_split_or_join(self, group: Group) -> bool:  # noqa: PLR0911 -- each line a reason
        """Take one paragraph that became two, or two that became one, without a word more or less."""
        before, after = group.before, group.after
        if sorted((len(before), len(after))) != [1, 2]:
            return False
        if _flat(" ".join(face.text for face in before)) != _flat(" ".join(face.text for face in after)):  # fmt: skip
            return False
        slots = [self.slots.get(id(face)) for face in before]
        if any(slot is None or slot[1] != "text" for slot in slots):
            return False
        keys = [slot[0] for slot in slots if slot]
        note = _note(group.marks)
        if len(after) > 1:
            quote = after[1].text
            self.result.found.append(Found(ProposalOp.SPLIT, keys[0], quote=quote, note=note))
            return True
        one, other = (self.by_key[key] for key in keys)
        if (one.kind, self.holders.get(one.key)) != (other.kind, self.holders.get(other.key)):
            return False
        if label_of(other, self.language):
            return False  # its number would stand in the middle of the words
        self.result.found.append(Found(ProposalOp.MERGE, keys[0], other=keys[1], note=note))
        return True

    # ── changes of words ────────────────────────────────────────────────────────────────────────

    def _changes(self) -> None:
        for one in self.provisions:
            heading = self._new_heading(one)
            text = self._new_text(one)
            if not heading and text is None:
                continue
            note = _note(self.marks[one.key])
            found = Found(ProposalOp.REPLACE, one.key, heading=heading, note=note)
            if text is not None:
                self._say_words(found, one.text, text)
            self.result.found.append(found)

    def _say_words(self, found: Found, before: str, after: str) -> None:
        quote = _left_out_alone(before, after)
        if quote and not found.heading:
            found.op, found.quote = ProposalOp.DELETE, quote
            return
        if before:
            found.quote, found.text = narrowed(before, after)
        else:
            found.text = after

    def _new_heading(self, one: WordProvision) -> str:
        slot: Slot = (one.key, "number")
        if slot not in self.changed:
            return ""
        line, label = self.changed[slot], label_of(one, self.language)
        if not label:
            heading = line
        elif line.startswith(label):
            heading = _PARTED.sub("", line[len(label) :], count=1).strip()
        else:
            marker = article_marker(line)
            heading = marker.rest if marker else ""
            self._not_line(slot, WhyNot.NUMBER)
        if one.heading and not heading:
            self._not_line(slot, WhyNot.HEADING)
        return heading if heading != one.heading else ""

    def _new_text(self, one: WordProvision) -> str | None:
        slot: Slot = (one.key, "text")
        if slot not in self.changed:
            return None
        line = self.changed[slot]
        label = "" if is_titled(one) else label_of(one, self.language)
        if label and line.startswith(label):
            line = line[len(label) :].strip()
        elif label:
            text, number = _unnumbered(line)
            if number:
                self._not_line(slot, WhyNot.NUMBER)
            line = text
        if not line:
            self._not_line(slot, WhyNot.HALF)
            return None
        return line if _flat_lines(one.text) != line else None

    # ── what goes, what moves ───────────────────────────────────────────────────────────────────

    def _gone_provisions(self) -> set[str]:
        """Return the keys of which nothing is left; those that hold something that stays are no such."""
        slots: dict[str, list[Slot]] = defaultdict(list)
        for slot in self.lines:
            slots[slot[0]].append(slot)
        gone = {key for key, own in slots.items() if all(slot in self.gone for slot in own)}
        for key, own in slots.items():
            for slot in own:
                if slot in self.gone and key not in gone:
                    self._not_line(slot, WhyNot.HALF if slot[1] == "text" else WhyNot.HEADING)
        staying = {
            holder
            for one in self.provisions
            if one.key not in gone
            for holder in self._above(one.key)
        }
        for key in [one.key for one in self.provisions if one.key in gone & staying]:
            self._not_line(slots[key][0], WhyNot.HOLDER)
        return gone - staying

    def _above(self, key: str) -> Iterator[str]:
        while key := self.holders.get(key, ""):
            yield key

    def _deletions(self, gone: set[str]) -> None:
        for one in self.provisions:
            if one.key in gone and self.holders.get(one.key, "") not in gone:
                note = _note(self._marks_of_gone(one.key))
                self.result.found.append(Found(ProposalOp.DELETE, one.key, note=note))

    def _marks_of_gone(self, key: str) -> list[Mark]:
        return [
            mark
            for part in _PARTS
            if (key, part) in self.gone
            for mark in self.gone[key, part][1].marks
        ]

    def _moves(self, gone: set[str]) -> None:
        """Take what went and came elsewhere, word for word, as moved: with all that stands under it."""
        new = [_bare(one.face.text) for one in self.new]
        for one in self.provisions if new else ():
            if one.key not in gone or self.holders.get(one.key, "") in gone:
                continue
            below = self._with_what_it_holds(one)
            told = [
                _bare(self.lines[key, part])
                for key in below
                for part in _PARTS
                if (key, part) in self.lines
            ]
            place = _place_of(told, new)
            if place is None:
                continue
            first = self.new[place]
            beside, placement = self._place(first, one.kind)
            if not beside or beside in below:
                continue
            del self.new[place : place + len(told)], new[place : place + len(told)]
            gone -= set(below)
            note = _note(first.group.marks)
            self.result.found.append(
                Found(ProposalOp.MOVE, one.key, other=beside, placement=placement, note=note)
            )

    def _with_what_it_holds(self, one: WordProvision) -> list[str]:
        """Return its key and those of all that stands under it: they follow it in the text."""
        begin = self.places[one.key]
        found = [one.key]
        for other in self.provisions[begin + 1 :]:
            if other.depth <= one.depth:
                break
            found.append(other.key)
        return found

    # ── what is new ─────────────────────────────────────────────────────────────────────────────

    def _inserts(self) -> None:
        article: tuple[Found, _New] | None = None
        for one in self.new:
            marker = article_marker(one.face.text)
            if marker and len(one.face.text) <= _LONGEST_HEADING:
                found = self._insert(one, Kind.ARTICLE.value, marker.number, heading=marker.rest)
                article = (found, one) if found else None
            elif article and article[1].behind == one.behind:
                found = article[0]
                found.text = "\n".join(filter(None, (found.text, one.face.text)))
            else:
                article = None
                text, number = _unnumbered(one.face.text)
                self._insert(one, self._kind(one), number, text=text)

    def _insert(
        self, one: _New, kind: str, number: str, *, heading: str = "", text: str = ""
    ) -> Found | None:
        beside, placement = self._place(one, kind)
        if not beside and self.provisions:
            self._not(one.face, WhyNot.NO_PLACE)
            return None
        note = _note(one.group.marks)
        found = Found(
            ProposalOp.INSERT, beside, placement=placement, kind=kind, number=number[:20], heading=heading, text=text, note=note,
        )  # fmt: skip
        self.result.found.append(found)
        return found

    def _kind(self, one: _New) -> str:
        """Return what a new paragraph is: by its number, else as what stands before it."""
        item = item_of(one.face.text)
        behind = self.by_key.get(one.behind)
        if item and item.number.isdigit():
            return Kind.PARAGRAPH.value
        if item and item.number.isalpha():
            is_deep = behind and behind.kind == Kind.SUBPOINT
            return Kind.SUBPOINT.value if is_deep else Kind.POINT.value
        if behind is None or behind.kind in (Kind.ARTICLE, Kind.ANNEX):
            return Kind.PARAGRAPH.value
        return behind.kind

    def _place(self, one: _New, kind: str) -> tuple[str, str]:
        """Return beside which provision it stands, and where: behind the last one of its kind, else inside what holds it."""
        behind = self.by_key.get(one.behind)
        if behind is None:
            return (one.before, Placement.BEFORE.value) if one.before else ("", "")
        line = [behind.key, *self._above(behind.key)]
        same = next((key for key in line if self.by_key[key].kind == kind), None)
        if same:
            return same, Placement.AFTER.value
        follower = self.by_key.get(one.before)
        if follower and follower.kind == kind and self.holders.get(follower.key) in line:
            return follower.key, Placement.BEFORE.value
        deeper = _DEPTHS.index(Kind(kind)) > _DEPTHS.index(Kind(behind.kind))
        if deeper:
            return behind.key, Placement.INSIDE.value
        return line[-1], Placement.AFTER.value

    def _not(self, face: Face, reason: WhyNot) -> None:
        self.result.unassigned.append(Unassigned(face.number, face.text[:200], reason.value))

    def _not_line(self, slot: Slot, reason: WhyNot) -> None:
        text = self.lines[slot]
        self.result.unassigned.append(Unassigned(0, text[:200], reason.value))


_LONGEST_HEADING = 300
_PARTS: tuple[Part, ...] = ("number", "text")
# Paragraphs that one stretch of changes took and put: more are not laid beside each other one by one.
_MOST_PAIRS = 40_000
# From the outside in; what is not among them stands by itself.
_DEPTHS = [Kind.PART, Kind.CHAPTER, Kind.SECTION, Kind.ANNEX, Kind.PREAMBLE_RECITAL, Kind.FINAL_CLAUSE, Kind.ARTICLE, Kind.PARAGRAPH, Kind.POINT, Kind.SUBPOINT]  # fmt: skip


def _place_of(wanted: list[str], lines: list[str]) -> int | None:
    """Return where the wanted lines stand one behind the other; None where they do not."""
    place = -1
    while wanted and wanted[0] in lines[place + 1 :]:
        place = lines.index(wanted[0], place + 1)
        if lines[place : place + len(wanted)] == wanted:
            return place
    return None


def _left_out(one: LeftOut) -> Unassigned:
    return Unassigned(one.paragraph, one.text, one.reason)


def _holders(provisions: Iterable[WordProvision]) -> dict[str, str]:
    """Return by key the key of what holds it, from the depths; "" of a root."""
    found: dict[str, str] = {}
    line: list[str] = []
    for one in provisions:
        line = [*line[: one.depth], one.key]
        found[one.key] = line[-2] if len(line) > 1 else ""
    return found


def _pairs(before: list[Face], after: list[Face]) -> list[tuple[Face | None, Face | None]]:
    """Pair what is the same, then what is alike between those; in the order of the document."""
    found: list[tuple[Face | None, Face | None]] = []
    spans = align(
        [_flat(face.text) for face in before],
        [_flat(face.text) for face in after],
        budget=Budget(_CELLS),
    )
    for span in spans:
        old, new = before[span.a : span.b], after[span.c : span.d]
        found += zip(old, new, strict=True) if span.is_same else _alike(old, new)
    return found


def _alike(old: list[Face], new: list[Face]) -> Iterator[tuple[Face | None, Face | None]]:
    if len(old) * len(new) > _MOST_PAIRS:
        yield from ((face, None) for face in old)
        yield from ((None, other) for other in new)
        return
    rest = list(new)
    for face in old:
        if len(old) == len(new) == 1 and not (face.is_moved or new[0].is_moved):
            likely = 0 if _likeness(face.text, new[0].text) >= _ALIKE / 2 else None
        else:
            likely = next(
                (i for i, other in enumerate(rest) if _likeness(face.text, other.text) >= _ALIKE),
                None,
            )
        if likely is None:
            yield face, None
            continue
        for other in rest[:likely]:
            yield None, other
        yield face, rest[likely]
        rest = rest[likely + 1 :]
    for other in rest:
        yield None, other


def _likeness(one: str, other: str) -> float:
    """Return the share of words that both have, from 0 to 1."""
    words = [set(re.findall(r"\w+", text.lower())) for text in (one, other)]
    largest = max(map(len, words), default=0)
    return len(words[0] & words[1]) / largest if largest else 0.0


def _left_out_alone(before: str, after: str) -> str:
    """Return the words that were left out, where nothing else was done and they stand in the text once."""
    pieces = compare(before, after)
    removed = [piece for piece in pieces if piece.kind == "removed"]
    if len(removed) != 1 or any(piece.kind == "added" for piece in pieces):
        return ""
    quote = removed[0].text.strip()
    is_once = bool(quote) and before.count(quote) == 1
    return quote if is_once and without(before, quote) == after else ""


def _unnumbered(text: str) -> tuple[str, str]:
    """Return a paragraph's words without its number, and that; "" where it has none."""
    item = item_of(text)
    if item and not item.is_bullet:
        return item.text, item.number
    return text, ""


def _note(marks: Iterable[Mark]) -> str:
    """Return who made the changes in Word, and on which days."""
    told = dict.fromkeys(
        " ".join(filter(None, (mark.author, mark.at.date().isoformat() if mark.at else "")))
        for mark in marks
    )
    return "; ".join(one for one in told if one)[:300]


def _flat(text: str) -> str:
    return " ".join(text.split())


def _flat_lines(text: str) -> str:
    return "\n".join(" ".join(line.split()) for line in text.split("\n")).strip()


def _bare(text: str) -> str:
    """Return the words by which a paragraph is known again: whatever its number is now."""
    return _LABEL.sub("", _flat(text))
