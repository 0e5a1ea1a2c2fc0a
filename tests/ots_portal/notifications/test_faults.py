"""
What befalls workers, broker and database: nothing is lost, nothing is seen twice.

Real processes that the test starts itself and ends by force. Before any harm is done a first message
arrives: the worker consumes. A message that came twice over the wire bears one id, and whoever receives
it keeps one.
"""

import os
import signal
import subprocess
import sys
import time
from contextlib import ExitStack

import pytest
import redis
from django.conf import settings
from django.db import connection
from django.db.models import Count

from ots_portal.clock import database_now
from ots_portal.notifications.models import Delivery, OutboxRow
from ots_portal.operation.processes import celery_beat, celery_worker, running
from tests import servers
from tests.ots_portal.notifications.faults import (
    KILL_COUNT,
    PATIENCE_SECONDS,
    RECIPIENT_COUNT,
    RECOVERY_SECONDS,
    has_recovered,
    ids_of,
    inbox_count,
    sent_count,
    warm_up,
)
from tests.servers import wait_until

pytestmark = [pytest.mark.slow, pytest.mark.django_db(transaction=True)]


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
        (worker,) = celery_processes(environment, [celery_worker()])
    smtp_sink.delay_seconds = 0
    wait_until(lambda: sent_count() == expected, programs=[worker, beat], seconds=PATIENCE_SECONDS)

    ids = ids_of(smtp_sink)
    assert (len(ids), inbox_count()) == (expected, expected)
    assert sum(ids.values()) - expected <= KILL_COUNT
    assert not OutboxRow.objects.filter(fanned_out_at=None).exists()


# Each delivery takes a while to be written, so that a worker can be met in the middle of a fan-out.
SLOWLY = {
    "postgresql": (
        (
            "CREATE FUNCTION tests_slowly() RETURNS trigger LANGUAGE plpgsql AS"
            " $$ BEGIN PERFORM pg_sleep(0.1); RETURN NEW; END $$"
        ),
        (
            "CREATE TRIGGER tests_slowly BEFORE INSERT ON notifications_delivery"
            " FOR EACH ROW EXECUTE FUNCTION tests_slowly()"
        ),
    ),
    "sqlite": (
        (
            "CREATE TRIGGER tests_slowly BEFORE INSERT ON notifications_delivery BEGIN"
            " SELECT count(*) FROM (SELECT 1 FROM sqlite_master LIMIT 140) AS a,"
            " (SELECT 1 FROM sqlite_master LIMIT 140) AS b, (SELECT 1 FROM sqlite_master LIMIT 140) AS c"
            " WHERE random() = 0; END"
        ),
    ),
}
AT_ONCE_AGAIN = {
    "postgresql": ("DROP FUNCTION IF EXISTS tests_slowly() CASCADE",),
    "sqlite": ("DROP TRIGGER IF EXISTS tests_slowly",),
}


def execute(statements) -> None:
    with connection.cursor() as cursor:
        for statement in statements[connection.vendor]:
            cursor.execute(statement)


def is_in_the_middle_of_a_fan_out() -> bool:
    connection.close()  # what the worker commits is seen by a new transaction
    held = OutboxRow.objects.filter(fanned_out_at=None, lease_token__isnull=False)
    return held.filter(lease_until__gt=database_now()).exists()


def told_per_entry() -> set[int]:
    """How many people were told of an entry, of all entries: one report, or one verification."""
    items = Delivery.objects.filter(channel="inbox").order_by().values_list("entry")
    return {count for _entry, count in items.annotate(count=Count("pk"))}


@pytest.mark.both
def test_a_worker_killed_ten_times_in_the_middle_of_a_fan_out_tells_everybody_once(
    environment, celery_processes, smtp_sink, tell
):
    worker, beat = celery_processes(environment)
    expected = warm_up([worker, beat], smtp_sink, tell)
    wait_until(lambda: sent_count() == expected, seconds=PATIENCE_SECONDS)
    execute(SLOWLY)
    try:
        for _kill in range(KILL_COUNT):
            expected += tell(1)
            wait_until(is_in_the_middle_of_a_fan_out, seconds=PATIENCE_SECONDS)
            os.killpg(worker.process.pid, signal.SIGKILL)
            # Of a fan-out there is everything or nothing.
            assert told_per_entry() <= {1, RECIPIENT_COUNT}
            (worker,) = celery_processes(environment, [celery_worker()])
    finally:
        execute(AT_ONCE_AGAIN)
    programs = [worker, beat]
    expected += warm_up(programs, smtp_sink, tell, already=len(smtp_sink.received))
    took = has_recovered(lambda: sent_count() == expected, programs=programs)

    ids = ids_of(smtp_sink)
    assert (len(ids), sum(ids.values()), inbox_count()) == (expected, expected, expected)
    assert took <= RECOVERY_SECONDS


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
    assert inbox_count() == expected
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
        took = has_recovered(lambda: sent_count() == expected, programs=programs)

        assert len(ids_of(smtp_sink)) == len(smtp_sink.received) == inbox_count() == expected
        assert took <= RECOVERY_SECONDS


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
print(Delivery.objects.filter(channel="inbox").count())
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
            took = has_recovered(lambda: len(ids_of(smtp_sink)) == expected, programs=programs)
            wait_until(
                lambda: script(COUNT).split() == [str(expected), str(expected)],
                programs=programs,
                seconds=60,
            )
            stack.close()

    # What was sent in the last fraction of a second was sent again, under the same id.
    ids = ids_of(smtp_sink)
    assert (len(ids), max(ids.values()) <= 2) == (expected, True)
    assert took <= RECOVERY_SECONDS
