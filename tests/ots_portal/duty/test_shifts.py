"""Planning, changing and cancelling a shift."""

from datetime import timedelta

import pytest
from django.core.exceptions import ValidationError

from ots_portal.audit.models import AuditEntry
from ots_portal.duty.models import Shift
from ots_portal.duty.services import shifts as services
from ots_portal.duty.services.shifts import ShiftFacts
from ots_portal.lifecycle import StaleVersion, WrongStatus
from ots_portal.people.models import Role
from ots_portal.verdicts import Refused
from tests.factories.duty import NOON, ShiftFactory, SwapFactory
from tests.factories.people import UserFactory


def hours(count):
    return NOON + timedelta(hours=count)


def facts(person, begins=1, ends=9, **more):
    return ShiftFacts(person, hours(begins), hours(ends), **more)


def problems(call, *args, **more):
    with pytest.raises(ValidationError) as refused:
        call(*args, at=NOON, **more)
    return refused.value.message_dict


def test_a_planned_shift_stands_in_the_roster_and_in_the_audit(turkiye, head_a, editor_a):
    shift = services.plan(turkiye, facts(editor_a, note="By telephone."), by=head_a, at=NOON)

    entry = AuditEntry.objects.get(kind="duty.shift.planned")
    assert (shift.person, shift.created_by, shift.status) == (editor_a, head_a, "planned")
    assert (entry.participant, entry.data["person"], "By telephone." in entry.body) == (
        "turkiye",
        str(editor_a.pk),
        False,
    )


@pytest.mark.parametrize(
    ("begins", "ends", "field", "sentence"),
    [
        (9, 9, "ends_at", "The shift ends before it begins."),
        (9, 1, "ends_at", "The shift ends before it begins."),
        (1, 1 + 7 * 24 + 1, "ends_at", "A shift lasts at most seven days."),
        (-9, 0, "ends_at", "This shift would be over already."),
    ],
)
def test_an_impossible_time_is_refused(turkiye, head_a, editor_a, begins, ends, field, sentence):
    found = problems(services.plan, turkiye, facts(editor_a, begins, ends), by=head_a)

    assert found == {field: [sentence]}


@pytest.mark.parametrize("whose", ["reader_a", "editor_b", "machine_a", "suspended"])
def test_only_the_own_people_who_may_act_have_shifts(request, turkiye, head_a, whose):
    person = (
        UserFactory(participant=turkiye, is_active=False)
        if whose == "suspended"
        else request.getfixturevalue(whose)
    )

    found = problems(services.plan, turkiye, facts(person), by=head_a)

    assert found == {"person": ["This person cannot go on duty. Choose another."]}


@pytest.mark.parametrize(("begins", "ends"), [(1, 9), (0, 1.5), (8.5, 10), (3, 4), (-4, 20)])
def test_nobody_has_two_shifts_at_a_time(turkiye, head_a, editor_a, begins, ends):
    ShiftFactory(person=editor_a, starts_at=hours(1), ends_at=hours(9), rank="deputy")

    found = problems(services.plan, turkiye, facts(editor_a, begins, ends), by=head_a)

    assert found == {
        "person": [
            "Editor of A has a shift then already, from 20 Nov 2026, 13:00 UTC to 20 Nov 2026, 21:00 UTC."
        ]
    }


def test_shifts_may_follow_each_other(turkiye, head_a, editor_a):
    ShiftFactory(person=editor_a, starts_at=hours(1), ends_at=hours(9))

    for begins, ends in ((-4, 1), (9, 12)):
        services.plan(turkiye, facts(editor_a, begins, ends), by=head_a, at=NOON)

    assert Shift.objects.count() == 3


def test_two_people_may_be_on_duty_together(turkiye, head_a, editor_a, second_editor_a):
    for person in (editor_a, second_editor_a):
        services.plan(turkiye, facts(person), by=head_a, at=NOON)

    assert Shift.objects.count() == 2


def test_a_cancelled_shift_stands_in_nobodys_way(turkiye, head_a, editor_a):
    ShiftFactory(person=editor_a, starts_at=hours(1), status="cancelled")

    shift = services.plan(turkiye, facts(editor_a), by=head_a, at=NOON)

    assert shift.is_planned


@pytest.mark.parametrize(
    "who", ["editor_a", "reader_a", "head_b", "secretary", "officer", "administrator", "machine_a"]
)
def test_only_the_own_head_keeps_the_roster(request, turkiye, editor_a, who):
    shift = ShiftFactory(person=editor_a, starts_at=hours(1))
    by = request.getfixturevalue(who)

    refusals = []
    for call in (
        lambda: services.plan(turkiye, facts(editor_a, 20, 21), by=by, at=NOON),
        lambda: services.update(shift, facts(editor_a, 20, 21), by=by, at=NOON, version=1),
        lambda: services.cancel(shift, by=by, at=NOON),
    ):
        with pytest.raises(Refused) as refused:
            call()
        refusals.append(str(refused.value))

    assert refusals == ["The head of the authority keeps its duty roster."] * 3


def test_the_secretariat_keeps_a_roster_too(secretariat, secretary, officer):
    shift = services.plan(secretariat, facts(officer), by=secretary, at=NOON)

    assert shift.participant == secretariat


def test_a_change_says_what_was_before(turkiye, head_a, editor_a, second_editor_a):
    shift = ShiftFactory(person=editor_a, starts_at=hours(1))

    services.update(
        shift, facts(second_editor_a, 1, 12, rank="deputy"), by=head_a, at=NOON, version=1
    )

    shift.refresh_from_db()
    entry = AuditEntry.objects.get(kind="duty.shift.changed")
    assert (shift.person, shift.rank, shift.version) == (second_editor_a, "deputy", 2)
    assert (sorted(entry.data["changes"]), entry.data["was_of"]) == (
        ["ends_at", "person", "rank"],
        str(editor_a.pk),
    )


def test_saving_without_a_change_records_nothing(head_a, editor_a):
    shift = ShiftFactory(person=editor_a, starts_at=hours(1))

    services.update(shift, facts(editor_a, 1, 9), by=head_a, at=NOON, version=1)

    shift.refresh_from_db()
    assert (shift.version, AuditEntry.objects.count()) == (1, 0)


def test_what_somebody_else_changed_meanwhile_is_not_overwritten(head_a, editor_a):
    shift = ShiftFactory(person=editor_a, starts_at=hours(1), version=2)

    with pytest.raises(StaleVersion):
        services.update(shift, facts(editor_a, 2, 9), by=head_a, at=NOON, version=1)

    shift.refresh_from_db()
    assert shift.starts_at == hours(1)


def test_a_shift_that_runs_is_changed_and_not_cancelled(head_a, editor_a, second_editor_a):
    shift = ShiftFactory(person=editor_a)

    with pytest.raises(WrongStatus):
        services.cancel(shift, by=head_a, at=NOON)
    services.update(shift, facts(second_editor_a, -4, 1), by=head_a, at=NOON, version=1)

    shift.refresh_from_db()
    assert (shift.person, shift.ends_at) == (second_editor_a, hours(1))


def test_the_beginning_of_a_shift_that_runs_stays(head_a, editor_a):
    shift = ShiftFactory(person=editor_a)

    found = problems(services.update, shift, facts(editor_a, 1, 4), by=head_a, version=1)

    assert found == {"starts_at": ["This shift runs: its beginning stays."]}


def test_a_shift_that_is_over_or_cancelled_stays_as_it_was(head_a, editor_a):
    over = ShiftFactory(person=editor_a, starts_at=hours(-9), ends_at=hours(-1))
    cancelled = ShiftFactory(person=editor_a, starts_at=hours(1), status="cancelled")

    sentences = []
    for shift in (over, cancelled):
        with pytest.raises(WrongStatus) as refused:
            services.cancel(shift, by=head_a, at=NOON)
        sentences.append(str(refused.value))

    assert sentences == [
        "This shift is over: it stays as it was.",
        "This is not possible any more: the status is now “Cancelled”.",
    ]


@pytest.mark.parametrize("deed", ["moved", "cancelled", "noted"])
def test_what_was_asked_about_the_shift_before_lapses(head_a, editor_a, deed):
    swap = SwapFactory(shift__person=editor_a)
    shift = swap.shift

    if deed == "cancelled":
        services.cancel(shift, by=head_a, at=NOON)
    else:
        times = (shift.starts_at, shift.ends_at + timedelta(hours=deed == "moved"))
        changed = ShiftFacts(editor_a, *times, note="By telephone.")
        services.update(shift, changed, by=head_a, at=NOON, version=1)

    swap.refresh_from_db()
    assert swap.status == ("asked" if deed == "noted" else "lapsed")


def test_who_was_suspended_meanwhile_plans_nothing(turkiye, head_a, editor_a):
    type(head_a).objects.filter(pk=head_a.pk).update(is_active=False)

    with pytest.raises(Refused):
        services.plan(turkiye, facts(editor_a), by=head_a, at=NOON)


def test_the_heads_own_role_is_that_of_now(turkiye, head_a, editor_a):
    type(head_a).objects.filter(pk=head_a.pk).update(role=Role.EDITOR)

    with pytest.raises(Refused):
        services.plan(turkiye, facts(editor_a), by=head_a, at=NOON)
