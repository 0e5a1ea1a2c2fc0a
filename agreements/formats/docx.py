"""DOCX (ECMA-376): the paragraphs of a Word document with the numbers that Word counts for them."""

import re
import zipfile
import zlib
from collections.abc import Iterator
from dataclasses import dataclass, field
from io import BytesIO
from typing import Any

from django.utils.translation import gettext as _

from agreements.formats.lines import Line, with_bullets
from agreements.formats.numbering import Numbering
from agreements.formats.plain import parse_lines
from agreements.formats.tree import FormatError, ParsedText, Reason, Remark
from agreements.formats.xml import name_of, parse_xml

MOST_DOCX_BYTES = 10_000_000
# Of one part, unpacked: two million letters of text are some 20 MB in Word's own words.
MOST_PART_BYTES = 40_000_000
MOST_UNPACKED_BYTES = 200_000_000
MOST_ENTRIES = 2_000
MOST_RATIO = 200
_SMALL_BYTES = 1_000_000  # below, the ratio says nothing
MOST_LETTERS = 2_000_000
MOST_TAGS = 3_000_000  # of one part: each becomes an element many times its size
_MOST_OTHERS = 20  # footers and the like: a document has one for each of its sections
_CHUNK_BYTES = 64 * 1024
W = "{http://schemas.openxmlformats.org/wordprocessingml/2006/main}"
DOCUMENT = "word/document.xml"


def read_docx(content: bytes) -> ParsedText:
    """
    Return the tree of a Word document; a line of the report is a paragraph of the document.

    Tracked insertions count as text and deletions do not; tables come row by row.

    :raises FormatError: when it is no Word document, is damaged, or would unpack to far too much
    """
    parts = parts_of(content)
    document = parse_xml(parts[DOCUMENT])
    numbering = Numbering(
        _optional(parts, "word/numbering.xml"), _optional(parts, "word/styles.xml")
    )
    reader = _Reader(numbering)
    lines = list(reader.lines(document))
    remarks = [*reader.remarks, *_notes(parts, len(lines))]
    return parse_lines(lines, remarks)


# ── the archive ─────────────────────────────────────────────────────────────────────────────────


def parts_of(content: bytes, *, more: str = "") -> dict[str, bytes]:
    """Return the parts that matter, and those whose name matches ``more``; what the archive says of its sizes is its sender's word, so bytes are counted."""
    if len(content) > MOST_DOCX_BYTES:
        sentence = _(
            "The document has more than %(limit)s MB. Remove its pictures and send it again."
        )
        raise FormatError(sentence % {"limit": MOST_DOCX_BYTES // 1_000_000})
    try:
        with zipfile.ZipFile(BytesIO(content)) as archive:
            return _unpacked(archive, len(content), more)
    except (zipfile.BadZipFile, zlib.error, KeyError, OSError, EOFError, ValueError, NotImplementedError, RuntimeError) as error:  # fmt: skip
        raise FormatError(
            _(
                "The file is no Word document, is damaged or is encrypted. Save it again as DOCX without a password."
            )
        ) from error


_WANTED = (
    DOCUMENT,
    "word/numbering.xml",
    "word/styles.xml",
    "word/footnotes.xml",
    "word/endnotes.xml",
)


def _unpacked(archive: zipfile.ZipFile, size_bytes: int, more: str) -> dict[str, bytes]:
    names = archive.namelist()
    if len(names) > MOST_ENTRIES or len(set(names)) != len(names):
        raise FormatError(_too_much())
    if sum(entry.file_size for entry in archive.infolist()) > MOST_UNPACKED_BYTES:
        raise FormatError(_too_much())
    if DOCUMENT not in names:
        raise FormatError(
            _("The file is no Word document. Open it in a word processor and save it as DOCX.")
        )
    others = [name for name in names if more and re.fullmatch(more, name)][:_MOST_OTHERS]
    wanted = [*(name for name in _WANTED if name in names), *others]
    return {name: _part(archive, name, size_bytes) for name in wanted}


def _part(archive: zipfile.ZipFile, name: str, size_bytes: int) -> bytes:
    chunks, unpacked, tags = [], 0, 0
    with archive.open(name) as part:
        while chunk := part.read(_CHUNK_BYTES):
            unpacked += len(chunk)
            if unpacked > MOST_PART_BYTES or (
                unpacked > _SMALL_BYTES and unpacked > MOST_RATIO * size_bytes
            ):
                raise FormatError(_too_much())
            tags += chunk.count(b"<")
            if tags > MOST_TAGS:
                raise FormatError(_too_much())
            chunks.append(chunk)
    return b"".join(chunks)


def _too_much() -> str:
    return _(
        "The document would unpack to far more than a treaty's text needs. Save it anew, without pictures."
    )


def _optional(parts: dict[str, bytes], name: str) -> Any:
    return parse_xml(parts[name]) if name in parts else None


# ── paragraphs ──────────────────────────────────────────────────────────────────────────────────


@dataclass
class _Reader:
    numbering: Numbering
    remarks: list[Remark] = field(default_factory=list)
    count: int = 0
    letters: int = 0
    # Words before a paragraph's mark that was deleted: they go on in the next paragraph.
    carried: str = ""

    def lines(self, document: Any) -> Iterator[Line]:
        body = document.find(f"{W}body")
        if body is None:
            raise FormatError(_("The Word document has no text."))
        for element in body:
            yield from self._block(element)
        if words := " ".join(self.carried.split()):
            self.count += 1
            yield Line(self.count, words, width=len(words), has_gap=True, is_whole=True)

    def _block(self, element: Any) -> Iterator[Line]:
        name = name_of(element)
        if name == "p":
            yield from self._paragraph(element)
        elif name == "tbl":
            yield from self._table(element)
        elif name in ("sdt", "ins", "moveTo", "customXml", "smartTag", "sdtContent"):
            is_contents = name == "sdt" and _is_contents(element)
            for child in element:
                if is_contents:
                    self._pass_over(child)
                else:
                    yield from self._block(child)

    def _paragraph(self, element: Any) -> Iterator[Line]:
        text = self.carried + _text(element)
        self.carried = ""
        if _is_joined(element):
            self.carried = text
            if text.strip():
                self.remarks.append(
                    Remark(self.count + 1, text.strip()[:200], Reason.TRACKED_CHANGES)
                )
            return
        style, label, level = self.numbering.of(element)
        if style.lower().startswith(("toc", "table of")):
            self._remark(text, Reason.CONTENTS)
            return
        if element.find(f".//{W}del") is not None or element.find(f".//{W}ins") is not None:
            self.remarks.append(Remark(self.count + 1, text.strip()[:200], Reason.TRACKED_CHANGES))
        for index, part in enumerate(text.split("\n")):
            words = " ".join(f"{label} {part}".split() if index == 0 else part.split())
            self.count += 1
            self._count_letters(words)
            if words:
                yield Line(
                    self.count,
                    words,
                    width=len(words),
                    has_gap=index == 0,
                    is_whole=True,
                    level=level,
                )

    def _table(self, table: Any) -> Iterator[Line]:
        """Yield a line for each row, its cells apart by a stroke; a row of one cell only frames its paragraphs."""
        for row in _within(table, "tr"):
            if row.find(f"{W}trPr/{W}del") is not None:
                continue
            cells = list(_within(row, "tc"))
            if len(cells) == 1:
                for element in cells[0]:
                    yield from self._block(element)
                continue
            words = " | ".join(cell for cell in map(self._cell, cells) if cell)
            self.count += 1
            self._count_letters(words)
            if words:
                yield Line(self.count, words, width=len(words), has_gap=True, is_whole=True)

    def _cell(self, cell: Any) -> str:
        """Return the words of a cell with the numbers that Word counts in it."""
        found = []
        for paragraph in _within(cell, "p"):
            text = _text(paragraph)
            if text.strip() or not _is_joined(paragraph):
                found.append(f"{self.numbering.of(paragraph)[1]} {text}")
        return " ".join(" ".join(found).split())

    def _count_letters(self, words: str) -> None:
        self.letters += len(words)
        if self.letters > MOST_LETTERS:
            raise FormatError(
                _("The document has more than two million letters. Send it in parts.")
            )

    def _pass_over(self, element: Any) -> None:
        for paragraph in element.iter(f"{W}p"):
            self._remark(_text(paragraph), Reason.CONTENTS)

    def _remark(self, text: str, reason: Reason) -> None:
        self.count += 1
        if text.strip():
            self.remarks.append(Remark(self.count, " ".join(text.split()), reason))


def _within(element: Any, wanted: str) -> Iterator[Any]:
    """Yield the elements of a name, those inside one of them not: each word stands once."""
    for child in element:
        name = name_of(child)
        if name == wanted:
            yield child
        elif name not in _UNSHOWN and not (wanted == "tr" and name == "tc"):
            yield from _within(child, wanted)


_JOINING = ("del", "moveFrom")


def _is_joined(paragraph: Any) -> bool:
    """Return whether the paragraph's end was deleted, by a tracked change."""
    path = f"{W}pPr/{W}rPr/{W}"
    return any(paragraph.find(f"{path}{name}") is not None for name in _JOINING)


def _is_contents(element: Any) -> bool:
    gallery = element.find(f"{W}sdtPr/{W}docPartObj/{W}docPartGallery")
    return gallery is not None and "Contents" in gallery.get(f"{W}val", "")


# Runs that are not shown, and drawings that Word repeats for old programs.
_UNSHOWN = frozenset(
    {"del", "moveFrom", "Fallback", "instrText", "delText", "pPr", "rPr", "footnoteReference"}
)


def _text(element: Any) -> str:
    """Return the words that are shown: insertions are, deletions are not."""
    found: list[str] = []
    _collect(element, found)
    return with_bullets("".join(found))


def _collect(element: Any, found: list[str]) -> None:
    for child in element:
        name = name_of(child)
        if name in _UNSHOWN:
            continue
        if name == "t":
            found.append(child.text or "")
        elif name in ("tab", "ptab"):
            found.append("\t")
        elif name in ("br", "cr"):
            found.append("\n")
        elif name == "noBreakHyphen":
            found.append("-")
        elif name == "sym":
            found.append("•")
        else:
            _collect(child, found)


def _notes(parts: dict[str, bytes], last: int) -> list[Remark]:
    """Return what stands in foot- and endnotes: it is no part of the text, and not silently left out."""
    remarks = []
    for name in ("word/footnotes.xml", "word/endnotes.xml"):
        root = _optional(parts, name)
        for note in root if root is not None else ():
            words = " ".join(" ".join(_text(p) for p in note.iter(f"{W}p")).split())
            if words and note.get(f"{W}type") is None:
                remarks.append(Remark(last, words, Reason.FOOTNOTE))
    return remarks
