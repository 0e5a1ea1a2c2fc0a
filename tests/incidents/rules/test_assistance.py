"""Who may do what with requests and offers: A asks, B offers, H looks on; one row per person and deed."""

import pytest

from incidents.rules import offers as offer_rules
from incidents.rules import requests as rules
from incidents.services import offers as services
from incidents.services.decisions import LineDecision
from tests.factories.incidents import IncidentFactory
from tests.factories.offers import OFFERED_AT, drafted_offer, submitted_offer
from tests.factories.requests import circulated, drafted

PEOPLE = (
    "reader_a", "editor_a", "second_editor_a", "head_a", "machine_a", "editor_b", "head_b", "officer",
    "secretary", "observer", "administrator",
)  # fmt: skip


def _allowed(request, rule, subject):
    return {name for name in PEOPLE if rule(request.getfixturevalue(name), subject)}


@pytest.mark.parametrize(
    ("rule", "allowed"),
    [
        (rules.may_update, {"editor_a", "second_editor_a", "head_a", "machine_a"}),
        (rules.may_sign, {"head_a"}),
        (rules.may_discard, {"editor_a", "second_editor_a", "head_a"}),
        (rules.may_circulate, {"editor_a", "second_editor_a", "head_a", "officer", "secretary"}),
        (rules.may_suspend, {"editor_a", "second_editor_a", "head_a"}),
        (rules.may_resume, {"editor_a", "second_editor_a", "head_a"}),
        (rules.may_fulfil, {"editor_a", "second_editor_a", "head_a"}),
        (rules.may_close, {"editor_a", "second_editor_a", "head_a"}),
        (rules.may_withdraw, {"head_a"}),
        (rules.may_attach, {"editor_a", "second_editor_a", "head_a", "machine_a"}),
    ],
)
def test_who_does_what_with_a_request(request, editor_a, rule, allowed):
    assert _allowed(request, rule, drafted(by=editor_a)) == allowed


@pytest.mark.parametrize(
    ("rule", "allowed"),
    [
        (rules.may_amend, {"editor_a", "second_editor_a", "head_a", "machine_a"}),
        (rules.may_acknowledge, {"editor_b", "head_b"}),
        (offer_rules.may_create, {"editor_b", "head_b"}),
    ],
)
def test_who_answers_or_amends_a_circulated_request(request, editor_a, rule, allowed):
    assert _allowed(request, rule, circulated(by=editor_a)) == allowed


@pytest.mark.parametrize(
    ("rule", "allowed"),
    [
        (offer_rules.may_update, {"editor_b", "head_b"}),
        (offer_rules.may_sign, {"head_b"}),
        (offer_rules.may_discard, {"editor_b", "head_b"}),
        (offer_rules.may_submit, {"editor_b", "head_b"}),
        (offer_rules.may_withdraw, {"head_b"}),
        (offer_rules.may_review, {"editor_a", "second_editor_a", "head_a"}),
        (offer_rules.may_accept, {"head_a"}),
        (offer_rules.may_accept_in_part, {"head_a"}),
        (offer_rules.may_accept_provisionally, {"head_a"}),
        (offer_rules.may_decline, {"head_a"}),
    ],
)
def test_who_does_what_with_an_offer(request, editor_a, editor_b, rule, allowed):
    offer = drafted_offer(circulated(by=editor_a), by=editor_b)

    assert _allowed(request, rule, offer) == allowed


def test_who_withdraws_an_offer_withdraws_its_rest(request, editor_a, editor_b, head_a):
    offer = submitted_offer(circulated(by=editor_a), 4, by=editor_b)
    decisions = [LineDecision(1, "partial", 2)]
    services.accept_in_part(offer, by=head_a, at=OFFERED_AT, decisions=decisions)

    assert _allowed(request, offer_rules.may_withdraw_rest, offer) == {"head_b"}


@pytest.mark.parametrize(
    ("who", "code", "reason"),
    [
        (
            "reader_a",
            "not_allowed",
            "A reader looks on: an editor or the head of authority does this.",
        ),
        ("editor_a", "not_allowed", "Only the head of authority does this in the State's name."),
        (
            "machine_a",
            "not_allowed",
            "A person decides this: partner systems only draft and report.",
        ),
        ("editor_b", "not_allowed", "Only the State that asks for assistance may do this."),
        ("officer", "not_allowed", "Only the State that asks for assistance may do this."),
    ],
)
def test_a_refused_signature_says_why(request, editor_a, who, code, reason):
    verdict = rules.may_sign(request.getfixturevalue(who), drafted(by=editor_a))

    assert (verdict.code, str(verdict.reason)) == (code, reason)


def test_the_writer_is_refused_as_the_same_person(head_a, head_b, editor_a):
    request = drafted(by=head_a)
    offer = drafted_offer(circulated(by=editor_a), by=head_b)

    codes = (rules.may_sign(head_a, request).code, offer_rules.may_sign(head_b, offer).code)
    assert codes == ("same_person", "same_person")


def test_the_secretariat_never_decides(editor_a, editor_b, secretary):
    verdict = offer_rules.may_accept(
        secretary, submitted_offer(circulated(by=editor_a), by=editor_b)
    )

    assert (
        str(verdict.reason)
        == "Only the State that asked for assistance decides on what is offered to it."
    )


@pytest.mark.parametrize("role", ["affected", "at_risk", "neighbour", "assisting"])
def test_those_who_are_struck_may_ask(editor_b, turkiye, role):
    incident = IncidentFactory(
        participant=turkiye, status="active", involved=[editor_b.participant]
    )
    incident.involvements.update(role=role)

    assert bool(rules.may_create(editor_b, incident)) == (role in ("affected", "at_risk"))


@pytest.mark.parametrize(
    ("status", "code"),
    [
        ("draft", "wrong_status"),
        ("active", "not_allowed"),
        ("closed", "wrong_status"),
        ("merged", "wrong_status"),
    ],
)
def test_assistance_is_asked_for_while_the_incident_is_open(editor_a, turkiye, status, code):
    more = (
        {"merged_into": IncidentFactory(participant=turkiye, status="active")}
        if status == "merged"
        else {}
    )
    incident = IncidentFactory(participant=turkiye, status=status, **more)

    assert rules.may_create(editor_a, incident).code == code
