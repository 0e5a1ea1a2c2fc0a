"""The coverage table: its figures, its bars, and what it costs."""

from datetime import timedelta

import pytest

from incidents.models import AssistanceRequest, Deployment, RequestItem
from incidents.presentation.coverage import groups_of, segments_of, spoken
from incidents.queries.coverage import Coverage, coverage_of
from incidents.services import offers as services
from incidents.services.decisions import LineDecision
from tests.factories.incidents import IncidentFactory
from tests.factories.offers import OFFERED_AT, submitted_offer
from tests.factories.requests import circulated, lines

AT = OFFERED_AT + timedelta(hours=1)


def _figures(request):
    return [
        (one.needed, one.offered, one.accepted, one.under_way, one.arrived, one.gap)
        for one in coverage_of(AssistanceRequest.objects.filter(pk=request.pk))
    ]


def _deploy(offer, quantity, status, number):
    Deployment.objects.create(
        incident=offer.incident, offer_item=offer.items.get(line=1), participant=offer.participant,
        host=offer.recipient, number=f"DPL-2026-{number:04d}", name="Team", status=status,
        quantity=quantity, created_by=offer.prepared_by, created_at=AT, updated_at=AT,
    )  # fmt: skip


def test_what_is_offered_accepted_under_way_arrived_and_missing(editor_a, editor_b, head_a):
    request = circulated(by=editor_a, lines=lines(100, 7))
    taken, waiting = (
        submitted_offer(request, 40, by=editor_b),
        submitted_offer(request, 25, 3, by=editor_b),
    )
    services.accept_in_part(taken, by=head_a, at=AT, decisions=[LineDecision(1, "partial", 30)])
    _deploy(taken, 10, "arrived", 1)
    _deploy(taken, 5, "en_route", 2)
    _deploy(taken, 4, "planned", 3)
    _deploy(taken, 3, "cancelled", 4)

    assert waiting.status == "submitted"
    assert _figures(request) == [(100, 55, 30, 5, 10, 70), (7, 3, 0, 0, 0, 7)]


@pytest.mark.parametrize("deed", ["decline", "withdraw", "expire"])
def test_what_is_gone_is_not_offered(editor_a, editor_b, head_a, head_b, deed):
    request = circulated(by=editor_a)
    offer = submitted_offer(request, 4, by=editor_b, valid_until=AT)
    deeds = {
        "decline": lambda: services.decline(offer, by=head_a, at=OFFERED_AT, reason="Too late."),
        "withdraw": lambda: services.withdraw(offer, by=head_b, at=OFFERED_AT),
        "expire": lambda: services.expire(offer, at=AT),
    }

    deeds[deed]()

    assert _figures(request) == [(10, 0, 0, 0, 0, 10)]


def test_lines_that_wait_in_a_partly_accepted_offer_are_still_offered(editor_a, editor_b, head_a):
    request = circulated(by=editor_a, lines=lines(10, 10, 10))
    offer = submitted_offer(request, 4, 5, 6, by=editor_b)
    decisions = [
        LineDecision(1, "accept"),
        LineDecision(2, "provisional"),
        LineDecision(3, "decline", reason="Enough."),
    ]

    services.accept_in_part(offer, by=head_a, at=AT, decisions=decisions)

    assert [figures[1:3] for figures in _figures(request)] == [(4, 4), (5, 0), (0, 0)]


def test_the_rest_of_an_accepted_offer_is_not_offered_any_more_once_its_time_is_over(
    editor_a, editor_b, head_a
):
    request = circulated(by=editor_a, lines=lines(10, 10))
    past = AT + timedelta(minutes=1)
    offer = submitted_offer(request, 4, 5, by=editor_b, valid_until=past)

    services.accept_in_part(offer, by=head_a, at=AT, decisions=[LineDecision(1, "accept")])

    assert [figures[1:3] for figures in _figures(request)] == [(4, 4), (0, 0)]


def test_the_rest_that_the_offerer_has_withdrawn_is_not_offered_any_more(
    editor_a, editor_b, head_a, head_b
):
    request = circulated(by=editor_a, lines=lines(10, 10, 10))
    offer = submitted_offer(request, 4, 5, 6, by=editor_b)
    submitted_offer(request, 1, 1, by=editor_b)
    decisions = [LineDecision(1, "partial", 3), LineDecision(2, "provisional")]
    services.accept_in_part(offer, by=head_a, at=AT, decisions=decisions)
    before = [figures[1:3] for figures in _figures(request)]

    services.withdraw_rest(offer, by=head_b, at=AT)

    after = [figures[1:3] for figures in _figures(request)]
    assert (before, after) == ([(4, 3), (6, 0), (6, 0)], [(4, 3), (1, 0), (0, 0)])


def test_more_than_was_needed_is_said(editor_a, editor_b, head_a):
    request = circulated(by=editor_a, facts={"allows_over_acceptance": True})
    services.accept(submitted_offer(request, 15, by=editor_b), by=head_a, at=AT)

    (group,) = groups_of(AssistanceRequest.objects.filter(pk=request.pk))

    (line,) = group.lines
    assert (line.gap, line.surplus) == ("0", "5 tents")
    assert line.spoken.endswith("; 5 more than needed")


@pytest.mark.parametrize("count", [1, 3])
def test_all_requests_of_an_incident_cost_one_query(
    django_assert_num_queries, editor_a, editor_b, count
):
    incident = IncidentFactory(participant=editor_a.participant, status="active")
    for _ in range(count):
        submitted_offer(
            circulated(by=editor_a, incident=incident, lines=lines(5, 5)), 2, by=editor_b
        )

    with django_assert_num_queries(1):
        groups = groups_of(AssistanceRequest.objects.filter(incident=incident))

    assert [len(group.lines) for group in groups] == [2] * count


def _one(needed, waiting, accepted, under_way, arrived):
    item = RequestItem(
        line=1,
        kind="in_kind",
        unit="tent",
        needed=needed,
        accepted=accepted,
        descriptions={"en": "Tents"},
    )
    return Coverage(item, needed, waiting, accepted, under_way, arrived)


@pytest.mark.parametrize(
    ("figures", "parts"),
    [
        ((10, 0, 0, 0, 0), [("gap", "0.00", "200.00")]),
        ((10, 5, 0, 0, 0), [("waiting", "0.00", "100.00"), ("gap", "100.00", "100.00")]),
        (
            (10, 2, 6, 2, 1),
            [
                ("arrived", "0.00", "20.00"),
                ("under-way", "20.00", "40.00"),
                ("accepted", "60.00", "60.00"),
                ("waiting", "120.00", "40.00"),
                ("gap", "160.00", "40.00"),
            ],
        ),
        ((10, 99, 10, 0, 10), [("arrived", "0.00", "200.00")]),
    ],
)
def test_a_bar_is_cut_into_what_is_there_and_what_is_missing(figures, parts):
    shown = [(one.part, one.x, one.width) for one in segments_of(_one(*figures))]

    assert shown == parts


def test_a_bar_says_itself_in_words():
    assert spoken(_one(10, 2, 6, 2, 1)) == (
        "needed 10, offered 8, accepted 6, under way 2, arrived 1, gap 4"
    )
