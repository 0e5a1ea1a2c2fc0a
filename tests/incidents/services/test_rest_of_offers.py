"""The offerer takes back what nobody has accepted yet; what was accepted stays."""

from datetime import timedelta

import pytest
from django.core.exceptions import ValidationError
from django.db import IntegrityError, transaction

from incidents.models import Decision, Offer
from incidents.services import offers as services
from incidents.services.decisions import LineDecision
from ots_portal.audit.models import AuditEntry
from ots_portal.lifecycle import WrongStatus
from ots_portal.verdicts import Refused
from tests.factories.offers import OFFERED_AT, submitted_offer
from tests.factories.requests import circulated, lines

AT = OFFERED_AT + timedelta(hours=1)
LATER = AT + timedelta(hours=1)
NOTHING_WAITS = "Nothing of this offer waits for a decision any more: there is nothing to withdraw."
WITHDRAWN = (
    "The offerer has withdrawn what was not accepted: nothing more of the offer can be accepted."
)
ACCEPTED, PART = LineDecision(1, "accept"), LineDecision(1, "partial", 3)
PROVISIONAL = LineDecision(2, "provisional", reason="If the airport opens.")
DECLINED = LineDecision(2, "decline", reason="Enough.")


@pytest.fixture
def request_(editor_a):
    return circulated(by=editor_a, lines=lines(10, 10))


@pytest.fixture
def decided(request_, editor_b, head_a):
    """Return what makes an offer of 8 and 5 on which this was decided."""

    def make(*decisions, **changes):
        offer = submitted_offer(request_, 8, 5, by=editor_b, **changes)
        return services.accept_in_part(offer, by=head_a, at=AT, decisions=decisions)

    return make


def _sums(offer):
    return list(offer.items.order_by("line").values_list("offered", "accepted"))


def test_withdraw_rest_keeps_what_was_accepted_and_says_who_and_when(decided, request_, head_b):
    offer = services.withdraw_rest(decided(ACCEPTED), by=head_b, at=LATER)

    request_.refresh_from_db()
    assert (offer.status, offer.rest_withdrawn_at, offer.rest_withdrawn_by) == (
        "partially_accepted", LATER, head_b,
    )  # fmt: skip
    assert (_sums(offer), request_.status) == ([(8, 8), (5, 0)], "partially_covered")


@pytest.mark.parametrize(
    ("decisions", "withdrawn"),
    [
        ((ACCEPTED,), [(2, 5)]),
        ((ACCEPTED, PROVISIONAL), [(2, 5)]),
        ((PART,), [(1, 5), (2, 5)]),
        ((PART, DECLINED), [(1, 5)]),
    ],
)
def test_withdraw_rest_records_how_much_of_which_line(decided, head_b, decisions, withdrawn):
    services.withdraw_rest(decided(*decisions), by=head_b, at=LATER, reason=" Needed here. ")

    told = AuditEntry.objects.get(kind="incidents.offer.rest_withdrawn").data
    assert ([(row["line"], row["withdrawn"]) for row in told["withdrawn"]], told["reason"]) == (
        withdrawn, "Needed here.",
    )  # fmt: skip


@pytest.mark.parametrize(
    "more",
    [LineDecision(1, "partial", 4), LineDecision(2, "accept"), LineDecision(2, "partial", 1), PROVISIONAL],
)  # fmt: skip
def test_nothing_more_is_accepted_of_an_offer_without_its_rest(decided, head_a, head_b, more):
    offer = services.withdraw_rest(decided(PART), by=head_b, at=LATER)

    with pytest.raises(WrongStatus) as refusal:
        services.accept_in_part(offer, by=head_a, at=LATER, decisions=[more])

    assert (str(refusal.value), _sums(offer)) == (WITHDRAWN, [(8, 3), (5, 0)])


def test_an_offer_without_its_rest_is_not_accepted_whole(decided, head_a, head_b):
    offer = services.withdraw_rest(decided(PART), by=head_b, at=LATER)

    with pytest.raises(Refused) as refusal:
        services.accept(offer, by=head_a, at=LATER)

    assert (str(refusal.value), refusal.value.verdict.code) == (WITHDRAWN, "wrong_status")


def test_what_was_accepted_may_still_be_reduced_and_declined(decided, head_a, head_b):
    offer = services.withdraw_rest(decided(ACCEPTED), by=head_b, at=AT)

    services.accept_in_part(offer, by=head_a, at=LATER, decisions=[PART])
    reduced = (offer.status, _sums(offer))
    much_later = LATER + timedelta(hours=1)
    services.decline(offer, by=head_a, at=much_later, reason="The road is cut.")

    assert reduced == ("partially_accepted", [(8, 3), (5, 0)])
    assert (offer.status, _sums(offer)) == ("declined", [(8, 0), (5, 0)])


def test_what_is_given_back_after_the_withdrawal_is_not_accepted_again(decided, head_a, head_b):
    offer = services.withdraw_rest(decided(ACCEPTED), by=head_b, at=LATER)
    services.accept_in_part(offer, by=head_a, at=LATER, decisions=[PART])

    with pytest.raises(WrongStatus):
        services.accept_in_part(offer, by=head_a, at=LATER, decisions=[ACCEPTED])

    assert _sums(offer) == [(8, 3), (5, 0)]


@pytest.mark.parametrize("decisions", [(ACCEPTED, LineDecision(2, "accept")), (ACCEPTED, DECLINED)])
def test_withdraw_rest_is_refused_where_everything_is_decided(decided, head_b, decisions):
    with pytest.raises(Refused) as refusal:
        services.withdraw_rest(decided(*decisions), by=head_b, at=LATER)

    assert (str(refusal.value), refusal.value.verdict.code) == (NOTHING_WAITS, "wrong_status")


def test_withdraw_rest_is_refused_once_the_time_is_over(decided, head_b):
    offer = decided(ACCEPTED, valid_until=AT + timedelta(minutes=1))

    with pytest.raises(Refused, match="there is nothing to withdraw"):
        services.withdraw_rest(offer, by=head_b, at=LATER)


def test_withdraw_rest_twice_is_refused(decided, head_b):
    offer = services.withdraw_rest(decided(ACCEPTED), by=head_b, at=AT)

    with pytest.raises(Refused, match="there is nothing to withdraw"):
        services.withdraw_rest(offer, by=head_b, at=LATER)

    offer.refresh_from_db()
    assert offer.rest_withdrawn_at == AT


def test_of_an_offer_that_waits_there_is_no_rest(request_, editor_b, head_b):
    with pytest.raises(Refused, match="withdraw it as a whole"):
        services.withdraw_rest(submitted_offer(request_, 8, by=editor_b), by=head_b, at=LATER)


def test_a_decision_that_came_in_between_is_seen(decided, head_a, head_b):
    offer = decided(ACCEPTED)
    read = Offer.objects.get(pk=offer.pk)
    services.accept_in_part(offer, by=head_a, at=AT, decisions=[LineDecision(2, "accept")])

    with pytest.raises(Refused, match="there is nothing to withdraw"):
        services.withdraw_rest(read, by=head_b, at=LATER)

    assert Decision.objects.filter(outcome="accept").count() == 2


def test_a_reason_that_cannot_be_shown_is_refused(decided, head_b):
    offer = decided(ACCEPTED)

    with pytest.raises(ValidationError):
        services.withdraw_rest(offer, by=head_b, at=LATER, reason="One\x00two")

    offer.refresh_from_db()
    assert offer.rest_withdrawn_at is None


def test_the_database_keeps_an_offer_without_its_rest_from_being_whole(decided, head_b):
    offer = services.withdraw_rest(decided(ACCEPTED), by=head_b, at=LATER)
    row = Offer.objects.filter(pk=offer.pk)

    for wrong in ({"status": "accepted"}, {"rest_withdrawn_by": None}):
        with pytest.raises(IntegrityError), transaction.atomic():
            row.update(**wrong)
