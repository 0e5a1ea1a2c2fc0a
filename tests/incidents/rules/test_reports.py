"""Who may do what with situation reports, as tables."""

import pytest

from incidents.rules import reports as rules
from tests.factories.incidents import IncidentFactory
from tests.factories.reports import a_report

PEOPLE = (
    "reader_a", "editor_a", "second_editor_a", "head_a", "machine_a", "editor_b", "head_b",
    "officer", "secretary", "administrator", "auditor", "observer",
)  # fmt: skip


@pytest.fixture
def incident(turkiye, azerbaijan):
    return IncidentFactory(
        participant=turkiye, status="active", countries=["TR"], involved=[azerbaijan]
    )


def allowed(request, rule, subject):
    return {name for name in PEOPLE if rule(request.getfixturevalue(name), subject)}


def test_those_with_a_part_and_the_secretariat_report(request, incident):
    assert allowed(request, rules.may_create, incident) == {
        "editor_a", "second_editor_a", "head_a", "machine_a", "editor_b", "head_b", "officer", "secretary",
    }  # fmt: skip


@pytest.mark.parametrize(
    ("status", "code"),
    [
        ("reported", None),
        ("verified", None),
        ("active", None),
        ("stabilising", None),
        ("closed", None),
        ("draft", "wrong_status"),
        ("archived", "wrong_status"),
        ("rejected", "wrong_status"),
    ],
)
def test_reports_are_written_while_an_incident_is_dealt_with(incident, editor_a, status, code):
    incident.status = status
    verdict = rules.may_create(editor_a, incident)

    assert (bool(verdict), None if verdict else verdict.code) == (code is None, code)


@pytest.mark.parametrize(
    ("rule", "status", "who"),
    [
        ("may_update", "draft", {"editor_a", "second_editor_a", "head_a", "machine_a"}),
        ("may_update", "submitted", set()),
        ("may_submit", "draft", {"editor_a", "second_editor_a", "head_a", "machine_a"}),
        ("may_discard", "draft", {"editor_a", "second_editor_a", "head_a"}),
        ("may_send_back", "submitted", {"editor_a", "second_editor_a", "head_a"}),
        ("may_publish", "submitted", {"head_a"}),
        ("may_withdraw", "published", {"head_a"}),
    ],
)
def test_a_countrys_report_is_its_own_business(request, incident, editor_a, rule, status, who):
    report = a_report(incident, status, by=editor_a)

    assert allowed(request, getattr(rules, rule), report) == who


@pytest.mark.parametrize(
    ("rule", "status", "who"),
    [
        ("may_update", "draft", {"officer", "secretary"}),
        ("may_submit", "draft", {"officer", "secretary"}),
        ("may_send_back", "submitted", {"officer", "secretary"}),
        ("may_publish", "submitted", {"secretary"}),
        ("may_withdraw", "published", {"secretary"}),
    ],
)
def test_a_joint_report_is_the_secretariats(request, incident, officer, rule, status, who):
    report = a_report(incident, status, by=officer, joint=True)

    assert allowed(request, getattr(rules, rule), report) == who


def test_no_head_publishes_an_own_report(incident, head_a):
    verdict = rules.may_publish(head_a, a_report(incident, "submitted", by=head_a))

    assert verdict.code == "same_person"
