import pytest

from incidents.queries import capacities as capacity_queries
from incidents.queries import deployments as queries
from tests.factories.deployments import AT, CapacityFactory, DeploymentFactory, accepted_line
from tests.factories.incidents import IncidentFactory
from tests.factories.people import UserFactory

PEOPLE = [
    "reader_a", "editor_a", "machine_a", "editor_b", "observer", "officer", "secretary", "administrator", "auditor",
]  # fmt: skip
PARTIES = {"reader_a", "editor_a", "machine_a", "editor_b"}


def _readers(request, visible_to, record):
    people = {name: request.getfixturevalue(name) for name in [*PEOPLE, "member_c"]}
    return {name for name, user in people.items() if visible_to(user).filter(pk=record.pk).exists()}


@pytest.fixture
def member_c(kazakhstan):
    return UserFactory(participant=kazakhstan, role="reader")


@pytest.mark.parametrize(
    ("classification", "readers"),
    [
        ("members", {*PARTIES, "officer", "secretary", "member_c"}),
        ("named", {*PARTIES, "officer", "secretary"}),
    ],
)
def test_deployments_are_read_by_whoever_reads_the_incident_and_by_the_parties(
    request, turkiye, azerbaijan, classification, readers
):
    incident = IncidentFactory(participant=turkiye, status="active", classification=classification)

    deployment = DeploymentFactory(offer_item=accepted_line(incident=incident))

    assert _readers(request, queries.visible_to, deployment) == readers


@pytest.mark.parametrize(
    ("owner", "retired", "readers"),
    [
        ("azerbaijan", False, {*PARTIES, "officer", "secretary", "member_c"}),
        ("azerbaijan", True, {"editor_b", "officer", "secretary"}),
        ("hungary", False, {*PARTIES, "observer", "officer", "secretary", "member_c"}),
    ],
)
def test_the_register_is_read_by_members_and_the_secretariat(
    request, turkiye, azerbaijan, hungary, owner, retired, readers
):
    participant = request.getfixturevalue(owner)

    capacity = CapacityFactory(participant=participant, retired_at=AT if retired else None)

    assert _readers(request, capacity_queries.visible_to, capacity) == readers


def test_a_party_without_a_roster_is_told_through_its_head(
    turkiye, azerbaijan, editor_b, head_b, head_a, editor_a, officer, secretary
):
    found = queries.on_duty_of(["turkiye", "azerbaijan"])

    # editor_b is on duty, so the head of B need not be woken; A has nobody on duty.
    assert set(found) == {editor_b, head_a, officer, secretary}


def test_what_needs_me(turkiye, azerbaijan, editor_b, editor_a, reader_a, member_c, officer, now):
    waiting = DeploymentFactory(status="mobilising", is_settled=False)
    DeploymentFactory(status="mobilising", is_settled=True)
    DeploymentFactory(status="cancelled")
    late = DeploymentFactory(status="en_route", eta_at=AT)
    DeploymentFactory(status="en_route", eta_at=None)
    DeploymentFactory(status="arrived", eta_at=AT)

    people = (editor_b, editor_a, reader_a, member_c, officer)
    found = [set(queries.that_need(user, at=now)) for user in people]

    assert found == [{waiting, late}, {waiting, late}, set(), set(), {late}]


@pytest.mark.parametrize(("planned", "left"), [(0, [3]), (1, [2]), (3, [])])
def test_what_is_left_of_an_accepted_line(turkiye, azerbaijan, editor_b, planned, left):
    line = accepted_line(accepted=3)
    DeploymentFactory(offer_item=line, status="cancelled")
    for _n in range(planned):
        DeploymentFactory(offer_item=line)

    found = queries.with_what_is_left(queries.accepted_lines_of(editor_b))

    assert [row.left for row in found] == left


@pytest.mark.parametrize(
    ("wishes", "numbers"),
    [
        ({}, ["DEP-1", "DEP-2"]),
        ({"status": "live"}, ["DEP-1"]),
        ({"status": "returned"}, ["DEP-2"]),
        ({"exercise": True}, ["DEP-1", "DEP-2", "EX-DEP-1"]),
        ({"q": "dep-2"}, ["DEP-2"]),
        ({"participant": "turkiye"}, []),
        ({"host": "turkiye"}, ["DEP-1", "DEP-2"]),
    ],
)
def test_filters(turkiye, azerbaijan, officer, wishes, numbers):
    exercise = IncidentFactory(participant=turkiye, status="active", is_exercise=True)
    DeploymentFactory(number="DEP-1")
    DeploymentFactory(number="DEP-2", status="returned")
    DeploymentFactory(number="EX-DEP-1", offer_item=accepted_line(incident=exercise))

    found = queries.filtered(queries.visible_to(officer), wishes)

    assert sorted(found.values_list("number", flat=True)) == numbers
