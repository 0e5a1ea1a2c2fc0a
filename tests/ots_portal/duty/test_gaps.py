"""Warning the heads of times without an officer, once each."""

from datetime import timedelta

import pytest

from ots_portal.audit.models import AuditEntry
from ots_portal.duty.models import GapWarning, Shift
from ots_portal.duty.services import gaps
from tests.factories.duty import NOON, RosterFactory, ShiftFactory


def hours(count):
    return NOON + timedelta(hours=count)


def told():
    """Return how many gaps each message names."""
    entries = AuditEntry.objects.filter(kind="duty.roster.gap_ahead").order_by("recorded_at")
    return [len(entry.data["gaps"]) for entry in entries]


@pytest.fixture
def with_gaps(turkiye, editor_a):
    """On duty until 16 h, then from 20 to 28 h and from 32 h on, for long."""
    RosterFactory(participant=turkiye)
    for begins, ends in ((-4, 4), (8, 16), (20, 500)):
        ShiftFactory(person=editor_a, starts_at=hours(begins), ends_at=hours(ends))


def test_the_gaps_of_two_days_are_told_in_one_message_once(with_gaps):
    warned = [gaps.warn_all(at=hours(count)) for count in (0, 1, 6)]

    assert (warned, told()) == ([1, 0, 0], [2])


@pytest.mark.parametrize(("ahead", "expected"), [(47, [1]), (49, [])])
def test_a_gap_is_told_48_hours_before_it_begins(turkiye, editor_a, ahead, expected):
    RosterFactory(participant=turkiye)
    ShiftFactory(person=editor_a, starts_at=hours(-4), ends_at=hours(ahead))
    ShiftFactory(person=editor_a, starts_at=hours(ahead + 4))

    gaps.warn_all(at=NOON)

    assert told() == expected


def test_a_gap_that_became_smaller_is_no_news_and_one_elsewhere_is(with_gaps, head_a):
    gaps.warn_all(at=NOON)
    ShiftFactory(person=head_a, starts_at=hours(4), ends_at=hours(6))
    smaller = gaps.warn_all(at=hours(1))
    Shift.objects.filter(starts_at=hours(8)).update(ends_at=hours(14))

    elsewhere = gaps.warn_all(at=hours(2))

    assert (smaller, elsewhere, told()) == (0, 1, [2, 1])


def test_a_gap_that_was_filled_and_opened_again_is_told_again(with_gaps, head_a):
    gaps.warn_all(at=NOON)
    filled = ShiftFactory(person=head_a, starts_at=hours(4), ends_at=hours(8))
    gaps.warn_all(at=hours(1))
    Shift.objects.filter(pk=filled.pk).update(status="cancelled")

    gaps.warn_all(at=hours(2))

    assert (told(), GapWarning.objects.count()) == ([2, 1], 2)


def test_what_is_over_is_forgotten(with_gaps):
    for count in (0, 10, 30):
        gaps.warn_all(at=hours(count))

    assert GapWarning.objects.count() == 0


def test_that_nobody_is_planned_any_more_is_told_as_an_open_gap(turkiye, editor_a):
    RosterFactory(participant=turkiye)
    ShiftFactory(person=editor_a)

    gaps.warn_all(at=NOON)

    entry = AuditEntry.objects.get(kind="duty.roster.gap_ahead")
    assert [gap["ends_at"] for gap in entry.data["gaps"]] == [None]


def test_who_keeps_no_roster_is_not_warned(turkiye, editor_a):
    RosterFactory(participant=turkiye, is_kept=False)
    ShiftFactory(person=editor_a, starts_at=hours(-40), ends_at=hours(-30))

    assert gaps.warn_all(at=NOON) == 0
