"""Between whom a reservation stands: a table of what was said and of days."""

from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from agreements.rules.reservation_effects import (
    Other,
    Outcome,
    Relation,
    Standing,
    last_day_to_object,
    may_still_object,
    outcome_of,
    relation_of,
)
from agreements.vocabularies.reservations import ACCEPTING, RelationKind

NOTIFIED, ENDS = date(2026, 1, 10), date(2027, 1, 10)
BEFORE, LATER = date(2025, 6, 1), date(2027, 5, 1)
CIRCULATED = Standing(circulated_on=NOTIFIED)


@pytest.mark.parametrize(
    ("standing", "other", "today", "kind", "on"),
    [
        (Standing(), Other("tr", BEFORE), ENDS, "not_notified", None),
        (CIRCULATED, Other("tr", BEFORE), ENDS, "open", None),
        (CIRCULATED, Other("tr", BEFORE), ENDS + timedelta(days=1), "accepted_tacitly", ENDS),
        # Its consent is later than the twelve months: article 20, 5.
        (CIRCULATED, Other("tr", LATER), LATER, "open", None),
        (CIRCULATED, Other("tr", LATER), LATER + timedelta(days=1), "accepted_tacitly", LATER),
        # Who is only entitled to become a party accepts nothing by silence.
        (CIRCULATED, Other("tr"), LATER, "open", None),
        (CIRCULATED, Other("tr", BEFORE, accepted_on=NOTIFIED), NOTIFIED, "accepted", NOTIFIED),
        (CIRCULATED, Other("tr", BEFORE, objected_on=NOTIFIED), LATER, "objected", NOTIFIED),
        (
            CIRCULATED,
            Other("tr", BEFORE, objected_on=NOTIFIED, precludes=True),
            LATER,
            "precluded",
            NOTIFIED,
        ),
        (
            CIRCULATED,
            Other("tr", BEFORE, objected_on=NOTIFIED, objection_withdrawn_on=ENDS),
            LATER,
            "objection_withdrawn",
            ENDS,
        ),
        (
            Standing(circulated_on=NOTIFIED, awaits_confirmation=True),
            Other("tr", BEFORE),
            LATER,
            "unconfirmed",
            None,
        ),
        # Said before the confirmation, it needs no confirmation itself: article 23, 3.
        (
            Standing(circulated_on=NOTIFIED, awaits_confirmation=True),
            Other("tr", BEFORE, objected_on=NOTIFIED),
            LATER,
            "objected",
            NOTIFIED,
        ),
        (
            Standing(circulated_on=NOTIFIED, terms="authorized"),
            Other("tr", BEFORE),
            NOTIFIED,
            "authorized",
            NOTIFIED,
        ),
        (
            Standing(circulated_on=NOTIFIED, acceptance="organ"),
            Other("tr", BEFORE),
            LATER,
            "awaits_the_organ",
            None,
        ),
        (
            Standing(circulated_on=NOTIFIED, acceptance="organ", decided_on=ENDS),
            Other("tr", BEFORE),
            LATER,
            "by_the_organ",
            ENDS,
        ),
        (
            Standing(circulated_on=NOTIFIED, withdrawn_on=ENDS),
            Other("tr", BEFORE, objected_on=NOTIFIED),
            LATER,
            "withdrawn",
            ENDS,
        ),
        (Standing(is_not_permitted=True), Other("tr", BEFORE), LATER, "not_permitted", None),
    ],
)
def test_a_reservation_stands_between_two_states(standing, other, today, kind, on):
    found = relation_of(standing, other, today)

    assert (found.kind, found.on) == (kind, on)


def test_a_confirmation_keeps_the_day_of_the_first_notification():
    """Twelve months from the first notification; but silence counts for nothing before the confirmation."""
    early = Standing(circulated_on=NOTIFIED, confirmed_on=date(2026, 6, 1))
    late = Standing(circulated_on=NOTIFIED, confirmed_on=LATER)

    assert [last_day_to_object(one, BEFORE) for one in (early, late)] == [ENDS, LATER]


@pytest.mark.parametrize(("day", "expected"), [(ENDS, True), (ENDS + timedelta(days=1), False)])
def test_an_objection_is_in_time_until_the_last_day(day, expected):
    assert may_still_object(CIRCULATED, BEFORE, day) is expected


def test_who_has_not_consented_may_always_object():
    assert may_still_object(CIRCULATED, None, LATER)


def relation(key, kind, on=ENDS) -> Relation:
    return Relation(key, RelationKind(kind), on)


ACCEPTED, OBJECTED, OPEN = (
    relation("a", "accepted"),
    relation("b", "objected"),
    relation("c", "open", None),
)


@pytest.mark.parametrize(
    ("acceptance", "relations", "expected"),
    [
        ("each", [OPEN], Outcome(None)),
        # One other contracting State is enough: article 20, 4 c.
        ("each", [ACCEPTED, OBJECTED, OPEN], Outcome(is_established=True, on=ENDS)),
        ("each", [OBJECTED, OPEN], Outcome(None)),
        ("each", [OBJECTED], Outcome(is_established=False, on=ENDS)),
        # All of them, where the treaty is to be applied in its entirety: article 20, 2.
        ("all", [ACCEPTED, OPEN], Outcome(None)),
        ("all", [ACCEPTED], Outcome(is_established=True, on=ENDS)),
        ("all", [ACCEPTED, OBJECTED, OPEN], Outcome(is_established=False, on=ENDS)),
        ("organ", [ACCEPTED], Outcome(None)),
        ("each", [], Outcome(None)),
    ],
)
def test_a_reservation_is_established_by_those_whose_acceptance_it_needs(
    acceptance, relations, expected
):
    standing = Standing(circulated_on=NOTIFIED, acceptance=acceptance)
    contracting = [one.key for one in relations]

    assert outcome_of(standing, relations, contracting) == expected


def test_only_contracting_states_establish_it():
    assert outcome_of(CIRCULATED, [ACCEPTED], []) == Outcome(None)


def test_what_is_authorized_needs_nobody():
    standing = Standing(circulated_on=NOTIFIED, terms="authorized")

    assert outcome_of(standing, [], []) == Outcome(is_established=True, on=NOTIFIED)


days = st.dates(date(2020, 1, 1), date(2035, 1, 1))
maybe = st.none() | days


@given(days, maybe, maybe, maybe, days, st.integers(0, 4000))
def test_what_was_accepted_by_silence_stays_accepted(
    circulated, consented, confirmed, objected, today, more
):
    standing = Standing(circulated_on=circulated, confirmed_on=confirmed)
    other = Other("tr", consented, objected_on=objected)

    before = relation_of(standing, other, today)
    after = relation_of(standing, other, today + timedelta(days=more))

    if before.kind in ACCEPTING:
        assert after == before
