"""/healthz and /readyz: what they say, to whom, and with which status."""

from datetime import timedelta

import pytest
from django.db import OperationalError

from ots_portal.audit.models import AuditEntry
from ots_portal.audit.services import record
from ots_portal.clock import database_now
from ots_portal.monitoring import queries, readiness, services, views
from ots_portal.monitoring.models import Heartbeat
from ots_portal.notifications.models import OutboxRow
from tests.factories.notifications import InboxItemFactory, MessageFactory
from tests.factories.people import UserFactory
from tests.factories.webhooks import EndpointFactory

FAR = {"REMOTE_ADDR": "192.0.2.7"}
TOKEN = "a token that a monitoring system shows, long enough"


@pytest.fixture(autouse=True)
def _first_question(monkeypatch):
    """Each test is the first request of its process."""
    monkeypatch.setattr(readiness._Seen, "is_migrated", False)


@pytest.fixture
def _working(db):
    services.beat(at=database_now())


def test_the_portal_is_well_where_its_database_answers(client, django_assert_num_queries):
    with django_assert_num_queries(3):  # is it there, outbox, deliveries
        answer = client.get("/healthz")

    well = {"light": "green", "oldest_due_seconds": 0}
    assert (answer.status_code, answer.json()) == (
        200,
        {"status": "ok", "deliveries": well, "webhooks": well},
    )
    assert (answer.cookies.output(), "no-store" in answer["Cache-Control"]) == ("", True)


@pytest.mark.parametrize(
    ("seconds", "light"), [(55, "green"), (61, "amber"), (301, "red")], ids=str
)
def test_late_messages_are_a_light_that_takes_no_process_away(client, turkiye, seconds, light):
    _wait(turkiye, age=timedelta(seconds=seconds))

    answer = client.get("/healthz")

    told = answer.json()["deliveries"]
    assert (answer.status_code, told["light"], told["oldest_due_seconds"] >= seconds) == (
        200,
        light,
        True,
    )


def test_an_entry_nobody_was_told_of_makes_the_light_red(client, turkiye):
    written_at = database_now() - timedelta(seconds=400)
    OutboxRow.objects.create(entry=_entry(turkiye), created_at=written_at, due_at=written_at)

    assert client.get("/healthz", **FAR).json() == {
        "status": "ok",
        "deliveries": {"light": "red"},
        "webhooks": {"light": "green"},
    }


@pytest.mark.parametrize(
    ("seconds", "light"), [(55, "green"), (61, "amber"), (301, "red")], ids=str
)
def test_a_slow_webhook_turns_its_own_light_and_no_other(
    client, turkiye, machine_b, seconds, light
):
    _wait_for(EndpointFactory(owner=machine_b), turkiye, age=timedelta(seconds=seconds))

    told = client.get("/healthz", **FAR).json()

    assert told == {"status": "ok", "deliveries": {"light": "green"}, "webhooks": {"light": light}}


@pytest.mark.parametrize(
    "fares",
    [
        {"failure_count": 5, "retry_in": 30},
        {"failure_count": 6, "retry_in": -1},  # the next message probes whether it answers
        {"failure_count": 0, "retry_in": 30},  # it asked to be left alone
        {"is_disabled": True},
    ],
    ids=["rests", "is probed", "asked for rest", "disabled"],
)
def test_a_webhook_that_is_left_in_peace_turns_no_light(client, turkiye, machine_b, fares):
    at = database_now()
    retry_in = fares.pop("retry_in", None)
    if retry_in is not None:
        fares |= {"failing_since": at, "retry_at": at + timedelta(seconds=retry_in)}
    _wait_for(EndpointFactory(owner=machine_b, **fares), turkiye, age=timedelta(seconds=400))

    assert client.get("/healthz", **FAR).json()["webhooks"] == {"light": "green"}


def test_a_webhook_whose_rest_is_over_and_that_answers_counts(client, turkiye, machine_b):
    over = database_now() - timedelta(seconds=5)
    rested = EndpointFactory(owner=machine_b, failing_since=over, retry_at=over)
    _wait_for(rested, turkiye, age=timedelta(seconds=400))

    assert client.get("/healthz", **FAR).json()["webhooks"] == {"light": "red"}


def test_an_older_database_than_the_code_leaves_the_light_unknown(client, monkeypatch):
    def fail(*, at):
        raise OperationalError

    monkeypatch.setattr(views.health, "lateness", fail)

    answer = client.get("/healthz")

    unknown = {"light": "unknown"}
    assert (answer.status_code, answer.json()) == (
        200,
        {"status": "ok", "deliveries": unknown, "webhooks": unknown},
    )


def test_the_portal_is_unavailable_where_its_database_does_not_answer(client, monkeypatch):
    class Gone:
        def cursor(self):
            raise OperationalError

    monkeypatch.setattr(views, "connection", Gone())

    answer = client.get("/healthz")

    assert (answer.status_code, answer.json()) == (503, {"status": "unavailable"})


@pytest.mark.usefixtures("_working")
def test_it_is_ready_where_everything_works(client):
    answer = client.get("/readyz")

    assert (answer.status_code, answer.json()["status"]) == (200, "ok")
    assert answer.json()["parts"]["migrations"] == {"status": "ok", "missing_count": 0}
    assert "no-store" in answer["Cache-Control"]


@pytest.mark.usefixtures("_working")
@pytest.mark.parametrize("rows", [1, 3])
def test_readiness_asks_three_questions_however_much_waits(
    client, turkiye, django_assert_num_queries, rows
):
    _wait(turkiye, count=rows, age=timedelta(seconds=5))
    client.get("/readyz")  # the first time the migrations are looked through

    with django_assert_num_queries(3):
        client.get("/readyz")


def _wait(turkiye, *, count: int = 1, age: timedelta) -> None:
    """Let deliveries of the mail wait since then."""
    due_at = database_now() - age
    for _ in range(count):
        InboxItemFactory(
            recipient=UserFactory(participant=turkiye),
            entry=_entry(turkiye),
            channel="mail",
            status="waiting",
            created_at=due_at,
            due_at=due_at,
            finished_at=None,
        )


def _wait_for(endpoint, turkiye, *, age: timedelta) -> None:
    """Let a message to the webhook wait since then."""
    due_at = database_now() - age
    MessageFactory(
        recipient=endpoint.owner,
        endpoint=endpoint,
        channel="webhook",
        entry=_entry(turkiye),
        created_at=due_at,
        due_at=due_at,
    )


def _entry(turkiye) -> AuditEntry:
    """An entry that nobody is told of."""
    at = database_now()
    return record("participants.participant.entered", subject=turkiye, by=None, at=at)


@pytest.mark.usefixtures("_working")
@pytest.mark.parametrize(
    ("seconds", "status", "balancer", "monitor"),
    [(59, "ok", 200, 200), (61, "late", 200, 200), (301, "alarm", 200, 503)],
)
def test_late_deliveries_are_an_alarm_and_take_no_page_away(
    client, turkiye, seconds, status, balancer, monitor
):
    _wait(turkiye, age=timedelta(seconds=seconds))

    answers = [client.get("/readyz"), client.get("/readyz/deliveries")]

    assert [answer.json()["status"] for answer in answers] == [status, status]
    assert [answer.status_code for answer in answers] == [balancer, monitor]
    assert answers[0].json()["parts"]["queue"]["due_count"] == 1


@pytest.mark.usefixtures("_working")
def test_late_webhooks_are_said_and_alarm_nobody(client, turkiye, machine_b):
    _wait_for(EndpointFactory(owner=machine_b), turkiye, age=timedelta(seconds=400))

    answer = client.get("/readyz/deliveries")

    parts = answer.json()["parts"]
    assert (answer.status_code, answer.json()["status"]) == (200, "late")
    assert (parts["queue"]["status"], parts["webhooks"]["status"]) == ("ok", "late")
    assert (parts["queue"]["due_count"], parts["webhooks"]["due_count"]) == (0, 1)


@pytest.mark.usefixtures("_working")
def test_a_delivery_that_waits_for_its_next_try_is_not_late(client, turkiye):
    _wait(turkiye, age=timedelta(hours=-1))

    assert client.get("/readyz").json()["parts"]["queue"]["oldest_seconds"] == 0


@pytest.mark.usefixtures("_working")
def test_an_entry_nobody_was_told_of_counts_from_the_moment_it_was_due(client, turkiye):
    written_at = database_now() - timedelta(seconds=400)
    OutboxRow.objects.create(entry=_entry(turkiye), created_at=written_at, due_at=written_at)

    queue = client.get("/readyz").json()["parts"]["queue"]

    assert (queue["status"], queue["outbox_count"], queue["oldest_seconds"] >= 400) == (
        "alarm",
        1,
        True,
    )


def test_without_beat_or_worker_it_is_an_alarm(client):
    never = client.get("/readyz").json()["parts"]["workers"]
    services.beat(at=database_now() - timedelta(seconds=90))
    late = client.get("/readyz").json()["parts"]["workers"]["status"]

    assert (never, late) == ({"status": "alarm", "heartbeat_seconds": None}, "late")


def test_the_heartbeat_is_one_row_that_moves(now):
    services.beat(at=now)
    services.beat(at=now + timedelta(seconds=15))

    assert list(Heartbeat.objects.values_list("name", "beaten_at")) == [
        ("workers", now + timedelta(seconds=15))
    ]


def test_an_older_database_than_the_code_takes_the_process_away(client, monkeypatch):
    monkeypatch.setattr(queries, "missing_migration_count", lambda: 2)

    answer = client.get("/readyz")

    assert (answer.status_code, answer.json()) == (
        503,
        {
            "status": "unavailable",
            "parts": {
                "database": {"status": "ok"},
                "migrations": {"status": "unavailable", "missing_count": 2},
            },
        },
    )


def test_without_a_database_the_process_is_taken_away(client, monkeypatch):
    def fail():
        raise OperationalError

    monkeypatch.setattr(readiness, "database_now", fail)

    answer = client.get("/readyz")

    assert (answer.status_code, answer.json()) == (
        503,
        {"status": "unavailable", "parts": {"database": {"status": "unavailable"}}},
    )


@pytest.mark.usefixtures("_working")
@pytest.mark.parametrize(
    ("headers", "knows_more"),
    [
        ({}, True),
        (FAR, False),
        ({**FAR, "HTTP_AUTHORIZATION": f"Bearer {TOKEN}"}, True),
        ({**FAR, "HTTP_AUTHORIZATION": "Bearer another"}, False),
        ({**FAR, "HTTP_X_FORWARDED_FOR": "127.0.0.1"}, False),
    ],
    ids=["loopback", "elsewhere", "token", "wrong token", "forged address"],
)
def test_details_are_for_the_host_and_for_who_shows_the_token(
    client, settings, headers, knows_more
):
    settings.PORTAL_METRICS_TOKEN = TOKEN

    answer = client.get("/readyz", **headers)

    assert (answer.status_code, "parts" in answer.json()) == (200, knows_more)
