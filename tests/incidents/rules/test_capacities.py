import pytest

from incidents.rules import capacities as rules
from incidents.rules import host_nation
from tests.factories.deployments import CapacityFactory

PEOPLE = [
    "reader_a", "editor_a", "head_a", "machine_a", "editor_b", "head_b", "observer", "officer", "secretary",
    "administrator", "auditor",
]  # fmt: skip
OF_B = {"editor_b", "head_b"}


@pytest.mark.parametrize(
    ("verb", "more", "allowed"),
    [
        ("update", {}, OF_B),
        ("set_readiness", {}, OF_B),
        ("confirm", {}, OF_B),
        ("retire", {}, OF_B),
        ("bring_back", {}, set()),
        ("update", {"retired": True}, set()),
        ("bring_back", {"retired": True}, OF_B),
    ],
)
def test_each_participant_looks_after_its_own(request, now, verb, more, allowed):
    people = {name: request.getfixturevalue(name) for name in PEOPLE}
    capacity = CapacityFactory(retired_at=now if more else None)

    may = {name for name, user in people.items() if getattr(rules, f"may_{verb}")(user, capacity)}

    assert may == allowed


def test_who_registers(request):
    people = {name: request.getfixturevalue(name) for name in PEOPLE}

    may = {name for name, user in people.items() if rules.may_create(user)}

    assert may == {"editor_a", "head_a", "machine_a", *OF_B}


def test_a_country_says_itself_what_holds(request, turkiye):
    people = {name: request.getfixturevalue(name) for name in PEOPLE}

    may = {name for name, user in people.items() if host_nation.may_write(user, turkiye)}

    assert may == {"editor_a", "head_a"}


def test_an_organisation_is_no_host(secretariat, officer):
    assert not host_nation.may_write(officer, secretariat)
