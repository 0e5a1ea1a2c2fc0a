"""A comparison of two texts as the content of a document: what `#comparison(data.changes)` takes."""

from collections.abc import Iterable
from typing import Any

from django.utils.translation import gettext as _

from ots_portal.texts.comparison import ChangeKind, ParagraphChange


def on_paper(changes: Iterable[ParagraphChange]) -> list[dict[str, Any]]:
    """Return each paragraph's number, the word for what became of it ("" where nothing did) and its pieces."""
    words = _words()
    return [
        {
            "number": _number(change),
            "word": words.get(change.kind, ""),
            "pieces": [{"kind": piece.kind, "text": piece.text} for piece in change.pieces],
        }
        for change in changes
    ]


def _words() -> dict[ChangeKind, str]:
    return {
        "changed": _("Changed"),
        "added": _("Added"),
        "removed": _("Removed"),
        "moved": _("Moved"),
        "renumbered": _("Renumbered"),
    }


def _number(change: ParagraphChange) -> str:
    numbers = [one.number for one in (change.before, change.after) if one]
    return " → ".join(dict.fromkeys(numbers))
