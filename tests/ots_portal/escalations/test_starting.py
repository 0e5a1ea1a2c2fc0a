"""Clocks that could not be started with their messages: the alert goes out all the same, the sweep makes them good."""

from datetime import timedelta
from functools import partial

import pytest

from incidents.services import acknowledgements
from ots_portal.audit.models import AuditEntry
from ots_portal.escalations import services, starting
from ots_portal.escalations.models import Clock, ClockStart
from ots_portal.notifications import services as notifications
from ots_portal.notifications.models import OutboxRow
from ots_portal.privacy import retention
from tests.factories.people import UserFactory
from tests.factories.requests import circulated
from tests.together import together


@pytest.fixture
def _fails_once(monkeypatch):
    """Starting the clocks of a message fails in the middle, after something was written."""
    start, failures = starting._start, iter([RuntimeError("The clocks are out of order.")])

    def fail_once(*args, **kwargs):
        start(*args, **kwargs)
        for failure in failures:
            raise failure

    monkeypatch.setattr(starting, "_start", fail_once)


@pytest.fixture
def without_clocks(_fails_once, editor_a, editor_b, now):
    """A request that was told at noon; its clocks could not be started."""
    request = circulated(by=editor_a)
    notifications.fan_out_waiting(clock=lambda: now)
    return request


def shown() -> list[tuple[str, str]]:
    return list(Clock.objects.values_list("participant", "status"))


def test_the_alert_goes_out_though_its_clocks_cannot_be_started(
    without_clocks, editor_b, now, mailoutbox, caplog
):
    notifications.work_through(clock=lambda: now)

    assert (shown(), ClockStart.objects.count()) == ([], 0)
    assert OutboxRow.objects.filter(fanned_out_at=None).count() == 0
    assert [editor_b.email] in [mail.to for mail in mailoutbox]
    lines = caplog.get_records("setup")
    (said,) = [line for line in lines if "could not be started" in line.getMessage()]
    assert said.exc_info[0] is RuntimeError


def test_the_sweep_makes_the_clock_good_and_counts_from_the_telling(without_clocks, at, now):
    services.work_through(clock=lambda: at(1))

    clock = Clock.objects.get()
    assert (clock.participant_id, clock.status, clock.started_at, clock.next_at) == (
        "azerbaijan", "officers_told", now, at(5),
    )  # fmt: skip


def test_a_clock_that_is_made_good_late_takes_its_steps_at_once(
    without_clocks, deputy_b, head_b, officer, at
):
    services.work_through(clock=lambda: at(20))

    assert shown() == [("azerbaijan", "unanswered")]


def test_who_acknowledged_meanwhile_gets_no_clock(without_clocks, editor_b, at):
    acknowledgements.acknowledge(without_clocks, by=editor_b, at=at(0))

    services.work_through(clock=lambda: at(1))

    assert (shown(), ClockStart.objects.count()) == ([], 1)


def test_who_came_on_duty_since_was_not_told_by_that_message(without_clocks, kazakhstan, at):
    newcomer = UserFactory(participant=kazakhstan, is_on_duty=True)

    services.work_through(clock=lambda: at(1))
    notifications.fan_out_waiting(clock=lambda: at(1))

    # Kazakhstan may help, so it has a clock: as one with nobody on duty, whose newcomer the change of watch tells.
    steps = AuditEntry.objects.filter(
        subject_id=str(Clock.objects.get(participant=kazakhstan).pk)
    ).order_by("kind")
    assert [(entry.kind.rpartition(".")[2], entry.data["told"]) for entry in steps] == [
        ("handed_over", [str(newcomer.pk)]),
        ("secretariat_told", []),
    ]
    assert steps[1].data["status"]["before"] == "nobody_on_duty"


def test_what_is_older_than_a_day_is_left(without_clocks, at):
    services.work_through(clock=lambda: at(26 * 60))

    assert shown() == []


def test_what_a_worker_that_knew_no_clocks_has_told_gets_its_clocks(editor_a, editor_b, at, now):
    circulated(by=editor_a)
    notifications.fan_out_waiting(clock=lambda: now)
    Clock.objects.all().delete()
    ClockStart.objects.all().delete()

    services.work_through(clock=lambda: at(1))

    assert shown() == [("azerbaijan", "officers_told")]


def test_clocks_that_an_older_release_started_are_not_started_again(clock, editor_b, at):
    ClockStart.objects.all().delete()
    services.acknowledge(clock, by=editor_b, at=at(1))

    services.work_through(clock=lambda: at(2))

    assert (shown(), ClockStart.objects.count()) == ([("azerbaijan", "acknowledged")], 0)


def test_where_nobody_was_to_have_a_clock_it_is_not_asked_again(editor_a, officer_on_duty, at, now):
    circulated(by=editor_a)
    notifications.fan_out_waiting(clock=lambda: now)

    assert (Clock.objects.count(), starting.start_missing(at=at(1))) == (0, 0)


def test_one_that_fails_again_holds_up_no_other(
    without_clocks, editor_a, at, now, monkeypatch, caplog
):
    circulated(by=editor_a)
    notifications.fan_out_waiting(clock=lambda: now)
    Clock.objects.all().delete()
    ClockStart.objects.all().delete()
    about, failed = starting._about, []

    def fails_for_the_first(entry):
        failed.append(entry.subject_id)
        if entry.subject_id == str(without_clocks.pk):
            raise ZeroDivisionError
        return about(entry)

    monkeypatch.setattr(starting, "_about", fails_for_the_first)

    services.work_through(clock=lambda: at(1))

    assert Clock.objects.exclude(subject_id=str(without_clocks.pk)).count() == 1
    assert (len(failed), "could not be started" in caplog.text) == (2, True)


def test_the_note_of_a_start_goes_with_its_outbox_row(clock, at):
    assert ClockStart.objects.count() == 1

    retention.forget_what_is_due(at=at(0) + timedelta(days=31))

    assert (OutboxRow.objects.count(), ClockStart.objects.count()) == (0, 0)


@pytest.mark.django_db(transaction=True)
def test_three_workers_make_it_good_once(without_clocks, at):
    moment = at(1)

    together([partial(services.work_through, clock=lambda: moment)] * 3)

    assert (shown(), ClockStart.objects.count()) == ([("azerbaijan", "officers_told")], 1)
