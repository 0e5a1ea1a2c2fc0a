"""The demonstration's exercise: complete, fictional in every word, told to nobody, and played once."""

import json
from datetime import UTC, datetime, timedelta

import pytest
from django.core.management import call_command

from incidents.demo import exercise
from incidents.models import (
    Acknowledgement,
    Alert,
    AssistanceRequest,
    Capacity,
    Deployment,
    Figure,
    HostNationCard,
    Incident,
    LevelChange,
    Offer,
    SituationReport,
)
from ots_portal.audit.models import AuditEntry
from ots_portal.audit.services import record, seal
from ots_portal.notifications.models import OutboxRow
from ots_portal.people.models import User

AT = datetime(2026, 11, 26, 9, 0, tzinfo=UTC)
SAYS_SO = {"en": ("Exercise",), "tr": ("Tatbikat",), "az": ("Təlim",)}


@pytest.fixture(autouse=True)
def _people(settings):
    settings.PORTAL_DEMO = True
    call_command("load_reference_data", verbosity=0)
    from ots_portal.home.demo import _load_people  # noqa: PLC0415 -- the people alone

    _load_people(AT - timedelta(days=2))


@pytest.fixture
def _loaded():
    from incidents.portal import load_demo  # noqa: PLC0415 -- after the people

    load_demo(AT)


def counted():
    kinds = (Incident, AssistanceRequest, Offer, Deployment, SituationReport, Alert, Capacity)
    return [kind.objects.count() for kind in (*kinds, HostNationCard, AuditEntry)]


@pytest.mark.usefixtures("_loaded")
def test_the_whole_loop_is_there_to_be_looked_at():
    incident = Incident.objects.get(is_exercise=True)
    request = AssistanceRequest.objects.get()
    deployment = Deployment.objects.get()

    assert (incident.number, incident.status, incident.alert_level, request.status) == (
        "EX-2026-0001",
        "active",
        "red",
        "partially_covered",
    )
    assert set(request.items.values_list("kind", flat=True)) == {
        "module", "team", "in_kind", "transport", "expert",
    }  # fmt: skip
    assert dict(Offer.objects.values_list("participant", "status")) == {
        "azerbaijan": "partially_accepted",
        "kazakhstan": "submitted",
    }
    assert (deployment.status, deployment.log.exclude(latitude=None).count()) == ("en_route", 3)
    assert (deployment.members.count(), deployment.manifest.count()) == (4, 4)
    assert set(deployment.checklist.values_list("status", flat=True)) == {"done", "waived", "open"}
    assert [report.status for report in SituationReport.objects.order_by("number")] == [
        "superseded",
        "published",
    ]
    assert (Alert.objects.get().status, Acknowledgement.objects.count()) == ("issued", 3)
    assert LevelChange.objects.filter(incident=incident).count() == 2
    assert {part.participant_id: part.role for part in incident.involvements.all()} == {
        "turkiye": "affected",
        "azerbaijan": "assisting",
    }


@pytest.mark.usefixtures("_loaded")
def test_each_figure_has_two_points_for_its_chart():
    moments = {}
    for indicator, as_of in Figure.objects.values_list("indicator", "as_of"):
        moments.setdefault(indicator, set()).add(as_of)

    assert {name: len(times) for name, times in moments.items()} == {
        "injured": 2, "missing": 2, "homeless": 2, "destroyed": 2,
    }  # fmt: skip


@pytest.mark.usefixtures("_loaded")
def test_nobody_is_told_and_everything_is_in_the_audit():
    assert OutboxRow.objects.count() == 0
    assert AuditEntry.objects.filter(kind="incidents.request.circulated").exists()


@pytest.mark.usefixtures("_loaded")
def test_nothing_has_run_out_on_the_day_it_is_loaded():
    assert all(offer.valid_until > AT for offer in Offer.objects.all())
    assert Alert.objects.get().expires_at > AT
    assert Deployment.objects.get().eta_at > AT


@pytest.mark.usefixtures("_loaded")
def test_a_second_load_changes_nothing():
    before = counted()

    exercise.load(AT + timedelta(days=1))

    assert counted() == before


@pytest.mark.usefixtures("_loaded")
def test_every_participant_of_the_demonstration_has_three_samples_in_the_register():
    capacities = Capacity.objects.all()

    by_participant = {}
    for one in capacities:
        by_participant.setdefault(one.participant_id, []).append(one)
    assert {slug: len(own) for slug, own in by_participant.items()} == dict.fromkeys(
        ("turkiye", "azerbaijan", "kazakhstan", "kyrgyzstan", "uzbekistan", "hungary"), 3
    )
    assert all(one.name.endswith("(sample)") and "Sample" in one.note for one in capacities)


def texts_by_language(value):
    """Yield every (language, text) of the data file, wherever it stands."""
    if isinstance(value, dict):
        if set(value) == set(SAYS_SO):
            yield from value.items()
        else:
            for one in value.values():
                yield from texts_by_language(one)
    elif isinstance(value, list):
        for one in value:
            yield from texts_by_language(one)


def test_every_text_says_that_it_is_an_exercise_in_all_three_languages():
    story = {name: part for name, part in exercise.texts().items() if name != "host_nation"}
    found = list(texts_by_language(story))

    assert len(found) > 40
    assert [text for language, text in found if not text.startswith(SAYS_SO[language])] == []


def test_the_cards_of_the_host_say_that_they_are_samples():
    starts = {"en": "Sample text:", "tr": "Örnek metin:", "az": "Nümunə mətn:"}
    found = list(texts_by_language(exercise.texts()["host_nation"]))

    assert [text for language, text in found if not text.startswith(starts[language])] == []
    assert len(found) == 21


def test_the_people_of_the_manifest_are_plainly_invented():
    people = exercise.texts()["deployment"]["people"]

    assert all(one["full_name"].startswith("Sample Person") for one in people)
    assert all(one["document_number"].startswith("SAMPLE-") for one in people)
    assert "Sample" not in json.dumps(list(User.objects.values_list("full_name", flat=True)))


def test_in_a_portal_whose_audit_is_sealed_the_story_can_be_sealed_too():
    somebody = User.objects.first()
    record("people.user.entered", subject=somebody, by=None, at=AT - timedelta(minutes=1))
    while seal(at=AT):
        pass

    exercise.load(AT)
    while seal(at=AT + timedelta(minutes=1)):
        pass

    assert (AuditEntry.objects.count() > 100, AuditEntry.objects.filter(seal=None).count()) == (
        True,
        0,
    )
