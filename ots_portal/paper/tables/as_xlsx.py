"""A table as an Excel workbook: one sheet with the rows, one that says what they are."""

import io
import re
from collections.abc import Iterator
from datetime import UTC, datetime
from math import isfinite
from typing import Any

from django.utils import timezone
from django.utils.translation import gettext as _
from openpyxl import Workbook
from openpyxl.cell import Cell, WriteOnlyCell
from openpyxl.cell.cell import ILLEGAL_CHARACTERS_RE
from openpyxl.styles import Alignment, Font
from openpyxl.utils import get_column_letter

from ots_portal.paper.pdf import EXERCISE
from ots_portal.paper.problems import TooManyRows
from ots_portal.paper.tables.cells import for_workbooks
from ots_portal.paper.tables.declaration import Column, Kind, Table
from ots_portal.ui.moments import zoned_text

MOST_ROWS = 100_000
# Excel's own limits (specifications of Excel 2007 and later).
_LONGEST_CELL = 32_767
_LONGEST_SHEET_NAME = 31
_NOT_IN_SHEET_NAMES = re.compile(r"[\\/*?:\[\]]")
_LARGEST_EXACT = 2**53  # beyond it a workbook's number is no longer the one that was written
# A write-only sheet; its published type lacks the widths and the filter.
Sheet = Any
_BOLD = Font(bold=True)
_TO_READ = Alignment(wrap_text=True, vertical="top")
_WIDTHS = {
    Kind.TEXT: 28,
    Kind.NUMBER: 14,
    Kind.MOMENT: 27,
    Kind.DAY: 13,
    Kind.YES_NO: 10,
    Kind.LINK: 40,
}


def to_xlsx(table: Table, *, at: datetime, zone: str = "") -> bytes:
    """
    Return the workbook: numbers are numbers, moments ISO text in ``zone`` ("" for the reader's).

    No text in it becomes a formula. A second sheet says title, when, who may read it, the filters.

    :raises NotPrintable: with a sentence, beyond MOST_ROWS
    """
    book = Workbook(write_only=True)
    _describe(book, table, at)
    rows = book.create_sheet(_sheet_name(str(table.title)))
    try:
        _write_rows(rows, table, zone)
    except BaseException:
        _throw_away(rows)
        raise
    _write_about(book.create_sheet(_sheet_name(_("About this table"))), table, at, zone)
    file = io.BytesIO()
    book.save(file)
    return file.getvalue()


def _throw_away(sheet: Sheet) -> None:
    """Remove the file that the rows were collected in; openpyxl would keep it until the process ends."""
    sheet.close()
    sheet._writer.cleanup()  # noqa: SLF001 -- it has no other way


def _describe(book: Workbook, table: Table, at: datetime) -> None:
    book.properties.title = _in_xml(str(table.title))
    book.properties.creator = _("OTS Emergency Portal")
    # openpyxl takes moments without a zone, as UTC.
    book.properties.created = book.properties.modified = timezone.make_naive(at, UTC)


def _in_xml(text: str) -> str:
    return str(ILLEGAL_CHARACTERS_RE.sub("", text))


def _sheet_name(name: str) -> str:
    plain = _NOT_IN_SHEET_NAMES.sub(" ", _in_xml(name)).strip("' ")
    return plain[:_LONGEST_SHEET_NAME].strip("' ") or _("Table")


# ── the rows ────────────────────────────────────────────────────────────────────────────────────


def _write_rows(sheet: Sheet, table: Table, zone: str) -> None:
    """Write head and rows; what a sheet looks like must be said before its first row."""
    for number, column in enumerate(table.columns, start=1):
        sheet.column_dimensions[get_column_letter(number)].width = _WIDTHS[column.kind]
    sheet.freeze_panes = "A2"
    sheet.append([_text(sheet, _label(column, zone), font=_BOLD) for column in table.columns])
    count = 0
    for count, row in enumerate(table.rows, start=1):
        if count > MOST_ROWS:
            raise TooManyRows(_too_many())
        sheet.append(
            [_cell(sheet, for_workbooks(c, row.get(c.key), zone=zone), c) for c in table.columns]
        )
    last = get_column_letter(len(table.columns))
    sheet.auto_filter.ref = f"A1:{last}{count + 1}"


def _too_many() -> str:
    return _(
        "The table has more than 100,000 rows, which is more than a workbook takes here. "
        "Choose fewer by the filters, or take the CSV."
    )


def _label(column: Column, zone: str) -> str:
    if column.kind != Kind.MOMENT:
        return str(column.label)
    name = zone or timezone.get_current_timezone_name()
    return _("%(label)s (%(zone)s)") % {"label": column.label, "zone": name}


def _cell(sheet: Sheet, value: Any, column: Column) -> Any:
    if value is None:
        return None
    if isinstance(value, str):
        return _text(sheet, value)
    is_exact = isfinite(value) and abs(value) <= _LARGEST_EXACT
    return value if is_exact else _text(sheet, str(value))


def _text(sheet: Sheet, text: str, **style: Any) -> Cell:
    """Return a cell that is text whatever it begins with, also after somebody has edited it."""
    plain = _in_xml(text)
    if len(plain) > _LONGEST_CELL:
        plain = plain[: _LONGEST_CELL - 1] + "…"
    cell = WriteOnlyCell(sheet, value=plain)
    cell.data_type = "s"
    cell.quotePrefix = plain.startswith(("=", "+", "-", "@"))
    for name, value in style.items():
        setattr(cell, name, value)
    return cell


# ── what the table is ───────────────────────────────────────────────────────────────────────────


def _write_about(sheet: Sheet, table: Table, at: datetime, zone: str) -> None:
    sheet.column_dimensions["A"].width = 28
    sheet.column_dimensions["B"].width = 70
    for label, value in about(table, at=at, zone=zone):
        sheet.append(
            [
                _text(sheet, label, font=_BOLD, alignment=_TO_READ),
                _text(sheet, value, alignment=_TO_READ),
            ]
        )


def about(table: Table, *, at: datetime, zone: str) -> Iterator[tuple[str, str]]:
    """Yield what must be known of the table as pairs of label and value, in the active language."""
    yield _("Table"), str(table.title)
    if table.is_exercise:
        yield str(EXERCISE), _("Nothing in this table happened.")
    yield _("Taken"), zoned_text(at, zone)
    yield _("Times are shown in"), zone or timezone.get_current_timezone_name()
    yield _("Who may read it"), str(table.classification)
    for label, value in table.filters:
        yield _("Filter: %(label)s") % {"label": label}, str(value)
    if not table.filters:
        yield _("Filters"), _("None: all rows that you may read.")
