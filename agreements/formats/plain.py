"""Plain text, line by line."""

from django.utils.translation import gettext as _

from agreements.formats.building import build
from agreements.formats.contents import contents_of
from agreements.formats.layout import blocks_of, with_parted_numbers
from agreements.formats.lines import MOST_LINES, Line, kept_lines, lines_of, without_furniture
from agreements.formats.tree import FormatError, ParsedText, Remark
from ots_portal.texts.fields import MAX_LENGTH


def read_plain(text: str) -> ParsedText:
    """Return the tree of a plain text."""
    return parse_lines(lines_of(text))


def parse_lines(lines: list[Line], remarks: list[Remark] | None = None) -> ParsedText:
    """
    Return the tree of lines; ``remarks`` are those of whoever made the lines.

    :raises FormatError: when there is no text, or far too much
    """
    if not lines:
        raise FormatError(_("The file has no text."))
    if len(lines) > MOST_LINES:
        sentence = _("The text has more than %(limit)s lines. Send it in parts.")
        raise FormatError(sentence % {"limit": MOST_LINES})
    refuse_long(lines)
    said = list(remarks or [])
    kept, furniture = without_furniture(with_parted_numbers(lines))
    kept, contents = kept_lines(kept, contents_of(kept))
    return build(blocks_of(kept), [*said, *furniture, *contents])


def refuse_long(lines: list[Line]) -> None:
    """:raises FormatError: when a line is longer than any provision may be"""
    for line in lines:
        if len(line.text) > MAX_LENGTH:
            sentence = _(
                "Line %(line)s has more than %(limit)s letters. Break it into paragraphs, a line for each."
            )
            raise FormatError(sentence % {"line": line.number, "limit": MAX_LENGTH})
