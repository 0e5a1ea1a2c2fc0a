"""Who may do what with a deployment of Azerbaijan (B) to Türkiye (A), as a table."""

import pytest

from incidents.rules import deployments as rules
from incidents.statuses import DEPLOYMENTS, LIVE_DEPLOYMENTS
from tests.factories.deployments import DeploymentFactory
from tests.factories.people import ParticipantFactory

PEOPLE = [
    "reader_a", "editor_a", "head_a", "machine_a", "editor_b", "head_b", "machine_b", "observer", "officer",
    "secretary", "administrator", "auditor",
]  # fmt: skip
SENDER = {"editor_b", "head_b"}
HOST = {"editor_a", "head_a"}
PARTIES = SENDER | HOST
MACHINES = {"machine_a", "machine_b"}

ALLOWED = {
    "mobilise": SENDER,
    "depart": SENDER,
    "return_home": SENDER,
    "arrive": PARTIES,
    "begin_work": PARTIES,
    "demobilise": PARTIES,
    "recall": PARTIES,
    "cancel": PARTIES,
    "update": {*SENDER, "machine_b"},
    "log": PARTIES | MACHINES,
    "propose_extension": PARTIES,
    "settle": PARTIES,
    "waive": {"head_a", "head_b"},
    "read_manifest": PARTIES,
    "write_manifest": SENDER,
}


@pytest.fixture
def people(request):
    return {name: request.getfixturevalue(name) for name in PEOPLE}


def _allowed(people, verb, deployment):
    rule = getattr(rules, f"may_{verb}")
    return {name for name, user in people.items() if rule(user, deployment)}


@pytest.mark.parametrize("verb", ALLOWED)
def test_who_may_do_what(people, verb):
    status = DEPLOYMENTS.steps[verb].sources[0] if verb in DEPLOYMENTS.steps else "operational"

    assert _allowed(people, verb, DeploymentFactory(status=status)) == ALLOWED[verb]


def test_an_item_is_reopened_only_before_the_team_sets_out(people):
    assert _allowed(people, "reopen_check", DeploymentFactory(status="mobilising")) == PARTIES
    assert _allowed(people, "reopen_check", DeploymentFactory(status="en_route")) == set()


@pytest.mark.parametrize(
    ("proposer", "answering"), [("turkiye", SENDER), ("azerbaijan", HOST), (None, set())]
)
def test_the_other_side_answers_a_proposal(people, request, proposer, answering, now):
    by = request.getfixturevalue(proposer) if proposer else None
    deployment = DeploymentFactory(
        status="operational", proposed_by=by, proposed_until_at=now if by else None
    )

    assert _allowed(people, "agree_extension", deployment) == answering
    assert _allowed(people, "decline_extension", deployment) == answering


def test_the_contact_is_for_the_parties_and_the_secretariat(people):
    deployment = DeploymentFactory()

    may = {name for name, user in people.items() if rules.may_read_contact(user, deployment)}

    assert may == {"reader_a", *PARTIES, *MACHINES, "officer", "secretary"}


def test_the_secretariat_acts_for_a_third_state(people):
    third = ParticipantFactory(slug="syria", kind="third")
    deployment = DeploymentFactory(host=third, offer_item__offer__recipient=third)

    assert _allowed(people, "cancel", deployment) == {*SENDER, "officer", "secretary"}
    assert _allowed(people, "read_manifest", deployment) == {*SENDER, "officer", "secretary"}


@pytest.mark.parametrize("verb", ["update", "log", "settle", "write_manifest"])
@pytest.mark.parametrize("status", ["returned", "cancelled"])
def test_what_is_over_is_not_changed(editor_b, turkiye, azerbaijan, verb, status):
    verdict = getattr(rules, f"may_{verb}")(editor_b, DeploymentFactory(status=status))

    assert (status in LIVE_DEPLOYMENTS, verdict.code) == (False, "wrong_status")


@pytest.mark.parametrize(
    ("name", "verb", "reason"),
    [
        ("reader_a", "cancel", "A reader looks on"),
        ("editor_a", "depart", "Only the participant that sends"),
        ("officer", "arrive", "Only the two parties"),
        ("machine_b", "depart", "A person decides this"),
        ("editor_b", "waive", "Only a head of authority of one of the two"),
    ],
)
def test_a_refusal_says_why(request, turkiye, azerbaijan, name, verb, reason):
    verdict = getattr(rules, f"may_{verb}")(
        request.getfixturevalue(name), DeploymentFactory(status="mobilising")
    )

    assert str(verdict.reason).startswith(reason)
