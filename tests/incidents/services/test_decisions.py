"""From the offer to what is taken of it: sums, statuses, refusals that say what is left."""

from datetime import timedelta

import pytest
from django.core.exceptions import ValidationError

from incidents.models import Decision, Incident, Involvement, RequestItem
from incidents.services import offers as services
from incidents.services import requests as request_services
from incidents.services.decisions import LineDecision, OverAccepted
from ots_portal.lifecycle import WrongStatus
from ots_portal.verdicts import Refused
from tests.factories.incidents import IncidentFactory
from tests.factories.offers import VALID_UNTIL, submitted_offer, unsolicited_offer
from tests.factories.requests import circulated, lines

LATER = VALID_UNTIL - timedelta(days=20)


@pytest.fixture
def request_(editor_a):
    return circulated(by=editor_a, lines=lines(10, 3))


def _sums(request):
    return list(request.items.order_by("line").values_list("needed", "accepted"))


def _part(line, accepted, outcome="partial", reason=""):
    return LineDecision(line, outcome, accepted, reason)


def test_accept_takes_everything_and_moves_request_offer_and_part(request_, editor_b, head_a):
    offer = submitted_offer(request_, 10, 3, by=editor_b)

    services.accept(offer, by=head_a, at=LATER)

    request_.refresh_from_db()
    part = Involvement.objects.get(incident=request_.incident, participant=editor_b.participant)
    assert (_sums(request_), request_.status, offer.status, part.role) == (
        [(10, 10), (3, 3)], "covered", "accepted", "assisting",
    )  # fmt: skip


def test_accept_in_part_covers_partly(request_, editor_b, head_a):
    offer = submitted_offer(request_, 8, by=editor_b)

    services.accept_in_part(offer, by=head_a, at=LATER, decisions=[_part(1, 5)])

    request_.refresh_from_db()
    assert (_sums(request_), request_.status, offer.status) == (
        [(10, 5), (3, 0)], "partially_covered", "partially_accepted",
    )  # fmt: skip


def test_more_than_is_left_is_refused_with_line_and_rest(request_, editor_b, head_a):
    first = submitted_offer(request_, 8, by=editor_b)
    second = submitted_offer(request_, 5, by=editor_b)
    services.accept(first, by=head_a, at=LATER)

    with pytest.raises(OverAccepted) as refusal:
        services.accept(second, by=head_a, at=LATER)

    second.refresh_from_db()
    assert (str(refusal.value), second.status, _sums(request_)) == (
        "Line 1 of the request still needs 2 tents; 5 tents more cannot be accepted.",
        "submitted",
        [(10, 8), (3, 0)],
    )


def test_a_revised_decision_moves_the_difference_and_keeps_the_first_one(
    request_, editor_b, head_a
):
    offer = submitted_offer(request_, 8, by=editor_b)
    services.accept_in_part(offer, by=head_a, at=LATER, decisions=[_part(1, 6)])

    services.accept_in_part(
        offer, by=head_a, at=LATER + timedelta(hours=1), decisions=[_part(1, 2)]
    )

    kept = list(Decision.objects.order_by("at").values_list("outcome", "accepted"))
    assert (_sums(request_)[0], kept) == ((10, 2), [("partial", 6), ("partial", 2)])


def test_declining_what_was_accepted_uncovers_the_request(request_, editor_b, head_a):
    offer = submitted_offer(request_, 10, 3, by=editor_b)
    services.accept(offer, by=head_a, at=LATER)

    services.decline(offer, by=head_a, at=LATER + timedelta(hours=1), reason="The road is cut.")

    request_.refresh_from_db()
    assert (offer.status, request_.status, _sums(request_)) == (
        "declined", "circulated", [(10, 0), (3, 0)],
    )  # fmt: skip


def test_a_provisional_acceptance_holds_nothing(request_, editor_b, head_a):
    offer = submitted_offer(request_, 8, by=editor_b)

    services.accept_provisionally(offer, by=head_a, at=LATER, reason="If the airport opens.")

    request_.refresh_from_db()
    assert (offer.status, request_.status, _sums(request_)[0]) == (
        "provisional", "circulated", (10, 0),
    )  # fmt: skip


def test_lines_are_decided_each_for_itself(request_, editor_b, head_a):
    offer = submitted_offer(request_, 10, 3, by=editor_b)

    services.accept_in_part(
        offer,
        by=head_a,
        at=LATER,
        decisions=[_part(1, 0, "accept"), _part(2, 0, "decline", "We have enough of these.")],
    )

    request_.refresh_from_db()
    assert (offer.status, request_.status, _sums(request_)) == (
        "partially_accepted", "partially_covered", [(10, 10), (3, 0)],
    )  # fmt: skip


@pytest.mark.parametrize(
    ("decision", "sentence"),
    [
        (_part(1, 0), "Line 1: accept between 1 and 8."),
        (_part(1, 9), "Line 1: accept between 1 and 8."),
        (_part(1, 0, "decline"), "Say why: others will ask."),
        (_part(7, 1), "The offer has no line 7."),
        (_part(1, 1, "perhaps"), "Line 1: choose what you decide."),
    ],
)
def test_a_decision_that_does_not_fit_is_refused(request_, editor_b, head_a, decision, sentence):
    offer = submitted_offer(request_, 8, by=editor_b)

    with pytest.raises(ValidationError) as refusal:
        services.accept_in_part(offer, by=head_a, at=LATER, decisions=[decision])

    assert (refusal.value.messages, Decision.objects.count()) == ([sentence], 0)


@pytest.mark.parametrize("who", ["editor_a", "head_b", "officer", "machine_a", "reader_a"])
def test_nobody_but_the_requesters_head_decides(request, request_, editor_b, who):
    offer = submitted_offer(request_, by=editor_b)

    with pytest.raises(Refused):
        services.accept(offer, by=request.getfixturevalue(who), at=LATER)

    assert _sums(request_)[0] == (10, 0)


def test_an_offer_whose_time_is_over_is_not_accepted(request_, editor_b, head_a):
    offer = submitted_offer(request_, by=editor_b)

    with pytest.raises(WrongStatus, match="time is over"):
        services.accept(offer, by=head_a, at=VALID_UNTIL)


def test_a_fulfilled_request_takes_nothing_more(request_, editor_a, editor_b, head_a):
    first, second = (submitted_offer(request_, by=editor_b) for _ in range(2))
    services.accept(first, by=head_a, at=LATER)
    request_.refresh_from_db()
    request_services.fulfil(request_, by=editor_a, at=LATER)

    with pytest.raises(WrongStatus, match="does not take anything"):
        services.accept(second, by=head_a, at=LATER)


def test_what_nobody_took_can_be_declined_after_the_request_is_over(request_, editor_b, head_a):
    offer = submitted_offer(request_, by=editor_b)
    request_services.withdraw(request_, by=head_a, at=LATER, reason="We manage.")

    services.decline(offer, by=head_a, at=LATER, reason="The request was withdrawn.")

    assert offer.status == "declined"


def test_what_was_taken_can_be_given_back_after_the_request_is_over(
    request_, editor_a, editor_b, head_a
):
    offer = submitted_offer(request_, 8, by=editor_b)
    services.accept_in_part(offer, by=head_a, at=LATER, decisions=[_part(1, 6)])
    request_.refresh_from_db()
    request_services.fulfil(request_, by=editor_a, at=LATER)

    services.accept_in_part(offer, by=head_a, at=LATER, decisions=[_part(1, 2)])
    with pytest.raises(WrongStatus, match="does not take anything"):
        services.accept_in_part(offer, by=head_a, at=LATER, decisions=[_part(1, 3)])
    services.decline(offer, by=head_a, at=VALID_UNTIL, reason="We manage.")

    request_.refresh_from_db()
    assert (offer.status, request_.status, _sums(request_)[0]) == (
        "declined", "fulfilled", (10, 0),
    )  # fmt: skip


def test_of_an_accepted_offer_nothing_more_is_taken_once_its_time_is_over(
    request_, editor_b, head_a
):
    offer = submitted_offer(request_, 8, 3, by=editor_b)
    services.accept_in_part(offer, by=head_a, at=LATER, decisions=[_part(1, 6)])

    for more in (_part(1, 7), _part(2, 1), _part(2, 0, "provisional")):
        with pytest.raises(WrongStatus, match="time is over"):
            services.accept_in_part(offer, by=head_a, at=VALID_UNTIL, decisions=[more])
    services.accept_in_part(offer, by=head_a, at=VALID_UNTIL, decisions=[_part(1, 5)])

    assert _sums(request_) == [(10, 5), (3, 0)]


@pytest.mark.parametrize("status", ["closed", "archived", "rejected"])
def test_what_nobody_asked_for_is_not_taken_in_an_incident_that_is_over(
    turkiye, editor_b, head_a, status
):
    incident = IncidentFactory(participant=turkiye, status="active")
    offer = unsolicited_offer(incident, by=editor_b)
    Incident.objects.filter(pk=incident.pk).update(status=status)

    with pytest.raises(WrongStatus, match="not open any more"):
        services.accept(offer, by=head_a, at=LATER)
    services.decline(offer, by=head_a, at=LATER, reason="It is over.")

    assert offer.status == "declined"


def test_nothing_stays_half_accepted(request_, editor_b, head_a):
    offer = submitted_offer(request_, 8, 2, by=editor_b)
    services.accept_in_part(offer, by=head_a, at=LATER, decisions=[_part(1, 5)])
    back = [_part(1, 0, "decline", "The road is cut.")]

    with pytest.raises(ValidationError, match="decline it as a whole"):
        services.accept_in_part(offer, by=head_a, at=LATER + timedelta(hours=1), decisions=back)

    assert _sums(request_)[0] == (10, 5)


def test_where_more_is_allowed_more_is_accepted(editor_a, editor_b, head_a):
    request = circulated(by=editor_a, facts={"allows_over_acceptance": True})
    offer = submitted_offer(request, 15, by=editor_b)

    services.accept(offer, by=head_a, at=LATER)

    assert list(RequestItem.objects.values_list("needed", "accepted")) == [(10, 15)]


def test_an_unsolicited_offer_is_accepted_by_who_reported_the_incident(head_a, editor_b):
    incident = IncidentFactory(participant=head_a.participant, status="active")
    offer = unsolicited_offer(incident, by=editor_b)

    services.accept(offer, by=head_a, at=LATER)

    assert (offer.status, offer.items.get().accepted) == ("accepted", 2)
