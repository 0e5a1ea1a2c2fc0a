from datetime import UTC, date, datetime, time, timedelta

import pytest

from ots_portal.duty.hours import comes_on, span_of

BUDAPEST, ISTANBUL = "Europe/Budapest", "Europe/Istanbul"


def test_hours_are_those_of_the_capital():
    assert span_of(date(2026, 11, 20), time(8), time(20), ISTANBUL) == (
        datetime(2026, 11, 20, 5, tzinfo=UTC),
        datetime(2026, 11, 20, 17, tzinfo=UTC),
    )


def test_a_shift_that_ends_at_its_hour_or_earlier_ends_on_the_next_day():
    spans = [span_of(date(2026, 11, 20), time(20), end, "UTC") for end in (time(8), time(20))]

    assert [ends - begins for begins, ends in spans] == [timedelta(hours=12), timedelta(hours=24)]


@pytest.mark.parametrize(
    ("day", "hours"),
    [(date(2026, 3, 28), 11), (date(2026, 10, 24), 13), (date(2026, 7, 1), 12)],
    ids=["put forward", "put back", "any other night"],
)
def test_a_night_shift_begins_and_ends_at_its_hours_when_the_clock_is_changed(day, hours):
    begins, ends = span_of(day, time(20), time(8), BUDAPEST)

    assert ends - begins == timedelta(hours=hours)


def test_an_hour_that_the_clock_skips_is_the_one_it_shows_instead():
    begins, _ends = span_of(date(2026, 3, 29), time(2, 30), time(8), BUDAPEST)

    assert begins == datetime(2026, 3, 29, 1, 30, tzinfo=UTC)


@pytest.mark.parametrize(
    ("day", "every_weeks", "expected"),
    [
        (date(2026, 11, 20), 1, True),  # the Friday on which it begins
        (date(2026, 11, 16), 1, False),  # the Monday before it began
        (date(2026, 11, 23), 1, True),
        (date(2026, 11, 23), 2, False),
        (date(2026, 11, 30), 2, True),
        (date(2026, 11, 28), 1, False),  # a Saturday
        (date(2026, 12, 11), 3, True),
        (date(2026, 12, 4), 3, False),
    ],
)
def test_what_comes_again_is_counted_in_weeks_from_the_first(day, every_weeks, expected):
    comes = comes_on(day, weekdays=[1, 5], first_date=date(2026, 11, 20), every_weeks=every_weeks)

    assert comes == expected
