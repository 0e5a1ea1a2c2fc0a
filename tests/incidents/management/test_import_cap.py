import pytest
from django.core.management import CommandError, call_command

from incidents.models import ReceivedAlert
from tests.factories.alerts import known_sender
from tests.samples import shared_sample
from tests.samples.alerts import alert_xml


def run(capsys, *arguments) -> tuple[int, str, str]:
    """Run the command; return its exit code and what it said."""
    try:
        call_command("import_cap", *map(str, arguments))
        code = 0
    except SystemExit as end:
        code = int(end.code or 0)
    said = capsys.readouterr()
    return code, said.out, said.err


@pytest.fixture
def alert_file(tmp_path):
    path = tmp_path / "alert.xml"
    path.write_bytes(alert_xml())
    return path


def test_an_alert_is_taken_in_and_said_which(capsys, alert_file):
    known_sender()

    code, said, _ = run(capsys, alert_file)

    assert (code, "Accepted" in said, ReceivedAlert.objects.get().source) == (0, True, "file")


def test_quarantine_is_no_failure_and_is_said(capsys, alert_file):
    code, said, why = run(capsys, alert_file)

    assert (code, "In quarantine" in said, "not on the list" in why) == (0, True, True)


def test_what_was_in_quarantine_is_said_to_be_released(capsys, alert_file):
    run(capsys, alert_file)
    known_sender()

    code, said, why = run(capsys, alert_file)

    assert (code, "Accepted" in said, "It was in quarantine and is released" in said, why) == (
        0,
        True,
        True,
        "",
    )


def test_a_refused_file_says_each_problem_and_the_others_go_on(capsys, alert_file, tmp_path):
    wrong = tmp_path / "wrong.xml"
    wrong.write_bytes(alert_xml(scope="", status="Real"))

    code, _, said = run(capsys, wrong, alert_file)

    assert (code, ReceivedAlert.objects.count()) == (1, 1)
    assert said.count(str(wrong)) == 2


def test_a_file_that_is_not_there_is_refused(capsys, tmp_path):
    code, _, said = run(capsys, tmp_path / "none.xml")

    assert (code, "none.xml" in said) == (1, True)


def test_no_file_is_wrong_use(capsys):
    with pytest.raises(CommandError):
        call_command("import_cap")


def test_all_real_files_together(capsys):
    folder = shared_sample("cap")
    files = sorted(path for path in folder.iterdir() if path.suffix in (".xml", ".cap"))

    code, said, _ = run(capsys, *files)

    assert (code, said.count("In quarantine:"), ReceivedAlert.objects.count()) == (1, 8, 8)
