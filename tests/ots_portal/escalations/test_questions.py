"""What beat asks before it calls those who look after the clocks."""

import pytest

from ots_portal.escalations import services, starting
from ots_portal.escalations.models import Clock, ClockStart
from ots_portal.notifications import pauses
from tests.factories.people import UserFactory


@pytest.fixture
def due(at):
    """Call it for what the question says so many minutes past noon."""
    return lambda minutes: services.anything_due(at(minutes))


def test_a_step_is_asked_for_at_its_moment_and_no_more_once_it_is_taken(
    clock, deputy_b, due, at, work
):
    before = [due(1), due(4.99), due(5)]
    work(at(5))

    assert (before, due(6), due(10)) == ([False, False, True], False, True)


def test_without_a_clock_there_is_nothing_to_do(due):
    assert (due(5), services.anything_open(None)) == (False, False)


def test_somebody_who_comes_on_duty_is_asked_for_at_once(clock, azerbaijan, due, at, work):
    UserFactory(participant=azerbaijan, is_on_duty=True)

    before = due(1)
    work(at(1))

    assert (before, due(2)) == (True, False)


def test_a_clock_that_could_not_be_started_is_asked_for(told, due, at, work):
    Clock.objects.all().delete()
    ClockStart.objects.all().delete()

    before = due(1)
    work(at(1))

    assert (before, due(2)) == (True, False)
    assert starting.missing(at=at(2)).count() == 0


def test_in_a_pause_clocks_stand_still(clock, due, administrator, at):
    assert services.anything_open(at(5)) is True
    pauses.pause(by=administrator, at=at(1), note="")

    assert (due(5), services.anything_open(at(5))) == (False, False)
