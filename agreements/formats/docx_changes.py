"""
DOCX (ECMA-376): what tracked changes of a Word document do to each of its paragraphs.

Each paragraph has two faces: as it was before the changes, and as it is with all of them. A stretch of paragraphs whose
ends were inserted or deleted is one group, with the paragraphs before and those after.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from django.utils.translation import gettext as _

from agreements.formats.docx import DOCUMENT, MOST_LETTERS, W, parts_of
from agreements.formats.tree import FormatError
from agreements.formats.xml import name_of, parse_xml

MOST_CHANGES = 5_000
_SHA256 = re.compile(r"(?<![0-9a-f])[0-9a-f]{64}(?![0-9a-f])")
_MORE = r"word/(?:footer\d*|comments)\.xml"


@dataclass(frozen=True)
class Mark:
    """Who changed something in Word, and when ("" and None where the document does not say)."""

    author: str
    at: datetime | None


@dataclass
class Face:
    """
    One paragraph on one side of the changes; ``bookmarks`` are those that begin in it.

    ``pieces`` are its words while it is read, which are its ``text`` in the end.
    """

    number: int
    text: str = ""
    bookmarks: list[str] = field(default_factory=list)
    is_moved: bool = False
    pieces: list[str] = field(default_factory=list)


@dataclass
class Group:
    """Paragraphs that the changes touch together: as they were, and as they are."""

    before: list[Face]
    after: list[Face]
    marks: list[Mark]

    @property
    def is_changed(self) -> bool:
        return bool(self.marks)


@dataclass(frozen=True)
class LeftOut:
    """Something changed, or said, that no proposal can be made of."""

    paragraph: int
    text: str
    reason: str  # table, formatting, comment, footnote


@dataclass(frozen=True)
class TrackedDocument:
    """``hashes`` are the SHA-256 values that stand in its footers, in their order."""

    groups: list[Group]
    hashes: list[str]
    left_out: list[LeftOut]

    @property
    def change_count(self) -> int:
        return sum(len(group.marks) for group in self.groups)


def read_changes(content: bytes) -> TrackedDocument:
    """
    Return the paragraphs of a Word document before and after its tracked changes.

    :raises FormatError: when it is no Word document, is damaged, unpacks to far too much, or has too many changes
    """
    if not content.strip():
        raise FormatError(_("The file has no text."))
    parts = parts_of(content, more=_MORE)
    body = parse_xml(parts[DOCUMENT]).find(f"{W}body")
    if body is None:
        raise FormatError(_("The Word document has no text."))
    reader = _Reader()
    for element in body:
        reader.block(element)
    reader.finish()
    return TrackedDocument(
        reader.groups, list(_hashes(parts)), [*reader.left_out, *_comments(parts), *_notes(parts)]
    )


# ── paragraphs ──────────────────────────────────────────────────────────────────────────────────
_GONE = ("del", "moveFrom")
_NEW = ("ins", "moveTo")
_UNSHOWN = frozenset({"Fallback", "instrText", "delInstrText", "pPr", "rPr", "footnoteReference"})
_FORMATTED = ("rPrChange", "pPrChange", "sectPrChange", "numberingChange")


class _Reader:
    def __init__(self) -> None:
        self.groups: list[Group] = []
        self.left_out: list[LeftOut] = []
        self.count = self.letters = self.changes = 0
        self.before, self.after, self.marks = Face(1), Face(1), list[Mark]()
        self.group = Group([], [], [])

    def block(self, element: Any, *, wrapped: tuple[Any, ...] = ()) -> None:
        name = name_of(element)
        if name == "p":
            self._paragraph(element, wrapped)
        elif name == "tbl":
            self._table(element)
        elif name in ("sdt", "sdtContent", "customXml", "smartTag"):
            for child in element:
                self.block(child, wrapped=wrapped)
        elif name in (*_NEW, *_GONE):
            for child in element:
                self.block(child, wrapped=(*wrapped, element))
        elif name == "bookmarkStart":
            self._bookmark(element)

    def finish(self) -> None:
        """Close what the last paragraph's deleted or inserted end left open."""
        if self.before.pieces:
            self.group.before.append(self.before)
        if self.after.pieces:
            self.group.after.append(self.after)
        self._close()

    def _paragraph(self, element: Any, wrapped: tuple[Any, ...]) -> None:
        self.count += 1
        if not self.before.pieces:
            self.before.number = self.count
        if not self.after.pieces:
            self.after.number = self.count
        self._walk(element, wrapped)
        ending = element.find(f"{W}pPr/{W}rPr")
        ends = [name_of(child) for child in ending] if ending is not None else []
        marks = [child for child in (ending if ending is not None else ()) if name_of(child) in (*_NEW, *_GONE)]  # fmt: skip
        around = [one for one in wrapped if name_of(one) in (*_NEW, *_GONE)]
        for mark in (*marks, *around):
            self._count(mark)
        self._check_formatting(element)
        is_new = any(name in _NEW for name in ends) or any(name_of(one) in _NEW for one in wrapped)
        is_gone = any(name in _GONE for name in ends) or any(name_of(one) in _GONE for one in wrapped)  # fmt: skip
        if not is_gone:
            self.group.after.append(self.after)
            self.after = Face(self.count + 1)
        if not is_new:
            self.group.before.append(self.before)
            self.before = Face(self.count + 1)
        if not is_new and not is_gone:
            self._close()

    def _close(self) -> None:
        self.group.before = [face for face in map(_tidy, self.group.before) if face.text]
        self.group.after = [face for face in map(_tidy, self.group.after) if face.text]
        if self.group.before or self.group.after:
            self.groups.append(self.group)
        self.group = Group([], [], [])

    def _walk(self, element: Any, wrapped: tuple[Any, ...]) -> None:
        for child in element:
            name = name_of(child)
            if name in _UNSHOWN:
                continue
            if name in (*_NEW, *_GONE):
                self._count(child)
                self._walk(child, (*wrapped, child))
            elif name == "bookmarkStart":
                self._bookmark(child)
            else:
                self._piece(child, name, wrapped)

    def _piece(self, child: Any, name: str, wrapped: tuple[Any, ...]) -> None:
        signs = {
            "tab": "\t",
            "ptab": "\t",
            "br": "\n",
            "cr": "\n",
            "noBreakHyphen": "-",
            "sym": "•",
        }
        if name in ("t", "delText"):
            self._add(child.text or "", wrapped)
        elif name in signs:
            self._add(signs[name], wrapped)
        else:
            self._walk(child, wrapped)

    def _add(self, text: str, wrapped: tuple[Any, ...]) -> None:
        self.letters += len(text)
        if self.letters > MOST_LETTERS:
            raise FormatError(
                _("The document has more than two million letters. Send it in parts.")
            )
        names = [name_of(one) for one in wrapped]
        if not any(name in _NEW for name in names):
            self.before.pieces.append(text)
            self.before.is_moved |= "moveFrom" in names
        if not any(name in _GONE for name in names):
            self.after.pieces.append(text)
            self.after.is_moved |= "moveTo" in names

    def _bookmark(self, element: Any) -> None:
        name = element.get(f"{W}name", "")
        if name.startswith("ots_"):
            self.before.bookmarks.append(name)
            self.after.bookmarks.append(name)

    def _count(self, element: Any) -> None:
        self.changes += 1
        if self.changes > MOST_CHANGES:
            sentence = _("The document has more than %(limit)s tracked changes. Send it in parts.")
            raise FormatError(sentence % {"limit": MOST_CHANGES})
        self.group.marks.append(_mark(element))

    def _check_formatting(self, paragraph: Any) -> None:
        if any(paragraph.find(f".//{W}{name}") is not None for name in _FORMATTED):
            text = "".join(paragraph.itertext())
            self.left_out.append(LeftOut(self.count, _flat(text), "formatting"))

    def _table(self, table: Any) -> None:
        """Tables are no provisions of their own: what was changed in one is said, and left to people."""
        for paragraph in table.iter(f"{W}p"):
            self.count += 1
            found = [one for name in (*_NEW, *_GONE) for one in paragraph.iter(f"{W}{name}")]
            if found:
                text = "".join(paragraph.itertext())
                self.left_out.append(LeftOut(self.count, _flat(text), "table"))


def _tidy(face: Face) -> Face:
    words = "".join(face.pieces)
    face.pieces.clear()
    face.text = "\n".join(" ".join(line.split()) for line in words.split("\n")).strip()
    return face


def _mark(element: Any) -> Mark:
    try:
        moment = datetime.fromisoformat(element.get(f"{W}date", ""))
    except ValueError:
        moment = None
    return Mark(" ".join(element.get(f"{W}author", "").split())[:100], moment)


def _flat(text: str) -> str:
    return " ".join(text.split())[:200]


# ── what stands beside the text ─────────────────────────────────────────────────────────────────


def _hashes(parts: dict[str, bytes]) -> Iterator[str]:
    for name, content in sorted(parts.items()):
        if name.startswith("word/footer"):
            text = "".join(parse_xml(content).itertext())
            yield from _SHA256.findall(text)


def _comments(parts: dict[str, bytes]) -> Iterator[LeftOut]:
    content = parts.get("word/comments.xml")
    if content is None:
        return
    for comment in parse_xml(content).iter(f"{W}comment"):
        words = _flat("".join(comment.itertext()))
        if words:
            yield LeftOut(0, words, "comment")


def _notes(parts: dict[str, bytes]) -> Iterator[LeftOut]:
    for name in ("word/footnotes.xml", "word/endnotes.xml"):
        content = parts.get(name)
        for note in parse_xml(content) if content is not None else ():
            found = [one for kind in (*_NEW, *_GONE) for one in note.iter(f"{W}{kind}")]
            if found:
                yield LeftOut(0, _flat("".join(note.itertext())), "footnote")
