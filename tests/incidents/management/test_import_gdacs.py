import json

import pytest
from django.core.management import call_command

from incidents.models import FeedItem, Incident, Observation
from tests.incidents.formats.test_gdacs import EVENT, event, feed
from tests.incidents.formats.test_usgs import feature, summary
from tests.samples import shared_sample


def run(capsys, *arguments, command="import_gdacs") -> tuple[int, str, str]:
    """Run the command; return its exit code and what it said."""
    try:
        call_command(command, *map(str, arguments))
        code = 0
    except SystemExit as end:
        code = int(end.code or 0)
    said = capsys.readouterr()
    return code, said.out, said.err


@pytest.fixture
def file(tmp_path):
    def write(content, name="gdacs.xml"):
        path = tmp_path / name
        path.write_bytes(content)
        return path

    return write


def test_the_real_feed_makes_one_proposal_and_no_incident(capsys, turkiye):
    code, said, problems = run(capsys, shared_sample("gdacs/gdacs-rss-2019-12-30.xml"))

    assert (code, problems, FeedItem.objects.get().value) == (0, "", "DR1013682")
    assert "1 new, 0 updated" in said
    assert "15 concern no participant" in said
    assert not Incident.objects.exists()


def test_everything_is_kept_where_that_is_asked_for(capsys, turkiye):
    run(capsys, "--all", shared_sample("gdacs/gdacs-rss-2019-12-30.xml"))

    assert FeedItem.objects.count() == 16


def test_the_real_flood_is_kept_red_and_orange(capsys, turkiye):
    names = ("ep1-event-as-of-2024-11-08-red", "ep1-event", "ep2-event")
    files = [shared_sample(f"gdacs/fl-1102983-{name}.json") for name in names]

    code, _, _ = run(capsys, *files)

    assert (code, FeedItem.objects.get().alert_level) == (0, "orange")
    assert sorted(Observation.objects.values_list("episode", "alert_level")) == [
        ("1", "orange"),
        ("1", "red"),
        ("2", "orange"),
    ]


def test_the_same_file_twice_changes_nothing(capsys, turkiye, file):
    path = file(feed({}))
    run(capsys, path)

    code, said, _ = run(capsys, path)

    assert (code, FeedItem.objects.get().version, Observation.objects.count()) == (0, 1, 1)
    assert (
        "0 new, 0 updated, 0 withdrawn by their source, 0 older kept as history, 1 unchanged"
        in said
    )


def test_a_broken_item_is_one_sentence_and_exit_1(capsys, turkiye, file):
    code, _, problems = run(capsys, file(feed({}, {"gdacs:alertlevel": "Purple"})))

    assert (code, problems.count("\n"), FeedItem.objects.count()) == (1, 1, 1)
    assert "Item 2 of the feed" in problems


@pytest.mark.parametrize("content", [b"", b"{", b"<rss", b"<!DOCTYPE x><rss/>", b"\xff" * 100])
def test_a_broken_file_is_one_sentence_and_exit_1(capsys, turkiye, file, content):
    code, _, problems = run(capsys, file(content))

    assert (code, problems.count("\n"), FeedItem.objects.exists()) == (1, 1, False)


def test_a_file_that_is_not_there_is_one_sentence(capsys, tmp_path):
    code, _, problems = run(capsys, tmp_path / "nothing.xml")

    assert (code, problems.count("\n")) == (1, 1)


def test_what_is_dated_in_the_future_is_refused(capsys, turkiye, file):
    code, _, problems = run(capsys, file(event(datemodified="2999-01-01T00:00:00"), "x.json"))

    assert (code, FeedItem.objects.exists()) == (1, False)
    assert "dated in the future" in problems


def test_a_list_of_events_is_taken_in(capsys, turkiye, file):
    several = {"type": "FeatureCollection", "features": [EVENT]}

    code, _, _ = run(capsys, file(json.dumps(several).encode(), "list.json"))

    assert (code, FeedItem.objects.get().countries) == (0, ["TR"])


def test_a_list_of_earthquakes_becomes_proposals(capsys, turkiye, file):
    content = summary(
        feature(), feature(id="b", geometry__coordinates=[-70.0, -30.0, 5]), feature(id="c", properties__type="quarry blast"),
    )  # fmt: skip

    code, said, _ = run(capsys, file(content, "all_day.geojson"), command="import_usgs")

    assert (code, FeedItem.objects.get().value, Incident.objects.exists()) == (
        0,
        "us6000jllz",
        False,
    )
    assert "1 concern no participant, 1 of another kind" in said


def test_wrong_use_is_exit_2(tmp_path):
    import subprocess  # noqa: PLC0415 -- the exit code is the command line's own
    import sys  # noqa: PLC0415

    done = subprocess.run(
        [sys.executable, "manage.py", "import_gdacs"], capture_output=True, check=False
    )

    assert done.returncode == 2
