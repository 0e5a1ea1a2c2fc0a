"""A table as an Excel workbook: one sheet with the rows, one that says what they are."""

from datetime import datetime

from ots_portal.paper.tables.declaration import Table

MOST_ROWS = 100_000


def to_xlsx(table: Table, *, at: datetime, zone: str = "") -> bytes:
    """
    Return the workbook: numbers are numbers, moments ISO text in ``zone`` ("" for the reader's).

    No text in it becomes a formula. A second sheet says title, when, who may read it, the filters.

    :raises NotPrintable: with a sentence, beyond MOST_ROWS
    """
    raise NotImplementedError
