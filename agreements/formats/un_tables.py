"""
Status tables as the UN Treaty Collection publishes them.

A cell is "27 Jan 1980 a": a day, and a letter for the kind; without one it is what the heading names
without a letter. "[3 Oct 1975]" no longer has effect.
"""

import re
from collections.abc import Sequence
from dataclasses import dataclass

from django.utils.translation import gettext as _

from agreements.formats.written import WrongCell, clean_name, read_day, squeezed, without_footnotes
from agreements.rules.entry_into_force import Act
from agreements.vocabularies.acts import UN_LETTERS, ActKind

_CONSENT_WORDS = {
    "definitive signature": ActKind.DEFINITIVE_SIGNATURE,
    "ratification": ActKind.RATIFICATION,
    "acceptance": ActKind.ACCEPTANCE,
    "approval": ActKind.APPROVAL,
    "accession": ActKind.ACCESSION,
    "succession": ActKind.SUCCESSION,
    "formal confirmation": ActKind.FORMAL_CONFIRMATION,
    "consent to be bound": ActKind.NOTIFICATION,
    "notification": ActKind.NOTIFICATION,
    "provisional application": ActKind.PROVISIONAL_APPLICATION,
    "withdrawal": ActKind.WITHDRAWAL,
    "denunciation": ActKind.WITHDRAWAL,
}
# Of a cell with a day, and of a heading: reading them takes the cube of their length.
MOST_LETTERS_OF_CELL, MOST_LETTERS_OF_HEADING = 100, 400
_NAMES = ("participant", "state", "country", "party")
# "Accession(a)", "Approval (AA)": a word of the heading with its letter, if it has one.
_PART = re.compile(r"\s*([^,;/()]+?)\s*(?:\(\s*([A-Za-z]{1,2})\s*\))?\s*(?:[,;/]|\band\b|$)")
_CELL = re.compile(
    r"(\[?)\s*(.*?\d{4}|\d{4}-\d{2}-\d{2})\s*(\]?)\s*([A-Za-z]{1,2})?[\s\d,]*(\]?)[\s\d,]*"
)


@dataclass(frozen=True)
class Column:
    """A column of acts: what an entry without a letter is, and what each letter is."""

    place: int
    title: str
    plain: str
    letters: dict[str, str]


def header_of(cells: Sequence[str]) -> list[Column] | None:
    """Return the columns of a heading such as "Participant, Signature, …"; None when it is none."""
    first = clean_name(cells[0]).lower() if cells else ""
    # Parted by the wrong sign, the first cell still holds the right one.
    if not first.startswith(_NAMES) or any(sign in first for sign in ',;"'):
        return None
    columns = [_column(place, without_footnotes(cell)) for place, cell in enumerate(cells)]
    known = [column for column in columns[1:] if column]
    return known or None


def _column(place: int, title: str) -> Column | None:
    if len(title) > MOST_LETTERS_OF_HEADING:
        return None
    parts = [(squeezed(word).lower(), letter) for word, letter in _PART.findall(title) if word]
    if not parts:
        return None
    if parts[0][0] == "signature":
        # "Succession to signature(d)" is a signature still; only (s) binds.
        letters: dict[str, str] = {
            letter: ActKind.SIGNATURE for _word, letter in parts[1:] if letter
        }
        letters["s"] = ActKind.DEFINITIVE_SIGNATURE
        return Column(place, title, ActKind.SIGNATURE, letters)
    kinds = [(_kind(word), letter) for word, letter in parts]
    if not any(kind for kind, _letter in kinds):
        return None
    plain = next((kind for kind, letter in kinds if kind and not letter), ActKind.RATIFICATION)
    # A heading with one kind alone needs no letter in its cells.
    if len(kinds) == 1:
        plain = kinds[0][0] or plain
    said = {letter: kind for kind, letter in kinds if kind and letter}
    return Column(place, title, plain, {**UN_LETTERS, **said})


def _kind(word: str) -> str:
    return next((kind for name, kind in _CONSENT_WORDS.items() if word.startswith(name)), "")


def read_row(columns: Sequence[Column], row: Sequence[str]) -> list[Act]:
    """
    Return the acts of one State; a row without any is empty.

    :raises WrongCell: naming the column
    """
    participant = clean_name(row[0]) if row else ""
    cells = [
        (column, without_footnotes(row[column.place]))
        for column in columns
        if column.place < len(row)
    ]
    filled = [(column, cell) for column, cell in cells if cell.strip("-–—. ")]
    if filled and not participant:
        raise WrongCell(_("“Participant” is empty."))
    return [_act(participant, column, cell) for column, cell in filled]


def _act(participant: str, column: Column, cell: str) -> Act:
    if len(cell) > MOST_LETTERS_OF_CELL:
        sentence = _("“%(column)s”: the cell is longer than 100 letters.")
        raise WrongCell(sentence % {"column": column.title})
    found = _CELL.fullmatch(cell)
    if not found:
        # Nothing like a day: reading it as one says what is wrong.
        return Act(participant, column.plain, read_day(cell, column.title))
    opened, written, closed_early, letter, closed = found.groups()
    kind = column.letters.get(letter, "") if letter else column.plain
    if not kind:
        sentence = _("“%(column)s”: the letter “%(letter)s” stands for no kind of act.")
        raise WrongCell(sentence % {"column": column.title, "letter": letter})
    is_bracketed = bool(opened and (closed or closed_early))
    return Act(participant, kind, read_day(written, column.title), is_bracketed=is_bracketed)
