"""What the roster plugs into the portal: calendar, audit, keeping and own copies."""

from datetime import timedelta

from ots_portal import plugs
from ots_portal.duty.models import Shift
from ots_portal.duty.portal import own_shifts
from tests.factories.duty import NOON, ShiftFactory, SwapFactory


def hours(count):
    return NOON + timedelta(hours=count)


def test_the_own_calendar_has_the_own_shifts_and_says_which_are_cancelled(
    editor_a, second_editor_a
):
    shift = ShiftFactory(person=editor_a)
    cancelled = ShiftFactory(person=editor_a, starts_at=hours(24), status="cancelled")
    ShiftFactory(person=second_editor_a, starts_at=hours(24))
    ShiftFactory(person=editor_a, starts_at=hours(400))

    entries = own_shifts(editor_a, hours(-100), hours(100))

    assert [(entry.uid, entry.is_cancelled) for entry in entries] == [
        (f"shift-{shift.pk}", False),
        (f"shift-{cancelled.pk}", True),
    ]
    assert (entries[0].title, entries[0].starts_at, entries[0].ends_at) == (
        "Officer on duty · Türkiye",
        shift.starts_at,
        shift.ends_at,
    )


def test_the_calendars_of_the_portal_know_the_shifts():
    assert own_shifts in plugs.calendars


def test_shifts_are_forgotten_after_their_time_with_their_swaps(editor_a):
    old = SwapFactory(shift__person=editor_a).shift
    fresh = ShiftFactory(person=editor_a, starts_at=hours(48))
    retention = plugs.retentions["shifts"]

    count = retention.count(hours(40))
    retention.forget(hours(40), 10)

    assert (count, list(Shift.objects.all())) == (1, [fresh])
    assert old.pk is not None


def test_the_own_copy_has_the_shifts_and_erasing_keeps_them_without_notes(editor_a):
    ShiftFactory(person=editor_a, note="At her mother's.")
    data = plugs.personal_data["shifts"]

    told = data.told(editor_a)
    data.erase(editor_a, NOON)

    assert ([row["note"] for row in told], Shift.objects.get().note) == (["At her mother's."], "")
