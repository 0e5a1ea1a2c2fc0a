"""What becomes of the shifts of somebody who is suspended or becomes a reader."""

from datetime import timedelta

import pytest

from ots_portal.audit.models import AuditEntry
from ots_portal.duty.models import Shift
from ots_portal.duty.services import gaps, marks
from ots_portal.people.models import User
from ots_portal.staff.services import people
from tests.factories.duty import NOON, PatternFactory, RosterFactory, ShiftFactory, SwapFactory


def hours(count):
    return NOON + timedelta(hours=count)


@pytest.fixture
def roster(turkiye, editor_a, second_editor_a):
    """The first editor is on duty now and tomorrow, the second one for weeks after that."""
    RosterFactory(participant=turkiye, is_kept=False)
    running = ShiftFactory(person=editor_a)
    tomorrow = ShiftFactory(person=editor_a, starts_at=hours(24))
    ShiftFactory(person=second_editor_a, starts_at=hours(48), ends_at=hours(120))
    marks.settle_all(at=NOON)
    editor_a.refresh_from_db()
    return running, tomorrow


def on_duty():
    return list(User.objects.filter(is_on_duty=True))


def suspend(person, head, **more):
    return people.suspend(person, reason="left", by=head, at=NOON, **more)


def test_the_successor_takes_over_the_shift_that_runs_and_the_others_leave_gaps(
    roster, editor_a, head_a
):
    suspend(editor_a, head_a, duty_to=head_a)

    running, tomorrow = (Shift.objects.get(pk=shift.pk) for shift in roster)
    rest = Shift.objects.get(person=head_a)
    assert (running.ends_at, tomorrow.status, on_duty()) == (NOON, "cancelled", [head_a])
    assert (rest.starts_at, rest.ends_at, rest.rank) == (NOON, hours(4), "officer")


def test_a_deputy_who_steps_in_has_one_shift_at_a_time(roster, editor_a, second_editor_a, head_a):
    deputy = ShiftFactory(person=second_editor_a, rank="deputy")

    suspend(editor_a, head_a, duty_to=second_editor_a)

    deputy.refresh_from_db()
    rest = Shift.objects.get(person=second_editor_a, starts_at=NOON)
    assert (deputy.ends_at, rest.rank, on_duty()) == (NOON, "officer", [second_editor_a])


def test_without_a_successor_the_head_stands_in(roster, editor_a, head_a):
    suspend(editor_a, head_a)

    running, tomorrow = (Shift.objects.get(pk=shift.pk) for shift in roster)
    assert (running.ends_at, tomorrow.status, on_duty()) == (NOON, "cancelled", [head_a])


def test_the_gap_that_is_left_is_told(roster, editor_a, head_a):
    suspend(editor_a, head_a)

    gaps.warn_all(at=NOON)

    entry = AuditEntry.objects.get(kind="duty.roster.gap_ahead")
    assert len(entry.data["gaps"]) == 1


def test_patterns_end_and_swaps_lapse(roster, editor_a, second_editor_a, head_a):
    pattern = PatternFactory(person=editor_a)
    own = SwapFactory(shift=roster[1])
    asked = SwapFactory(
        shift=ShiftFactory(person=second_editor_a, starts_at=hours(200)), asked_of=editor_a
    )

    suspend(editor_a, head_a)

    for record in (pattern, own, asked):
        record.refresh_from_db()
    assert (pattern.status, own.status, asked.status) == ("ended", "lapsed", "lapsed")


def test_who_becomes_a_reader_leaves_the_roster(roster, editor_a, head_a):
    people.change_role(editor_a, role="reader", version=1, by=head_a, at=NOON)

    assert Shift.objects.filter(person=editor_a, status="planned", ends_at__gt=NOON).count() == 0


def test_who_becomes_a_head_keeps_the_shifts(roster, editor_a, head_a):
    people.change_role(editor_a, role="head", version=1, by=head_a, at=NOON)

    assert Shift.objects.filter(person=editor_a, status="planned").count() == 2


def test_past_shifts_stay_as_they_were(turkiye, editor_a, head_a):
    ShiftFactory(person=editor_a, starts_at=hours(-40))

    suspend(editor_a, head_a)

    assert Shift.objects.get().status == "planned"


def test_without_a_roster_the_successor_is_marked_by_hand(
    turkiye, editor_a, second_editor_a, head_a
):
    User.objects.filter(pk=editor_a.pk).update(is_on_duty=True)

    suspend(editor_a, head_a, duty_to=second_editor_a)

    entry = AuditEntry.objects.get(kind="people.user.marked_on_duty")
    assert (on_duty(), entry.subject_id) == ([second_editor_a], str(second_editor_a.pk))
