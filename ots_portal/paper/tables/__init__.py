"""One declaration of a table, and the table as CSV, XLSX and PDF."""

from ots_portal.paper.tables.as_csv import to_csv
from ots_portal.paper.tables.as_pdf import to_pdf
from ots_portal.paper.tables.as_xlsx import to_xlsx
from ots_portal.paper.tables.declaration import Column, Kind, Table

__all__ = ["Column", "Kind", "Table", "to_csv", "to_pdf", "to_xlsx"]
