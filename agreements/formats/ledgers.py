"""
A ledger as a table: the portal's own export, or a status table of the UN Treaty Collection.

docs/entry-into-force.md says which columns and which ways of writing are read.
"""

import csv
import io
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from functools import partial

from django.utils.translation import gettext as _

from agreements.formats.un_tables import header_of as un_header
from agreements.formats.un_tables import read_row as read_un_row
from agreements.formats.written import WrongCell, clean_name, read_day, squeezed
from agreements.rules.entry_into_force import Act
from agreements.vocabularies.acts import RESERVATIONS_AND_MORE, ActKind
from ots_portal.texts import fold

MAX_BYTES = 2_000_000
MOST_ROWS = 5_000
MOST_PROBLEMS = 20
LONGEST_LINE = 10_000
COLUMNS = (
    "participant",
    "code",
    "kind",
    "date",
    "effective_date",
    "entitled",
    "note",
)
NEEDED = {"participant", "kind", "date"}
_SEPARATORS = ("\t", ";", ",")
_YES, _NO = {"", "yes", "true", "1"}, {"no", "false", "0"}
_ROWS_BEFORE_HEADER = 30


class WrongLedger(Exception):
    """The table cannot be read; ``sentences`` say for each problem in which line it is."""

    def __init__(self, sentences: list[str]) -> None:
        super().__init__(" ".join(sentences))
        self.sentences = sentences


@dataclass(frozen=True)
class Ledger:
    """The acts of a table; ``is_un_table`` when it is one as the UN Treaty Collection prints it."""

    acts: tuple[Act, ...]
    is_un_table: bool


def read_ledger(content: bytes) -> Ledger:
    """
    Return the acts of a ledger in CSV or TSV.

    :raises WrongLedger: with one sentence per problem, at most twenty
    """
    if len(content) > MAX_BYTES:
        raise WrongLedger([_("The ledger is larger than 2 MB.")])
    rows = _rows(_decoded(content))
    for place, (_line, row) in enumerate(rows[:_ROWS_BEFORE_HEADER]):
        cells = [squeezed(cell) for cell in row]
        names = [cell.lower() for cell in cells]
        if set(names) >= NEEDED:
            return Ledger(_own(names, rows[place + 1 :]), is_un_table=False)
        if header := un_header(cells):
            acts = _each(rows[place + 1 :], partial(read_un_row, header))
            return Ledger(acts, is_un_table=True)
    raise WrongLedger(
        [
            _(
                "No heading was found: either participant, kind and date, or as the UN Treaty "
                "Collection has it: Participant, Signature, Ratification, Accession(a) …"
            )
        ]
    )


def _decoded(content: bytes) -> str:
    is_utf16 = content.startswith((b"\xff\xfe", b"\xfe\xff"))
    # Windows writes CSV in its own code page where nobody told it otherwise.
    encodings = ["utf-16"] if is_utf16 else ["utf-8-sig", "cp1252"]
    for encoding in encodings:
        try:
            return content.decode(encoding)
        except UnicodeDecodeError:
            continue
    raise WrongLedger([_("The ledger is no text in UTF-8.")])


def _rows(text: str) -> list[tuple[int, list[str]]]:
    """Return the rows that hold something, each with its line, parted as the heading is."""
    if "\0" in text:
        raise WrongLedger([_("The ledger is no text: it holds zero bytes.")])
    for number, line in enumerate(text.splitlines(), start=1):
        if len(line) > LONGEST_LINE:
            sentence = _("Line %(line)s is longer than 10,000 letters.")
            raise WrongLedger([sentence % {"line": number}])
    reader = csv.reader(io.StringIO(text, newline=""), delimiter=_separator(text))
    rows = []
    try:
        for row in reader:
            if any(squeezed(cell) for cell in row):
                rows.append((reader.line_num, row))
            if len(rows) > MOST_ROWS:
                raise WrongLedger([_("The ledger has more than 5,000 rows.")])
    except csv.Error as error:
        sentence = _("Line %(line)s: not a row of a table (%(error)s).")
        raise WrongLedger([sentence % {"line": reader.line_num, "error": error}]) from error
    return rows


def _separator(text: str) -> str:
    """Return what parts the cells of the heading, which may have such signs inside quotes."""
    for line in text.splitlines()[:_ROWS_BEFORE_HEADER]:
        for separator in _SEPARATORS:
            cells = _parted(line, separator)
            if {cell.lower() for cell in cells} >= NEEDED or un_header(cells):
                return separator
    return ","


def _parted(line: str, separator: str) -> list[str]:
    try:
        row = next(csv.reader([line], delimiter=separator), [])
    except csv.Error:
        return []  # the whole table is read later, and says what is wrong with it
    return [squeezed(cell) for cell in row]


def _each(
    rows: Iterable[tuple[int, list[str]]], read: Callable[[list[str]], list[Act]]
) -> tuple[Act, ...]:
    acts: list[Act] = []
    sentences: list[str] = []
    for line, row in rows:
        try:
            acts += read(row)
        except WrongCell as error:
            said = {"line": line, "sentence": error}
            sentences.append(_("Line %(line)s: %(sentence)s") % said)
    if len(sentences) > MOST_PROBLEMS:
        more = len(sentences) - MOST_PROBLEMS
        sentences = [*sentences[:MOST_PROBLEMS], _("… and %(count)s more.") % {"count": more}]
    if sentences:
        raise WrongLedger(sentences)
    return tuple(acts)


def _own(names: Sequence[str], rows: Iterable[tuple[int, list[str]]]) -> tuple[Act, ...]:
    acts = _each(rows, lambda row: _own_acts(dict(zip(names, row, strict=False))))
    return tuple(_with_codes(acts))


def _own_acts(told: dict[str, str]) -> list[Act]:
    """Return the act of a row; none of what a ledger has beside acts: reservations, corrections, registration."""
    kind = squeezed(told.get("kind", "")).lower()
    return [] if kind in RESERVATIONS_AND_MORE else [_own_act(told)]


def _with_codes(acts: Sequence[Act]) -> Iterator[Act]:
    """Yield the acts, with its code where another row of the same participant has one: it is one State."""
    codes: dict[str, set[str]] = {}
    for act in acts:
        if act.key:
            codes.setdefault(fold(act.participant), set()).add(act.key)
    for act in acts:
        found = codes.get(fold(act.participant), set())
        is_clear = not act.key and len(found) == 1
        yield replace(act, key=next(iter(found))) if is_clear else act


def _own_act(told: dict[str, str]) -> Act:
    participant = clean_name(told.get("participant", ""))
    if not participant:
        raise WrongCell(_("“participant” is empty."))
    kind = squeezed(told.get("kind", "")).lower()
    if kind not in ActKind.values:
        kinds = ", ".join(ActKind.values)
        sentence = _("“kind”: “%(kind)s” is none of: %(kinds)s.")
        raise WrongCell(sentence % {"kind": kind[:60], "kinds": kinds})
    effective = told.get("effective_date", "")
    return Act(
        participant=participant,
        kind=kind,
        date=read_day(told.get("date", ""), "date"),
        effective_date=read_day(effective, "effective_date") if squeezed(effective) else None,
        is_entitled=_is_entitled(told.get("entitled", "")),
        key=squeezed(told.get("code", "")),
        note=squeezed(told.get("note", "")),
    )


def _is_entitled(cell: str) -> bool:
    said = squeezed(cell).lower()
    if said in _YES | _NO:
        return said in _YES
    raise WrongCell(_("“entitled”: yes or no, not “%(said)s”.") % {"said": said[:60]})


def ledger_rows(acts: Iterable[Act]) -> list[list[str]]:
    """Return the rows of the portal's own export under ``COLUMNS``, by their days."""
    return [
        [
            act.participant,
            act.key,
            act.kind,
            act.date.isoformat(),
            act.effective_date.isoformat() if act.effective_date else "",
            "yes" if act.is_entitled else "no",
            act.note,
        ]
        for act in sorted(acts, key=lambda act: act.order)
    ]
