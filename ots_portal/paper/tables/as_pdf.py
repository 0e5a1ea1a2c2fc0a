"""A table as a PDF: A4 across, its head repeated on every page."""

from collections.abc import Iterator
from datetime import datetime
from itertools import islice
from typing import Any

from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import override

from ots_portal.paper import pdf
from ots_portal.paper.problems import TooManyRows
from ots_portal.paper.tables.cells import for_paper
from ots_portal.paper.tables.declaration import Kind, Table

MOST_ROWS = 3_000


def to_pdf(
    table: Table, *, language: str, at: datetime, issuer: str | Promise = "", zone: str = ""
) -> bytes:
    """
    Return the PDF; moments stand in ``zone`` ("" for the reader's), which is named.

    :raises NotPrintable: with a sentence, beyond MOST_ROWS or what pdf.render does not take
    """
    with override(language):
        return pdf.render(
            "paper/table.typ",
            {
                "columns": list(_columns(table)),
                "rows": _rows(table, zone),
                "filters": [[str(label), str(value)] for label, value in table.filters],
            },
            title=table.title,
            language=language,
            classification=table.classification,
            issuer=issuer,
            watermark=pdf.EXERCISE if table.is_exercise else "",
            words={
                "row_count": _("Rows"),
                "filters": _("Chosen by"),
                "no_rows": _("There are no rows."),
            },
            at=at,
            zone=zone,
        )


def _columns(table: Table) -> Iterator[dict[str, Any]]:
    for column in table.columns:
        side = "right" if column.kind == Kind.NUMBER else "left"
        yield {"label": str(column.label), "width": column.width, "align": side}


def _rows(table: Table, zone: str) -> list[list[str]]:
    """:raises TooManyRows: beyond MOST_ROWS"""
    rows = list(islice(table.rows, MOST_ROWS + 1))
    if len(rows) > MOST_ROWS:
        raise TooManyRows(
            _(
                "The table has more than 3,000 rows, which is more than a PDF takes. "
                "Choose fewer by the filters, or take the workbook or the CSV."
            )
        )
    return [[for_paper(c, row.get(c.key), zone=zone) for c in table.columns] for row in rows]
