"""What is noted of each round, and where the operator reads it."""

from datetime import timedelta

import pytest
from django.db import OperationalError
from django.urls import reverse
from prometheus_client.parser import text_string_to_metric_families

from ots_portal.audit import services as audit
from ots_portal.audit.tasks import seal
from ots_portal.clock import database_now
from ots_portal.rounds import queries, receivers, services
from ots_portal.rounds.models import Round
from tests.factories.sessions import sign_in

SEALING, FORGETTING = "ots_portal.audit.tasks.seal", "ots_portal.privacy.tasks.forget_what_is_due"
STATE = reverse("dispatch:state")


@pytest.fixture(autouse=True)
def _nothing_noted_yet(monkeypatch):
    monkeypatch.setattr(services, "_noted", {})


def fail(**_words):
    raise KeyError("the words of a record")


def standing(task: str = SEALING) -> queries.Standing:
    return next(one for one in queries.standings() if one.plan.task == task)


def row_of(client, user, name: str) -> str:
    """Return the round's row of the operator's page."""
    sign_in(client, user)
    text = " ".join(client.get(STATE).content.decode().split())
    text = text[text.index('id="rounds"') :]
    return text[text.index(name) :].partition("</tr>")[0]


def test_a_round_that_was_done_is_noted(now):
    services.note_schedule(at=now)

    seal.apply()

    assert standing().row.ran_at > now
    assert (standing().is_failing, standing().late_seconds(at=database_now())) == (False, 0)


def test_a_round_that_fails_is_noted_with_the_kind_of_the_fault_until_it_is_done(
    monkeypatch,
):
    with monkeypatch.context() as patch:
        patch.setattr(audit, "seal", fail)
        seal.apply()
    failing = standing()
    seal.apply()

    assert (failing.is_failing, failing.row.failure, failing.row.ran_at) == (True, "KeyError", None)
    assert standing().is_failing is False


def test_what_runs_every_second_is_noted_four_times_a_minute(django_assert_num_queries, now):
    services.note_run(SEALING, at=now)

    with django_assert_num_queries(0):
        services.note_run(SEALING, at=now + timedelta(seconds=1))


def test_what_beat_does_not_call_is_not_noted():
    class Task:
        name = "somebody.else"

    receivers.note_run(Task)
    receivers.note_failure(Task, KeyError())

    assert Round.objects.count() == 0


def test_a_round_is_done_though_the_note_is_not(monkeypatch, caplog):
    def refuse(*_words, **_more):
        raise OperationalError

    monkeypatch.setattr(services, "note_run", refuse)

    assert seal.apply().successful()
    assert f"What became of {SEALING} could not be noted" in caplog.text


@pytest.mark.parametrize(
    ("task", "age", "late"),
    [
        (SEALING, timedelta(seconds=299), 0),
        (SEALING, timedelta(seconds=361), 61),
        (FORGETTING, timedelta(hours=23), 0),
        (FORGETTING, timedelta(hours=25), 3600),
    ],
)
def test_a_round_is_late_by_what_is_beyond_its_own_time(now, task, age, late):
    Round.objects.create(task=task, known_at=now - timedelta(days=9), ran_at=now - age)

    assert standing(task).late_seconds(at=now) == late


def test_a_round_that_was_never_done_is_late_from_when_it_was_known(now):
    Round.objects.create(task=SEALING, known_at=now - timedelta(seconds=700))

    assert standing().late_seconds(at=now) == 400
    assert standing(FORGETTING).late_seconds(at=now) == 0


def test_the_operator_sees_each_round_and_its_light(client, administrator):
    at = database_now()
    Round.objects.create(task=SEALING, known_at=at, ran_at=at - timedelta(seconds=700))
    Round.objects.create(
        task="ots_portal.search.tasks.index", known_at=at, ran_at=at, failed_at=at,
    )  # fmt: skip
    Round.objects.create(
        task="ots_portal.duty.tasks.settle", known_at=at, failed_at=at, failure="KeyError"
    )

    shown = {
        name: row_of(client, administrator, name)
        for name in (
            "Seal the audit", "Index whatever changed", "Mark who is on duty", "Forget what is due",
        )
    }  # fmt: skip

    assert "Very late" in shown["Seal the audit"]
    assert "On time" in shown["Index whatever changed"]
    fails = shown["Mark who is on duty"]
    assert ("Fails" in fails, "KeyError" in fails) == (True, True)
    assert "Not yet" in shown["Forget what is due"]


def test_a_head_of_authority_is_not_told_of_the_workers(client, head_b):
    sign_in(client, head_b)

    assert 'id="rounds"' not in client.get(STATE).content.decode()


def test_the_figures_say_the_same_of_each_round(client, settings):
    settings.PORTAL_METRICS_TOKEN = "a token that a monitoring system shows, long enough"
    at = database_now()
    Round.objects.create(task=SEALING, known_at=at, ran_at=at - timedelta(seconds=700))
    Round.objects.create(task=FORGETTING, known_at=at, failed_at=at, failure="KeyError")
    shown = f"Bearer {settings.PORTAL_METRICS_TOKEN}"

    text = client.get("/metrics", HTTP_AUTHORIZATION=shown).content.decode()

    figures = {
        (sample.name, sample.labels.get("round")): sample.value
        for family in text_string_to_metric_families(text)
        for sample in family.samples
    }
    assert figures["ots_round_late_seconds", SEALING] == pytest.approx(400, abs=30)
    assert figures["ots_round_failing", FORGETTING] == 1
    assert figures["ots_round_failing", SEALING] == 0
