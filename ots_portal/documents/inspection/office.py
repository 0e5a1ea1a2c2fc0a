"""
DOCX and XLSX (ECMA-376): zip archives of XML parts, and nothing in them that acts or fetches.

What the archive says of its sizes is its sender's word, so every part is unpacked and counted.
"""

import re
import stat
import zipfile
import zlib
from collections.abc import Callable, Iterator
from pathlib import PurePosixPath
from typing import IO, Any

from lxml import etree

from ots_portal.documents.inspection.findings import Finding, Refused
from ots_portal.documents.inspection.pdf import leads_to_the_web

MOST_ENTRIES = 2_000
MOST_UNPACKED_BYTES = 200 * 1024 * 1024
MOST_RATIO = 100
CHUNK_BYTES = 64 * 1024
DEEPEST = 200  # elements in one another; Word's own tables in tables stay below

WORD = "application/vnd.openxmlformats-officedocument.wordprocessingml.document.main+xml"
EXCEL = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet.main+xml"

# How other archives, programs and OLE containers begin.
_OTHER_FILES = (
    b"PK\x03\x04", b"PK\x05\x06", b"Rar!", b"7z\xbc\xaf", b"\x1f\x8b\x08", b"BZh", b"\xfd7zXZ", b"MZ", b"\x7fELF",
    b"\xd0\xcf\x11\xe0", b"%PDF-", b"MSCF", b"ITSF",
)  # fmt: skip
# The last part of a relationship's type (ECMA-376, part 1) → what it would bring along.
_RELATIONS = {
    "vbaproject": Finding.MACROS,
    "wordvbadata": Finding.MACROS,
    "xlmacrosheet": Finding.MACROS,
    "xlintlmacrosheet": Finding.MACROS,
    "dialogsheet": Finding.MACROS,
    "control": Finding.CONTROLS,
    "activexcontrolbinary": Finding.CONTROLS,
    "oleobject": Finding.EMBEDDED,
    "package": Finding.EMBEDDED,
    "afchunk": Finding.EMBEDDED,
    "connections": Finding.REMOTE,
    "querytable": Finding.REMOTE,
}
# Words in a part's content type or name that say the same.
_PARTS = {
    "macroenabled": Finding.MACROS,
    "vbaproject": Finding.MACROS,
    "macrosheet": Finding.MACROS,
    "dialogsheet": Finding.MACROS,
    "activex": Finding.CONTROLS,
    "oleobject": Finding.EMBEDDED,
}
# Word fields that start a program, or fetch what they show from elsewhere (ECMA-376, part 1, 17.16.5).
_FIELDS = {
    "DDE": Finding.COMMAND,
    "DDEAUTO": Finding.COMMAND,
    "LINK": Finding.REMOTE,
    "IMPORT": Finding.REMOTE,
    "INCLUDE": Finding.REMOTE,
    "INCLUDETEXT": Finding.REMOTE,
    "INCLUDEPICTURE": Finding.REMOTE,
    "DATABASE": Finding.REMOTE,
    "RD": Finding.REMOTE,
}
_FORMULAS = frozenset(
    {"f", "formula", "formula1", "formula2", "definedName", "calculatedColumnFormula"}
)
_QUOTED = re.compile(r""""[^"]*"|'[^']*'""")
# What names a program and a topic in a formula:  cmd|'/c calc'!A0
_DDE_FORMULA = re.compile(r"[\w.]\s*\|")
_FETCHING_FUNCTION = re.compile(r"\b(WEBSERVICE|RTD|CALL|REGISTER(\.ID)?|EXEC)\s*\(", re.IGNORECASE)


def inspect_word(content: IO[bytes]) -> None:
    _inspect(content, main_part="word/document.xml", main_type=WORD)


def inspect_excel(content: IO[bytes]) -> None:
    _inspect(content, main_part="xl/workbook.xml", main_type=EXCEL)


def _inspect(content: IO[bytes], *, main_part: str, main_type: str) -> None:
    size_bytes = content.seek(0, 2)
    content.seek(0)
    if content.read(4) != b"PK\x03\x04":
        raise Refused(Finding.DISAGREES)
    try:
        with zipfile.ZipFile(content) as archive:
            _refuse_unsafe_entries(archive)
            types = _content_types(archive)
            if types.get(f"/{main_part}") != main_type or main_part not in archive.namelist():
                raise Refused(types.unwanted or Finding.DISAGREES)
            _refuse_unwanted(types)
            _unpack_all(archive, size_bytes)
            _inspect_parts(archive)
    except (zipfile.BadZipFile, zlib.error, KeyError, OSError, EOFError, ValueError) as error:
        raise Refused(Finding.DISAGREES) from error
    except (NotImplementedError, RuntimeError) as error:  # a method of packing nobody else uses
        raise Refused(Finding.DISAGREES) from error


# ── the archive ─────────────────────────────────────────────────────────────────────────────────


def _refuse_unsafe_entries(archive: zipfile.ZipFile) -> None:
    entries = archive.infolist()
    if len(entries) > MOST_ENTRIES:
        raise Refused(Finding.TOO_MUCH_UNPACKED)
    if len({entry.filename.lower() for entry in entries}) != len(entries):
        raise Refused(Finding.DAMAGED)  # two programs would read two different documents
    for entry in entries:
        if entry.flag_bits & 1:
            raise Refused(Finding.ENCRYPTED)
        if _leads_outside(entry):
            raise Refused(Finding.LEADS_OUTSIDE)
        _refuse_by_word(entry.filename)


def _leads_outside(entry: zipfile.ZipInfo) -> bool:
    path = PurePosixPath(entry.filename.replace("\\", "/"))
    return path.is_absolute() or ".." in path.parts or stat.S_ISLNK(entry.external_attr >> 16)


def _unpack_all(archive: zipfile.ZipFile, size_bytes: int) -> None:
    """Unpack every entry to nowhere, and stop when it is more than a document needs."""
    unpacked = 0
    for entry in archive.infolist():
        with archive.open(entry) as part:
            chunk = part.read(CHUNK_BYTES)
            if chunk.startswith(_OTHER_FILES):
                raise Refused(Finding.EMBEDDED)
            while chunk:
                unpacked += len(chunk)
                if unpacked > MOST_UNPACKED_BYTES or unpacked > MOST_RATIO * size_bytes:
                    raise Refused(Finding.TOO_MUCH_UNPACKED)
                chunk = part.read(CHUNK_BYTES)


# ── what the parts say of themselves ────────────────────────────────────────────────────────────


class _Types(dict[str, str]):
    """Part name → content type; ``unwanted`` is what the worst of the types brings along."""

    unwanted: Finding | None = None


def _content_types(archive: zipfile.ZipFile) -> _Types:
    types = _Types()

    def start(name: str, attributes: dict[str, str]) -> None:
        said = attributes.get("ContentType", "")
        types.unwanted = types.unwanted or _by_word(said)
        if name == "Override":
            types[attributes.get("PartName", "")] = said

    _read_xml(archive, "[Content_Types].xml", start=start)
    return types


def _refuse_unwanted(types: _Types) -> None:
    if types.unwanted:
        raise Refused(types.unwanted)


def _by_word(text: str) -> Finding | None:
    low = text.lower()
    return next((finding for word, finding in _PARTS.items() if word in low), None)


def _refuse_by_word(text: str) -> None:
    if finding := _by_word(text):
        raise Refused(finding)


def _inspect_parts(archive: zipfile.ZipFile) -> None:
    for name in archive.namelist():
        low = name.lower()
        if low.endswith(".rels"):
            _read_xml(archive, name, start=_inspect_relation)
        elif low.endswith(".xml"):
            reader = _Formulas() if low.startswith("xl/") else _Fields()
            _read_xml(archive, name, start=reader.start, end=reader.end, data=reader.data)


def _inspect_relation(name: str, attributes: dict[str, str]) -> None:
    if name != "Relationship":
        return
    kind = attributes.get("Type", "").rpartition("/")[2].lower()
    is_external = attributes.get("TargetMode", "").lower() == "external"
    if kind in _RELATIONS and not (is_external and kind == "oleobject"):
        raise Refused(_RELATIONS[kind])
    if is_external and kind != "hyperlink":
        raise Refused(Finding.REMOTE)
    if is_external and not leads_to_the_web(attributes.get("Target", "")):
        raise Refused(Finding.ACTION)


# ── fields of Word ──────────────────────────────────────────────────────────────────────────────


class _Fields:
    """
    Puts a field's instruction together again, however many runs it is split into.

    A field whose very name is computed by a field inside it hides what it does, and is refused.
    """

    def __init__(self) -> None:
        self.open: list[str] = []
        self.is_instruction = False

    def start(self, name: str, attributes: dict[str, str]) -> None:
        if name == "fldChar":
            self._mark(attributes.get("fldCharType", ""))
        elif name == "fldSimple":
            _refuse_field(attributes.get("instr", ""))
        elif name in ("instrText", "delInstrText"):
            self.is_instruction = True
        elif name in ("subDoc", "altChunk", "object", "control"):
            raise Refused(Finding.EMBEDDED)

    def _mark(self, kind: str) -> None:
        if kind == "begin":
            if self.open and not self.open[-1].strip():
                raise Refused(Finding.COMMAND)
            self.open.append("")
        elif kind in ("separate", "end") and self.open:
            _refuse_field(self.open[-1])
            # What follows "separate" is the result; a field in it is not part of the name.
            self.open[-1] = "shown"
            if kind == "end":
                self.open.pop()

    def end(self, name: str) -> None:
        if name in ("instrText", "delInstrText"):
            self.is_instruction = False
            # At once: a field that never ends is still one to a forgiving reader.
            _refuse_field(self.open[-1] if self.open else "")

    def data(self, text: str) -> None:
        if not self.is_instruction:
            return
        if not self.open:
            self.open.append("")
        self.open[-1] += text


def _refuse_field(instruction: str) -> None:
    words = instruction.replace('"', " ").upper().split()
    if words and (finding := _FIELDS.get(words[0])):
        raise Refused(finding)
    if {"DDE", "DDEAUTO"} & set(words):
        raise Refused(Finding.COMMAND)


# ── formulas of Excel ───────────────────────────────────────────────────────────────────────────


class _Formulas:
    """Reads the formulas of a part, and nothing else of it."""

    def __init__(self) -> None:
        self.formula: list[str] | None = None

    def start(self, name: str, attributes: dict[str, str]) -> None:
        if name in ("ddeLink", "ddeItem"):
            raise Refused(Finding.COMMAND)
        if name in ("oleLink", "webPublishItem", "oleObject"):
            raise Refused(Finding.REMOTE)
        if name in _FORMULAS:
            self.formula = []

    def end(self, name: str) -> None:
        if name in _FORMULAS and self.formula is not None:
            _refuse_formula("".join(self.formula))
            self.formula = None

    def data(self, text: str) -> None:
        if self.formula is not None:
            self.formula.append(text)


def _refuse_formula(formula: str) -> None:
    if _DDE_FORMULA.search(_QUOTED.sub("", formula)):
        raise Refused(Finding.COMMAND)
    if _FETCHING_FUNCTION.search(_QUOTED.sub("", formula)):
        raise Refused(Finding.REMOTE)


# ── XML ─────────────────────────────────────────────────────────────────────────────────────────

Start = Callable[[str, dict[str, str]], None]


class _Target:
    """What lxml's parser calls: no tree is built, so a large part needs no memory."""

    def __init__(
        self, start: Start, end: Callable[[str], None] | None, data: Callable[[str], None] | None
    ) -> None:
        self.depth = 0
        self.on_start, self.on_end, self.on_data = start, end, data

    def start(self, tag: str, attributes: Any) -> None:
        self.depth += 1
        if self.depth > DEEPEST:
            raise Refused(Finding.TOO_HEAVY)
        plain = {name.rpartition("}")[2]: value for name, value in attributes.items()}
        self.on_start(tag.rpartition("}")[2], plain)

    def end(self, tag: str) -> None:
        self.depth -= 1
        if self.on_end:
            self.on_end(tag.rpartition("}")[2])

    def data(self, text: str) -> None:
        if self.on_data:
            self.on_data(text)

    def doctype(self, *declared: Any) -> None:
        raise Refused(Finding.DECLARATIONS)

    def pi(self, *instruction: Any) -> None:
        """Word leaves processing instructions of its own; they say nothing to anybody."""

    def comment(self, text: str) -> None:
        """A comment is nobody's instruction."""

    def close(self) -> None:
        """There is no tree to give."""


def _read_xml(
    archive: zipfile.ZipFile,
    name: str,
    *,
    start: Start,
    end: Callable[[str], None] | None = None,
    data: Callable[[str], None] | None = None,
) -> None:
    """
    Read a part once: no DTD, no entities, no network, no more depth than libxml2's own limit.

    :raises Refused: also where it is no XML
    """
    parser = etree.XMLParser(
        target=_Target(start, end, data),
        resolve_entities=False,
        no_network=True,
        load_dtd=False,
        huge_tree=False,
    )
    try:
        for chunk in _chunks(archive, name):
            parser.feed(chunk)
        parser.close()
    except etree.XMLSyntaxError as error:
        raise Refused(Finding.DAMAGED) from error


def _chunks(archive: zipfile.ZipFile, name: str) -> Iterator[bytes]:
    with archive.open(name) as part:
        while chunk := part.read(CHUNK_BYTES):
            yield chunk
