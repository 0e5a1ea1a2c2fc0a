"""The matrix of positions as CSV, XLSX and PDF."""

from collections.abc import Iterator
from datetime import datetime
from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import pgettext

from agreements.presentation.matrix import Cell, Matrix
from ots_portal.paper.responses import CSV, PDF, XLSX
from ots_portal.paper.tables import Column, Kind, Table, to_csv, to_pdf, to_xlsx

TYPES = {"csv": CSV, "xlsx": XLSX, "pdf": PDF}


def matrix_table(matrix: Matrix, *, reader: str, filters: list[tuple[str, str]]) -> Table:
    """Return an article a row, a State a column; ``reader`` is for whose people it was made."""
    return Table(
        title=_("Positions on %(agreement)s") % {"agreement": matrix.instrument.title},
        columns=(
            Column("provision", pgettext("matrix", "Provision"), width=1.2),
            Column("heading", _("Heading"), width=2),
            Column("status", _("Status")),
            Column("brackets", _("Open brackets"), Kind.NUMBER, width=0.7),
            *(Column(f"state_{one.pk}", one.name) for one in matrix.columns),
        ),
        rows=_rows(matrix),
        classification=_("For the people of %(participant)s alone") % {"participant": reader},
        filters=filters,
        is_exercise=matrix.instrument.is_training,
    )


def _rows(matrix: Matrix) -> Iterator[dict[str, Any]]:
    for row in matrix.shown:
        yield {
            "provision": str(row.provision),
            "heading": row.heading,
            "status": row.provision.get_status_display(),
            "brackets": row.bracket_count,
            **{f"state_{cell.state.pk}": _in_words(cell) for cell in row.cells},
        }


def _in_words(cell: Cell) -> str:
    """Return "Accepts", "Accepts (earlier words)", "General reserve [The chair]"."""
    words = cell.label
    if cell.standing.is_stale:
        words = _("%(position)s (on earlier words)") % {"position": words}
    return f"{words} [{cell.visibility}]" if cell.visibility else words


def matrix_file(
    table: Table, file_format: str, *, language: str, at: datetime
) -> bytes | Iterator[bytes]:
    """
    Return the table in a format of ``TYPES``; a CSV comes in pieces.

    :raises NotPrintable: with a sentence for the reader
    """
    if file_format == "xlsx":
        return to_xlsx(table, at=at)
    if file_format == "pdf":
        return to_pdf(table, language=language, at=at)
    return to_csv(table, for_people=True)
