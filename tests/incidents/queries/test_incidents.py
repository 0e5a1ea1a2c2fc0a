import pytest
from django.contrib.auth.models import AnonymousUser

from incidents.queries import incidents as queries
from tests.factories.incidents import ONSET, IncidentFactory

PEOPLE = [
    "reader_a", "editor_a", "head_a", "machine_a", "editor_b", "head_b", "machine_b", "observer",
    "officer", "secretary", "administrator", "auditor",
]  # fmt: skip
OWN = {"reader_a", "editor_a", "head_a", "machine_a"}
MEMBERS = {*OWN, "editor_b", "head_b", "machine_b"}
SECRETARIAT = {"officer", "secretary"}

# (status, classification, involved) → who reads it; A's incident, H is the observer
READERS = [
    ("draft", "members", [], OWN),
    ("discarded", "members", [], OWN),
    ("reported", "members", [], {*MEMBERS, *SECRETARIAT}),
    ("verified", "members", [], {*MEMBERS, *SECRETARIAT}),
    ("active", "members", [], {*MEMBERS, *SECRETARIAT}),
    ("closed", "members", [], {*MEMBERS, *SECRETARIAT}),
    ("rejected", "members", [], {*MEMBERS, *SECRETARIAT}),
    ("archived", "members", [], {*MEMBERS, *SECRETARIAT}),
    ("merged", "members", [], {*MEMBERS, *SECRETARIAT}),
    ("active", "members", ["hungary"], {*MEMBERS, *SECRETARIAT, "observer"}),
    ("active", "named", [], {*OWN, *SECRETARIAT}),
    ("active", "named", ["hungary"], {*OWN, *SECRETARIAT, "observer"}),
    ("active", "named", ["azerbaijan"], {*MEMBERS, *SECRETARIAT}),
    ("draft", "named", ["azerbaijan"], OWN),
]


@pytest.mark.parametrize(("status", "classification", "involved", "readers"), READERS)
def test_who_may_see_an_incident(request, turkiye, status, classification, involved, readers):
    people = {name: request.getfixturevalue(name) for name in PEOPLE}
    parts = [request.getfixturevalue(slug) for slug in involved]
    incident = IncidentFactory(
        participant=turkiye, status=status, classification=classification, involved=parts
    )

    seen = {name for name, user in people.items() if incident in queries.visible_to(user)}

    assert seen == readers


def test_an_anonymous_visitor_sees_none(turkiye):
    IncidentFactory(participant=turkiye, status="active")

    assert not queries.visible_to(AnonymousUser()).exists()


@pytest.mark.parametrize(("status", "classification", "involved", "readers"), READERS[2:])
def test_readers_of_is_visible_to_read_the_other_way(
    request, turkiye, status, classification, involved, readers
):
    people = {name: request.getfixturevalue(name) for name in PEOPLE}
    parts = [request.getfixturevalue(slug) for slug in involved]
    incident = IncidentFactory(
        participant=turkiye, status=status, classification=classification, involved=parts
    )

    told = set(queries.readers_of(incident))

    assert told == {people[name] for name in readers if not people[name].is_machine}


@pytest.mark.parametrize(
    ("wishes", "found"),
    [
        ({}, {"Flood", "Quake"}),
        ({"q": "QUAKE"}, {"Quake"}),
        ({"q": "istanbul"}, {"Flood"}),
        ({"q": "%"}, set()),
        ({"status": "open"}, {"Quake"}),
        ({"status": "closed"}, {"Flood"}),
        ({"hazard": "MH0600"}, {"Flood"}),
        ({"level": "red"}, {"Quake"}),
        ({"participant": "azerbaijan"}, {"Quake"}),
        ({"exercise": True}, {"Flood", "Quake", "Drill"}),
    ],
)
def test_filters_narrow_the_list(editor_a, turkiye, azerbaijan, wishes, found):
    IncidentFactory(
        participant=turkiye,
        status="active",
        titles={"en": "Quake"},
        alert_level="red",
        involved=[azerbaijan],
    )
    IncidentFactory(
        participant=turkiye,
        status="closed",
        titles={"en": "Flood"},
        hazard="MH0600",
        place="İstanbul",
    )
    IncidentFactory(participant=turkiye, status="active", titles={"en": "Drill"}, is_exercise=True)

    seen = {incident.title for incident in queries.filtered(queries.visible_to(editor_a), wishes)}

    assert seen == found


def test_exercises_are_in_no_figure_and_wait_on_no_card(editor_a, second_editor_a, turkiye):
    for is_exercise in (True, False):
        IncidentFactory(
            participant=turkiye,
            status="reported",
            reported_by=editor_a,
            titles={"en": "Drill" if is_exercise else "Real"},
            is_exercise=is_exercise,
        )
    everything = queries.visible_to(second_editor_a)

    assert [one.title for one in queries.open_ones(everything)] == ["Real"]
    assert [one.title for one in queries.waiting_for_verification_by(second_editor_a)] == ["Real"]
    assert len(queries.reported_per_day(everything, since=ONSET)) == 1
