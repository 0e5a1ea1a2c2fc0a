"""A table as a PDF: A4 across, its head repeated on every page."""

from datetime import datetime

from ots_portal.paper.tables.declaration import Table

MOST_ROWS = 5_000


def to_pdf(
    table: Table, *, language: str, at: datetime, issuer: str = "", zone: str = ""
) -> bytes:
    """
    Return the PDF; moments stand in ``zone`` ("" for the reader's), which is named.

    :raises NotPrintable: with a sentence, beyond MOST_ROWS or what pdf.render does not take
    """
    raise NotImplementedError
