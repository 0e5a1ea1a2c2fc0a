"""What beat calls when: what has something to do at once, everything from time to time, and nothing in vain."""

from collections import Counter
from datetime import timedelta

import pytest
from django.conf import settings
from django.db import OperationalError

from ots_portal.audit import services as audit
from ots_portal.clock import database_now
from ots_portal.rounds import queries
from ots_portal.rounds.asking import questions
from ots_portal.rounds.beat import DOUBT_SECONDS
from ots_portal.rounds.models import Round
from ots_portal.rounds.schedule import ANYHOW_SECONDS, scheduled
from tests.factories.incidents import IncidentFactory
from tests.factories.notifications import MessageFactory

SEAL, DELIVER, INDEX = "seal the audit", "deliver whatever waits", "index whatever changed"
SEALING = "ots_portal.audit.tasks.seal"
HEARTBEAT = "show that beat and a worker are alive"
FORGETTING = "forget what is due"
SCHEDULE = settings.CELERY_BEAT_SCHEDULE


@pytest.fixture
def quiet(start, let_pass):
    """A beat whose workers have done all there was to do."""
    scheduler = start()
    scheduler.is_worked_for = True
    let_pass(scheduler, 3)
    return scheduler


def asked() -> list[str]:
    return [name for name, entry in SCHEDULE.items() if entry["task"] in questions]


def test_an_idle_portal_calls_its_workers_eight_times_a_minute(quiet, let_pass):
    """Each call costs beat and worker as much as twenty looks: let this number grow for a good reason only."""
    called = Counter(let_pass(quiet, ANYHOW_SECONDS))

    assert called.pop(HEARTBEAT) == 20
    assert set(called.values()) == {1}
    assert (20 + len(called)) / (ANYHOW_SECONDS / 60) <= 8


def test_what_is_called_often_is_asked_about_first(quiet):
    often = {entry["task"] for entry in SCHEDULE.values() if entry["schedule"] < ANYHOW_SECONDS}
    # Not in every schedule: the scanner, and the alerts' own worker.
    known = {task for task in questions if task in scheduled()}

    assert often == known | {SCHEDULE[HEARTBEAT]["task"]}


def test_what_waits_is_called_for_within_a_second_and_until_it_is_done(quiet, let_pass, editor_b):
    MessageFactory(
        subject=IncidentFactory(status="reported"), recipient=editor_b, due_at=database_now()
    )

    once = let_pass(quiet, 1.0)
    after = let_pass(quiet, 5.0)

    assert (once.count(DELIVER), DELIVER in after) == (1, False)


def test_where_no_worker_is_it_is_called_again_every_second(quiet, let_pass, editor_b):
    MessageFactory(
        subject=IncidentFactory(status="reported"), recipient=editor_b, due_at=database_now()
    )
    quiet.is_worked_for = False

    assert let_pass(quiet, 5.0).count(DELIVER) == 5


def test_what_is_due_later_is_called_for_later(quiet, let_pass, editor_b):
    MessageFactory(
        subject=IncidentFactory(status="reported"),
        recipient=editor_b,
        due_at=database_now() + timedelta(hours=1),
    )
    let_pass(quiet, 2.0)  # the message's own entry is told of

    assert DELIVER not in let_pass(quiet, 5.0)


def test_every_round_is_called_from_time_to_time_whatever_its_question_says(
    quiet, let_pass, monkeypatch
):
    for task in questions:
        monkeypatch.setitem(questions, task, lambda _at: False)

    called = let_pass(quiet, ANYHOW_SECONDS)

    assert {name for name in asked() if name not in called} == set()


def test_a_question_that_fails_is_answered_with_a_call_and_stops_no_other(
    quiet, let_pass, monkeypatch, caplog
):
    def fail(_at):
        raise KeyError

    monkeypatch.setitem(questions, SEALING, fail)

    called = let_pass(quiet, 10.0)

    assert (called.count(SEAL), DELIVER in called) == (5, False)
    assert f"Whether {SEALING} is needed could not be asked" in caplog.text


def test_without_the_database_everything_is_called_and_nothing_waits_for_it(
    quiet, let_pass, monkeypatch
):
    asked_at = []

    def hang(_at):
        asked_at.append(_at)
        raise OperationalError

    with monkeypatch.context() as patch:
        for task in list(questions):
            patch.setitem(questions, task, hang)
        called = Counter(let_pass(quiet, DOUBT_SECONDS))

        assert (called[DELIVER], called[INDEX], called[SEAL] >= 2) == (5, 5, True)
        assert len(asked_at) == 1

    let_pass(quiet, DOUBT_SECONDS)
    assert DELIVER not in let_pass(quiet, 5.0)


def test_a_beat_that_starts_calls_what_became_due_while_it_was_away(start, let_pass):
    before = start()
    last = before.schedule[FORGETTING]
    last.last_run_at -= timedelta(days=2)
    before.close()

    called = let_pass(start(), 1.0)

    assert called.count(FORGETTING) == 1
    assert {name for name in asked() if name not in called} == set()


def test_what_was_done_a_moment_ago_is_not_done_again_because_beat_starts(start, let_pass):
    let_pass(start(), 1.0)

    assert FORGETTING not in let_pass(start(), 60.0)


def test_a_clock_that_is_set_back_stops_nothing(quiet, let_pass, hands, editor_b):
    MessageFactory(
        subject=IncidentFactory(status="reported"), recipient=editor_b, due_at=database_now()
    )
    quiet.is_worked_for = False
    hands.now -= 3 * 86_400

    assert let_pass(quiet, 5.0).count(DELIVER) >= 4


def test_looks_fall_together_on_whole_seconds(quiet, hands):
    naps = []
    for _look in range(10):
        naps.append(quiet.tick())
        hands.now += naps[-1]

    assert hands.now % 1 == pytest.approx(0, abs=0.01)
    assert naps[1:] == [pytest.approx(1.0)] * 9


def test_a_round_that_fails_stops_no_other_and_is_called_again(
    quiet, let_pass, monkeypatch, editor_b
):
    def fail(**_words):
        raise KeyError

    monkeypatch.setattr(audit, "seal", fail)
    message = MessageFactory(
        subject=IncidentFactory(status="reported"), recipient=editor_b, due_at=database_now()
    )

    called = Counter(let_pass(quiet, 6.0))

    message.refresh_from_db()
    assert (called[SEAL], called[DELIVER], message.status) == (3, 1, "sent")
    failing = [one.plan.task for one in queries.standings() if one.is_failing]
    assert failing == [SEALING]


def test_beat_notes_which_rounds_there_are(start, let_pass):
    Round.objects.create(task="of.a.release.that.was", known_at=database_now())

    let_pass(start(), 1.0)

    assert set(Round.objects.values_list("task", flat=True)) == set(scheduled())
