import json

import pytest
from django.core.management import call_command
from django.utils import timezone

from incidents.formats import usgs
from incidents.models import ExternalReference, FeedItem, Incident, ReferenceVersion
from incidents.services.feed_items import from_usgs, take_in
from tests.samples import DELETED_EARTHQUAKE, EARTHQUAKE, shared_sample


def run(capsys, *arguments) -> tuple[int, str, str]:
    """Run the command; return its exit code and what it said."""
    try:
        call_command("import_usgs", *map(str, arguments))
        code = 0
    except SystemExit as end:
        code = int(end.code or 0)
    said = capsys.readouterr()
    return code, said.out, said.err


def test_the_earthquake_becomes_a_draft_of_whose_territory_it_struck(capsys, turkiye):
    code, said, _ = run(capsys, EARTHQUAKE)

    incident = Incident.objects.get()
    assert (code, incident.participant_id, incident.status, incident.countries) == (
        0,
        "turkiye",
        "draft",
        ["TR"],
    )
    assert "taken in as a draft of Türkiye" in said


def test_the_real_file_is_taken_in(capsys, turkiye):
    code, _, _ = run(capsys, shared_sample("usgs/us6000jllz-event.geojson"))

    assert (code, ExternalReference.objects.get().value) == (0, "us6000jllz")


def test_the_same_file_twice_is_refused_and_names_the_incident(capsys, turkiye):
    run(capsys, EARTHQUAKE)

    code, _, said = run(capsys, EARTHQUAKE)

    assert (code, Incident.objects.count()) == (1, 1)
    assert "already" in said
    assert "Pazarcık" in said


def test_an_earthquake_at_sea_needs_the_participant(capsys, turkiye, tmp_path):
    data = json.loads(EARTHQUAKE.read_bytes())
    data["geometry"]["coordinates"] = [30.0, 34.0, 10]
    at_sea = tmp_path / "sea.geojson"
    at_sea.write_text(json.dumps(data))

    refused, _, said = run(capsys, at_sea)
    taken, _, _ = run(capsys, at_sea, "--participant", "turkiye")

    assert (refused, taken) == (1, 0)
    assert "“participant”" in said


@pytest.mark.parametrize("content", ["{", '{"type": "Feature"}', ""])
def test_a_broken_file_saves_nothing(capsys, turkiye, tmp_path, content):
    broken = tmp_path / "broken.geojson"
    broken.write_text(content)

    code, _, said = run(capsys, broken)

    assert (code, Incident.objects.exists()) == (1, False)
    assert said.count("\n") == 1


def test_a_time_in_the_future_is_refused(capsys, turkiye, tmp_path):
    data = json.loads(EARTHQUAKE.read_bytes())
    data["properties"]["time"] = 4_000_000_000_000
    later = tmp_path / "later.geojson"
    later.write_text(json.dumps(data))

    code, _, said = run(capsys, later)

    assert (code, Incident.objects.exists()) == (1, False)
    assert "future" in said


def test_a_file_that_is_not_there_is_one_sentence(capsys, turkiye, tmp_path):
    code, _, said = run(capsys, tmp_path / "nothing.geojson")

    assert (code, said.count("\n")) == (1, 1)


# ── later versions ──────────────────────────────────────────────────────────────────────────────


def version(folder, *, minutes, **properties):
    """The sample file as the USGS may publish it so many minutes later."""
    data = json.loads(EARTHQUAKE.read_bytes())
    data["properties"]["updated"] += minutes * 60_000
    data["properties"].update(properties)
    path = folder / f"{minutes}.geojson"
    path.write_text(json.dumps(data))
    return path


def test_a_newer_version_is_added_to_the_incident_and_its_level_stays(capsys, turkiye, tmp_path):
    run(capsys, EARTHQUAKE)

    code, said, _ = run(capsys, version(tmp_path, minutes=9, alert="green", mag=7.6))

    incident = Incident.objects.get()
    reference = incident.references.get()
    assert (code, incident.alert_level, incident.magnitude) == (0, "red", 7.8)
    assert (list(reference.versions.values_list("alert_level", flat=True)), reference.version_at) == (
        ["green", "red"],
        reference.versions.first().version_at,
    )  # fmt: skip
    assert "a further version" in said


def test_an_older_version_becomes_history(capsys, turkiye, tmp_path):
    run(capsys, EARTHQUAKE)
    newest = ExternalReference.objects.get().version_at

    code, _, _ = run(capsys, version(tmp_path, minutes=-9, alert="green"))

    reference = ExternalReference.objects.get()
    assert (code, reference.versions.count(), reference.version_at) == (0, 2, newest)


def test_a_further_version_twice_is_refused_the_second_time(capsys, turkiye, tmp_path):
    run(capsys, EARTHQUAKE)
    later = version(tmp_path, minutes=9)

    first, again = run(capsys, later)[0], run(capsys, later)[0]

    assert (first, again, ReferenceVersion.objects.count()) == (0, 1, 2)


def test_what_a_feed_proposed_before_is_tied_to_the_draft(capsys, turkiye):
    take_in(from_usgs(usgs.read(EARTHQUAKE.read_bytes())), at=timezone.now())

    run(capsys, EARTHQUAKE)

    item = FeedItem.objects.get()
    assert (item.status, item.incident) == ("taken_up", Incident.objects.get())


# ── what the USGS has deleted ───────────────────────────────────────────────────────────────────


def test_the_file_of_a_deleted_earthquake_withdraws_and_the_draft_stays(capsys, turkiye):
    run(capsys, EARTHQUAKE)

    code, said, _ = run(capsys, DELETED_EARTHQUAKE)

    draft = Incident.objects.get()
    assert (code, FeedItem.objects.get().is_withdrawn, draft.status, draft.magnitude) == (
        0,
        True,
        "draft",
        7.8,
    )
    assert draft.references.get().is_withdrawn
    assert "0 new, 0 updated, 1 withdrawn by their source, 0 older" in said


def test_the_file_of_a_deleted_earthquake_that_nobody_knew_leaves_nothing(capsys, turkiye):
    code, said, _ = run(capsys, DELETED_EARTHQUAKE)

    assert (code, FeedItem.objects.exists(), Incident.objects.exists()) == (0, False, False)
    assert "0 withdrawn by their source" in said


def test_a_version_dated_in_the_future_leaves_no_draft_behind(capsys, turkiye, tmp_path):
    code, _, said = run(capsys, version(tmp_path, minutes=60 * 24 * 365 * 99))

    assert (code, Incident.objects.exists()) == (1, False)
    assert "dated in the future" in said


def test_an_old_file_of_an_earthquake_that_was_deleted_since_makes_no_draft(capsys, turkiye):
    take_in(from_usgs(usgs.read(EARTHQUAKE.read_bytes())), at=timezone.now())
    run(capsys, DELETED_EARTHQUAKE)

    code, _, said = run(capsys, EARTHQUAKE)

    assert (code, Incident.objects.exists()) == (1, False)
    assert "The USGS has deleted this earthquake: nothing is made of it." in said


def test_a_file_newer_than_the_deletion_makes_a_draft_and_stands_again(capsys, turkiye, tmp_path):
    take_in(from_usgs(usgs.read(EARTHQUAKE.read_bytes())), at=timezone.now())
    run(capsys, DELETED_EARTHQUAKE)
    again = version(tmp_path, minutes=60 * 24 * 9)

    code, _, _ = run(capsys, again)

    item = FeedItem.objects.get()
    assert (code, item.status, item.is_withdrawn) == (0, "taken_up", False)
    assert not Incident.objects.get().references.get().is_withdrawn
