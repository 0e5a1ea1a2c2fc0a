from datetime import timedelta

import pytest

from incidents.models import (
    Acknowledgement,
    AssistanceRequest,
    Decision,
    Deployment,
    Incident,
    Offer,
    OfferItem,
)
from incidents.presentation.clocks import duration
from incidents.queries import clocks
from incidents.queries.incidents import summed_up
from tests.factories.incidents import ONSET, IncidentFactory

T0 = ONSET + timedelta(hours=2)


def after(**span):
    return T0 + timedelta(**span)


@pytest.fixture
def incident(turkiye):
    return IncidentFactory(participant=turkiye, status="active", reported_at=ONSET)


@pytest.fixture
def request_of(editor_a, head_a):
    def made(incident, **changes):
        count = AssistanceRequest.objects.count()
        values = {
            "status": "circulated", "number": f"RFA-{count}", "digest": "d", "situations": {"en": "Help"},
            "delivery_place": "Adana", "prepared_by": editor_a, "signed_by": head_a, "signed_at": T0,
            "circulated_at": T0, "created_at": T0, "updated_at": T0, **changes,
        }  # fmt: skip
        return AssistanceRequest.objects.create(
            incident=incident, participant=incident.participant, **values
        )

    return made


@pytest.fixture
def offered(editor_b, head_b):
    def made(asked, **changes):
        values = {
            "status": "accepted", "number": f"OFF-{Offer.objects.count()}", "digest": "d", "valid_until": after(days=9),
            "prepared_by": editor_b, "signed_by": head_b, "signed_at": T0, "created_at": T0,
            "updated_at": T0, "submitted_at": after(hours=1), "decided_at": after(hours=2), **changes,
        }  # fmt: skip
        offer = Offer.objects.create(
            incident=asked.incident,
            request=asked,
            recipient=asked.participant,
            participant=editor_b.participant,
            **values,
        )
        return OfferItem.objects.create(offer=offer, line=1, kind="team", unit="team", offered=2)

    return made


@pytest.fixture
def decided(head_a):
    def made(item, outcome, at):
        reason = "Not now." if outcome == "decline" else ""
        accepted = 0 if outcome == "decline" else 1
        Decision.objects.create(
            offer_item=item, outcome=outcome, accepted=accepted, reason=reason, by=head_a, at=at
        )

    return made


@pytest.fixture
def sent(editor_b):
    def made(item, **changes):
        return Deployment.objects.create(
            incident=item.offer.incident,
            offer_item=item,
            participant=item.offer.participant,
            host=item.offer.recipient,
            number=f"DEP-{Deployment.objects.count()}",
            name="USAR",
            quantity=1,
            created_by=editor_b,
            created_at=T0,
            updated_at=T0,
            **changes,
        )

    return made


def test_a_clock_holds_the_first_of_each_and_the_last_home(
    incident, request_of, offered, decided, sent, editor_b, django_assert_num_queries
):
    asked = request_of(incident)
    for minutes in (7, 3):
        Acknowledgement.objects.create(
            incident=incident,
            request=asked,
            participant=editor_b.participant if minutes == 7 else incident.participant,
            by=editor_b,
            at=after(minutes=minutes),
        )
    item = offered(asked)
    later = offered(asked, submitted_at=after(hours=5), decided_at=after(hours=6))
    decided(later, "decline", after(hours=1))
    decided(item, "provisional", after(minutes=90))
    decided(item, "partial", after(hours=2))
    decided(item, "accept", after(hours=3))
    decided(later, "accept", after(hours=6))
    sent(
        item,
        status="returned",
        departed_at=after(hours=4),
        arrived_at=after(hours=9),
        returned_at=after(days=8),
    )
    sent(
        item,
        status="returned",
        departed_at=after(hours=3),
        arrived_at=after(hours=10),
        returned_at=after(days=9),
    )

    with django_assert_num_queries(1):
        (clock,) = clocks.clocks_of(Incident.objects.all())

    told = {name: clock.seconds_to(name) for name in clocks.MILESTONES}
    assert (clock.seconds_before_request, told) == (
        7200,
        {
            "acknowledged": 180,
            "offered": 3600,
            "decided": 7200,
            "departed": 3 * 3600,
            "arrived": 9 * 3600,
            "released": 9 * 86_400,
        },
    )


def test_while_a_team_is_out_nobody_is_released(incident, request_of, offered, sent):
    item = offered(request_of(incident))
    sent(item, status="returned", returned_at=after(days=8))
    sent(item, status="operational")

    (clock,) = clocks.clocks_of(Incident.objects.all())

    assert clock.released_at is None


def test_a_request_that_was_not_circulated_has_no_clock(incident, request_of):
    request_of(incident, status="signed", circulated_at=None)

    assert clocks.clocks_of(Incident.objects.all()) == []


def test_medians_leave_out_what_has_not_come(incident, request_of, offered):
    for minutes in (10, 20, 90):
        offered(request_of(incident), submitted_at=after(minutes=minutes), decided_at=None)
    request_of(incident)

    (summary,) = clocks.summed_by(clocks.clocks_of(Incident.objects.all()), "participant")

    assert (summary.key, summary.count, summary.medians["offered"], summary.medians["decided"]) == (
        "turkiye",
        4,
        20 * 60,
        None,
    )


def test_exercises_are_summed_up_apart(turkiye, editor_a):
    live = IncidentFactory(participant=turkiye, status="active")
    exercise = IncidentFactory(participant=turkiye, status="active", is_exercise=True)

    assert list(summed_up(editor_a, {})) == [live]
    assert list(summed_up(editor_a, {"exercise": True})) == [exercise]


@pytest.mark.parametrize(
    ("seconds", "words"),
    [
        (None, "—"),
        (-5, "0 min"),
        (59 * 60 + 59, "59 min"),
        (3600, "1 h 00 min"),
        (3 * 86_400 - 60, "71 h 59 min"),
        (3 * 86_400, "3 d 0 h"),
    ],
)
def test_a_duration_is_told_as_people_say_it(seconds, words):
    assert duration(seconds) == words
