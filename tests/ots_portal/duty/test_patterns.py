"""Weekly patterns, and the shifts that the portal plans by them."""

from datetime import UTC, date, datetime, time, timedelta

import pytest
from django.core.exceptions import ValidationError

from ots_portal.audit.models import AuditEntry
from ots_portal.duty.models import Shift
from ots_portal.duty.services import patterns as services
from ots_portal.duty.services.patterns import PatternFacts
from ots_portal.duty.tasks import look_ahead
from ots_portal.lifecycle import WrongStatus
from ots_portal.participants.models import Participant
from ots_portal.verdicts import Refused
from tests.factories.duty import NOON, PatternFactory, ShiftFactory

ISTANBUL = "Europe/Istanbul"


@pytest.fixture(autouse=True)
def _capital(turkiye):
    Participant.objects.filter(pk="turkiye").update(time_zone=ISTANBUL)
    turkiye.refresh_from_db()


def facts(person, **more):
    return PatternFacts(
        person=person,
        **{
            "weekdays": [6, 7],
            "starts_at": time(8),
            "ends_at": time(20),
            "first_date": date(2026, 11, 20),
            **more,
        },
    )


def test_the_shifts_of_eight_weeks_stand_in_the_roster(turkiye, head_a, editor_a):
    pattern = services.begin(turkiye, facts(editor_a), by=head_a, at=NOON)

    shifts = list(Shift.objects.filter(pattern=pattern))
    assert (len(shifts), shifts[0].starts_at, shifts[0].ends_at) == (
        16,
        datetime(2026, 11, 21, 5, tzinfo=UTC),
        datetime(2026, 11, 21, 17, tzinfo=UTC),
    )


def test_a_shift_that_runs_already_is_planned_and_what_is_over_is_not(turkiye, head_a, editor_a):
    round_the_clock = facts(
        editor_a, weekdays=[1, 2, 3, 4, 5, 6, 7], starts_at=time(20), ends_at=time(20),
        first_date=date(2026, 11, 1),
    )  # fmt: skip

    services.begin(turkiye, round_the_clock, by=head_a, at=NOON)

    assert Shift.objects.earliest("starts_at").starts_at == datetime(2026, 11, 19, 17, tzinfo=UTC)


def test_people_who_take_turns_have_every_second_week(turkiye, head_a, editor_a, second_editor_a):
    services.begin(turkiye, facts(editor_a, every_weeks=2), by=head_a, at=NOON)
    later = facts(second_editor_a, every_weeks=2, first_date=date(2026, 11, 27))
    services.begin(turkiye, later, by=head_a, at=NOON)

    whose = [shift.person for shift in Shift.objects.order_by("starts_at")[:6]]

    assert whose == [editor_a] * 2 + [second_editor_a] * 2 + [editor_a] * 2


def test_where_the_person_has_a_shift_already_nothing_of_it_is_planned(turkiye, head_a, editor_a):
    ShiftFactory(person=editor_a, starts_at=datetime(2026, 12, 5, 6, tzinfo=UTC))

    with pytest.raises(ValidationError) as refused:
        services.begin(turkiye, facts(editor_a), by=head_a, at=NOON)

    assert (list(refused.value.message_dict), Shift.objects.count()) == (["person"], 1)


@pytest.mark.parametrize(
    ("changes", "field"),
    [
        ({"weekdays": []}, "weekdays"),
        ({"weekdays": [0]}, "weekdays"),
        ({"weekdays": [1, 1]}, "weekdays"),
        ({"last_date": date(2026, 11, 19)}, "last_date"),
        ({"first_date": date(2026, 10, 1), "last_date": date(2026, 10, 31)}, "last_date"),
        ({"every_weeks": 0}, "every_weeks"),
        ({"every_weeks": 13}, "every_weeks"),
    ],
)
def test_an_impossible_pattern_is_refused(turkiye, head_a, editor_a, changes, field):
    with pytest.raises(ValidationError) as refused:
        services.begin(turkiye, facts(editor_a, **changes), by=head_a, at=NOON)

    assert (field in refused.value.message_dict, Shift.objects.count()) == (True, 0)


def test_only_the_own_head_begins_and_ends_one(turkiye, editor_a, head_b):
    pattern = PatternFactory(person=editor_a)

    for by in (editor_a, head_b):
        with pytest.raises(Refused):
            services.begin(turkiye, facts(editor_a), by=by, at=NOON)
        with pytest.raises(Refused):
            services.end(pattern, by=by, at=NOON)


def test_every_day_the_portal_goes_on_with_it(turkiye, head_a, editor_a):
    services.begin(turkiye, facts(editor_a), by=head_a, at=NOON)
    later = NOON + timedelta(days=7)

    counts = [services.continue_all(at=moment) for moment in (NOON, later, later)]

    last = Shift.objects.latest("starts_at").pattern_date
    assert (counts, Shift.objects.count(), last) == ([0, 1, 0], 18, date(2027, 1, 17))


def test_going_on_leaves_out_the_days_on_which_the_person_has_another_shift(
    turkiye, head_a, editor_a
):
    services.begin(turkiye, facts(editor_a), by=head_a, at=NOON)
    ShiftFactory(person=editor_a, starts_at=datetime(2027, 1, 23, 6, tzinfo=UTC))

    services.continue_all(at=NOON + timedelta(days=14))

    entry = AuditEntry.objects.filter(kind="duty.pattern.continued").latest("recorded_at")
    assert (entry.data["shift_count"], entry.data["left_out_count"]) == (3, 1)


def test_one_that_begins_late_is_planned_from_then_and_has_a_last_day(turkiye, head_a, editor_a):
    late = facts(editor_a, first_date=date(2027, 3, 1), last_date=date(2027, 3, 14))

    services.begin(turkiye, late, by=head_a, at=NOON)
    services.continue_all(at=NOON + timedelta(days=120))

    days = list(Shift.objects.order_by("starts_at").values_list("pattern_date", flat=True))
    assert days == [date(2027, 3, 6), date(2027, 3, 7), date(2027, 3, 13), date(2027, 3, 14)]


def test_a_shift_that_was_cancelled_does_not_come_back(turkiye, head_a, editor_a):
    services.begin(turkiye, facts(editor_a), by=head_a, at=NOON)
    Shift.objects.filter(pattern_date=date(2026, 11, 21)).update(status="cancelled")

    services.continue_all(at=NOON + timedelta(days=7))

    assert Shift.objects.filter(pattern_date=date(2026, 11, 21), status="planned").count() == 0


def test_ended_its_coming_shifts_go_but_those_that_somebody_took_over_stay(
    turkiye, head_a, editor_a, second_editor_a
):
    pattern = services.begin(turkiye, facts(editor_a), by=head_a, at=NOON)
    first = Shift.objects.earliest("starts_at")
    Shift.objects.filter(pk=first.pk).update(person=second_editor_a)

    services.end(pattern, by=head_a, at=NOON)

    assert list(Shift.objects.filter(status="planned")) == [first]


def test_the_shift_that_runs_goes_on_when_its_pattern_ends(turkiye, head_a, editor_a):
    always = facts(editor_a, weekdays=[5, 6, 7], starts_at=time(8), ends_at=time(20))
    pattern = services.begin(turkiye, always, by=head_a, at=NOON)

    services.end(pattern, by=head_a, at=NOON)

    left = Shift.objects.get(status="planned")
    assert left.runs_at(NOON)


def test_ended_twice_is_refused(turkiye, head_a, editor_a):
    pattern = PatternFactory(person=editor_a)
    services.end(pattern, by=head_a, at=NOON)

    with pytest.raises(WrongStatus):
        services.end(pattern, by=head_a, at=NOON)


def test_the_job_looks_ahead_in_all_rosters(turkiye, head_a, editor_a, time_machine):
    services.begin(turkiye, facts(editor_a), by=head_a, at=NOON)
    time_machine.move_to(NOON + timedelta(days=7))

    look_ahead()

    assert Shift.objects.count() == 18
