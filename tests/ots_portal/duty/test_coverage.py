"""When nobody is on duty, and who answers then."""

from datetime import timedelta

import pytest

from ots_portal.duty.queries import (
    deputies_on_duty,
    officers_on_duty,
    secretariat_on_duty,
)
from ots_portal.duty.queries.boards import board_of, boards
from ots_portal.duty.queries.coverage import (
    Gap,
    gaps_of,
    keeps_roster,
    who_answers,
)
from ots_portal.participants.models import Participant
from ots_portal.people.models import Role
from tests.factories.duty import NOON, RosterFactory, ShiftFactory
from tests.factories.people import UserFactory


def hours(count):
    return NOON + timedelta(hours=count)


def shift(person, begins, ends, **more):
    """A shift from so many hours after noon to so many."""
    return ShiftFactory(person=person, starts_at=hours(begins), ends_at=hours(ends), **more)


def gaps(since=-48, until=48):
    found = gaps_of("turkiye", since=hours(since), until=hours(until), at=NOON)
    return [
        (
            (gap.starts_at - NOON) / timedelta(hours=1),
            (gap.ends_at - NOON) / timedelta(hours=1) if gap.ends_at else None,
        )
        for gap in found
    ]


def test_the_holes_between_officers_are_gaps_and_the_end_is_an_open_one(editor_a, head_a):
    shift(editor_a, -4, 4)
    shift(head_a, 4, 8)
    shift(editor_a, 10, 12)

    assert gaps() == [(8, 10), (12, None)]


def test_deputies_do_not_fill_a_gap(editor_a, second_editor_a):
    shift(editor_a, -4, 4)
    shift(second_editor_a, 4, 8, rank="deputy")
    shift(editor_a, 8, 60)

    assert gaps() == [(4, 8)]


def test_shifts_beside_each_other_leave_no_gap_and_a_long_one_covers_short_ones(
    editor_a, head_a, second_editor_a
):
    shift(editor_a, -50, 50)
    shift(head_a, 0, 2)
    shift(second_editor_a, 6, 8)

    assert gaps() == []


def test_a_gap_that_touches_the_days_shown_has_its_whole_length(editor_a):
    shift(editor_a, -100, -90)
    shift(editor_a, 90, 100)

    assert gaps(-10, 10) == [(-90, 90)]


def test_before_the_first_shift_of_all_there_is_no_gap(editor_a):
    shift(editor_a, 10, 60)

    assert gaps() == []


@pytest.mark.parametrize(
    "change", [{"is_active": False}, {"role": Role.READER}], ids=["suspended", "reader"]
)
def test_the_shift_of_somebody_who_cannot_have_it_is_a_gap(editor_a, second_editor_a, change):
    shift(second_editor_a, -4, 4)
    shift(editor_a, 4, 60)
    type(editor_a).objects.filter(pk=editor_a.pk).update(**change)

    assert gaps() == [(4, None)]


def test_a_cancelled_shift_is_a_gap(editor_a):
    shift(editor_a, -4, 4)
    shift(editor_a, 4, 8, status="cancelled")
    shift(editor_a, 8, 60)

    assert gaps() == [(4, 8)]


@pytest.mark.parametrize(
    ("planned", "when_it_was_not", "when_it_was"),
    [
        ([(-4, 4)], True, True),
        ([(-8, -4), (4, 8)], False, True),
        ([(4, 8)], False, True),
        ([(-8, -4)], False, False),
        ([], False, False),
    ],
    ids=["a shift runs", "in a gap", "before the first shift", "run out", "none"],
)
def test_when_the_roster_says_who_is_on_duty(editor_a, planned, when_it_was_not, when_it_was):
    for begins, ends in planned:
        shift(editor_a, begins, ends)

    kept = [keeps_roster("turkiye", was_kept=was, at=NOON) for was in (False, True)]

    assert kept == [when_it_was_not, when_it_was]


def test_a_past_shift_counts_although_its_person_has_left(editor_a, second_editor_a):
    shift(editor_a, -8, -4)
    shift(second_editor_a, -4, 60)
    type(editor_a).objects.filter(pk=editor_a.pk).update(is_active=False)

    assert gaps() == []


def test_the_officers_answer_and_in_a_gap_the_deputies_and_then_the_heads(
    editor_a, second_editor_a, head_a
):
    shift(editor_a, -4, 4)
    shift(second_editor_a, -4, 8, rank="deputy")

    answering = [who_answers("turkiye", at=hours(count)) for count in (0, 6, 10)]

    assert answering == [{editor_a.pk}, {second_editor_a.pk}, {head_a.pk}]


def test_a_shift_counts_from_its_first_moment_to_before_its_last(editor_a):
    shift(editor_a, 0, 8)

    on_duty = [
        officers_on_duty("turkiye", at=at).count()
        for at in (
            NOON - timedelta(microseconds=1),
            NOON,
            hours(8) - timedelta(seconds=1),
            hours(8),
        )
    ]

    assert on_duty == [0, 1, 1, 0]


def test_deputies_are_those_of_the_participant_whose_shift_runs(
    editor_a, second_editor_a, head_a, head_b
):
    shift(second_editor_a, -1, 1, rank="deputy")
    shift(head_a, 1, 2, rank="deputy")
    shift(head_b, -1, 1, rank="deputy")
    shift(editor_a, -1, 1)

    assert list(deputies_on_duty("turkiye", at=NOON)) == [second_editor_a]


def test_the_secretariats_people_on_duty_else_all_of_them(
    officer, secretary, administrator, auditor
):
    without = set(secretariat_on_duty())
    type(officer).objects.filter(pk=officer.pk).update(is_on_duty=True)

    assert (without, list(secretariat_on_duty())) == ({officer, secretary}, [officer])


# ── boards ──────────────────────────────────────────────────────────────────────────────────────


def test_a_board_says_who_is_on_duty_now_and_next_and_when_nobody_is(
    turkiye, editor_a, second_editor_a, head_a
):
    RosterFactory(participant=turkiye)
    running = shift(editor_a, -4, 4)
    deputy = shift(second_editor_a, -4, 4, rank="deputy")
    following = shift(head_a, 6, 500)

    board = board_of(turkiye, at=NOON)

    assert (board.officers, board.deputies, board.next_officer, board.gap, board.is_in_gap) == (
        [running],
        [deputy],
        following,
        Gap(hours(4), hours(6)),
        False,
    )


def test_a_board_in_a_gap_says_so_and_whom_alerts_reach(turkiye, editor_a, head_a):
    RosterFactory(participant=turkiye)
    shift(editor_a, -8, -4)
    shift(editor_a, 4, 8)
    type(head_a).objects.filter(pk=head_a.pk).update(is_on_duty=True)

    board = board_of(turkiye, at=NOON)

    assert (board.is_in_gap, board.marked) == (True, [head_a])


def test_who_keeps_no_roster_has_no_gap(turkiye, editor_a):
    shift(editor_a, -800, -700)

    board = board_of(turkiye, at=NOON)

    assert (board.is_kept, board.gap, board.officers) == (False, None, [])


@pytest.mark.parametrize("count", [1, 3])
def test_boards_take_the_same_number_of_queries_however_many(count, django_assert_num_queries):
    for slug in ("azerbaijan", "kazakhstan", "turkiye")[:count]:
        person = UserFactory(participant__slug=slug)
        shift(person, -4, 4)
        shift(person, 4, 8)
    participants = list(Participant.objects.all())

    with django_assert_num_queries(4):
        found = boards(participants, at=NOON)

    assert len(found) == count
