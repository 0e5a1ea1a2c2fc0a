import pytest

from incidents.models import Involvement
from incidents.rules import involvements as rules
from tests.factories.incidents import IncidentFactory

PEOPLE = [
    "reader_a", "editor_a", "head_a", "machine_a", "editor_b", "head_b", "machine_b", "observer", "officer",
    "secretary", "administrator", "auditor",
]  # fmt: skip
OWNERS = {"editor_a", "head_a"}
SECRETARIAT = {"officer", "secretary"}
OF_B = {"editor_b", "head_b", "machine_b"}


@pytest.fixture
def people(request):
    return {name: request.getfixturevalue(name) for name in PEOPLE}


def who_may(rule, people, subject):
    return {name for name, user in people.items() if rule(user, subject)}


@pytest.mark.parametrize(
    ("status", "classification", "allowed"),
    [
        ("draft", "members", OWNERS | SECRETARIAT),
        ("active", "members", OWNERS | SECRETARIAT),
        ("active", "named", {"head_a"}),
        ("closed", "members", set()),
        ("merged", "members", set()),
    ],
)
def test_who_gives_parts(people, turkiye, status, classification, allowed):
    incident = IncidentFactory(participant=turkiye, status=status, classification=classification)

    assert who_may(rules.may_add, people, incident) == allowed


@pytest.mark.parametrize(
    ("role", "allowed"),
    [
        ("affected", set()),
        ("at_risk", OWNERS | SECRETARIAT),
        ("neighbour", OWNERS | SECRETARIAT),
        ("assisting", OWNERS | SECRETARIAT),
    ],
)
@pytest.mark.parametrize("verb", ["change_role", "remove"])
def test_who_changes_or_takes_parts(people, turkiye, azerbaijan, verb, role, allowed):
    incident = IncidentFactory(participant=turkiye, status="active")
    part = Involvement.objects.create(incident=incident, participant=azerbaijan, role=role)

    assert who_may(getattr(rules, f"may_{verb}"), people, part) == allowed


@pytest.mark.parametrize(
    ("status", "allowed"), [("active", OF_B), ("closed", OF_B), ("archived", set())]
)
def test_each_participant_speaks_for_itself(people, turkiye, azerbaijan, status, allowed):
    incident = IncidentFactory(participant=turkiye, status=status)
    part = Involvement.objects.create(incident=incident, participant=azerbaijan, role="at_risk")

    assert who_may(rules.may_update, people, part) == allowed
