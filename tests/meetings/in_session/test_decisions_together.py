"""Two secretaries who adopt at the same moment: no number twice, none left out, no decision twice."""

from functools import partial

import pytest

from meetings.models import Decision, DecisionCounter
from meetings.services import decisions as services
from meetings.services import reminders
from ots_portal.audit.models import AuditEntry
from ots_portal.lifecycle import WrongStatus
from tests.factories.sittings import ActionItemFactory, DecisionFactory
from tests.meetings.in_session.conftest import after
from tests.together import together

pytestmark = pytest.mark.django_db(transaction=True)
RULING = "The chair rules so."


def adopt(decision, *, by):
    return services.adopt(
        Decision.objects.get(pk=decision.pk), mode="consensus", ruling=RULING, by=by, at=after(5)
    )


def test_decisions_adopted_at_once_have_numbers_without_a_gap(sitting, officer):
    decisions = [DecisionFactory(meeting=sitting.meeting) for _ in range(8)]

    together([partial(adopt, decision, by=officer) for decision in decisions])

    numbers = Decision.objects.filter(meeting=sitting.meeting).values_list("number", flat=True)
    counter = DecisionCounter.objects.get()
    assert (sorted(numbers), counter.last) == ([f"D/EG-3/{n}" for n in range(1, 9)], 8)


def test_one_decision_adopted_by_two_is_adopted_once(sitting, officer):
    decision = DecisionFactory(meeting=sitting.meeting)

    answers = together([partial(adopt, decision, by=officer)] * 2)

    assert sorted(type(answer) for answer in answers if isinstance(answer, Exception)) == [
        WrongStatus
    ]
    assert DecisionCounter.objects.get().last == 1


def test_two_jobs_remind_once(officer):
    action = ActionItemFactory()

    counts = together([partial(reminders.remind, at=action.due_at)] * 4)

    told = AuditEntry.objects.filter(kind="meetings.action.reminded").count()
    assert (sum(counts), told) == (1, 1)
