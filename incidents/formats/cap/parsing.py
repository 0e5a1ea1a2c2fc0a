"""
From bytes to a small tree of elements, each with its line; nothing dangerous in XML is taken part in.

The parser is expat with handlers of our own: a document type is refused at its first word, so that no
entity is ever declared; nothing is fetched; style sheets and XInclude are words like any other. Size,
depth and number of elements are bounded while reading.
"""

import re
from dataclasses import dataclass, field
from typing import NoReturn
from xml.parsers import expat

from django.utils.translation import gettext as _

from incidents.formats.cap.message import refuse

# What a hostile feed may not exceed; the largest real alerts seen have 400 elements in 8 levels.
MAX_BYTES = 1024 * 1024
MAX_DEPTH = 32
MAX_ELEMENTS = 2000
# Python knows "encodings" that are none; these are the ones that text is written in.
_ENCODINGS = re.compile(
    r"(utf-?(8|16)|(us-)?ascii|iso-?8859-\d{1,2}|windows-125\d|koi8-[ru])", flags=re.IGNORECASE
)


@dataclass
class Element:
    """An element with its children in order; ``text`` is all that stands directly inside it."""

    namespace: str
    name: str
    line: int
    attributes: dict[str, str] = field(default_factory=dict)
    children: list["Element"] = field(default_factory=list)
    pieces: list[str] = field(default_factory=list)

    @property
    def text(self) -> str:
        return "".join(self.pieces)


def parse(content: bytes) -> Element:
    """
    Return the root of the document.

    :raises FormatError: when it is no XML, has a document type, or is too large, deep or long
    """
    if len(content) > MAX_BYTES:
        raise refuse(
            _("The file has %(size)s bytes; an alert has at most %(limit)s.")
            % {"size": len(content), "limit": MAX_BYTES}
        )
    if not content.strip():
        raise refuse(_("The file is empty."))
    return _Builder().build(content)


_DECLARED = re.compile(r"\ufeff?<\?xml[^>]*?\sencoding\s*=\s*[\"']([A-Za-z0-9-]+)")


def text_of(content: bytes) -> str:
    """Return a file that ``parse`` has taken as text, in the encoding it is written in."""
    if content[:2] == b"\xff\xfe" or content[1:2] == b"\0":
        return content.decode("utf-16-le")
    if content[:2] == b"\xfe\xff" or content[:1] == b"\0":
        return content.decode("utf-16-be")
    return content.decode(_encoding_of(content[:200].decode("latin-1")), errors="replace")


def bytes_of(text: str) -> bytes:
    """Return the text as a file again, in the encoding that it declares."""
    encoding = _encoding_of(text)
    return text.encode("utf-16-le" if encoding.startswith("utf-16") else encoding)


def _encoding_of(text: str) -> str:
    declared = _DECLARED.match(text.removeprefix("ï»¿"))  # the UTF-8 mark, read as Latin-1
    return declared[1].lower() if declared else "utf-8"


class _Builder:
    """Collects what expat finds."""

    def __init__(self) -> None:
        self.parser = expat.ParserCreate(namespace_separator=" ")
        self.parser.buffer_text = True
        self.parser.XmlDeclHandler = self._declaration
        self.parser.StartDoctypeDeclHandler = self._doctype
        self.parser.StartElementHandler = self._start
        self.parser.EndElementHandler = self._end
        self.parser.CharacterDataHandler = self._characters
        self.root: Element | None = None
        self.open: list[Element] = []
        self.count = 0

    def build(self, content: bytes) -> Element:
        try:
            self.parser.Parse(content, True)  # noqa: FBT003 -- expat's own signature
        except expat.ExpatError as error:
            reason = expat.ErrorString(error.code)
            raise refuse(
                _("This is no XML that can be read: %(reason)s.") % {"reason": reason},
                line=error.lineno,
            ) from error
        except (LookupError, UnicodeError) as error:
            raise refuse(_("The file’s encoding is unknown."), line=1) from error
        assert self.root is not None  # expat says "no element found" otherwise
        return self.root

    def _line(self) -> int:
        return self.parser.CurrentLineNumber

    def _declaration(self, _version: str, encoding: str | None, _standalone: int) -> None:
        if encoding and not _ENCODINGS.fullmatch(encoding):
            raise refuse(
                _("The encoding “%(encoding)s” is not taken; write the file in UTF-8.")
                % {"encoding": encoding[:40]},
                line=1,
            )

    def _doctype(self, *_declared: object) -> NoReturn:
        raise refuse(
            _("A document type (DTD) is never accepted: an alert needs none, and it can do harm."),
            line=self._line(),
        )

    def _start(self, full_name: str, attributes: dict[str, str]) -> None:
        namespace, _space, name = full_name.rpartition(" ")
        element = Element(namespace, name, self._line(), attributes)
        self.count += 1
        if self.count > MAX_ELEMENTS:
            raise refuse(
                _("The file has more than %(limit)s elements.") % {"limit": MAX_ELEMENTS},
                line=element.line,
            )
        if len(self.open) >= MAX_DEPTH:
            raise refuse(
                _("The elements are nested deeper than %(limit)s levels.") % {"limit": MAX_DEPTH},
                line=element.line,
            )
        if self.open:
            self.open[-1].children.append(element)
        else:
            self.root = element
        self.open.append(element)

    def _end(self, _full_name: str) -> None:
        self.open.pop()

    def _characters(self, text: str) -> None:
        self.open[-1].pieces.append(text)
