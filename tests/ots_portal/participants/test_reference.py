import json
from datetime import date
from io import StringIO

import pytest
from django.core.exceptions import ValidationError
from django.core.management import call_command

from ots_portal.directory import services
from ots_portal.participants import reference
from ots_portal.participants.models import Authority, EmergencyNumber, Participant
from ots_portal.participants.reference import Loaded
from ots_portal.people.models import Role
from tests.factories.directory import EmergencyNumberFactory
from tests.factories.people import ParticipantFactory, UserFactory

KNOWN = {"source_text": "Note verbale 3", "checked_on_date": date(2026, 11, 1)}
TOLD = json.loads(reference.DATA.read_text(encoding="utf-8"))
PARTICIPANTS = {row["slug"]: row for row in TOLD["participants"]}


def _facts():
    """Return every fact of the file with the name by which a failure is reported."""
    for slug, row in PARTICIPANTS.items():
        yield pytest.param(row, id=slug)
        for body in row["authorities"]:
            yield pytest.param(body, id=f"{slug}-{body['kind']}")
            yield pytest.param(
                {**body["website"], "checked_on_date": body["checked_on_date"]},
                id=f"{slug}-{body['kind']}-website",
            )
        for number in row["emergency_numbers"]:
            yield pytest.param(number, id=f"{slug}-{number['purpose']}")


def _stored():
    return [list(model.objects.values()) for model in (Participant, Authority, EmergencyNumber)]


def _write(folder, change):
    """Return a copy of the data file in which ``change`` has been made to Türkiye."""
    told = json.loads(reference.DATA.read_text(encoding="utf-8"))
    change(next(row for row in told["participants"] if row["slug"] == "turkiye"))
    file = folder / "participants.json"
    file.write_text(json.dumps(told), encoding="utf-8")
    return file


# ── what the file says ──────────────────────────────────────────────────────────────────────────


def test_participants_are_the_ten_known_ones():
    assert {slug: row["kind"] for slug, row in PARTICIPANTS.items()} == {
        "azerbaijan": "member",
        "kazakhstan": "member",
        "kyrgyzstan": "member",
        "turkiye": "member",
        "uzbekistan": "member",
        "hungary": "observer",
        "turkmenistan": "observer",
        "trnc": "observer",
        "eco": "organisation",
        "secretariat": "secretariat",
    }


@pytest.mark.parametrize("fact", list(_facts()))
def test_every_fact_says_how_well_it_is_attested(fact):
    assert fact["confidence"] in ("confirmed", "single", "memory", "tool")
    assert bool(fact["sources"]) == (fact["confidence"] in ("confirmed", "single"))
    assert all(source.startswith(("https://", "http://")) for source in fact["sources"])
    assert fact["checked_on_date"] == "2026-05-31"


@pytest.mark.parametrize("slug", ["trnc", "eco", "secretariat"])
def test_who_has_no_iso_code_is_given_none(slug):
    assert (PARTICIPANTS[slug]["iso2"], PARTICIPANTS[slug]["iso3"]) == (None, None)


def test_the_code_of_another_state_stands_nowhere():
    codes = {code for row in PARTICIPANTS.values() for code in (row["iso2"], row["iso3"])}

    assert codes & {"CY", "CYP"} == set()


def test_names_are_given_in_the_portals_languages():
    named = [
        texts
        for row in PARTICIPANTS.values()
        for texts in (row["names"], *(body["names"] for body in row["authorities"]))
    ]

    assert [texts for texts in named if not {"en", "tr", "az"} <= set(texts)] == []


def test_the_competent_authority_is_told_apart_from_the_agency():
    bodies = {body["kind"]: body["names"]["en"] for body in PARTICIPANTS["turkiye"]["authorities"]}

    assert bodies == {
        "competent": "Ministry of Interior of the Republic of Türkiye",
        "operational": "Disaster and Emergency Management Presidency, under the Ministry of Interior",
    }


# ── loading ─────────────────────────────────────────────────────────────────────────────────────


def test_loading_brings_in_every_row_of_the_file():
    loaded = reference.load()

    stored = Participant.objects.count(), Authority.objects.count(), EmergencyNumber.objects.count()
    assert (loaded.applied_count, stored[0]) == (sum(stored), 10)


def test_loading_twice_changes_nothing():
    first = reference.load()
    before = _stored()

    second = reference.load()

    assert (second, _stored()) == (Loaded(first.row_count, 0), before)


@pytest.fixture
def head(now):
    reference.load()
    return UserFactory(participant=Participant.objects.get(pk="turkiye"), role=Role.HEAD)


def _agency():
    return Authority.objects.get(participant="turkiye", kind="operational", superseded_at=None)


def _rename(row):
    row["authorities"][1].update(acronym="AFAD 2")


def test_an_operators_correction_stands(head, now):
    services.correct(_agency(), reason="Short", by=head, at=now, acronym="AFAD TR", **KNOWN)

    reference.load()

    assert _agency().acronym == "AFAD TR"


def test_a_correction_is_superseded_by_a_row_that_the_file_has_changed(head, now, tmp_path):
    services.correct(_agency(), reason="Short", by=head, at=now, acronym="AFAD TR", **KNOWN)

    loaded = reference.load(_write(tmp_path, _rename))

    versions = Authority.objects.filter(participant="turkiye", kind="operational")
    told = {(version.acronym, version.ending) for version in versions}
    assert (loaded.applied_count, told) == (
        1,
        {("AFAD", "corrected"), ("AFAD TR", "renewed"), ("AFAD 2", "")},
    )


def test_what_was_withdrawn_stays_so_until_the_file_says_something_new(head, now, tmp_path):
    services.withdraw(_agency(), reason="Dissolved", by=head, at=now)

    same = reference.load()
    standing = Authority.objects.filter(
        participant="turkiye", kind="operational", superseded_at=None
    )
    stood_after_the_same = standing.exists()
    reference.load(_write(tmp_path, _rename))

    assert (same.applied_count, stood_after_the_same, standing.get().acronym) == (
        0,
        False,
        "AFAD 2",
    )


def test_a_number_entered_by_hand_is_not_touched(turkiye):
    EmergencyNumberFactory(participant=turkiye, number="999")

    reference.load()

    numbers = EmergencyNumber.objects.filter(participant=turkiye, purpose="all")
    assert [number.number for number in numbers] == ["999"]


def test_a_correction_gives_way_to_a_row_that_the_file_has_changed(tmp_path):
    reference.load()
    Participant.objects.filter(pk="turkiye").update(time_zone="UTC")
    changed = _write(tmp_path, lambda row: row.update(notes={"en": "Chairs next."}))

    loaded = reference.load(changed)

    turkiye = Participant.objects.get(pk="turkiye")
    assert (loaded.applied_count, turkiye.time_zone, turkiye.notes) == (
        1,
        "Europe/Istanbul",
        {"en": "Chairs next."},
    )


def test_a_row_entered_by_hand_is_not_touched():
    ParticipantFactory(slug="turkiye", names={"en": "Entered by hand"})

    reference.load()

    assert Participant.objects.get(pk="turkiye").names == {"en": "Entered by hand"}


def test_a_file_that_says_something_impossible_changes_nothing(tmp_path):
    wrong = _write(tmp_path, lambda row: row.update(time_zone="Europe/Ankara"))

    with pytest.raises(ValidationError, match="Europe/Ankara"):
        reference.load(wrong)

    assert _stored() == [[], [], []]


def test_command_says_in_one_line_what_it_did():
    answers = [StringIO(), StringIO()]
    for answer in answers:
        call_command("load_reference_data", stdout=answer)

    count = reference.load().row_count
    assert [answer.getvalue() for answer in answers] == [
        f"Reference data: {count} rows, {count} new or changed.\n",
        f"Reference data: {count} rows, 0 new or changed.\n",
    ]
