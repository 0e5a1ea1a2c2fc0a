"""Matching as tables: what a capacity of Baku is worth to a line of a request to Elbistan."""

from datetime import date, timedelta

import pytest

from incidents.queries import matching
from incidents.queries.bookings import bookings_of
from incidents.queries.matching import Fit
from ots_portal.geo.distances import distance_km
from tests.factories.deployments import (
    AT,
    CapacityFactory,
    DeploymentFactory,
    OfferFactory,
    OfferItemFactory,
    RequestItemFactory,
    accepted_line,
)
from tests.factories.incidents import IncidentFactory

F, U, M = Fit.FITS, Fit.UNSURE, Fit.MISFIT


def _found(code, *, capacity=None, item=None):
    criteria = matching.assess(CapacityFactory.build(**(capacity or {})), _line(**(item or {})), AT)
    return next(one for one in criteria if one.code == code)


def _line(**more):
    place = {key: more.pop(key) for key in ("latitude", "longitude") if key in more}
    line = RequestItemFactory(**more)
    for name, value in place.items():
        setattr(line.request, name, value)
        setattr(line.request.incident, name, value)
    return line


@pytest.mark.parametrize(
    ("has", "wants", "fit", "begins"),
    [
        ("HUSAR", "HUSAR", F, "It is what is asked for"),
        ("HUSAR", "MUSAR", F, "HUSAR – Heavy urban search and rescue can stand in"),
        ("USAR-H", "HUSAR", F, "USAR-H – Heavy urban search and rescue team can stand in"),
        ("MUSAR", "HUSAR", U, "MUSAR – Medium urban search and rescue is smaller"),
        ("USAR-L", "HUSAR", U, "USAR-L – Light urban search and rescue team is smaller"),
        ("EMT3", "EMT1-F", F, "EMT3"),
        ("EMT1-M", "EMT2", M, "EMT1-M"),
        ("HCP", "HUSAR", M, "HCP – High-capacity pumping is something else"),
        ("HUSAR", "", U, "The line names no type"),
        ("EXPERT", "", M, "The line asks for “Module”; this is Expert"),
        ("GONE", "HUSAR", M, "GONE is something else"),
    ],
)
def test_the_type(turkiye, azerbaijan, has, wants, fit, begins):
    found = _found("type", capacity={"capacity_type": has}, item={"capacity_type": wants})

    assert (found.fit, found.sentence[: len(begins)]) == (fit, begins)


@pytest.mark.parametrize(
    ("readiness", "fit"), [("ready", F), ("partial", U), ("unavailable", M), ("deployed", M)]
)
def test_the_readiness(turkiye, azerbaijan, readiness, fit):
    assert _found("readiness", capacity={"readiness": readiness}).fit == fit


@pytest.mark.parametrize(
    ("capacity", "hours", "fit", "begins"),
    [
        ({"departs_within_hours": 8}, 48, F, "It could be there on"),
        ({"departs_within_hours": 8}, 15, M, "It could be there on"),
        ({"departs_within_hours": 8}, None, F, "It could be there on"),
        ({"departs_within_hours": None}, 48, U, "It does not say within how many hours"),
        ({"latitude": None, "longitude": None}, 48, U, "A place is missing"),
    ],
)
def test_the_arrival(turkiye, azerbaijan, capacity, hours, fit, begins):
    needed_by = AT + timedelta(hours=hours) if hours else None

    found = _found("arrival", capacity=capacity, item={"needed_by": needed_by})

    assert (found.fit, found.sentence[: len(begins)]) == (fit, begins)


@pytest.mark.parametrize(
    ("place", "mode", "hours"),
    [
        # 130 km: 130 x 1.3 / 50 = 3.4 h by road, against 6.2 h by air
        ((40.41, 48.33), "road", 3.4),
        # 1,117 km: 7.9 h by air, against 29 h by road
        ((38.2, 37.19), "air", 7.9),
    ],
)
def test_the_way_is_the_faster_one(turkiye, azerbaijan, place, mode, hours):
    line = _line(latitude=place[0], longitude=place[1])

    journey = matching.journey_to(CapacityFactory.build(), line)

    assert (journey.mode, round(journey.hours, 1)) == (mode, hours)


def test_without_a_place_of_the_request_the_incident_counts(turkiye, azerbaijan):
    line = _line()
    line.request.latitude = line.request.longitude = None
    line.request.incident.latitude, line.request.incident.longitude = 40.41, 49.87

    assert matching.journey_to(CapacityFactory.build(), line).distance_km == 0


@pytest.mark.parametrize(
    ("kind", "until", "fit", "begins"),
    [
        ("HUSAR", AT.date() + timedelta(days=100), F, "The certificate is valid on arrival"),
        # It arrives the next day, 16 hours from 9 o'clock.
        ("HUSAR", AT.date() + timedelta(days=1), F, "The certificate is valid on arrival"),
        ("HUSAR", AT.date() - timedelta(days=1), M, "The certificate is not valid on arrival"),
        ("HUSAR", None, U, "No certificate is entered"),
        ("HCP", None, F, "This type needs no certificate"),
        ("HCP", date(2020, 1, 1), U, "The certificate is not valid on arrival"),
    ],
)
def test_the_certificate_on_arrival(turkiye, azerbaijan, kind, until, fit, begins):
    capacity = {"capacity_type": kind, "certified_until": until}

    found = _found("certificate", capacity=capacity)

    assert (found.fit, found.sentence[: len(begins)]) == (fit, begins)


def test_a_certificate_that_ends_on_the_way_is_not_valid_on_arrival(turkiye, azerbaijan):
    capacity = {"certified_until": AT.date(), "departs_within_hours": 24}

    assert _found("certificate", capacity=capacity).fit == M


@pytest.mark.parametrize(
    ("days", "fit"), [(10, F), (14, F), (7, U), (0, U)]
)  # the standard asks a HUSAR for ten
def test_the_supplies(turkiye, azerbaijan, days, fit):
    assert _found("self_sufficiency", capacity={"self_sufficient_days": days}).fit == fit


@pytest.mark.parametrize(
    ("unit", "units", "accepted", "fit"),
    [("team", 2, 0, F), ("team", 1, 0, F), ("module", 2, 0, U), ("team", 2, 2, U)],
)
def test_the_quantity(turkiye, azerbaijan, unit, units, accepted, fit):
    found = _found("quantity", capacity={"unit": unit, "units": units}, item={"accepted": accepted})

    assert found.fit == fit


# ── what holds it ───────────────────────────────────────────────────────────────────────────────
@pytest.mark.parametrize(("units", "fit"), [(1, M), (2, U)])
def test_what_a_deployment_holds_is_not_free(turkiye, azerbaijan, units, fit):
    capacity = CapacityFactory(units=units)
    DeploymentFactory(offer_item=accepted_line(accepted=1, capacity=capacity), status="operational")

    booked = bookings_of([capacity])
    criteria = matching.assess(capacity, _line(), AT, booked=booked)

    assert next(one.fit for one in criteria if one.code == "booked") == fit


def test_an_exercise_holds_nothing_of_what_is_real(turkiye, azerbaijan):
    capacity = CapacityFactory()
    incident = IncidentFactory(participant=turkiye, status="active", is_exercise=True)
    DeploymentFactory(offer_item=accepted_line(incident=incident, accepted=1, capacity=capacity))

    booked = bookings_of([capacity])
    criteria = matching.assess(capacity, _line(), AT, booked=booked)

    assert (len(booked), next(one.fit for one in criteria if one.code == "booked")) == (1, F)


@pytest.mark.parametrize(
    ("status", "accepted", "held"),
    [
        ("signed", 0, 0),
        ("submitted", 0, 3),
        ("provisional", 0, 3),
        ("accepted", 2, 2),
        ("partially_accepted", 1, 1),
        ("partially_accepted", 0, 0),
        ("declined", 0, 0),
        ("withdrawn", 0, 0),
        ("expired", 0, 0),
    ],
)
def test_an_offer_holds_what_it_may_still_have_to_send(turkiye, azerbaijan, status, accepted, held):
    capacity = CapacityFactory(units=3)
    offer = OfferFactory(status=status)
    OfferItemFactory(offer=offer, capacity=capacity, offered=3, accepted=accepted)

    assert sum(one.quantity for one in bookings_of([capacity])) == held


def test_a_deployment_takes_over_from_its_line(turkiye, azerbaijan):
    capacity = CapacityFactory(units=3)
    line = accepted_line(accepted=3, capacity=capacity)
    DeploymentFactory(offer_item=line, status="operational")
    DeploymentFactory(offer_item=line, status="returned", arrived_at=AT)
    DeploymentFactory(offer_item=line, status="cancelled")

    held = bookings_of([capacity])

    # One is still to be planned, one is away, one is home again.
    assert sorted((type(one.holder).__name__, one.quantity) for one in held) == [
        ("Deployment", 1),
        ("Offer", 1),
    ]


@pytest.mark.parametrize("status", ["recalled", "returned"])
def test_what_was_recalled_is_the_lines_again(turkiye, azerbaijan, status):
    capacity = CapacityFactory()
    line = accepted_line(accepted=1, capacity=capacity)
    DeploymentFactory(offer_item=line, status=status, departed_at=AT, arrived_at=None)

    assert [(one.quantity, one.holder) for one in bookings_of([capacity])] == [(1, line.offer)]


def test_the_sum_of_what_holds_it_is_what_is_accepted_and_not_home(turkiye, azerbaijan):
    capacity = CapacityFactory(units=3)
    line = accepted_line(accepted=3, capacity=capacity)
    DeploymentFactory(offer_item=line, status="returned", departed_at=AT, arrived_at=None)
    DeploymentFactory(offer_item=line, status="returned", departed_at=AT, arrived_at=AT)
    DeploymentFactory(offer_item=line, status="en_route", departed_at=AT)

    assert sum(one.quantity for one in bookings_of([capacity])) == 2


@pytest.mark.parametrize(
    ("status", "held"),
    [(None, 0), ("returned", 0), ("recalled", 1), ("operational", 1), ("cancelled", 0)],
)
def test_of_a_request_that_is_over_only_what_is_out_is_held(turkiye, azerbaijan, status, held):
    capacity = CapacityFactory(units=3)
    line = accepted_line(accepted=3, capacity=capacity)
    if status:
        DeploymentFactory(offer_item=line, status=status, departed_at=AT)
    line.offer.request.status = "withdrawn"
    line.offer.request.save()

    assert sum(one.quantity for one in bookings_of([capacity])) == held


def test_bookings_one_after_the_other_are_not_added(turkiye, azerbaijan):
    capacity = CapacityFactory(units=2)
    for n in (0, 10):
        line = accepted_line(accepted=1, capacity=capacity)
        line.ready_from = AT + timedelta(days=n)
        line.available_until = AT + timedelta(days=n + 5)
        line.save()

    criteria = matching.assess(capacity, _line(), AT, booked=bookings_of([capacity]))

    found = next(one for one in criteria if one.code == "booked")
    assert found.sentence == "Other offers or deployments hold 1 of 2."


@pytest.mark.parametrize(("days", "fit"), [(None, M), (3, M), (6, F)])
def test_what_is_needed_later_is_compared_with_what_holds_it_then(turkiye, azerbaijan, days, fit):
    capacity = CapacityFactory()
    line = accepted_line(accepted=1, capacity=capacity)
    line.available_until = AT + timedelta(days=5)
    line.save()
    wanted = _line()
    wanted.request.needed_from = AT + timedelta(days=days) if days else None

    criteria = matching.assess(capacity, wanted, AT, booked=bookings_of([capacity]))

    assert next(one.fit for one in criteria if one.code == "booked") == fit


def test_the_certificate_is_needed_when_help_is(turkiye, azerbaijan):
    wanted = _line()
    wanted.request.needed_from = AT + timedelta(days=30)
    capacity = CapacityFactory(certified_until=AT.date() + timedelta(days=20))

    criteria = matching.assess(capacity, wanted, AT)

    assert next(one.fit for one in criteria if one.code == "certificate") == M


def test_what_is_only_offered_is_no_ones_but_the_owners(turkiye, azerbaijan, editor_a, editor_b):
    capacity = CapacityFactory()
    OfferItemFactory(
        offer=OfferFactory(status="submitted"), capacity=capacity, offered=1, accepted=0
    )
    line = _line()

    def held(reader):
        match = matching.proposals(reader, line, at=AT)[0]
        return next(one.fit for one in match.criteria if one.code == "booked")

    assert (held(editor_a), held(editor_b)) == (F, M)


# ── proposals ───────────────────────────────────────────────────────────────────────────────────
def test_what_fits_comes_first_and_the_earlier_one_before(
    turkiye, azerbaijan, kazakhstan, editor_a
):
    line = _line()
    CapacityFactory(name="far", participant=kazakhstan, latitude=43.2, longitude=76.9)
    CapacityFactory(name="near")
    CapacityFactory(name="away", readiness="deployed")
    CapacityFactory(name="smaller", capacity_type="MUSAR")
    CapacityFactory(name="retired", retired_at=AT)

    found = matching.proposals(editor_a, line, at=AT)

    assert [(match.capacity.name, match.fit) for match in found] == [
        ("near", F),
        ("far", F),
        ("smaller", U),
        ("away", M),
    ]


@pytest.mark.parametrize(
    ("name", "names"),
    [
        ("editor_a", ["of B", "of H", "of K"]),
        ("officer", ["of B", "of H", "of K"]),
        ("editor_b", ["of B"]),
        ("machine_b", ["of B"]),
        ("administrator", []),
    ],
)
def test_who_gets_what_proposed(request, turkiye, azerbaijan, kazakhstan, hungary, name, names):
    line = _line()
    for label, owner in (("B", azerbaijan), ("K", kazakhstan), ("H", hungary), ("A", turkiye)):
        CapacityFactory(name=f"of {label}", participant=owner)

    found = matching.candidates_for(request.getfixturevalue(name), line)

    assert sorted(capacity.name for capacity in found) == names


def test_a_line_that_may_not_be_read_is_none(turkiye, azerbaijan, observer, editor_b):
    line = _line()

    assert matching.line_for(observer, line.request_id, line.pk) is None
    assert matching.line_for(editor_b, line.request_id, line.pk) == line
    assert matching.line_for(editor_b, RequestItemFactory().request_id, line.pk) is None


@pytest.mark.parametrize("count", [1, 3])
def test_proposals_take_the_same_questions_however_many(
    turkiye, azerbaijan, editor_a, count, django_assert_num_queries
):
    line = matching.line_for(editor_a, *_keys(_line()))
    for _n in range(count):
        DeploymentFactory(offer_item=accepted_line(capacity=CapacityFactory()))

    with django_assert_num_queries(3):
        assert len(matching.proposals(editor_a, line, at=AT)) == count


def _keys(line):
    return line.request_id, line.pk


@pytest.mark.parametrize(
    ("start", "end", "km"),
    [
        ((40.41, 49.87), (40.41, 49.87), 0),
        ((0, 0), (0, 180), 20_015),
        ((0, 179.5), (0, -179.5), 111),
        ((41.01, 28.98), (39.93, 32.86), 350),  # İstanbul to Ankara
    ],
)
def test_distances_follow_great_circles(start, end, km):
    assert round(distance_km(*start, *end)) == pytest.approx(km, abs=2)
