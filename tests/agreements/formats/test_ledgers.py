"""Tables of registers come in, the portal's own goes out and comes back."""

import time
from datetime import date
from pathlib import Path

import pytest

from agreements.formats.ledgers import COLUMNS, WrongLedger, ledger_rows, read_ledger
from agreements.formats.proofs import act_text
from agreements.formats.written import clean_name
from agreements.rules.entry_into_force import Act, calculate, parse_rule
from tests.samples import shared_sample

TREATIES = Path(__file__).resolve().parent.parent.parent / "samples" / "treaty_tables"
HEADING = 'Participant,Signature,"Ratification, Acceptance(A), Accession(a), Succession(d)"'
VIENNA = {
    "kind": "nth_deposit_days",
    "n": 35,
    "days": 30,
    "counts": ["ratification", "accession"],
}
CONSENTS = ["ratification", "acceptance", "approval", "accession"]


def read(*lines: str) -> list[tuple[str, str, str]]:
    """Return what a table says: participant, kind and day of each act."""
    acts = read_ledger("\n".join(lines).encode()).acts
    return [(act.participant, act.kind, act.date.isoformat()) for act in acts]


def sample(name: str) -> list[Act]:
    return list(read_ledger((TREATIES / name).read_bytes()).acts)


# ── official days of entry into force, from the UN's own tables ─────────────────────────────────
def test_tampere_enters_into_force_on_its_official_day():
    rule = parse_rule(
        {**VIENNA, "n": 30, "counts": [*CONSENTS, "definitive_signature"], "per_state_after": 30}
    )

    result = calculate(rule, sample("untc_25-4.csv"))

    assert (result.date, act_text(result.trigger.act), len(result.counted)) == (
        date(2005, 1, 8),
        "Lithuania, accession, 9 Dec 2004",
        30,
    )


def test_tampere_binds_a_later_state_thirty_days_after_its_deposit():
    rule = parse_rule({**VIENNA, "n": 30, "counts": CONSENTS, "per_state_after": 30})

    result = calculate(rule, sample("untc_25-4.csv"))

    assert result.date_of("venezuela (bolivarian republic of)").date == date(2005, 6, 12)


def test_the_rome_statute_enters_into_force_on_its_official_day():
    rule = parse_rule(
        {
            "kind": "first_of_nth_month",
            "n": 60,
            "days": 60,
            "months": 1,
            "counts": CONSENTS,
        }
    )

    result = calculate(rule, sample("untc_18-10.csv"))

    # Ten States deposited together, so that there were 66 on that day.
    assert (result.date, result.trigger.act.date, len(result.counted)) == (
        date(2002, 7, 1),
        date(2002, 4, 11),
        66,
    )


def test_the_optional_protocol_waits_for_its_covenant_and_counts_who_left_later():
    tenth = {**VIENNA, "n": 10, "counts": CONSENTS}
    months = {key: value for key, value in tenth.items() if key != "days"} | {"months": 3}
    covenant = {"kind": "fixed_date", "date": "1976-03-23"}
    rule = parse_rule({"kind": "all_of", "rules": [months, covenant]})

    result = calculate(rule, sample("untc_4-5.csv"))

    assert (result.date, result.parts[0].date) == (date(1976, 3, 23), date(1974, 3, 12))
    assert any("Jamaica, Trinidad and Tobago" in note for note in result.notes)


def test_the_vienna_convention_needs_the_deposit_of_a_dissolved_predecessor():
    table = shared_sample("treaties/untc_23-1_vclt_2015.csv").read_bytes()
    predecessor = b"Yugoslavia (former) 2,23 May 1969,27 Aug 1970\n"
    rule = parse_rule(VIENNA)

    without = calculate(rule, read_ledger(table).acts)
    entered = calculate(rule, read_ledger(table + predecessor).acts)

    assert (without.date, entered.date) == (date(1980, 2, 2), date(1980, 1, 27))
    assert act_text(entered.trigger.act) == "Togo, accession, 28 Dec 1979"


# ── ways of writing ─────────────────────────────────────────────────────────────────────────────
@pytest.mark.parametrize(
    ("cell", "kind"),
    [
        ("27 Jan 1980", "ratification"),
        ("27 Jan 1980 a", "accession"),
        ("27 Jan 1980 A", "acceptance"),
        ("27 Jan 1980 AA", "approval"),
        ("27 Jan 1980 d", "succession"),
        ("27 Jan 1980 s", "definitive_signature"),
        ("27 Jan 1980 c", "formal_confirmation"),
        ("27 January 1980 a", "accession"),
        ("27-Jan-1980 a", "accession"),
        ("27.01.1980 a", "accession"),
        ("27/01/1980", "ratification"),
        ("1980-01-27 a", "accession"),
        ("27 Jan 1980a", "accession"),
        ("27\u00a0Jan\u00a01980\u2009a", "accession"),
        ("27 Jan 1980 a 3", "accession"),
        ("27 Jan 1980 [4]", "ratification"),
        ("27 Jan 1980 a<sup>5</sup>", "accession"),
        ("[27 Jan 1980 ]", "ratification"),
        ("[27 Jan 1980 a]", "accession"),
        ("[27 Jan 1980] a", "accession"),
    ],
)
def test_a_day_and_its_letter_are_read(cell, kind):
    assert read(HEADING, f"Togo,,{cell}") == [("Togo", kind, "1980-01-27")]


def test_what_stands_in_brackets_is_marked():
    acts = read_ledger(f"{HEADING}\nJamaica,[19 Dec 1966 ],[  3 Oct 1975 ]".encode()).acts

    assert [act.is_bracketed for act in acts] == [True, True]


@pytest.mark.parametrize(
    "name",
    [
        "Yugoslavia (former) 2",
        "Yugoslavia (former)2,3",
        "Yugoslavia (former) [2]",
        "Yugoslavia (former)<sup>2</sup>",
        "Yugoslavia\u00a0(former)²",
        "[Yugoslavia (former)]",
        "Yugoslavia (former) *",
    ],
)
def test_a_name_is_read_without_what_refers_to_footnotes(name):
    assert read(HEADING, f'"{name}",,27 Aug 1970')[0][0] == "Yugoslavia (former)"


def test_months_are_read_short_and_long():
    rows = [f"A,,1 {month} 2001" for month in ("Sep", "Sept", "September", "SEP", "sep.")]

    assert {row[2] for row in read(HEADING, *rows)} == {"2001-09-01"}


@pytest.mark.parametrize("separator", [",", ";", "\t"])
@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16", "cp1252"])
def test_whatever_parts_the_cells_and_however_it_is_written(separator, encoding):
    heading = separator.join(["Participant", "Signature", '"Ratification, Accession(a)"'])
    row = separator.join(["Côte d'Ivoire", "23 Jul 1969", "27 Jan 1980 a"])

    acts = read_ledger(f"{heading}\r\n{row}\r\n".encode(encoding)).acts

    assert [(act.participant, act.kind) for act in acts] == [
        ("Côte d'Ivoire", "signature"),
        ("Côte d'Ivoire", "accession"),
    ]


@pytest.mark.parametrize("separator", [",", ";", "\t"])
def test_a_heading_without_quotes_is_parted_as_its_rows_are(separator):
    heading = ["Participant", "Signature", "Ratification, Accession(a), Succession(d)"]
    rows = [["Togo", "", "28 Dec 1979 a"], ["Nauru", "1 May 1978", "5 May 1978"]]

    found = read(*(separator.join(cells) for cells in (heading, *rows)))

    assert found == [
        ("Togo", "accession", "1979-12-28"),
        ("Nauru", "signature", "1978-05-01"),
        ("Nauru", "ratification", "1978-05-05"),
    ]


def test_lines_above_the_heading_and_empty_rows_are_passed_over():
    rows = read("Status as at : 26-11-2026", "", HEADING, ",,", "Togo,,28 Dec 1979 a", "")

    assert rows == [("Togo", "accession", "1979-12-28")]


@pytest.mark.parametrize(
    ("heading", "row", "expected"),
    [
        ("Participant\tAccession", "Togo\t28 Dec 1979", ["accession"]),
        ('Participant,"Accession, Succession(d)"', "Togo,28 Dec 1979", ["accession"]),
        ('Participant,"Accession(a), Succession(d)"', "Togo,28 Dec 1979 d", ["succession"]),
        ("Participant,Acceptance(A)", "Togo,28 Dec 1979", ["acceptance"]),
        (
            'Participant,"Signature, Succession to signature(d)",Ratification',
            "Togo,12 Mar 1978 d,28 Dec 1979",
            ["signature", "ratification"],
        ),
        (
            'Participant,"Signature, Definitive signature(s)",Acceptance(A)',
            "Togo,12 Mar 1978 s,",
            ["definitive_signature"],
        ),
        (
            "Participant,Signature,Ratification,Accession(a),Entry into force",
            "Togo,,,28 Dec 1979,27 Jan 1980",
            ["accession"],
        ),
        (
            "Participant,Signature,Ratification,Denunciation",
            "Togo,,28 Dec 1979,1 Feb 1990",
            ["ratification", "withdrawal"],
        ),
    ],
)
def test_the_heading_says_what_an_entry_without_a_letter_is(heading, row, expected):
    assert [kind for _name, kind, _day in read(heading, row)] == expected


# ── what is refused ─────────────────────────────────────────────────────────────────────────────
@pytest.mark.parametrize(
    ("rows", "sentence"),
    [
        (
            ["Togo,,28 Dez 1979"],
            "Line 2: “Ratification, Acceptance(A), Accession(a), Succession(d)”",
        ),
        (["Togo,,31 Feb 1979"], "“31 Feb 1979” is no day"),
        (["Togo,,28 Dec 79"], "is no day"),
        (["Togo,soon,"], "Line 2: “Signature”: “soon” is no day"),
        (["Togo,,28 Dec 1979 x"], "the letter “x” stands for no kind of act"),
        (["", "Togo,,1 Jan 2001", ",,28 Dec 1979"], "Line 4: “Participant” is empty."),
    ],
)
def test_a_cell_that_cannot_be_read_is_named(rows, sentence):
    with pytest.raises(WrongLedger) as refused:
        read(HEADING, *rows)

    assert sentence in refused.value.sentences[0]


OWN = ",".join(COLUMNS)


@pytest.mark.parametrize(
    ("row", "sentence"),
    [
        (",,ratification,2026-01-01,,,", "Line 2: “participant” is empty."),
        ("Togo,,ratified,2026-01-01,,,", "“kind”: “ratified” is none of: signature"),
        ("Togo,,ratification,,,,", "“date”: “” is no day"),
        ("Togo,,withdrawal,2026-01-01,later,,", "“effective_date”: “later” is no day"),
        ("Togo,,ratification,2026-01-01,,perhaps,", "“entitled”: yes or no, not “perhaps”."),
    ],
)
def test_a_row_of_the_own_export_that_cannot_be_read_is_named(row, sentence):
    with pytest.raises(WrongLedger) as refused:
        read(OWN, row)

    assert sentence in refused.value.sentences[0]


@pytest.mark.parametrize(
    ("content", "sentence"),
    [
        (b"", "No heading"),
        (b"Country of birth\nTogo\n", "No heading"),
        (b"x" * 2_000_001, "larger than 2 MB"),
        (f"{HEADING}\n".encode() + b"Togo,,28 Dec 1979\n" * 5_001, "more than 5,000 rows"),
        (f"{HEADING}\nTogo,,\0".encode(), "zero bytes"),
        (b"\xff\xfe\x00", "UTF-8"),
        (f'{HEADING}\n"{("x" * 9_000 + chr(10)) * 20}",,'.encode(), "not a row of a table"),
    ],
)
def test_what_is_no_table_is_refused(content, sentence):
    with pytest.raises(WrongLedger, match=sentence):
        read_ledger(content)


def test_of_many_problems_twenty_are_said():
    with pytest.raises(WrongLedger) as refused:
        read(HEADING, *["Togo,,soon"] * 25)

    assert (len(refused.value.sentences), refused.value.sentences[-1]) == (21, "… and 5 more.")


def test_the_own_export_comes_back_as_it_went_out():
    acts = (
        Act("Azerbaijan", "signature", date(2024, 11, 6), key="azerbaijan"),
        Act("Atlantis; or not", "accession", date(2025, 1, 1), is_entitled=False, note="a, b"),
        Act("Türkiye", "withdrawal", date(2025, 2, 1), date(2026, 2, 1), key="turkiye"),
    )
    lines = [COLUMNS, *ledger_rows(acts)]
    text = "\n".join(",".join(f'"{cell}"' for cell in line) for line in lines)

    assert read_ledger(text.encode()).acts == acts


@pytest.mark.parametrize(
    "content",
    [
        "participant,kind,date\nTogo," + "x" * 10_001,
        '"' + "x" * 140_000,
        "x," * 6_000,
    ],
)
def test_a_line_without_an_end_is_refused(content):
    with pytest.raises(WrongLedger, match=r"Line \d is longer than 10,000 letters"):
        read_ledger(content.encode())


@pytest.mark.parametrize("cell", ["9" * 101, "[" + "1 " * 2_000, "1999" * 1_000])
def test_a_cell_that_is_too_long_for_a_day_is_refused_at_once(cell):
    table = f"Participant\tSignature\tRatification\nTogo\t\t{cell}\n"
    started = time.perf_counter()

    with pytest.raises(WrongLedger, match="“Ratification”: the cell is longer than 100 letters"):
        read_ledger(table.encode())

    assert time.perf_counter() - started < 2


@pytest.mark.parametrize("letter", [" ", "1", "1,", "*", "[", "<a"])
def test_a_name_of_any_length_is_read_at_once(letter):
    name = "Togo" + letter * (9_000 // len(letter)) + "o"
    started = time.perf_counter()

    found = clean_name(name)

    assert (found.startswith("Togo"), len(found) <= 200) == (True, True)
    assert time.perf_counter() - started < 2


def test_a_heading_of_any_length_is_passed_over_at_once():
    started = time.perf_counter()

    with pytest.raises(WrongLedger, match="No heading was found"):
        read_ledger(("Participant\tSignature " + "a " * 4_000 + "(\n").encode())

    assert time.perf_counter() - started < 2


def test_a_row_with_a_code_and_one_without_are_one_state():
    table = (
        "participant,code,kind,date\n"
        "Türkiye,turkiye-1,ratification,2026-01-01\n"
        "TÜRKIYE,,approval,2026-01-02\n"
        "Congo,cg,ratification,2026-01-01\n"
        "Congo,cd,ratification,2026-01-02\n"
        "Congo,,accession,2026-01-03\n"
    )

    acts = read_ledger(table.encode()).acts

    # Of two that bear one name nobody knows which of them the row without a code means.
    assert [act.key for act in acts] == ["turkiye-1", "turkiye-1", "cg", "cd", ""]
