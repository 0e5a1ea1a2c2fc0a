"""A request and its offers through the pages, from the draft to what is covered."""

import uuid
from dataclasses import replace
from datetime import timedelta

import pytest
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from incidents.exports import assistance as exports
from incidents.models import AssistanceRequest, Offer
from incidents.services import amendments
from incidents.services import offers as offer_services
from incidents.services import requests as services
from incidents.services.decisions import LineDecision
from tests.factories.incidents import IncidentFactory
from tests.factories.offers import submitted_offer
from tests.factories.people import UserFactory
from tests.factories.requests import SIGNED_AT, asked, circulated, drafted, lines
from tests.factories.sessions import open_session, sign_in

REQUEST_LIST, OFFER_LIST, REQUEST_PAGE, OFFER_PAGE = 6, 6, 14, 9

SHEET = {
    "situation": "Many houses are down and nights are cold.",
    "language": "en",
    "delivery_place": "Gaziantep airport",
    "entry_points": "Öncüpınar\nGaziantep airport",
    "terms": "free",
    "contact_name": "Duty room",
    "lines-TOTAL_FORMS": "2",
    "lines-INITIAL_FORMS": "0",
    "lines-0-kind": "in_kind",
    "lines-0-description": "Winter tents",
    "lines-0-needed": "500",
    "lines-0-unit": "tent",
    "lines-0-priority": "1",
    "lines-1-kind": "team",
    "lines-1-capacity_type": "USAR-H",
    "lines-1-needed": "3",
    "lines-1-priority": "2",
}


@pytest.fixture
def incident(turkiye):
    return IncidentFactory(participant=turkiye, status="active")


def _post(client: Client, name: str, subject, data=None):
    return client.post(reverse(f"incidents:{name}", args=[subject.pk]), data or {})


def _offer_sheet(**changes):
    soon = timezone.localtime(timezone.now() + timedelta(days=3))
    return {
        "valid_until": soon.strftime("%Y-%m-%dT%H:%M"),
        "terms": "free",
        "language": "en",
        "lines-TOTAL_FORMS": "2",
        "lines-INITIAL_FORMS": "0",
        "lines-0-request_line": "1",
        "lines-0-offered": "300",
        "lines-1-request_line": "2",
        "lines-1-offered": "",
        **changes,
    }


def test_from_the_draft_to_what_is_covered(incident, editor_a, head_a, editor_b, head_b):
    writer, signer, helper, helpers_head = map(open_session, (editor_a, head_a, editor_b, head_b))

    _post(writer, "request_new", incident, SHEET)
    request = AssistanceRequest.objects.get()
    _post(signer, "request_sign", request, {"version": "1"})
    _post(writer, "request_circulate", request)
    _post(helper, "request_acknowledge", request)
    made = _post(helper, "offer_new", request, _offer_sheet())
    offer = Offer.objects.get()
    _post(helpers_head, "offer_sign", offer, {"version": "1"})
    _post(helper, "offer_submit", offer)
    decided = _post(
        signer, "offer_accept_in_part", offer, {"line1-outcome": "partial", "line1-accepted": "200"}
    )

    request.refresh_from_db()
    offer.refresh_from_db()
    assert (made.status_code, decided.status_code) == (302, 302)
    assert (request.status, offer.status, request.acknowledgements.count()) == (
        "partially_covered", "partially_accepted", 1,
    )  # fmt: skip
    assert list(request.items.order_by("line").values_list("unit", "needed", "accepted")) == [
        ("tent", 500, 200),
        ("team", 3, 0),
    ]


def test_another_line_is_added_without_a_script_and_nothing_is_lost(incident, editor_a):
    page = _post(open_session(editor_a), "request_new", incident, {**SHEET, "add_line": "yes"})

    shown = page.content.decode()
    assert (page.status_code, AssistanceRequest.objects.count()) == (200, 0)
    assert 'name="lines-2-kind"' in shown
    assert all(text in shown for text in (SHEET["situation"], "Winter tents", 'value="500"'))


def test_a_sheet_that_is_refused_says_where_and_keeps_everything(incident, editor_a):
    wrong = {**SHEET, "lines-0-needed": "many", "delivery_place": ""}

    page = _post(open_session(editor_a), "request_new", incident, wrong)

    shown = page.content.decode()
    assert (page.status_code, AssistanceRequest.objects.count()) == (422, 0)
    assert all(text in shown for text in (SHEET["situation"], "Winter tents", 'value="many"'))
    assert "Enter a whole number." in shown


def test_a_line_that_is_left_empty_or_to_be_removed_is_passed_over(incident, editor_a):
    sheet = {
        **SHEET,
        "lines-TOTAL_FORMS": "4",
        "lines-2-priority": "2",
        "lines-3-kind": "team",
        "lines-3-DELETE": "on",
    }

    _post(open_session(editor_a), "request_new", incident, sheet)

    assert AssistanceRequest.objects.get().items.count() == 2


def test_a_sheet_sent_twice_makes_one_request(incident, editor_a):
    client, sheet = open_session(editor_a), {**SHEET, "submission_key": str(uuid.uuid4())}

    answers = [_post(client, "request_new", incident, sheet) for _ in range(2)]

    assert answers[0]["Location"] == answers[1]["Location"]
    assert AssistanceRequest.objects.count() == 1


def test_a_stale_sheet_shows_both_texts_and_saves_nothing(incident, editor_a, second_editor_a):
    request = drafted(by=editor_a, incident=incident)
    first = {**SHEET, "version": "1", "situation": "Written first."}
    _post(open_session(second_editor_a), "request_edit", request, first)

    page = _post(open_session(editor_a), "request_edit", request, {**SHEET, "version": "1"})

    request.refresh_from_db()
    shown = page.content.decode()
    assert (page.status_code, request.situations["en"]) == (409, "Written first.")
    assert all(text in shown for text in ("Written first.", SHEET["situation"], 'value="2"'))


def test_an_amendment_is_written_seen_and_signed(incident, editor_a, head_a):
    request = circulated(by=editor_a, incident=incident, lines=lines(10))
    sheet = {
        **SHEET, "reason": "More families.", "version": "0", "lines-TOTAL_FORMS": "1",
        "lines-0-line": "1", "lines-0-needed": "25",
    }  # fmt: skip
    _post(open_session(editor_a), "request_amend", request, sheet)
    page = open_session(head_a).get(request.get_absolute_url()).content.decode()
    _post(open_session(head_a), "request_sign_amendment", request, {"version": "1"})

    request.refresh_from_db()
    versions = open_session(head_a).get(reverse("incidents:request_versions", args=[request.pk]))
    assert ("More families." in page, request.text_version) == (True, 2)
    assert "<del" in versions.content.decode()


def test_too_much_is_refused_with_the_form_kept(incident, editor_a, head_a, editor_b):
    request = circulated(by=editor_a, incident=incident, lines=lines(10))
    first, second = (submitted_offer(request, 8, by=editor_b) for _ in range(2))
    client = open_session(head_a)
    _post(client, "offer_accept", first)

    page = _post(
        client, "offer_accept_in_part", second, {"line1-outcome": "partial", "line1-accepted": "5"}
    )

    shown = page.content.decode()
    assert page.status_code == 409
    assert "Line 1 of the request still needs 2 tents; 5 tents more cannot be accepted." in shown
    assert 'value="5"' in shown


@pytest.fixture
def half_taken(incident, editor_a, head_a, editor_b):
    """An offer of 8 and 5 tents; 3 of the first line are accepted, the second is undecided."""
    request = circulated(by=editor_a, incident=incident, lines=lines(10, 10))
    offer = submitted_offer(request, 8, 5, by=editor_b)
    decisions = [LineDecision(1, "partial", 3)]
    return offer_services.accept_in_part(offer, by=head_a, at=timezone.now(), decisions=decisions)


def test_the_rest_is_withdrawn_on_a_page_that_says_first_what_it_is(half_taken, head_b, head_a):
    offerer = open_session(head_b)
    address = reverse("incidents:offer_withdraw_rest", args=[half_taken.pk])
    linked = address in offerer.get(half_taken.get_absolute_url()).content.decode()
    asked_first = offerer.get(address).content.decode()
    read_only = Offer.objects.get().rest_withdrawn_at

    done = offerer.post(address, {"reason": "Needed at home."}, follow=True).content.decode()

    pieces = ("5 tents: Tents for camp 1", "5 tents: Tents for camp 2", "3 tents: Tents for camp 1")
    assert (linked, [piece in asked_first for piece in pieces], read_only) == (
        True,
        [True] * 3,
        None,
    )
    assert "The rest of the offer is withdrawn. What was accepted stays." in done
    assert (address in done, "Needed at home." in done, Offer.objects.get().rest_withdrawn_by) == (
        False, True, head_b,
    )  # fmt: skip


def test_the_rest_is_withdrawn_without_a_reason_too(half_taken, head_b):
    _post(open_session(head_b), "offer_withdraw_rest", half_taken)

    assert Offer.objects.get().rest_withdrawn_by == head_b


def test_a_reason_that_is_too_long_is_refused_with_the_page_kept(half_taken, head_b):
    page = _post(open_session(head_b), "offer_withdraw_rest", half_taken, {"reason": "x" * 1001})

    shown = page.content.decode()
    assert (page.status_code, "x" * 1001 in shown, "5 tents: Tents for camp 2" in shown) == (
        422, True, True,
    )  # fmt: skip
    assert Offer.objects.get().rest_withdrawn_at is None


def test_what_was_withdrawn_is_marked_and_no_longer_decided_on(half_taken, head_a, head_b):
    offer_services.withdraw_rest(half_taken, by=head_b, at=timezone.now())
    decider = open_session(head_a)
    sentence = "The offerer has withdrawn what was not accepted"

    page = decider.get(half_taken.get_absolute_url()).content.decode()
    form = decider.get(reverse("incidents:offer_accept_in_part", args=[half_taken.pk]))
    refused = _post(decider, "offer_accept", half_taken)

    assert (sentence in page, "Rest withdrawn" in page, ">Withdrawn<" in page) == (True,) * 3
    shown = form.content.decode()
    assert (sentence in shown, "line1-outcome" in shown, "line2-outcome" in shown) == (
        True, True, False,
    )  # fmt: skip
    assert (refused.status_code, sentence in refused.content.decode()) == (409, True)


@pytest.mark.parametrize("address", ["/incidents/offers/", "the request's page"])
def test_lists_say_that_the_rest_is_withdrawn(half_taken, head_b, reader_a, address):
    page = half_taken.request.get_absolute_url() if address == "the request's page" else address
    client = open_session(reader_a)
    before = "Rest withdrawn" in client.get(page).content.decode()
    offer_services.withdraw_rest(half_taken, by=head_b, at=timezone.now())

    assert (before, "Rest withdrawn" in client.get(page).content.decode()) == (False, True)


def test_the_printed_acceptance_tells_that_the_rest_is_withdrawn(
    half_taken, head_a, head_b, monkeypatch
):
    offer_services.withdraw_rest(half_taken, by=head_b, at=timezone.now())
    printed = {}
    monkeypatch.setattr(exports.pdf, "render", lambda _name, told, **_more: printed.update(told))

    exports.acceptance_pdf(half_taken, language="tr", at=timezone.now())

    facts = dict(printed["facts"])
    (moment_and_name,) = [value for label, value in facts.items() if "Rest withdrawn" in label]
    decided = [row[-1] for row in printed["rows"]]
    assert moment_and_name.endswith(", Head of B")
    assert ("Withdrawn" in decided[0], decided[1].endswith("Withdrawn")) == (False, True)


def test_a_head_who_is_not_fresh_confirms_first(incident, editor_a, head_a):
    request = drafted(by=editor_a, incident=incident)
    client = Client()
    sign_in(client, head_a, minutes_ago=11)

    answer = _post(client, "request_sign", request)

    request.refresh_from_db()
    assert (answer.status_code, request.status) == (302, "draft")


def test_words_that_changed_while_the_head_confirmed_are_not_signed(incident, editor_a, head_a):
    request = drafted(by=editor_a, incident=incident)
    signer = open_session(head_a)
    read = signer.get(request.get_absolute_url()).content.decode()
    services.update(request, asked(situation="Other words."), by=editor_a, at=SIGNED_AT, version=1)

    answers = [_post(signer, "request_sign", request, sent) for sent in ({"version": "1"}, {})]

    request.refresh_from_db()
    assert 'name="version" value="1"' in read
    assert [answer.status_code for answer in answers] == [409, 409]
    assert "Read it again before you sign it." in answers[0].content.decode()
    assert (request.status, request.number) == ("draft", None)


def test_an_amendment_is_not_signed_without_saying_which(incident, editor_a, head_a):
    request = circulated(by=editor_a, incident=incident)
    changed = replace(asked(), situation="Other words.", lines=(replace(lines()[0], line=1),))
    amendments.prepare(request, changed, reason="More.", by=editor_a, at=SIGNED_AT, version=0)

    answer = _post(open_session(head_a), "request_sign_amendment", request)

    request.refresh_from_db()
    assert (answer.status_code, request.text_version) == (409, 1)


def test_what_waits_for_a_person_stands_on_the_front_page(
    incident, editor_a, head_a, editor_b, head_b
):
    draft = drafted(by=editor_a, incident=incident)
    request = circulated(by=editor_a, incident=incident)
    offer = submitted_offer(request, 4, by=editor_b)
    pages = {who: open_session(who).get("/").content.decode() for who in (head_a, editor_a, head_b)}

    assert draft.get_absolute_url() in pages[head_a]
    assert offer.get_absolute_url() in pages[head_a]
    assert offer.get_absolute_url() not in pages[editor_a]
    other = circulated(by=editor_a, incident=incident)
    assert other.get_absolute_url() in open_session(head_b).get("/").content.decode()
    assert request.get_absolute_url() not in pages[head_b]


def test_the_live_table_holds_the_figures_alone(incident, editor_a, editor_b):
    request = circulated(by=editor_a, incident=incident, lines=lines(12345))

    page = open_session(editor_b).get(reverse("incidents:request_coverage", args=[request.pk]))

    shown = page.content.decode()
    assert ("<html" in shown, "12\u202f345" in shown, 'hx-trigger="every 5s"' in shown) == (
        False,
        True,
        True,
    )


def test_onlookers_see_of_an_accepted_offer_only_what_was_taken(
    incident, editor_a, head_a, editor_b, kazakhstan
):
    request = circulated(by=editor_a, incident=incident, lines=lines(100))
    offer = submitted_offer(request, 77, by=editor_b)
    decisions = [LineDecision(1, "partial", 33)]
    offer_services.accept_in_part(offer, by=head_a, at=timezone.now(), decisions=decisions)
    client = open_session(UserFactory(participant=kazakhstan))
    pages = [
        request.get_absolute_url(),
        offer.get_absolute_url(),
        "/incidents/offers/",
        incident.get_absolute_url(),
    ]

    shown = [client.get(page).content.decode() for page in pages]

    assert [("33 tents" in page, "77 tents" in page) for page in shown] == [(True, False)] * 4


@pytest.mark.parametrize("count", [1, 3])
def test_pages_ask_the_same_number_of_questions(
    django_assert_num_queries, incident, editor_a, head_a, editor_b, count
):
    for _ in range(count):
        request = circulated(by=editor_a, incident=incident, lines=lines(*[10] * count))
        offer = submitted_offer(request, *[2] * count, by=editor_b)
    client = open_session(head_a)
    for address, questions in (
        ("/incidents/requests/", REQUEST_LIST),
        ("/incidents/offers/", OFFER_LIST),
        (request.get_absolute_url(), REQUEST_PAGE),
        (offer.get_absolute_url(), OFFER_PAGE),
    ):
        client.get(address)
        with django_assert_num_queries(questions):
            client.get(address)


@pytest.mark.parametrize("who", ["editor_a", "head_a", "editor_b", "officer"])
def test_every_page_opens(request, incident, editor_a, head_a, editor_b, head_b, who):
    asked = circulated(by=editor_a, incident=incident)
    offer = submitted_offer(asked, 4, by=editor_b, valid_until=timezone.now() + timedelta(days=3))
    client = open_session(request.getfixturevalue(who))
    pages = [
        reverse("incidents:detail", args=[incident.pk]),
        reverse("incidents:coverage", args=[incident.pk]),
        reverse("incidents:request_list"),
        reverse("incidents:offer_list"),
        *(
            reverse(f"incidents:request_{name}", args=[asked.pk])
            for name in ("detail", "coverage", "versions")
        ),
        reverse("incidents:offer_detail", args=[offer.pk]),
    ]

    assert [client.get(page).status_code for page in pages] == [200] * len(pages)
