"""
PDF (ISO 32000-2): pages to be read, and nothing that acts by itself.

Every object of the file is looked at, whether or not a page leads to it: what a reader's repair could
bring back is refused, too. qpdf resolves escaped names (``/J#53``) and object streams before.
"""

import zipfile
from collections.abc import Iterator
from typing import Any, BinaryIO
from urllib.parse import urlsplit

import pikepdf

from ots_portal.documents.inspection.findings import Finding, Refused

MOST_PAGES = 2_000
DEEPEST = 64
SIGNATURES = (b"%PDF-1.", b"%PDF-2.")
LINKS_MAY_LEAD_BY = frozenset({"", "http", "https", "mailto", "tel"})

# ISO 32000-2, table 201 (action types) and 12.5.6 (annotation types)
_ACTIONS = {
    "/JavaScript": Finding.SCRIPT,
    "/Launch": Finding.ACTION,
    "/GoToR": Finding.ACTION,
    "/GoToE": Finding.ACTION,
    "/SubmitForm": Finding.ACTION,
    "/ImportData": Finding.ACTION,
    "/Rendition": Finding.MEDIA,
    "/Movie": Finding.MEDIA,
    "/Sound": Finding.MEDIA,
    "/RichMediaExecute": Finding.MEDIA,
}
_SUBTYPES = {
    "/RichMedia": Finding.MEDIA,
    "/Screen": Finding.MEDIA,
    "/Movie": Finding.MEDIA,
    "/Sound": Finding.MEDIA,
    "/3D": Finding.MEDIA,
    "/FileAttachment": Finding.EMBEDDED,
}
_KEYS = {
    "/JS": Finding.SCRIPT,
    "/JavaScript": Finding.SCRIPT,
    "/XFA": Finding.CONTROLS,
    "/EF": Finding.EMBEDDED,
    "/EmbeddedFiles": Finding.EMBEDDED,
    "/RichMediaContent": Finding.MEDIA,
}


def inspect_pdf(content: BinaryIO) -> None:
    _require_one_format(content)
    content.seek(0)
    try:
        with pikepdf.open(content, attempt_recovery=False, suppress_warnings=True) as pdf:
            _inspect(pdf)
    except pikepdf.PasswordError as error:
        raise Refused(Finding.ENCRYPTED) from error
    except (pikepdf.PdfError, pikepdf.ForeignObjectError, RuntimeError, ValueError) as error:
        raise Refused(Finding.DAMAGED) from error


def _require_one_format(content: BinaryIO) -> None:
    """Refuse what a second program would read as something else than a PDF."""
    content.seek(0)
    if not content.read(16).startswith(SIGNATURES):
        raise Refused(Finding.DISAGREES)
    content.seek(max(0, content.seek(0, 2) - 2048))
    _before, mark, after = content.read().rpartition(b"%%EOF")
    if not mark or after.strip(b"\0\r\n\t "):
        raise Refused(Finding.DAMAGED)
    content.seek(0)
    if zipfile.is_zipfile(content):
        raise Refused(Finding.EMBEDDED)


def _inspect(pdf: pikepdf.Pdf) -> None:
    if pdf.is_encrypted:
        raise Refused(Finding.ENCRYPTED)
    if len(pdf.pages) > MOST_PAGES:
        raise Refused(Finding.TOO_MANY_PAGES)
    if not len(pdf.pages):
        raise Refused(Finding.DAMAGED)
    if not _only_shows_a_page(pdf.Root.get("/OpenAction")):
        raise Refused(Finding.ACTION)
    for found in pdf.objects:
        for one in _with_inner(found, depth=0):
            _inspect_dictionary(one)


def _only_shows_a_page(action: Any) -> bool:
    """Return whether what happens on opening is nothing, or going to a page."""
    return not isinstance(action, pikepdf.Dictionary) or str(action.get("/S")) == "/GoTo"


def _with_inner(value: Any, *, depth: int) -> Iterator[Any]:
    """Yield the dictionaries in an object; those it only refers to are objects of their own."""
    if depth > DEEPEST:
        raise Refused(Finding.DAMAGED)
    if isinstance(value, pikepdf.Dictionary | pikepdf.Stream):
        yield value
        inner = [value.get(name) for name in value.keys()]  # noqa: SIM118 -- no mapping
    elif isinstance(value, pikepdf.Array):
        inner = list(value)
    else:
        return
    for item in inner:
        is_reference = isinstance(item, pikepdf.Object) and item.is_indirect
        if isinstance(item, pikepdf.Object) and not is_reference:
            yield from _with_inner(item, depth=depth + 1)


def _inspect_dictionary(found: Any) -> None:
    names = set(found.keys())
    for name in names & _KEYS.keys():
        raise Refused(_KEYS[name])
    for name, findings in (("/S", _ACTIONS), ("/Subtype", _SUBTYPES)):
        if name in names and (finding := findings.get(_text(found.get(name)))):
            raise Refused(finding)
    if _text(found.get("/Type")) == "/EmbeddedFile":
        raise Refused(Finding.EMBEDDED)
    if isinstance(found, pikepdf.Stream) and "/F" in names:  # its bytes lie in another file
        raise Refused(Finding.REMOTE)
    if "/URI" in names and not leads_to_the_web(_text(found.get("/URI"))):
        raise Refused(Finding.ACTION)


def leads_to_the_web(address: str) -> bool:
    """Return whether following it opens a page or a mail, not a file or a program."""
    try:
        scheme = urlsplit(address.strip()).scheme.lower()
    except ValueError:
        return False
    return scheme in LINKS_MAY_LEAD_BY and not address.strip().startswith(("\\", "//"))


def _text(value: Any) -> str:
    is_text = isinstance(value, pikepdf.Name | pikepdf.String | str)
    return str(value) if is_text else ""
