"""A real worker of webhooks, killed in the middle: nothing is lost, and at most one message comes twice."""

import os
import signal
import time
from contextlib import ExitStack
from pathlib import Path

import pytest
from django.conf import settings
from django.db import connection
from django.utils import timezone

from ots_portal.notifications.models import Delivery
from ots_portal.operation.processes import celery_beat, celery_worker, jobs_worker, running
from ots_portal.webhooks import services
from tests.factories.people import MachineFactory
from tests.factories.webhooks import EndpointFactory
from tests.servers import wait_until

pytestmark = [pytest.mark.slow, pytest.mark.both, pytest.mark.django_db(transaction=True)]
COUNT = 40
RECOVERY_SECONDS = 30


@pytest.fixture(params=["folder", "redis"])
def start(request, outside_environment, sink, tmp_path):
    """Call it to start the workers and beat; they end with the test."""
    is_redis = request.param == "redis"
    broker = {"OTS_REDIS_URL": request.getfixturevalue("redis_server")} if is_redis else {}
    environment = {
        **outside_environment,
        **broker,
        "OTS_EGRESS_ALLOWED_PRIVATE": "127.0.0.0/8",
        "OTS_EGRESS_PORTS": str(sink.port),
    }
    with ExitStack() as to_stop:

        def started():
            programs = [jobs_worker(), celery_worker(), celery_beat()]
            folder = Path(settings.BASE_DIR)
            logs = tmp_path / "log"
            return to_stop.enter_context(
                running(programs, folder=folder, environment=environment, logs=logs)
            )

        yield started


def arrived() -> int:
    connection.close()  # what the worker commits is seen by a new transaction
    return Delivery.objects.filter(channel="webhook", status="sent").count()


def test_a_worker_killed_in_the_middle_loses_nothing(start, sink, head_b, azerbaijan):
    sink.answers["/hook"] = lambda: (time.sleep(0.1), (200, {}, b""))[1]
    endpoint = EndpointFactory(owner=MachineFactory(participant=azerbaijan), url=sink.url())
    for _ in range(COUNT):
        services.test(endpoint, by=head_b, at=timezone.now())
    jobs, *_others = start()
    wait_until(lambda: len(sink.received) >= 3, seconds=60)

    os.killpg(jobs.process.pid, signal.SIGKILL)
    programs = start()
    other = EndpointFactory(owner=endpoint.owner, url=sink.url("/other"))
    services.test(other, by=head_b, at=timezone.now())
    wait_until(lambda: sink.at("/other"), programs=programs, seconds=90)
    consuming_since = time.monotonic()
    wait_until(lambda: arrived() == COUNT + 1, programs=programs, seconds=90)

    ids = [one.id for one in sink.at()]
    assert len(set(ids)) == COUNT
    assert len(ids) <= COUNT + 1  # the one that was under way
    assert time.monotonic() - consuming_since <= RECOVERY_SECONDS


def test_a_worker_frozen_past_its_lease_records_nothing_when_it_wakes(
    start, sink, head_b, azerbaijan
):
    sink.answers["/hook"] = lambda: (time.sleep(0.5), (200, {}, b""))[1]
    endpoint = EndpointFactory(owner=MachineFactory(participant=azerbaijan), url=sink.url())
    for _ in range(6):
        services.test(endpoint, by=head_b, at=timezone.now())
    frozen, *_others = start()
    wait_until(lambda: len(sink.received) >= 3, seconds=60)

    os.killpg(frozen.process.pid, signal.SIGSTOP)
    try:
        programs = start()
        wait_until(lambda: arrived() == 6, programs=programs, seconds=90)
        finished = dict(Delivery.objects.values_list("pk", "finished_at"))
    finally:
        os.killpg(frozen.process.pid, signal.SIGCONT)
    time.sleep(3)  # the time it would need to do harm

    ids = [one.id for one in sink.received]
    assert (len(set(ids)), len(ids) <= 7) == (6, True)
    connection.close()
    assert dict(Delivery.objects.values_list("pk", "finished_at")) == finished
