"""Tables as CSV (RFC 4180) that a spreadsheet opens as text, whatever somebody typed into a field."""

import csv
import io
from collections.abc import Iterable
from decimal import Decimal
from typing import Any

# What spreadsheets take for the beginning of a formula, in both widths; also behind spaces.
_BEGINS_FORMULA = ("=", "+", "-", "@", "\t", "\r", "\n", "|", "＝", "＋", "－", "＠", "｜")
BYTE_ORDER_MARK = "\ufeff"  # without it spreadsheets take UTF-8 for an old code page


def safe_cell(value: Any) -> str:
    """Return the text of a cell: an apostrophe before what a spreadsheet would calculate; numbers stay."""
    if value is None:
        return ""
    text = str(value)
    if isinstance(value, int | float | Decimal):
        return text
    is_formula = text.startswith(_BEGINS_FORMULA) or text.lstrip().startswith(_BEGINS_FORMULA)
    return f"'{text}" if is_formula else text


def csv_line(cells: Iterable[Any]) -> str:
    """Return one line with its CRLF."""
    line = io.StringIO()
    csv.writer(line).writerow([safe_cell(cell) for cell in cells])
    return line.getvalue()
