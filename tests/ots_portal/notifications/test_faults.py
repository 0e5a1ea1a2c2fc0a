"""
What befalls workers, broker, database and mail server: nothing is lost, nothing is seen twice.

Real processes that the test starts itself and ends by force. Before any harm is done a first message
arrives: the worker consumes. A message that came twice over the wire bears one id, and whoever receives
it keeps one.
"""

import os
import signal
import subprocess
import sys
import time
from collections import Counter
from contextlib import ExitStack

import pytest
import redis
from django.conf import settings
from django.db import connection

from incidents.services import incidents
from ots_portal.clock import database_now
from ots_portal.notifications import sending, services
from ots_portal.notifications.models import Attempt, Delivery, OutboxRow
from ots_portal.operation.processes import celery_beat, celery_worker, running
from tests import servers
from tests.factories.incidents import reported
from tests.factories.people import UserFactory
from tests.servers import wait_until

pytestmark = [pytest.mark.slow, pytest.mark.django_db(transaction=True)]
RECIPIENT_COUNT = 10
KILL_COUNT = 10
RECOVERY_SECONDS = 30
# On a machine that does other things as well, programs take their time to start.
PATIENCE_SECONDS = 120


@pytest.fixture
def environment(request, outside_environment, smtp_sink):
    """A worker's environment: the folder broker beside SQLite, Redis beside PostgreSQL."""
    more = {}
    if connection.vendor == "postgresql":
        more["OTS_REDIS_URL"] = request.getfixturevalue("redis_server")
    return {**outside_environment, "OTS_EMAIL_URL": smtp_sink.url, **more}


@pytest.fixture
def tell(editor_a, second_editor_a, kazakhstan):
    """
    Call it with a number of incidents: officers on duty elsewhere are told of each, colleagues as well.

    It returns how many mails that makes.
    """
    for number in range(RECIPIENT_COUNT):
        UserFactory(participant=kazakhstan, is_on_duty=True, email=f"officer-{number}@kz.example")

    def verify(count: int) -> int:
        for _ in range(count):
            at = database_now()
            incidents.verify(reported(by=editor_a, at=at), by=second_editor_a, at=at)
        return count * (1 + RECIPIENT_COUNT)

    return verify


def sent_count() -> int:
    connection.close()  # what the worker commits is seen by a new transaction
    return Delivery.objects.filter(channel="mail", status="sent").count()


def ids_of(sink) -> Counter[str]:
    return Counter(received.message["Message-ID"].strip() for received in sink.received)


def warm_up(programs, sink, tell) -> int:
    """Prove that the worker consumes; return how many mails that took."""
    count = tell(1)
    wait_until(lambda: len(sink.received) >= count, programs=programs, seconds=PATIENCE_SECONDS)
    return count


@pytest.mark.both
def test_a_worker_killed_ten_times_in_the_middle_loses_nothing(
    environment, celery_processes, smtp_sink, tell
):
    worker, beat = celery_processes(environment)
    expected = warm_up([worker, beat], smtp_sink, tell) + tell(60)
    smtp_sink.delay_seconds = 0.02

    for _kill in range(KILL_COUNT):
        before = len(smtp_sink.received)
        wait_until(
            lambda before=before: len(smtp_sink.received) > before + 5, seconds=PATIENCE_SECONDS
        )
        os.killpg(worker.process.pid, signal.SIGKILL)
        assert sent_count() < expected, "It had nothing left to do when it was killed."
        worker, beat = celery_processes(environment)
    smtp_sink.delay_seconds = 0
    wait_until(lambda: sent_count() == expected, programs=[worker, beat], seconds=PATIENCE_SECONDS)

    ids = ids_of(smtp_sink)
    assert len(ids) == expected
    assert sum(ids.values()) - expected <= KILL_COUNT
    assert not OutboxRow.objects.filter(fanned_out_at=None).exists()


@pytest.mark.both
def test_what_a_killed_worker_held_goes_out_within_half_a_minute(
    environment, celery_processes, smtp_sink, tell
):
    worker, beat = celery_processes(environment)
    expected = warm_up([worker, beat], smtp_sink, tell)
    smtp_sink.delay_seconds = 0.2
    expected += tell(4)
    wait_until(lambda: len(smtp_sink.received) > expected - 40, seconds=PATIENCE_SECONDS)

    os.killpg(worker.process.pid, signal.SIGKILL)
    smtp_sink.delay_seconds = 0
    again = celery_processes(environment)
    warm = expected + tell(1)
    wait_until(
        lambda: len(ids_of(smtp_sink)) > expected - 40 + 11,
        programs=again,
        seconds=PATIENCE_SECONDS,
    )
    recovering_since = time.monotonic()
    wait_until(lambda: sent_count() == warm, programs=again, seconds=PATIENCE_SECONDS)

    assert time.monotonic() - recovering_since <= RECOVERY_SECONDS


@pytest.mark.both
def test_a_worker_frozen_past_its_lease_records_nothing_when_it_wakes(
    environment, celery_processes, smtp_sink, tell
):
    frozen, beat = celery_processes(environment)
    expected = warm_up([frozen, beat], smtp_sink, tell)
    smtp_sink.delay_seconds = 0.2
    expected += tell(3)
    wait_until(lambda: len(smtp_sink.received) > expected - 30, seconds=PATIENCE_SECONDS)

    os.killpg(frozen.process.pid, signal.SIGSTOP)
    try:
        smtp_sink.delay_seconds = 0
        celery_processes(environment)
        wait_until(lambda: sent_count() == expected, seconds=PATIENCE_SECONDS)
        finished = dict(Delivery.objects.values_list("pk", "finished_at"))
    finally:
        os.killpg(frozen.process.pid, signal.SIGCONT)
    time.sleep(3)  # the time it would need to do harm

    ids = ids_of(smtp_sink)
    assert (len(ids), sum(ids.values()) <= expected + 1) == (expected, True)
    assert dict(Delivery.objects.values_list("pk", "finished_at")) == finished


@pytest.mark.parametrize("harm", ["flushed", "stopped", "hanging"])
def test_what_befalls_redis_loses_nothing(
    harm, outside_environment, celery_processes, smtp_sink, tell
):
    with ExitStack() as stack:
        address, pid = stack.enter_context(servers.redis_server_with_pid())
        environment = {
            **outside_environment,
            "OTS_EMAIL_URL": smtp_sink.url,
            "OTS_REDIS_URL": address,
        }
        programs = celery_processes(environment)
        expected = warm_up(programs, smtp_sink, tell)

        if harm == "flushed":
            expected += tell(5)
            with redis.Redis.from_url(address) as client:
                client.flushall()
        else:
            if harm == "stopped":
                stack.close()
            else:
                os.kill(pid, signal.SIGSTOP)
            expected += tell(5)  # accepted all the same, and at once
            time.sleep(40)
            if harm == "stopped":
                port = int(address.rpartition(":")[2].partition("/")[0])
                stack.enter_context(servers.redis_server_with_pid(port=port))
            else:
                os.kill(pid, signal.SIGCONT)
        # The same worker goes on: nobody starts it again.
        wait_until(
            lambda: sent_count() == expected, programs=programs, seconds=RECOVERY_SECONDS * 2
        )

        assert len(ids_of(smtp_sink)) == len(smtp_sink.received) == expected


SCRIPT = """
import django; django.setup()
from django.core.management import call_command
{lines}
"""
PREPARE = """
call_command("migrate", verbosity=0)
from tests.factories.people import ParticipantFactory, UserFactory
from ots_portal.people.models import Role
UserFactory(participant=ParticipantFactory(slug="turkiye"), role=Role.EDITOR, email="a@tr.example")
UserFactory(participant=ParticipantFactory(slug="turkiye"), role=Role.EDITOR, email="b@tr.example")
for number in range(10):
    UserFactory(participant=ParticipantFactory(slug="kazakhstan"), is_on_duty=True)
"""
TELL = """
from incidents.services import incidents
from ots_portal.clock import database_now
from ots_portal.people.models import User
from tests.factories.incidents import reported
a, b = User.objects.get(email="a@tr.example"), User.objects.get(email="b@tr.example")
for _ in range({count}):
    incidents.verify(reported(by=a, at=database_now()), by=b, at=database_now())
"""
COUNT = """
from ots_portal.notifications.models import Delivery
print(Delivery.objects.filter(channel="mail", status="sent").count())
"""


def test_a_database_that_breaks_off_loses_nothing(tmp_path, smtp_sink):
    if servers.POSTGRESQL.is_missing:
        pytest.skip(servers.POSTGRESQL.how_to_get_it)
    root = settings.BASE_DIR
    with servers.new_cluster(synchronous_commit="on") as cluster, ExitStack() as stack:
        kept = {name: value for name, value in os.environ.items() if not name.startswith("OTS_")}
        environment = {
            **kept,
            "DJANGO_SETTINGS_MODULE": "ots_portal.settings",
            "OTS_DATABASE_URL": cluster.address,
            "OTS_VAR_DIR": str(tmp_path / "var"),
            "OTS_EMAIL_URL": smtp_sink.url,
        }

        def script(lines: str) -> str:
            done = subprocess.run(
                [sys.executable, "-c", SCRIPT.format(lines=lines)],
                cwd=root,
                env=environment,
                capture_output=True,
                text=True,
                check=False,
            )
            assert done.returncode == 0, done.stderr
            return done.stdout

        with cluster.running(stop_by=signal.SIGQUIT):
            script(PREPARE)
            programs = stack.enter_context(
                running(
                    [celery_worker(), celery_beat()],
                    folder=root,
                    environment=environment,
                    logs=tmp_path / "log",
                )
            )
            script(TELL.format(count=1))
            wait_until(
                lambda: len(smtp_sink.received) >= 11, programs=programs, seconds=PATIENCE_SECONDS
            )
            smtp_sink.delay_seconds = 0.05
            script(TELL.format(count=10))
            wait_until(lambda: len(smtp_sink.received) >= 30, seconds=PATIENCE_SECONDS)
        time.sleep(2)
        smtp_sink.delay_seconds = 0
        with cluster.running():
            expected = 11 * 11
            # The same worker goes on: nobody starts it again.
            wait_until(
                lambda: len(ids_of(smtp_sink)) == expected,
                programs=programs,
                seconds=PATIENCE_SECONDS,
            )
            wait_until(lambda: int(script(COUNT)) == expected, programs=programs, seconds=60)
            stack.close()

    # What was sent in the last fraction of a second was sent again, under the same id.
    assert len(ids_of(smtp_sink)) == expected


# ── the mail server ─────────────────────────────────────────────────────────────────────────────


@pytest.fixture
def _mail_by_smtp(settings, smtp_sink, monkeypatch):
    settings.EMAIL_BACKEND = "django.core.mail.backends.smtp.EmailBackend"
    settings.EMAIL_HOST, settings.EMAIL_PORT = "127.0.0.1", smtp_sink.port
    settings.EMAIL_USE_TLS = False
    settings.EMAIL_TIMEOUT = 1
    monkeypatch.setattr("random.uniform", lambda low, high: 1.0)


def work(at):
    services.work_through(clock=lambda: at)


def mail_statuses() -> Counter[str]:
    return Counter(Delivery.objects.filter(channel="mail").values_list("status", flat=True))


@pytest.mark.usefixtures("_mail_by_smtp")
def test_a_mail_server_that_is_down_costs_one_try_and_everything_goes_out_later(
    settings, smtp_sink, tell, now
):
    expected = tell(3)
    settings.EMAIL_PORT = servers.free_port()
    at = database_now()

    work(at)

    # One message found nobody there; the others were not tried in vain.
    assert list(Attempt.objects.values_list("outcome", flat=True)) == ["deferred"]
    settings.EMAIL_PORT = smtp_sink.port
    work(at + sending.PAUSES[0])
    assert (mail_statuses(), len(ids_of(smtp_sink))) == (Counter(sent=expected), expected)


@pytest.mark.usefixtures("_mail_by_smtp")
def test_a_server_that_closes_its_connections_costs_no_message_a_try(smtp_sink, tell):
    expected = tell(1)
    smtp_sink.most_per_connection = 4
    smtp_sink.answer("officer-5@kz.example", "421 4.4.2 Timeout")

    work(database_now())

    assert (mail_statuses(), len(smtp_sink.received)) == (Counter(sent=expected), expected)
    assert set(Delivery.objects.filter(channel="mail").values_list("attempt_count")) == {(1,)}
    assert smtp_sink.connection_count >= expected / 4


@pytest.mark.usefixtures("_mail_by_smtp")
def test_a_server_that_is_shutting_down_costs_one_message_one_try(smtp_sink, tell):
    expected = tell(3)
    smtp_sink.is_closing = True
    at = database_now()

    work(at)

    # Two connections were opened for one message; then it was left alone, as one that is down.
    (attempt,) = Attempt.objects.all()
    assert (attempt.outcome, attempt.detail, smtp_sink.connection_count) == (
        "deferred", "421 4.3.2 Service shutting down", 2,
    )  # fmt: skip
    smtp_sink.is_closing = False
    work(at + sending.PAUSES[0])
    assert (mail_statuses(), len(ids_of(smtp_sink))) == (Counter(sent=expected), expected)


@pytest.mark.usefixtures("_mail_by_smtp")
def test_one_that_is_put_off_and_one_that_is_refused_keep_nobody_waiting(smtp_sink, tell):
    expected = tell(1)
    smtp_sink.answer("officer-1@kz.example", "451 4.3.0 Greylisted", "451 4.3.0 Greylisted")
    smtp_sink.answer("officer-2@kz.example", "550 5.1.1 No such user")
    at = database_now()

    work(at)
    assert mail_statuses() == Counter(sent=expected - 2, waiting=1, failed=1)

    work(at + sending.PAUSES[0])
    work(at + sending.PAUSES[0] + sending.PAUSES[1])
    assert mail_statuses() == Counter(sent=expected - 1, failed=1)
    failed = Attempt.objects.get(delivery__status="failed")
    assert (failed.outcome, failed.detail) == ("refused", "550 5.1.1 No such user")


@pytest.mark.usefixtures("_mail_by_smtp")
def test_a_message_the_server_hangs_on_is_cut_off_and_the_others_go_out(smtp_sink, tell, settings):
    expected = tell(1)
    smtp_sink.hanging.add("officer-3@kz.example")
    started = time.monotonic()

    work(database_now())

    assert mail_statuses() == Counter(sent=expected - 1, waiting=1)
    assert time.monotonic() - started < settings.EMAIL_TIMEOUT + 10
    assert "timed out" in Attempt.objects.get(outcome="deferred").detail


@pytest.mark.usefixtures("_mail_by_smtp")
def test_a_message_taken_without_an_answer_comes_again_under_the_same_id(smtp_sink, tell):
    expected = tell(1)
    smtp_sink.dropping.add("officer-4@kz.example")
    at = database_now()

    work(at)
    assert mail_statuses() == Counter(sent=expected - 1, waiting=1)

    work(at + sending.PAUSES[0])
    ids = ids_of(smtp_sink)
    assert (mail_statuses(), len(ids), sum(ids.values())) == (
        Counter(sent=expected),
        expected,
        expected + 1,
    )
