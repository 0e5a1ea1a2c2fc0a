"""A table as CSV (RFC 4180): row by row, however many there are."""

from collections.abc import Iterator

from ots_portal.paper.tables.declaration import Table


def to_csv(table: Table, *, for_people: bool = False, hxl: bool = False) -> Iterator[bytes]:
    """
    Yield the table in pieces of UTF-8; memory does not grow with its rows.

    The first line holds the columns' keys. ``for_people``, it holds their labels, behind the mark by which
    spreadsheets know UTF-8. ``hxl`` puts a second line with the columns' HXL tags below it. Moments are RFC
    3339 in UTC; a text that a spreadsheet would calculate gets an apostrophe before it.
    """
    raise NotImplementedError
