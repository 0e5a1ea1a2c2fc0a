"""A treaty's text in any of the forms that are taken in: which one it is, and its tree."""

from enum import StrEnum
from pathlib import PurePath

from django.utils.translation import gettext as _

from agreements.formats.akoma_ntoso import is_akoma_ntoso, read_akoma_ntoso
from agreements.formats.decoding import check_size, decode
from agreements.formats.docx import read_docx
from agreements.formats.keys import give_keys
from agreements.formats.markdown import is_markdown, read_markdown
from agreements.formats.plain import read_plain
from agreements.formats.tree import FormatError, ParsedText


class TextFormat(StrEnum):
    PLAIN = "txt"
    MARKDOWN = "md"
    DOCX = "docx"
    AKOMA_NTOSO = "akn"


_ENDINGS = {
    ".md": TextFormat.MARKDOWN,
    ".markdown": TextFormat.MARKDOWN,
    ".docx": TextFormat.DOCX,
    ".xml": TextFormat.AKOMA_NTOSO,
    ".akn": TextFormat.AKOMA_NTOSO,
}
MOST_PROVISIONS = 30_000  # their places are counted up to 32,767
ACCEPTED_ENDINGS = ".txt,.text,.md,.markdown,.docx,.xml,.akn"


def read_text(content: bytes, name: str = "", *, form: str = "", encoding: str = "") -> ParsedText:
    """
    Return the tree of a text, with keys; ``form`` is a ``TextFormat``, found by name and content where empty.

    :raises FormatError: with a sentence, when it is too large, damaged, of another kind, or has no text
    """
    if not content.strip():
        raise FormatError(_("The file has no text."))
    chosen = TextFormat(form) if form else _format_of(content, name)
    parsed = _read(content, chosen, encoding)
    if not parsed.nodes:
        raise FormatError(
            _("No provision was found in the file: it has neither articles nor paragraphs.")
        )
    if sum(1 for _node in parsed.walk()) > MOST_PROVISIONS:
        sentence = _("The text has more than %(limit)s provisions. Send it in parts.")
        raise FormatError(sentence % {"limit": MOST_PROVISIONS})
    give_keys(parsed.nodes)
    return parsed


def _read(content: bytes, form: TextFormat, encoding: str) -> ParsedText:
    if form == TextFormat.DOCX:
        return read_docx(content)
    check_size(content)
    if form == TextFormat.AKOMA_NTOSO:
        return read_akoma_ntoso(content)
    text = decode(content, encoding)
    return read_markdown(text) if form == TextFormat.MARKDOWN else read_plain(text)


def _format_of(content: bytes, name: str) -> TextFormat:
    if content.startswith(b"PK\x03\x04"):
        return TextFormat.DOCX
    if is_akoma_ntoso(content):
        return TextFormat.AKOMA_NTOSO
    _refuse_others(content)
    by_name = _ENDINGS.get(PurePath(name).suffix.lower())
    if by_name:
        return by_name
    check_size(content)
    return TextFormat.MARKDOWN if is_markdown(decode(content)) else TextFormat.PLAIN


def _refuse_others(content: bytes) -> None:
    if content.startswith(b"%PDF-"):
        raise FormatError(
            _(
                "A PDF keeps no structure of the text. Send the DOCX it was made of, or copy its text into a text file."
            )
        )
    if content.startswith(b"\xd0\xcf\x11\xe0"):
        raise FormatError(
            _("This is a document of an old Word (.doc). Save it as DOCX and try again.")
        )
    if content.startswith(b"{\\rtf"):
        raise FormatError(
            _("This is an RTF document. Save it as DOCX or plain text and try again.")
        )
