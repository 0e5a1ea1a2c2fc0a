from datetime import date

import pytest
from django.utils import translation

from incidents.formats import manifests as sheets

TODAY = date(2026, 11, 20)
RAUF = {
    "full_name": "Rauf Əliyev", "function": "Rescuer", "nationality": "AZ", "document_number": "C0012345",
    "birth_date": date(1985, 4, 30),
}  # fmt: skip


def _read(text):
    return sheets.read_people(text, today=TODAY)


@pytest.mark.parametrize(
    "text",
    [
        "Rauf Əliyev\tRescuer\tAZ\tC0012345\t1985-04-30",
        "Rauf Əliyev;Rescuer;Azerbaijan;C0012345;30.04.1985",
        "Rauf Əliyev,Rescuer,Azerbaycan,C0012345,30/04/1985",
        '"Rauf Əliyev",Rescuer,azərbaycan,C0012345,1985-04-30\r\n\r\n',
        "Name\tFunction\tNationality\tPassport number\tBorn on\nRauf Əliyev\tRescuer\tAZ\tC0012345\t1985-04-30",
        "Passport\tName\tBorn on\tNationality\tFunction\nC0012345\tRauf Əliyev\t1985-04-30\tAZ\tRescuer",
        "Ad Soyad;Görevi;Uyruk;Pasaport No;Doğum tarihi\nRauf Əliyev;Rescuer;az;C0012345;30.04.1985",
    ],
)
def test_a_spreadsheet_is_read_however_it_is_pasted(text):
    sheet = _read(text)

    assert (sheet.rows, sheet.problems) == ([RAUF], [])


@pytest.mark.parametrize(
    ("line", "sentence"),
    [
        ("\tRescuer\tAZ", "The name is missing."),
        ("Rauf\tRescuer\t", "The nationality is missing."),
        ("Rauf\tRescuer\tAtlantis", "“Atlantis” is no country: write its name or its two-letter code."),
        ("Rauf\t\tAZ\t\t31.02.1985", "“31.02.1985” is no day of birth: write it as 1985-04-30 or 30.04.1985."),
        ("Rauf\t\tAZ\t\t2030-01-01", "“2030-01-01” is no day of birth: write it as 1985-04-30 or 30.04.1985."),
        ("Rauf\t\tAZ\t" + "9" * 31, f"“{'9' * 20}…” is too long: at most 30 characters are taken."),
        ("Rauf\t\tAZ\t1\t\t\textra", "There are more columns than the list has."),
    ],
)  # fmt: skip
def test_what_is_wrong_is_said_with_its_line(line, sentence):
    sheet = _read(f"Rauf Əliyev\tRescuer\tAZ\tC0012345\t1985-04-30\n{line}")

    assert (sheet.rows, sheet.problems) == ([RAUF], [sheets.Problem(2, sentence)])


def test_a_character_that_cannot_be_shown_is_refused():
    assert _read("Ra\u202euf\t\tAZ").problems[0].sentence.startswith("The text contains")


def test_more_than_five_hundred_are_not_taken():
    sheet = _read("Rauf\t\tAZ\n" * 501)

    assert (len(sheet.rows), [problem.line for problem in sheet.problems]) == (500, [501])


def test_things_are_read_with_their_kinds_in_the_readers_language():
    with translation.override("en"):
        sheet = sheets.read_items("Dog;Malinois;chip 981;;32\nvehicle;Truck;10-AA-123;2;12 000\n")

    assert [list(row.values()) for row in sheet.rows] == [
        ["dog", "Malinois", "chip 981", 1, 32],
        ["vehicle", "Truck", "10-AA-123", 2, 12_000],
    ]


@pytest.mark.parametrize(
    ("line", "begins"),
    [
        ("cat;Tom", "“cat” is no kind"),
        ("dog;", "The description is missing."),
        ("dog;Rex;;two", "“two” is no whole number."),
        ("dog;Rex;;0", "“0” is out of range."),
        ("dog;Rex;;1;-3", "“-3” is no whole number."),
        ("dog;Rex;;1;99999999999", "“99999999999” is no whole number."),
    ],
)
def test_a_wrong_thing_is_told(line, begins):
    assert sheets.read_items(line).problems[0].sentence.startswith(begins)


def test_what_is_written_reads_back():
    text = sheets.write([list(RAUF.values())])

    assert _read(text).rows == [RAUF]


@pytest.mark.parametrize(
    "text", ["", "\n\n", "\t\t", "\ufeff", '"', "x" * 300_000, "\0", ";;;;;;;"]
)
def test_nothing_pasted_makes_it_fail(text):
    assert isinstance(_read(text), sheets.Sheet)
