"""Who hears of requests and offers, and in which words."""

from datetime import timedelta

import pytest

from incidents.services import amendments
from incidents.services import offers as offer_services
from incidents.services import requests as services
from incidents.services.decisions import LineDecision
from ots_portal.audit.models import AuditEntry
from ots_portal.notifications.wording import wording_for
from ots_portal.plugs import notices
from tests.factories.incidents import IncidentFactory
from tests.factories.offers import OFFERED_AT, VALID_UNTIL, signed_offer, submitted_offer
from tests.factories.requests import asked, circulated, lines, signed

AT = OFFERED_AT + timedelta(hours=1)


def _told(kind):
    """Return who hears of the newest entry of this kind, and what the first of them reads."""
    entry = AuditEntry.objects.filter(kind=kind).latest("recorded_at")
    notice = notices[kind]
    people = list(notice.recipients(entry).order_by("full_name"))
    record = notice.record_for(people[0], entry.subject_id)
    return [person.full_name for person in people], wording_for(notice, entry, record, people[0])


def test_a_circulated_request_alerts_the_officers_on_duty_of_those_who_may_help(
    editor_a, editor_b, head_b, observer, officer
):
    request = circulated(by=editor_a, lines=lines(500))

    names, words = _told("incidents.request.circulated")
    editor_b.language = "en"

    assert (names, notices["incidents.request.circulated"].is_alert) == (["Editor of B"], True)
    assert request.number in words.subject
    assert "500" in words.text
    assert request.number in words.html


def test_an_exercise_says_so_in_the_subject(editor_a, editor_b):
    exercise = IncidentFactory(participant=editor_a.participant, status="active", is_exercise=True)
    editor_b.language = "en"
    editor_b.save()
    circulated(by=editor_a, incident=exercise)

    _names, words = _told("incidents.request.circulated")

    assert words.subject.startswith("EXERCISE: Türkiye asks for assistance, EXR-2026-0001")


def test_a_signed_request_waits_for_whoever_circulates_it(editor_a, head_a, officer, editor_b):
    signed(by=editor_a)

    names, _words = _told("incidents.request.signed")

    assert names == ["Editor of A", "Officer"]


def test_an_amendment_waits_for_the_head_and_then_tells_those_who_offered(
    editor_a, head_a, editor_b, head_b, officer
):
    request = circulated(by=editor_a)
    submitted_offer(request, 4, by=editor_b)
    amendment = amendments.prepare(
        request, asked(lines=lines(20)), reason="More families.", by=editor_a, at=AT, version=0
    )
    before, _words = _told("incidents.request.amendment_prepared")
    amendments.sign(amendment, by=head_a, at=AT, version=amendment.version)

    after, words = _told("incidents.request.amended")

    assert (before, after) == (["Head of A"], ["Editor of B", "Head of B"])
    assert "More families." in words.text


@pytest.mark.parametrize(
    ("deed", "kind", "names"),
    [
        ("submit", "submitted", ["Editor of A", "Head of A"]),
        ("accept", "accepted", ["Editor of B", "Head of B"]),
        ("part", "accepted_in_part", ["Editor of B", "Head of B"]),
        ("provisional", "accepted_provisionally", ["Editor of B", "Head of B"]),
        ("decline", "declined", ["Editor of B", "Head of B"]),
        ("withdraw", "withdrawn", ["Editor of A", "Head of A"]),
        ("rest", "rest_withdrawn", ["Editor of A", "Head of A"]),
        ("expire", "expired", ["Editor of A", "Editor of B", "Head of A", "Head of B"]),
    ],
)
def test_each_side_hears_what_the_other_did(
    editor_a, head_a, editor_b, head_b, officer, deed, kind, names
):
    offer = submitted_offer(circulated(by=editor_a), 4, by=editor_b)
    deeds = {
        "submit": lambda: None,
        "accept": lambda: offer_services.accept(offer, by=head_a, at=AT),
        "part": lambda: offer_services.accept_in_part(
            offer, by=head_a, at=AT, decisions=[LineDecision(1, "partial", 2)]
        ),
        "provisional": lambda: offer_services.accept_provisionally(offer, by=head_a, at=AT),
        "decline": lambda: offer_services.decline(offer, by=head_a, at=AT, reason="Too late."),
        "withdraw": lambda: offer_services.withdraw(offer, by=head_b, at=AT, reason="Needed here."),
        "rest": lambda: _withdraw_rest(offer, head_a, head_b),
        "expire": lambda: offer_services.expire(offer, at=VALID_UNTIL),
    }
    deeds[deed]()

    people, words = _told(f"incidents.offer.{kind}")

    # Whoever did it is not told.
    assert set(people) == set(names)
    assert offer.number in words.subject
    assert "tents" in words.text or "çadır" in words.text  # each in the own language


def _withdraw_rest(offer, decider, offerer):
    decisions = [LineDecision(1, "partial", 2)]
    offer_services.accept_in_part(offer, by=decider, at=AT, decisions=decisions)
    offer_services.withdraw_rest(offer, by=offerer, at=AT, reason="Needed here.")


def test_a_withdrawn_rest_is_told_line_by_line_with_the_reason(editor_a, head_a, editor_b, head_b):
    for person in (editor_a, head_a):
        person.language = "en"
        person.save()
    offer = submitted_offer(circulated(by=editor_a, lines=lines(9, 9)), 4, 7, by=editor_b)
    _withdraw_rest(offer, head_a, head_b)

    _people, words = _told("incidents.offer.rest_withdrawn")

    said = (
        f"Azerbaijan has withdrawn what was not accepted of offer {offer.number}.",
        "What was accepted stays.",
        "Needed here.",
        "2 tents: Tents for camp 1",
        "7 tents: Tents for camp 2",
    )
    told = [(text in words.text, text in words.html) for text in said]
    assert (told, "4 tents" in words.text) == ([(True, True)] * 5, False)
    assert words.subject.startswith(f"Azerbaijan has withdrawn the rest of {offer.number}: ")


@pytest.mark.parametrize(
    ("deed", "names"), [("withdrawn", []), ("expired", ["Editor of B", "Head of B"])]
)
def test_the_other_side_hears_nothing_of_an_offer_that_was_never_submitted(
    editor_a, head_a, editor_b, head_b, officer, deed, names
):
    offer = signed_offer(circulated(by=editor_a), 4, by=editor_b)
    if deed == "withdrawn":
        offer_services.withdraw(offer, by=head_b, at=AT)
    else:
        offer_services.expire(offer, at=VALID_UNTIL)
    kind = f"incidents.offer.{deed}"

    people = notices[kind].recipients(AuditEntry.objects.get(kind=kind))

    assert sorted(person.full_name for person in people) == names


@pytest.mark.parametrize("verb", ["suspended", "resumed", "withdrawn", "fulfilled"])
def test_the_rest_of_the_way_is_told_too(editor_a, head_a, editor_b, verb):
    request = circulated(by=editor_a)
    offer_services.accept(submitted_offer(request, 4, by=editor_b), by=head_a, at=AT)
    request.refresh_from_db()
    if verb == "fulfilled":
        services.fulfil(request, by=head_a, at=AT)
    elif verb == "withdrawn":
        services.withdraw(request, by=head_a, at=AT, reason="We manage.")
    else:
        services.suspend(request, by=head_a, at=AT, reason="Wait.")
    if verb == "resumed":
        services.resume(request, by=head_a, at=AT)

    people, words = _told(f"incidents.request.{verb}")

    assert "Editor of B" in people
    assert request.number in words.subject
