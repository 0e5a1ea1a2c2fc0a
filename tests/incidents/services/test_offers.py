"""Offering assistance: drafts, signature, submission, the register, and what time ends."""

from contextlib import nullcontext
from datetime import UTC, datetime, timedelta

import pytest
from django.core.exceptions import ValidationError

from incidents.models import Deployment, Offer
from incidents.queries.bookings import Span, most_at_once
from incidents.services import offers as services
from incidents.services import requests as request_services
from incidents.services.asked import Line
from incidents.services.bookings import BookedTwice
from incidents.services.frozen import digest_of
from incidents.services.offered import OfferedLine
from ots_portal.lifecycle import StaleVersion, WrongStatus
from ots_portal.verdicts import Refused
from tests.factories.incidents import IncidentFactory
from tests.factories.offers import (
    OFFERED_AT,
    VALID_UNTIL,
    CapacityFactory,
    drafted_offer,
    offered,
    signed_offer,
    submitted_offer,
    unsolicited_offer,
)
from tests.factories.requests import circulated, drafted, signed

TEAMS = (Line("team", 5, capacity_type="HUSAR"),)
DAY = timedelta(days=1)


@pytest.fixture
def request_(editor_a):
    return circulated(by=editor_a)


@pytest.mark.parametrize("status", ["draft", "signed", "suspended", "fulfilled", "withdrawn"])
def test_a_request_takes_offers_only_while_it_is_open_to_them(editor_a, head_a, editor_b, status):
    at = OFFERED_AT
    request = {"draft": drafted, "signed": signed}.get(status, circulated)(by=editor_a)
    if status == "suspended":
        request_services.suspend(request, by=editor_a, at=at, reason="Wait.")
    if status == "withdrawn":
        request_services.withdraw(request, by=head_a, at=at, reason="We manage.")
    if status == "fulfilled":
        services.accept(submitted_offer(request, 4, by=editor_b), by=head_a, at=at)
        request.refresh_from_db()
        request_services.fulfil(request, by=editor_a, at=at)

    with pytest.raises(Refused) as refusal:
        services.create(request, offered(1), by=editor_b, at=at)

    assert refusal.value.verdict.code == "wrong_status"


def test_an_offer_takes_kind_and_unit_from_the_line_it_answers(request_, editor_b):
    item = drafted_offer(request_, 4, by=editor_b).items.get()

    assert (item.kind, item.unit, item.offered, item.request_item.line) == ("in_kind", "tent", 4, 1)


@pytest.mark.parametrize(
    ("changes", "field", "sentence"),
    [
        ({"valid_until": OFFERED_AT}, "valid_until", "The offer would be over already: give a later moment."),
        ({"terms": "perhaps"}, "terms", "Choose who bears the costs."),
        ({"lines": (OfferedLine(1, request_line=9),)}, "lines", "Line 1: the request has no such line."),
        ({"lines": (OfferedLine(0, request_line=1),)}, "lines", "Line 1: give the quantity as a whole number of at least 1."),
        ({"lines": (OfferedLine(1, request_line=1, ready_from=VALID_UNTIL, available_until=OFFERED_AT),)}, "lines", "Line 1: it is available until before it is ready."),
    ],
)  # fmt: skip
def test_what_cannot_be_is_refused_with_a_sentence(request_, editor_b, changes, field, sentence):
    with pytest.raises(ValidationError) as refusal:
        drafted_offer(request_, by=editor_b, **changes)

    assert refusal.value.message_dict[field] == [sentence]


def test_anothers_capacity_is_not_offered(request_, editor_b, turkiye):
    theirs = CapacityFactory(participant=turkiye)

    with pytest.raises(ValidationError, match="not in your register"):
        drafted_offer(
            request_, by=editor_b, lines=(OfferedLine(1, request_line=1, capacity=theirs.pk),)
        )


def test_signing_freezes_the_offer_with_number_and_hash(request_, editor_b, head_b):
    offer = signed_offer(request_, by=editor_b)

    assert (offer.number, offer.signed_by, offer.digest) == (
        "OFR-2026-0001", head_b, digest_of(offer.content),
    )  # fmt: skip
    assert (offer.content["request"], offer.content["items"][0]["offered"]) == ("RFA-2026-0001", 4)


def test_other_words_than_those_read_are_not_signed(request_, editor_b, head_b):
    offer = drafted_offer(request_, by=editor_b)
    services.update(offer, offered(6), by=editor_b, at=OFFERED_AT, version=1)

    with pytest.raises(StaleVersion):
        services.sign(offer, by=head_b, at=OFFERED_AT, version=1)

    offer.refresh_from_db()
    assert (offer.status, offer.number) == ("draft", None)


def test_exercises_have_a_series_of_their_own(editor_a, editor_b):
    exercise = IncidentFactory(participant=editor_a.participant, status="active", is_exercise=True)

    assert (
        signed_offer(circulated(by=editor_a, incident=exercise), by=editor_b).number
        == "EXO-2026-0001"
    )


def test_only_the_offerer_rewrites_and_only_a_draft(request_, editor_a, editor_b):
    offer = drafted_offer(request_, by=editor_b)
    services.update(offer, offered(6), by=editor_b, at=OFFERED_AT, version=1)

    with pytest.raises(StaleVersion):
        services.update(offer, offered(7), by=editor_b, at=OFFERED_AT, version=1)
    with pytest.raises(Refused):
        services.update(offer, offered(7), by=editor_a, at=OFFERED_AT, version=2)
    assert offer.items.get().offered == 6


def test_an_offer_whose_time_is_over_is_not_submitted(request_, editor_b):
    offer = signed_offer(request_, by=editor_b)

    with pytest.raises(WrongStatus, match="time is over"):
        services.submit(offer, by=editor_b, at=VALID_UNTIL)


def test_time_ends_what_nobody_decided_and_nothing_else_and_only_once(request_, editor_b, head_a):
    soon = OFFERED_AT + DAY
    undecided, accepted = (
        submitted_offer(request_, 4, by=editor_b, valid_until=soon) for _ in range(2)
    )
    later = submitted_offer(request_, 4, by=editor_b)
    services.accept(accepted, by=head_a, at=OFFERED_AT)

    ended = [services.expire_all(at=soon), services.expire_all(at=soon)]

    found = [Offer.objects.get(pk=one.pk).status for one in (undecided, accepted, later)]
    assert (ended, found) == ([1, 0], ["expired", "accepted", "submitted"])


def test_an_offer_that_still_holds_does_not_expire(request_, editor_b):
    with pytest.raises(WrongStatus):
        services.expire(submitted_offer(request_, by=editor_b), at=OFFERED_AT)


# ── the register ────────────────────────────────────────────────────────────────────────────────
def _of(team, units=1, **when):
    return (OfferedLine(units, request_line=1, capacity=team.pk, **when),)


@pytest.fixture
def teams_wanted(editor_a):
    return circulated(by=editor_a, lines=TEAMS)


def test_one_team_is_not_promised_twice_at_one_time(teams_wanted, editor_b):
    team = CapacityFactory(participant=editor_b.participant, name="AZ-1")
    submitted_offer(teams_wanted, by=editor_b, lines=_of(team))

    with pytest.raises(BookedTwice) as refusal:
        submitted_offer(teams_wanted, by=editor_b, lines=_of(team))

    assert str(refusal.value) == "“AZ-1” is promised elsewhere at that time: 0 of 1 are left."


def test_one_team_may_be_promised_for_another_time(teams_wanted, editor_b):
    team = CapacityFactory(participant=editor_b.participant)
    first, second = OFFERED_AT + DAY, OFFERED_AT + 5 * DAY
    submitted_offer(
        teams_wanted, by=editor_b, lines=_of(team, ready_from=first, available_until=second)
    )

    later = submitted_offer(teams_wanted, by=editor_b, lines=_of(team, ready_from=second))

    assert later.status == "submitted"


@pytest.mark.parametrize("deed", ["declined", "withdrawn", "home"])
def test_a_team_is_free_again(teams_wanted, editor_b, head_a, head_b, deed):
    team = CapacityFactory(participant=editor_b.participant)
    offer = submitted_offer(teams_wanted, by=editor_b, lines=_of(team))
    if deed == "declined":
        services.decline(offer, by=head_a, at=OFFERED_AT, reason="Too late.")
    elif deed == "withdrawn":
        services.withdraw(offer, by=head_b, at=OFFERED_AT)
    else:
        services.accept(offer, by=head_a, at=OFFERED_AT)
        Deployment.objects.create(
            incident=offer.incident, offer_item=offer.items.get(), participant=offer.participant,
            host=offer.recipient, number="DPL-2026-0001", name="AZ-1", status="returned", quantity=1,
            arrived_at=OFFERED_AT,
            created_by=editor_b, created_at=OFFERED_AT, updated_at=OFFERED_AT,
        )  # fmt: skip

    assert submitted_offer(teams_wanted, by=editor_b, lines=_of(team)).status == "submitted"


@pytest.mark.parametrize("is_out", [False, True])
def test_a_withdrawn_request_holds_only_what_is_out(
    teams_wanted, editor_a, editor_b, head_a, is_out
):
    team = CapacityFactory(participant=editor_b.participant)
    offer = submitted_offer(teams_wanted, by=editor_b, lines=_of(team))
    services.accept(offer, by=head_a, at=OFFERED_AT)
    if is_out:
        Deployment.objects.create(
            incident=offer.incident, offer_item=offer.items.get(), participant=offer.participant,
            host=offer.recipient, number="DPL-2026-0001", name="AZ-1", status="operational",
            quantity=1, created_by=editor_b, created_at=OFFERED_AT, updated_at=OFFERED_AT,
        )  # fmt: skip
    teams_wanted.refresh_from_db()
    request_services.withdraw(teams_wanted, by=head_a, at=OFFERED_AT, reason="We manage.")
    another = circulated(by=editor_a, lines=TEAMS)

    refused = pytest.raises(BookedTwice) if is_out else nullcontext()
    with refused:
        submitted_offer(another, by=editor_b, lines=_of(team))


def test_an_exercise_books_no_real_team(teams_wanted, editor_a, editor_b):
    team = CapacityFactory(participant=editor_b.participant)
    submitted_offer(teams_wanted, by=editor_b, lines=_of(team))
    exercise = IncidentFactory(participant=editor_a.participant, status="active", is_exercise=True)
    played = circulated(by=editor_a, incident=exercise, lines=TEAMS)

    assert submitted_offer(played, by=editor_b, lines=_of(team)).status == "submitted"


def test_what_is_deployed_stays_accepted(teams_wanted, editor_b, head_a):
    offer = submitted_offer(teams_wanted, 2, by=editor_b)
    services.accept(offer, by=head_a, at=OFFERED_AT)
    Deployment.objects.create(
        incident=offer.incident, offer_item=offer.items.get(), participant=offer.participant,
        host=offer.recipient, number="DPL-2026-0001", name="AZ-1", status="en_route", quantity=1,
        created_by=editor_b, created_at=OFFERED_AT, updated_at=OFFERED_AT,
    )  # fmt: skip

    with pytest.raises(ValidationError, match="1 of it are deployed already"):
        services.decline(offer, by=head_a, at=OFFERED_AT, reason="Too late.")


@pytest.mark.parametrize(
    ("bookings", "most"),
    [
        ([], 0),
        ([(1, 0, 10)], 1),
        ([(1, 0, 5), (1, 5, 10)], 1),
        ([(1, 0, 6), (1, 5, 10)], 2),
        ([(2, 0, 3), (1, 2, 8), (4, 7, 9)], 5),
    ],
)
def test_the_most_that_is_promised_at_one_moment(bookings, most):
    day = [datetime(2026, 1, 1, tzinfo=UTC) + n * DAY for n in range(11)]
    whole = Span(0, day[0], day[10])

    made = [Span(units, day[begin], day[end]) for units, begin, end in bookings]
    assert most_at_once(made, within=whole) == most


def test_an_unsolicited_offer_goes_to_who_reported_the_incident(editor_a, editor_b):
    incident = IncidentFactory(participant=editor_a.participant, status="active")
    offer = unsolicited_offer(incident, by=editor_b)

    assert (offer.recipient, offer.request, offer.items.get().unit) == (
        editor_a.participant,
        None,
        "team",
    )
