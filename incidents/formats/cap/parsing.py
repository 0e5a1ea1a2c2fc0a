"""
From bytes to a small tree of elements, each with its line; nothing dangerous in XML is taken part in.

The parser is expat with handlers of our own: a document type is refused at its first word, so that no
entity is ever declared; nothing is fetched; style sheets and XInclude are words like any other. Size,
depth and number of elements are bounded while reading.
"""

import hashlib
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


# All that expat takes as a declaration ends at the first ">".
_DECLARED = re.compile(r"\ufeff?<\?xml[^>]*?\sencoding\s*=\s*[\"']([A-Za-z0-9-]+)")
_UTF_8_MARK = b"\xef\xbb\xbf"
_UTF_16 = ("utf-16-le", "utf-16-be")


def text_of(content: bytes) -> str:
    """
    Return a file that ``parse`` has taken as text, in the encoding it is written in.

    :raises FormatError: when it has letters that the encoding does not know
    """
    try:
        return content.decode(_encoding_of_bytes(content))
    except (LookupError, UnicodeError) as error:
        raise refuse(_("The file has letters that its encoding does not know.")) from error


def bytes_of(text: str, *, digest: str = "") -> bytes:
    """Return the text as the file that ``text_of`` read; ``digest`` is that file's SHA-256, where known."""
    declared = _declared_in(text)
    encodings = dict.fromkeys(
        ("utf-16-le" if declared.startswith("utf-16") else declared, "utf-8", *_UTF_16)
    )
    written = [content for name in encodings if (content := _encoded(text, name)) is not None]
    the_same = (one for one in written if hashlib.sha256(one).hexdigest() == digest)
    return next(the_same, written[0])


def _encoded(text: str, encoding: str) -> bytes | None:
    try:
        return text.encode(encoding)
    except (LookupError, UnicodeError):
        return None


def _encoding_of_bytes(content: bytes) -> str:
    if content[:2] == b"\xff\xfe" or content[1:2] == b"\0":
        return "utf-16-le"
    if content[:2] == b"\xfe\xff" or content[:1] == b"\0":
        return "utf-16-be"
    beginning, _end, _rest = content.removeprefix(_UTF_8_MARK).partition(b">")
    return _declared_in(beginning.decode("latin-1"))


def _declared_in(text: str) -> str:
    # The UTF-8 mark looks like this where the file declares Latin-1.
    declared = _DECLARED.match(text.removeprefix("ï»¿"))
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
