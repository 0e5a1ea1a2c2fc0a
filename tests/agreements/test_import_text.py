from io import StringIO
from pathlib import Path

import pytest
from django.core.management import call_command

SAMPLES = Path(__file__).parents[1] / "samples" / "treaties"


def said(*arguments):
    out = StringIO()
    call_command("import_text", *map(str, arguments), stdout=out)
    return out.getvalue().splitlines()


def test_the_last_line_counts_what_was_found():
    assert said(SAMPLES / "russian.txt") == [
        "Title: СОГЛАШЕНИЕ о совместных учениях",
        "Not recognised:",
        "  Line 1 stands beside the title and is no part of it: “Проект”",
        "3 articles, 5 paragraphs, 1 annex; 1 line not recognised",
    ]


def test_a_refusal_is_a_sentence_and_exit_1(tmp_path, capsys):
    path = tmp_path / "text.txt"
    path.write_bytes(b"\n")

    with pytest.raises(SystemExit) as ended:
        call_command("import_text", str(path))

    assert (ended.value.code, capsys.readouterr().err) == (1, f"{path}: The file has no text.\n")


def test_the_tree_is_shown_on_demand():
    assert said(SAMPLES / "rules.txt", "--tree", "--quiet")[:2] == [
        "art-1  1  Sessions",
        "  art-1-para-1    The Board meets once a year.",
    ]


def test_the_file_becomes_the_text_of_an_instrument(officer, on_the_table):
    lines = said(
        SAMPLES / "rules.txt", "--quiet", "--instrument", on_the_table.code, "--by", officer.email
    )

    assert lines == [
        "Taken in as revision 1.",
        "2 articles, 3 paragraphs, 0 annexes; 0 lines not recognised",
    ]
    assert on_the_table.provisions.filter(kind="article").count() == 2


def test_nobody_takes_in_a_text_without_the_right_to(head_a, on_the_table, capsys):
    with pytest.raises(SystemExit) as ended:
        call_command(
            "import_text",
            str(SAMPLES / "rules.txt"),
            "--quiet",
            f"--instrument={on_the_table.code}",
            f"--by={head_a.email}",
        )

    assert (ended.value.code, "Only the secretariat" in capsys.readouterr().err) == (1, True)
