"""What happens when two people, or two workers, do it at the same moment."""

from datetime import timedelta
from functools import partial

import pytest
from django.core.exceptions import ValidationError

from ots_portal.audit.models import AuditEntry
from ots_portal.duty.models import Shift
from ots_portal.duty.services import gaps, marks, shifts, swaps
from ots_portal.lifecycle import WrongStatus
from ots_portal.people.models import User
from tests.factories.duty import NOON, RosterFactory, ShiftFactory, SwapFactory
from tests.together import together

pytestmark = pytest.mark.django_db(transaction=True)


def hours(count):
    return NOON + timedelta(hours=count)


def refusals(results):
    return [type(result) for result in results if isinstance(result, Exception)]


def test_two_shifts_of_one_person_planned_at_once_leave_one(turkiye, head_a, editor_a):
    plan = partial(shifts.plan, turkiye, by=head_a, at=NOON)

    results = together(
        [
            partial(plan, shifts.ShiftFacts(editor_a, hours(1), hours(9))),
            partial(plan, shifts.ShiftFacts(editor_a, hours(2), hours(10))),
        ]
    )

    assert (refusals(results), Shift.objects.count()) == ([ValidationError], 1)


def test_a_swap_accepted_by_two_at_once_goes_to_one(editor_a, second_editor_a, head_a):
    swap = SwapFactory(shift__person=editor_a)

    results = together(
        [partial(swaps.accept, swap, by=by, at=NOON) for by in (second_editor_a, head_a)]
    )

    assert (refusals(results), AuditEntry.objects.filter(kind="duty.swap.accepted").count()) == (
        [WrongStatus],
        1,
    )


def test_two_jobs_that_settle_at_once_hand_over_once(turkiye, editor_a):
    RosterFactory(participant=turkiye, is_kept=False)
    ShiftFactory(person=editor_a)

    results = together([partial(marks.settle_all, at=NOON)] * 2)

    handed = AuditEntry.objects.filter(kind="duty.roster.handed_over").count()
    marked = list(User.objects.filter(is_on_duty=True))
    assert (refusals(results), handed, marked) == ([], 1, [editor_a])


def test_two_jobs_that_look_ahead_at_once_warn_once(turkiye, editor_a):
    RosterFactory(participant=turkiye)
    ShiftFactory(person=editor_a)

    results = together([partial(gaps.warn_all, at=NOON)] * 2)

    assert (sorted(results), AuditEntry.objects.count()) == ([0, 1], 1)
