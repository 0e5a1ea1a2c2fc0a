"""The story: Türkiye has asked for assistance, Azerbaijan's officer on duty was told at noon and sleeps."""

from datetime import timedelta

import pytest

from ots_portal.duty.models import Shift
from ots_portal.escalations import services
from ots_portal.escalations.models import Clock
from ots_portal.notifications import services as notifications
from tests.factories.people import UserFactory
from tests.factories.requests import circulated


@pytest.fixture
def deputy_b(azerbaijan, now):
    """On the roster as the deputy, all day."""
    person = UserFactory(participant=azerbaijan, full_name="Deputy of B")
    Shift.objects.create(
        participant=azerbaijan,
        person=person,
        rank="deputy",
        starts_at=now - timedelta(hours=6),
        ends_at=now + timedelta(hours=18),
        created_at=now,
        updated_at=now,
    )
    return person


@pytest.fixture
def officer_on_duty(officer):
    officer.is_on_duty = True
    officer.save()
    return officer


@pytest.fixture
def told(editor_a, editor_b, now):
    """The request, and that it was told at noon to the officers on duty."""
    request = circulated(by=editor_a)
    notifications.fan_out_waiting(clock=lambda: now)
    return request


@pytest.fixture
def clock(told) -> Clock:
    return Clock.objects.get()


@pytest.fixture
def at(now):
    """The moment so many minutes past noon."""
    return lambda minutes: now + timedelta(minutes=minutes)


@pytest.fixture
def work():
    """Let the worker look at a moment, and the messages of its steps be written."""

    def work_at(moment):
        taken = services.work_through(clock=lambda: moment)
        notifications.fan_out_waiting(clock=lambda: moment)
        return taken

    return work_at
