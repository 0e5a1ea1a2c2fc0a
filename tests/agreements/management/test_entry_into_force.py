import json
from pathlib import Path

import pytest
from django.core.management import CommandError, call_command

from tests.agreements.formats.test_ledgers import TREATIES, VIENNA
from tests.samples import shared_sample

pytestmark = pytest.mark.django_db
TAMPERE = {
    **VIENNA,
    "n": 30,
    "counts": ["ratification", "acceptance", "accession", "definitive_signature"],
}


def run(capsys, *arguments) -> tuple[int, str, str]:
    """Run the command; return its exit code and what it said."""
    try:
        call_command("entry_into_force", *map(str, arguments))
        code = 0
    except SystemExit as end:
        code = int(end.code or 0)
    said = capsys.readouterr()
    return code, said.out, said.err


@pytest.fixture
def rule(tmp_path):
    def written(told) -> Path:
        path = tmp_path / "rule.json"
        path.write_text(told if isinstance(told, str) else json.dumps(told))
        return path

    return written


LEDGER = TREATIES / "untc_25-4.csv"


def test_it_prints_the_day_and_the_proof(capsys, rule):
    code, said, _ = run(capsys, "--rule", rule(TAMPERE), "--ledger", LEDGER)

    lines = said.splitlines()
    assert (code, lines[0]) == (0, "Entry into force: 2005-01-08 (8 January 2005).")
    assert "Trigger: no. 30, Lithuania, accession, 9 Dec 2004." in lines
    assert "   28. Liechtenstein, accession, 8 Jun 2004" in lines


def test_before_the_last_deposit_it_says_what_is_missing(capsys, rule):
    code, said, _ = run(
        capsys, "--rule", rule(TAMPERE), "--ledger", LEDGER, "--as-of", "8 Dec 2004"
    )

    assert (code, said.splitlines()[0]) == (0, "Entry into force: not determined.")
    assert "1 of 30 deposits is missing" in said


def test_between_deposit_and_day_it_is_still_to_come(capsys, rule):
    _, said, _ = run(capsys, "--rule", rule(TAMPERE), "--ledger", LEDGER, "--as-of", "2004-12-09")

    assert said.splitlines()[0] == "Entry into force: 2005-01-08 (8 January 2005), still to come."


def test_what_if_a_state_deposits_on_a_day(capsys, rule):
    code, said, _ = run(
        capsys,
        *("--rule", rule(TAMPERE), "--ledger", LEDGER, "--as-of", "2004-12-01"),
        *("--what-if", "Tajikistan=2004-12-05"),
    )

    assert (code, said.splitlines()[0]) == (
        0,
        "Entry into force: 2005-01-04 (4 January 2005), still to come.",
    )
    assert "Tajikistan, ratification, 5 Dec 2004 (supposed)" in said


def test_the_dissolved_predecessors_deposit_is_entered_by_hand(capsys, rule):
    ledger = shared_sample("treaties/untc_23-1_vclt_2015.csv")

    code, said, _ = run(
        capsys,
        *("--rule", rule(VIENNA), "--ledger", ledger),
        *("--deposit", "Yugoslavia=27 Aug 1970=ratification"),
    )

    assert (code, said.splitlines()[0]) == (0, "Entry into force: 1980-01-27 (27 January 1980).")
    assert "3. Yugoslavia, ratification, 27 Aug 1970 (entered by hand)" in said


def test_when_it_is_not_met_the_predecessors_are_pointed_to(capsys, rule):
    ledger = shared_sample("treaties/untc_23-1_vclt_2015.csv")

    _, said, _ = run(capsys, "--rule", rule(VIENNA), "--ledger", ledger, "--as-of", "1980-01-02")

    assert "1 of 35 deposits is missing" in said
    assert "succeeded (d) to a predecessor" in said


def test_the_same_for_programs(capsys, rule):
    _, said, _ = run(capsys, "--rule", rule(TAMPERE), "--ledger", LEDGER, "--json")

    told = json.loads(said)
    assert (told["date"], told["trigger"]["participant"], len(told["counted"])) == (
        "2005-01-08",
        "Lithuania",
        30,
    )


@pytest.mark.parametrize(
    ("told", "sentence"),
    [
        ("{", "no JSON"),
        ({**TAMPERE, "n": 0}, "“n”: a whole number from 1 to 400."),
        ({**TAMPERE, "counts": ["signing"]}, "“counts”: “signing” is no kind"),
        ("[" * 50_000, "no JSON"),
    ],
)
def test_a_wrong_rule_is_refused(capsys, rule, told, sentence):
    code, said, why = run(capsys, "--rule", rule(told), "--ledger", LEDGER)

    assert (code, said, sentence in why) == (1, "", True)


def test_a_wrong_ledger_is_refused_with_its_lines(capsys, rule, tmp_path):
    ledger = tmp_path / "ledger.csv"
    ledger.write_text("participant,kind,date\nTogo,ratification,soon\nTogo,asked,2020-01-01\n")

    code, _, why = run(capsys, "--rule", rule(TAMPERE), "--ledger", ledger)

    assert (code, why.count(str(ledger)), "Line 2: “date”" in why) == (1, 2, True)


def test_a_file_that_is_not_there_is_refused(capsys, rule, tmp_path):
    code, _, why = run(capsys, "--rule", rule(TAMPERE), "--ledger", tmp_path / "none.csv")

    assert (code, "none.csv" in why) == (1, True)


@pytest.mark.parametrize(
    "arguments",
    [
        [],
        ["--rule", "r.json"],
        ["--rule", "r.json", "--ledger", "l.csv", "--as-of", "some day"],
        ["--rule", "r.json", "--ledger", "l.csv", "--what-if", "Kazakhstan"],
        ["--rule", "r.json", "--ledger", "l.csv", "--what-if", "Kazakhstan=2026-01-01=signed"],
    ],
)
def test_wrong_use_is_told_apart(arguments):
    with pytest.raises(CommandError):
        call_command("entry_into_force", *arguments)
