"""A comparison on a page: what was added and removed is marked, struck or underlined, and said in words."""

from collections.abc import Iterable

from django import template
from django.utils.functional import Promise
from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from ots_portal.texts.comparison import ParagraphChange, Piece

register = template.Library()

# The word for what became of a paragraph, and the tone of its badge.
WORDS = {
    "same": (gettext_lazy("Unchanged"), "neutral"),
    "changed": (gettext_lazy("Changed"), "warning"),
    "added": (gettext_lazy("Added"), "good"),
    "removed": (gettext_lazy("Removed"), "severe"),
    "moved": (gettext_lazy("Moved"), "info"),
    "renumbered": (gettext_lazy("Renumbered"), "info"),
}


@register.simple_tag
def compared(pieces: Iterable[Piece]) -> SafeString:
    """Render both texts in one: what was removed is struck, what was added is underlined."""
    marks = _marks()
    return format_html(
        '<span class="compared">{}</span>',
        format_html_join("", "{}", ((_marked(piece, marks),) for piece in pieces)),
    )


@register.simple_tag
def compared_before(pieces: Iterable[Piece]) -> SafeString:
    """Render the earlier text alone, what was removed marked in it."""
    return compared(piece for piece in pieces if piece.kind != "added")


@register.simple_tag
def compared_after(pieces: Iterable[Piece]) -> SafeString:
    """Render the later text alone, what was added marked in it."""
    return compared(piece for piece in pieces if piece.kind != "removed")


@register.filter
def change_word(change: ParagraphChange) -> str | Promise:
    return WORDS[change.kind][0]


@register.filter
def change_tone(change: ParagraphChange) -> str:
    return WORDS[change.kind][1]


def _marks() -> dict[str, tuple[str, str, str]]:
    """Return for each kind its element, and what a screen reader says before and behind it."""
    return {
        "added": ("ins", _("added:"), _("end of what was added")),
        "removed": ("del", _("removed:"), _("end of what was removed")),
    }


def _marked(piece: Piece, marks: dict[str, tuple[str, str, str]]) -> SafeString | str:
    if piece.kind == "same":
        return piece.text
    element, begin, end = marks[piece.kind]
    return format_html(
        '<{}><span class="visually-hidden"> [{} </span>{}<span class="visually-hidden"> {}] </span></{}>',
        element, begin, piece.text, end, element,
    )  # fmt: skip
