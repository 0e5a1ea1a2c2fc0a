"""A table as CSV (RFC 4180): row by row, however many there are."""

from collections.abc import Iterable, Iterator, Mapping
from itertools import islice
from typing import Any

from ots_portal.paper.tables.cells import for_programs
from ots_portal.paper.tables.declaration import Column, Table
from ots_portal.texts.tables import BYTE_ORDER_MARK, csv_line

_ROWS_A_PIECE = 200


def to_csv(table: Table, *, for_people: bool = False, hxl: bool = False) -> Iterator[bytes]:
    """
    Yield the table in pieces of UTF-8; memory does not grow with its rows.

    The first line holds the columns' keys. ``for_people``, it holds their labels, behind the mark by which
    spreadsheets know UTF-8. ``hxl`` puts a line with the columns' HXL tags below it. Moments are RFC 3339
    in UTC; a text that a spreadsheet would calculate gets an apostrophe before it.
    """
    yield _head(table.columns, for_people=for_people, hxl=hxl).encode()
    rows = iter(table.rows)
    while piece := list(islice(rows, _ROWS_A_PIECE)):
        yield _lines(table.columns, piece).encode()


def _head(columns: Iterable[Column], *, for_people: bool, hxl: bool) -> str:
    names = csv_line(column.label if for_people else column.key for column in columns)
    tags = csv_line(column.hxl for column in columns) if hxl else ""
    return (BYTE_ORDER_MARK if for_people else "") + names + tags


def _lines(columns: Iterable[Column], rows: Iterable[Mapping[str, Any]]) -> str:
    return "".join(
        csv_line(for_programs(column, row.get(column.key)) for column in columns) for row in rows
    )
