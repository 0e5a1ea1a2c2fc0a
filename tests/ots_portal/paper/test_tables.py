import csv
import io
import tempfile
import tracemalloc
from datetime import UTC, date, datetime
from decimal import Decimal

import openpyxl
import pytest
from django.utils import timezone, translation

from ots_portal.paper import problems
from ots_portal.paper.tables import Column, Kind, Table, as_pdf, as_xlsx, to_csv, to_pdf, to_xlsx
from tests.ots_portal.paper.reading import opened, text_of

AT = datetime(2026, 2, 6, 1, 17, tzinfo=UTC)
COLUMNS = (
    Column("number", "Number", hxl="#event+code"),
    Column("title", "Title", width=2),
    Column("onset_at", "Onset", Kind.MOMENT, hxl="#date+start"),
    Column("day", "Day", Kind.DAY),
    Column("killed", "Killed", Kind.NUMBER, hxl="#affected+killed"),
    Column("is_over", "Over", Kind.YES_NO),
    Column("url", "Page", Kind.LINK),
)
ROW = {
    "number": "OTS-2026-0007",
    "title": "Flood, “Kura”\nand Aras",
    "onset_at": AT,
    "day": date(2026, 2, 6),
    "killed": 0,
    "is_over": False,
    "url": "https://portal.example/incidents/1/",
}
FORMULAS = (
    "=1+1",
    "+1+1",
    "-1+1",
    "@SUM(A1)",
    "\t=1",
    "\r=1",
    " =1",
    "＝1",
    "=cmd|' /C calc'!A0",
    "-2+3",
)


def _table(*rows, columns=COLUMNS, **more):
    return Table(
        title="Incidents", columns=columns, rows=iter(rows), classification="Members", **more
    )


def _csv(table, **how):
    content = b"".join(to_csv(table, **how)).decode("utf-8")
    return list(csv.reader(io.StringIO(content, newline="")))


def _book(table, **how):
    return openpyxl.load_workbook(io.BytesIO(to_xlsx(table, at=AT, **how)))


def _cells(sheet):
    return [[cell.value for cell in row] for row in sheet.iter_rows()]


def _one_column(*values, kind=Kind.TEXT):
    return _table(*({"x": value} for value in values), columns=(Column("x", "X", kind),))


# ── CSV ─────────────────────────────────────────────────────────────────────────────────────────


def test_a_csv_has_keys_and_what_is_the_same_in_every_language_and_zone():
    with translation.override("tr"), timezone.override("Asia/Baku"):
        rows = _csv(_table(ROW))

    assert rows == [
        [column.key for column in COLUMNS],
        ["OTS-2026-0007", "Flood, “Kura”\nand Aras", "2026-02-06T01:17:00+00:00", "2026-02-06", "0", "false",
         "https://portal.example/incidents/1/"],
    ]  # fmt: skip


def test_a_csv_for_people_begins_with_the_mark_and_the_labels():
    content = b"".join(to_csv(_table(ROW), for_people=True))

    assert content.startswith(b"\xef\xbb\xbfNumber,Title,Onset,Day,Killed,Over,Page\r\n")


def test_hxl_tags_stand_below_the_head():
    rows = _csv(_table(ROW), hxl=True)

    assert rows[1] == ["#event+code", "", "#date+start", "", "#affected+killed", "", ""]


def test_lines_end_as_rfc_4180_has_it():
    assert b"".join(to_csv(_one_column("a", "b"))) == b"x\r\na\r\nb\r\n"


@pytest.mark.parametrize("formula", FORMULAS)
def test_a_formula_in_a_csv_gets_an_apostrophe(formula):
    assert _csv(_one_column(formula))[1] == [f"'{formula}"]


@pytest.mark.parametrize(
    ("value", "written"),
    [(-5, "-5"), (-5.5, "-5.5"), (Decimal("-5.50"), "-5.50"), ("-5", "-5"), ("-5.20", "-5.20"),
     (0, "0"), (None, ""), ("+905551112233", "'+905551112233"), ("-", "'-"), ("−5", "−5")],
)  # fmt: skip
def test_a_number_in_a_csv_stays_one(value, written):
    # An empty line would be no row to csv.reader.
    table = _table(
        {"x": value, "y": "."}, columns=(Column("x", "X", Kind.NUMBER), Column("y", "Y"))
    )

    assert _csv(table)[1] == [written, "."]


def test_a_csv_of_many_rows_needs_no_more_memory_than_one_of_few():
    rows = ({**ROW, "killed": number} for number in range(30_000))
    table = Table(title="x", columns=COLUMNS, rows=rows, classification="Members")

    tracemalloc.start()
    size_bytes = sum(len(piece) for piece in to_csv(table))
    _now, peak_bytes = tracemalloc.get_traced_memory()
    tracemalloc.stop()

    assert (size_bytes > 2_000_000, peak_bytes < 1_000_000) == (True, True)


def test_nothing_is_asked_for_before_the_first_row_is_wanted():
    def rows():
        raise AssertionError
        yield

    table = Table(title="x", columns=COLUMNS, rows=rows(), classification="Members")

    assert next(iter(to_csv(table))).startswith(b"number,")


# ── XLSX ────────────────────────────────────────────────────────────────────────────────────────


def test_a_workbook_has_numbers_and_moments_in_the_readers_zone_which_is_named():
    with timezone.override("Asia/Baku"):
        book = _book(_table(ROW))

    assert _cells(book.worksheets[0]) == [
        ["Number", "Title", "Onset (Asia/Baku)", "Day", "Killed", "Over", "Page"],
        ["OTS-2026-0007", "Flood, “Kura”\nand Aras", "2026-02-06T05:17:00+04:00", "2026-02-06", 0, "No",
         "https://portal.example/incidents/1/"],
    ]  # fmt: skip


def test_the_head_of_a_workbook_is_bold_stays_in_sight_and_filters():
    sheet = _book(_table(ROW, ROW)).worksheets[0]

    assert (sheet["A1"].font.b, sheet.freeze_panes, sheet.auto_filter.ref) == (True, "A2", "A1:G3")


@pytest.mark.parametrize("formula", FORMULAS)
def test_no_text_in_a_workbook_is_a_formula(formula):
    cell = _book(_one_column(formula)).worksheets[0]["A2"]

    assert (cell.data_type, cell.value.strip()) == ("s", formula.strip())


def test_a_text_like_a_formula_stays_text_when_somebody_edits_it():
    assert _book(_one_column("=1+1")).worksheets[0]["A2"].quotePrefix


@pytest.mark.parametrize(
    ("value", "cell"),
    [(12, 12), (-1.5, -1.5), (Decimal("2.5"), 2.5), (None, None), (2**60, str(2**60)), (float("inf"), "inf"),
     (float("nan"), "nan")],
)  # fmt: skip
def test_a_number_in_a_workbook_is(value, cell):
    assert _book(_one_column(value, kind=Kind.NUMBER)).worksheets[0]["A2"].value == cell


def test_a_workbook_takes_what_excel_does_not():
    book = _book(_one_column("a\x00\x0bb", "x" * 40_000))

    cells = [row[0] for row in _cells(book.worksheets[0])[1:]]
    assert (cells[0], len(cells[1]), cells[1][-1]) == ("ab", 32_767, "…")


@pytest.mark.parametrize("title", ["", "a/b\\c?*[d]:e", "'quoted'", "x" * 50, "\x01"])
def test_any_title_makes_a_sheet(title):
    table = Table(title=title, columns=COLUMNS, rows=(), classification="Members")

    assert 0 < len(_book(table).worksheets[0].title) <= 31


def test_a_sheet_says_what_the_table_is():
    table = _table(ROW, filters=[("Hazard", "Flood")], is_exercise=True)

    about = _book(table, zone="Asia/Baku").worksheets[1]

    assert (about.title, _cells(about)) == (
        "About this table",
        [
            ["Table", "Incidents"],
            ["EXERCISE", "Nothing in this table happened."],
            ["Taken", "6 Feb 2026, 05:17 UTC+4"],
            ["Times are shown in", "Asia/Baku"],
            ["Who may read it", "Members"],
            ["Filter: Hazard", "Flood"],
        ],
    )


def test_a_table_without_filters_says_so():
    about = _cells(_book(_table(ROW)).worksheets[1])

    assert about[-1] == ["Filters", "None: all rows that you may read."]


def test_more_rows_than_a_workbook_takes_are_refused(monkeypatch):
    monkeypatch.setattr(as_xlsx, "MOST_ROWS", 2)

    with pytest.raises(problems.TooManyRows):
        to_xlsx(_table(ROW, ROW, ROW), at=AT)


def test_a_workbook_that_comes_to_nothing_leaves_no_file_behind(monkeypatch, tmp_path):
    monkeypatch.setattr(as_xlsx, "MOST_ROWS", 2)
    monkeypatch.setattr(tempfile, "tempdir", str(tmp_path))

    with pytest.raises(problems.TooManyRows):
        to_xlsx(_table(ROW, ROW, ROW), at=AT)

    assert list(tmp_path.iterdir()) == []


# ── PDF ─────────────────────────────────────────────────────────────────────────────────────────


def test_a_table_on_paper_lies_across_and_says_its_filters():
    content = to_pdf(
        _table(ROW, filters=[("Hazard", "Flood")]), language="en", at=AT, zone="Asia/Baku"
    )

    shown = text_of(content)
    with opened(content) as read:
        box = [int(edge) for edge in read.pages[0].mediabox]
    assert (box[2] > box[3], "HazardFlood" in shown, "Rows1" in shown, "6Feb2026,05:17UTC+4" in shown) == (
        True, True, True, True,
    )  # fmt: skip


def test_a_table_on_paper_is_in_the_language_asked_for():
    shown = text_of(to_pdf(_table(ROW), language="tr", at=AT))

    assert ("6Şubat2026" in shown, "Hayır" in shown) == (True, True)


def test_an_unknown_figure_is_a_dash_on_paper_and_a_known_zero_is_not():
    columns = (Column("x", "X", Kind.NUMBER), Column("y", "Y", Kind.NUMBER))

    shown = text_of(to_pdf(_table({"x": 0, "y": None}, columns=columns), language="en", at=AT))

    assert "XY0—" in shown


def test_a_table_without_rows_says_so_on_paper():
    assert "Therearenorows." in text_of(to_pdf(_table(), language="en", at=AT))


def test_an_exercise_is_marked_on_paper():
    assert "EXERCISE" in text_of(to_pdf(_table(ROW, is_exercise=True), language="en", at=AT))


def test_more_rows_than_paper_takes_are_refused(monkeypatch):
    monkeypatch.setattr(as_pdf, "MOST_ROWS", 2)

    with pytest.raises(problems.TooManyRows):
        to_pdf(_table(ROW, ROW, ROW), language="en", at=AT)
