import pytest

from incidents.formats import capacities as sheets

HEAD = b"capacity_type,name,units\n"


def _told(content):
    sheet = sheets.read(content)
    return sheet.rows, [(problem.line, problem.sentence) for problem in sheet.problems]


def test_a_line_becomes_the_facts_of_a_capacity():
    content = "\ufeffname;capacity_type;latitude;longitude;certified_until;languages\r\nFHN;husar;40,4;49.8;2027-04-30;az en\r\n"

    sheet = sheets.read(content.encode())

    assert sheet.problems == []
    assert sheet.rows[0] == {
        "capacity_type": "HUSAR", "name": "FHN", "units": 1, "people": 0, "dogs": 0, "vehicles": 0, "weight_kg": 0,
        "self_sufficient_days": 0, "departs_within_hours": None, "latitude": 40.4, "longitude": 49.8,
        "certified_until": sheet.rows[0]["certified_until"], "languages": ["az", "en"],
    }  # fmt: skip
    assert sheet.rows[0]["certified_until"].isoformat() == "2027-04-30"


@pytest.mark.parametrize(
    ("content", "problems"),
    [
        (b"\xff\xfe", [(1, "The file is not in UTF-8: save it as “CSV UTF-8”.")]),
        (b"", [(1, "The first line must name the columns; missing: capacity_type, name.")]),
        (b"name\nx", [(1, "The first line must name the columns; missing: capacity_type.")]),
        (b"capacity_type,name,colour\n", [(1, "There is no such column: colour.")]),
        (b"capacity_type,name,name\n", [(1, "A column is named twice.")]),
        (HEAD + b'HUSAR,"x\n', [(1, "The file is not well-formed CSV.")]),
        (HEAD + b"TANK,x,1\n", [(2, "capacity_type: “TANK” is not in the list of codes.")]),
        (HEAD + b"HUSAR,,1\n", [(2, "name: The name is missing.")]),
        (HEAD + b"\nHUSAR,x,many\n", [(3, "units: “many” is no whole number.")]),
    ],
)
def test_what_is_wrong_is_said_with_its_line(content, problems):
    assert _told(content) == ([], problems)


def test_too_many_lines_are_refused():
    assert _told(HEAD + b"HUSAR,x,1\n" * 1001)[1] == [(1001, "At most 1000 lines are taken.")]
