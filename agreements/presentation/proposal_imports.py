"""What was found in a Word document, ready for its page."""

from dataclasses import dataclass
from typing import Any

from django.utils.translation import gettext as _

from agreements.formats.word_proposals import WhyNot
from agreements.models import ProposalImport
from agreements.queries.comparisons import whole_numbers
from agreements.queries.text_rows import Row, rows_of
from agreements.statuses import Placement, ProposalOp
from ots_portal.texts.comparison import Piece, compare


@dataclass(frozen=True)
class FoundRow:
    """A draft to be: which provision, what is done with it, and the words before and after."""

    provision: str
    op: str
    pieces: tuple[Piece, ...]
    sentence: str
    note: str


def found_rows(read: ProposalImport) -> list[FoundRow]:
    rows = rows_of(read.revision)
    names = whole_numbers(rows)
    by_key = {row.key: row for row in rows}
    return [_found(told, by_key, names) for told in read.found]


def _found(told: dict[str, Any], rows: dict[str, Row], names: dict[str, str]) -> FoundRow:
    row, op = rows.get(told["key"]), ProposalOp(told["op"])
    words = row.words if row else ""
    before, after, sentence = "", "", ""
    if op == ProposalOp.INSERT:
        after = "\n".join(filter(None, (told["number"], told["heading"], told["text"])))
        sentence = _place(told["key"], told["placement"], names)
    elif op == ProposalOp.MOVE:
        before = after = words
        sentence = _place(told["other"], told["placement"], names)
    elif op == ProposalOp.SPLIT:
        before = after = words
        sentence = _("The second part begins with “%(words)s”.") % {"words": told["quote"][:200]}
    elif op == ProposalOp.MERGE:
        other = rows.get(told["other"])
        before = after = "\n".join(filter(None, (words, other.words if other else "")))
    elif row:
        before, after = words, _changed(row, told)
    pieces = tuple(compare(before, after))
    return FoundRow(names.get(told["key"], ""), str(op.label), pieces, sentence, told["note"])


def _changed(row: Row, told: dict[str, Any]) -> str:
    if told["op"] == ProposalOp.DELETE and not told["quote"]:
        return ""
    heading = told["heading"] or row.heading
    text = row.text
    if told["quote"]:
        text = text.replace(told["quote"], told["text"], 1)
    elif told["text"]:
        text = told["text"]
    return "\n".join(part for part in (heading, text) if part)


def _place(key: str, placement: str, names: dict[str, str]) -> str:
    if not key:
        return _("At the end of the text.")
    sentences = {
        Placement.BEFORE.value: _("It would stand before %(provision)s."),
        Placement.INSIDE.value: _("It would stand inside %(provision)s, at its end."),
    }
    usual = _("It would stand behind %(provision)s.")
    return sentences.get(placement, usual) % {"provision": names.get(key) or key}


def unassigned_rows(read: ProposalImport) -> list[dict[str, Any]]:
    return [{**told, "reason": WhyNot(told["reason"]).label} for told in read.unassigned]
