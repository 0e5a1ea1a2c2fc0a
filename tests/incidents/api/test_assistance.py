"""Requests and offers through the API: partner systems draft, people sign and decide."""

import json
from dataclasses import replace
from datetime import timedelta

import pytest
from django.urls import reverse
from django.utils import timezone

from incidents.models import AssistanceRequest, Offer
from incidents.presentation.requests import receipts
from incidents.services import acknowledgements, amendments
from incidents.services import offers as offer_services
from tests.factories.api import bearer
from tests.factories.incidents import IncidentFactory, a_part
from tests.factories.offers import submitted_offer, unsolicited_offer
from tests.factories.people import ParticipantFactory, UserFactory
from tests.factories.requests import asked as words_asked
from tests.factories.requests import circulated, drafted, lines
from tests.factories.sessions import open_session, sign_in

BODY = {
    "language": "en",
    "situation": "Many houses are down.",
    "delivery_place": "Gaziantep airport",
    "contact_name": "Duty room",
    "lines": [{"kind": "in_kind", "needed": 500, "unit": "tent", "description": "Winter tents"}],
}
SCOPES = ("incidents:read", "incidents:write")


@pytest.fixture
def incident(turkiye):
    return IncidentFactory(participant=turkiye, status="active")


@pytest.fixture
def asked(editor_a, incident):
    return circulated(by=editor_a, incident=incident, lines=lines(10, 3))


def _url(name, subject):
    return reverse(f"api:{name}", args=[subject.pk])


def _send(client, address, body=None, **headers):
    return client.post(address, json.dumps(body or {}), content_type="application/json", **headers)


def _offer_body():
    return {
        "language": "en",
        "valid_until": (timezone.now() + timedelta(days=3)).isoformat(),
        "lines": [{"request_line": 1, "offered": 4}],
    }


def test_a_partner_system_drafts_a_request_of_its_own_state(client, incident, machine_a):
    answer = _send(client, _url("incidents-requests", incident), BODY, **bearer(machine_a, *SCOPES))

    told = answer.json()
    assert (answer.status_code, told["participant"], told["status"], told["number"]) == (
        201, "turkiye", "draft", None,
    )  # fmt: skip
    assert answer["Location"] == f"/api/v1/requests/{told['id']}/"


def test_the_secretariat_names_the_third_state_that_asks(incident, officer):
    third = ParticipantFactory(slug="somewhere", kind="third")
    client = open_session(officer)
    address = _url("incidents-requests", incident)

    asked_for = _send(client, address, {**BODY, "participant": third.pk})
    of_a_member = _send(client, address, {**BODY, "participant": "turkiye"})

    assert (asked_for.status_code, asked_for.json()["participant"]) == (201, "somewhere")
    assert (of_a_member.status_code, of_a_member.json()["code"]) == (400, "invalid")


def test_an_offer_without_a_request_names_whom_it_is_for(incident, editor_b, kazakhstan):
    a_part(incident, kazakhstan)
    body = {**_offer_body(), "lines": [{"kind": "team", "offered": 1, "capacity_type": "USAR-M"}]}

    made = _send(
        open_session(editor_b),
        _url("incidents-offers", incident),
        {**body, "recipient": "kazakhstan"},
    )

    assert (made.status_code, made.json()["recipient"]) == (201, "kazakhstan")


@pytest.mark.parametrize("field", ["participant", "status", "number", "prepared_by", "digest"])
def test_whose_it_is_and_where_it_stands_are_not_the_callers_to_say(
    client, incident, machine_a, field
):
    body = {**BODY, field: "azerbaijan"}

    answer = _send(client, _url("incidents-requests", incident), body, **bearer(machine_a, *SCOPES))

    assert (answer.status_code, AssistanceRequest.objects.count()) == (400, 0)


def test_a_request_under_an_incident_that_is_not_seen_is_not_found(client, editor_b, turkiye):
    hidden = IncidentFactory(participant=turkiye, status="active", classification="named")
    sent = _send(open_session(editor_b), _url("incidents-requests", hidden), BODY)

    assert sent.status_code == 404


def test_a_partner_system_signs_nothing(client, asked, incident, machine_a, editor_a):
    draft = AssistanceRequest.objects.get(pk=_send(
        client, _url("incidents-requests", incident), BODY, **bearer(machine_a, *SCOPES)
    ).json()["id"])  # fmt: skip

    answer = _send(client, _url("requests-sign", draft), **bearer(machine_a, *SCOPES))

    assert (answer.status_code, answer.json()["code"]) == (403, "not_allowed")


def test_the_writer_does_not_sign(incident, head_a):
    client = open_session(head_a)
    made = _send(client, _url("incidents-requests", incident), BODY).json()
    draft = AssistanceRequest.objects.get(pk=made["id"])

    answer = _send(client, _url("requests-sign", draft))

    assert (answer.status_code, answer.json()["code"]) == (403, "same_person")


def test_whoever_signs_names_the_version_that_was_read(incident, editor_a, head_a):
    draft = drafted(by=editor_a, incident=incident)
    client = open_session(head_a)
    address = _url("requests-sign", draft)

    blind = _send(client, address)
    stale = _send(client, address, HTTP_IF_MATCH='"7.x"')
    signed = _send(client, address, HTTP_IF_MATCH=client.get(draft_url(draft))["ETag"])

    assert (blind.status_code, stale.status_code, signed.status_code) == (428, 412, 200)


def draft_url(draft):
    return _url("requests-detail", draft)


def test_a_head_who_is_not_fresh_is_asked_to_step_up(client, incident, editor_a, head_a):
    draft = drafted(by=editor_a, incident=incident)
    sign_in(client, head_a, minutes_ago=11)

    answer = _send(client, _url("requests-sign", draft))

    assert (answer.status_code, answer.json()["code"]) == (403, "step_up_required")


def test_an_offer_is_drafted_under_a_request_that_is_seen(client, asked, machine_b):
    answer = _send(
        client, _url("requests-offers", asked), _offer_body(), **bearer(machine_b, *SCOPES)
    )

    told = answer.json()
    assert (answer.status_code, told["participant"], told["recipient"], told["items"][0]["offered"]) == (
        201, "azerbaijan", "turkiye", 4,
    )  # fmt: skip


def test_over_acceptance_is_a_conflict_that_says_what_is_left(asked, editor_b, head_a):
    client = open_session(head_a)
    soon = timezone.now() + timedelta(days=3)
    first, second = (submitted_offer(asked, 8, by=editor_b, valid_until=soon) for _ in range(2))
    _send(client, _url("offers-accept", first))

    answer = _send(client, _url("offers-accept", second))

    assert (answer.status_code, answer.json()["code"], answer.json()["detail"]) == (
        409,
        "over_accepted",
        "Line 1 of the request still needs 2 tents; 8 tents more cannot be accepted.",
    )


def test_the_coverage_says_every_figure_of_every_line(client, asked, editor_b, head_a, machine_b):
    soon = timezone.now() + timedelta(days=3)
    taken, _waiting = (submitted_offer(asked, 4, by=editor_b, valid_until=soon) for _ in range(2))
    _send(open_session(head_a), _url("offers-accept", taken))

    answer = client.get(_url("requests-coverage", asked), **bearer(machine_b, *SCOPES))

    names = ("line", "needed", "offered", "accepted", "under_way", "arrived", "gap")
    figures = [tuple(line[name] for name in names) for line in answer.json()["results"]]
    assert figures == [(1, 10, 8, 4, 0, 0, 6), (2, 3, 0, 0, 0, 0, 3)]


def test_the_offerer_withdraws_the_rest_and_the_coverage_counts_it_no_more(
    asked, editor_b, head_a, head_b
):
    offer = submitted_offer(asked, 8, 3, by=editor_b)
    decisions = [{"line": 1, "outcome": "partial", "accepted": 5}]
    decider, offerer = open_session(head_a), open_session(head_b)
    _send(decider, _url("offers-accept_in_part", offer), {"decisions": decisions})
    before = offerer.get(_url("offers-detail", offer)).json()

    address = _url("offers-withdraw_rest", offer)
    told = _send(offerer, address, {"reason": "Needed here."}).json()

    again = _send(offerer, address)
    coverage = decider.get(_url("requests-coverage", asked)).json()["results"]
    assert (before["rest_withdrawn_at"], "withdraw_rest" in before["steps"]) == (None, True)
    assert (told["status"], "withdraw_rest" in told["steps"]) == ("partially_accepted", False)
    assert told["rest_withdrawn_at"] is not None
    assert [(line["offered"], line["accepted"]) for line in coverage] == [(5, 5), (0, 0)]
    assert (again.status_code, again.json()["code"]) == (409, "wrong_status")
    assert "accept" not in decider.get(_url("offers-detail", offer)).json()["steps"]


def test_a_partner_system_withdraws_no_rest(client, asked, editor_b, head_a, machine_b):
    offer = submitted_offer(asked, 8, by=editor_b)
    decisions = [{"line": 1, "outcome": "partial", "accepted": 5}]
    _send(open_session(head_a), _url("offers-accept_in_part", offer), {"decisions": decisions})

    answer = _send(client, _url("offers-withdraw_rest", offer), **bearer(machine_b, *SCOPES))

    offer.refresh_from_db()
    assert (answer.status_code, offer.rest_withdrawn_at) == (403, None)


def test_others_read_what_was_accepted_and_nothing_else(asked, editor_b, head_a, kazakhstan):
    soon = timezone.now() + timedelta(days=3)
    offer = submitted_offer(asked, 8, 3, by=editor_b, valid_until=soon, conditions="Ours alone.")
    decisions = [
        {"line": 1, "outcome": "partial", "accepted": 5},
        {"line": 2, "outcome": "decline", "reason": "Enough."},
    ]
    onlooker = open_session(UserFactory(participant=kazakhstan))
    before = onlooker.get(_url("offers-detail", offer)).status_code
    _send(open_session(head_a), _url("offers-accept_in_part", offer), {"decisions": decisions})

    told = onlooker.get(_url("offers-detail", offer)).json()

    hidden = {"conditions", "content", "decisions"} & set(told)
    assert (before, [(item["line"], item["accepted"]) for item in told["items"]], hidden) == (
        404, [(1, 5)], set(),
    )  # fmt: skip
    assert "offered" not in told["items"][0]


def test_the_contact_is_for_requester_offerers_and_secretariat(
    asked, editor_a, editor_b, head_b, officer, kazakhstan
):
    readers = [editor_a, editor_b, officer, UserFactory(participant=kazakhstan)]
    sees = [_sees_contact(one, asked) for one in readers]
    submitted_offer(asked, 4, by=editor_b, valid_until=timezone.now() + timedelta(days=3))
    reader_b = UserFactory(participant=editor_b.participant, role="reader")
    offering = [_sees_contact(one, asked) for one in (editor_b, reader_b)]
    offer_services.withdraw(Offer.objects.get(), by=head_b, at=timezone.now())

    assert (sees, offering, _sees_contact(editor_b, asked)) == (
        [True, False, True, False], [True, False], False,
    )  # fmt: skip


def _sees_contact(reader, asked):
    return "contact_phone" in open_session(reader).get(_url("requests-detail", asked)).json()


def test_an_unsigned_amendment_is_the_requesters_own(asked, editor_a, editor_b, officer):
    changed = words_asked(lines=(replace(lines(20)[0], line=1), replace(lines(3)[0], line=2)))
    amendments.prepare(asked, changed, reason="SECRET", by=editor_a, at=timezone.now(), version=0)

    told = {
        reader.full_name: (
            open_session(reader).get(_url("requests-detail", asked)).json(),
            open_session(reader).get(asked.get_absolute_url()).content.decode(),
        )
        for reader in (editor_a, editor_b, officer)
    }

    sees = [("amendment" in row, "SECRET" in page) for row, page in told.values()]
    assert sees == [(True, True), (False, False), (False, False)]


def test_who_acknowledged_is_named_to_colleagues_and_the_secretariat(
    asked, editor_a, editor_b, head_b, officer
):
    acknowledgements.acknowledge(asked, by=editor_b, at=timezone.now())

    named = [
        [one.by for one in receipts(asked, reader=reader) if one.at]
        for reader in (editor_a, head_b, officer)
    ]

    assert named == [[""], ["Editor of B"], ["Editor of B"]]


def test_an_unsolicited_offer_is_listed_under_its_incident(incident, editor_a, editor_b):
    offer = unsolicited_offer(incident, by=editor_b)

    told = open_session(editor_a).get(_url("incidents-offers", incident)).json()

    assert [(row["id"], row["request"]) for row in told["results"]] == [(str(offer.pk), None)]


@pytest.mark.parametrize("count", [1, 3])
def test_lists_ask_the_same_number_of_questions(
    django_assert_num_queries, incident, editor_a, editor_b, count
):
    for _ in range(count):
        submitted_offer(circulated(by=editor_a, incident=incident), 4, by=editor_b)
    client = open_session(editor_a)
    client.get("/api/v1/requests/")

    with django_assert_num_queries(5):
        requests = client.get("/api/v1/requests/")
    with django_assert_num_queries(4):
        offers = client.get("/api/v1/offers/")

    assert (len(requests.json()["results"]), len(offers.json()["results"])) == (count, count)
    assert Offer.objects.count() == count
