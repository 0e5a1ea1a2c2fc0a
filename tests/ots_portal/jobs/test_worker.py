"""Real workers: what was begun is done once, whatever happens to the worker."""

import os
import signal
import time
from contextlib import ExitStack
from pathlib import Path

import pytest
from django.conf import settings
from django.core.files.storage import FileSystemStorage
from django.db import connection
from django.utils import timezone

from ots_portal.jobs import services
from ots_portal.jobs.models import Job
from ots_portal.operation.processes import celery_beat, jobs_worker, running
from tests.servers import wait_until

pytestmark = [pytest.mark.slow, pytest.mark.both, pytest.mark.django_db(transaction=True)]


@pytest.fixture(params=["folder", "redis"])
def environment(request, outside_environment):
    """The environment of a worker that knows the tests' kinds of work, on either broker."""
    broker = (
        {"OTS_REDIS_URL": request.getfixturevalue("redis_server")}
        if request.param == "redis"
        else {}
    )
    of_tests = {"DJANGO_SETTINGS_MODULE": "tests.ots_portal.jobs.worker_settings"}
    return {**outside_environment, **of_tests, **broker}


@pytest.fixture
def start(environment, tmp_path):
    """Call it to start a worker for jobs and beat; they end with the test."""
    with ExitStack() as to_stop:

        def started():
            programs = [jobs_worker(), celery_beat()]
            return to_stop.enter_context(
                running(programs, folder=Path(settings.BASE_DIR), environment=environment,
                        logs=tmp_path / "log")
            )  # fmt: skip

        yield started


def dawdle(by, trace, *, steps) -> Job:
    parameters = {"trace": str(trace), "steps": steps}
    return services.begin("tests.dawdle", parameters, by=by, at=timezone.now())


def status_of(job) -> str:
    connection.close()  # what the worker commits is seen by a new transaction
    return Job.objects.values_list("status", flat=True).get(pk=job.pk)


def steps_in(trace) -> list[list[str]]:
    return [line.split() for line in trace.read_text().splitlines()] if trace.exists() else []


def test_a_worker_does_what_was_begun(start, editor_a, tmp_path):
    job = dawdle(editor_a, tmp_path / "trace", steps=3)

    programs = start()
    wait_until(lambda: status_of(job) == "done", programs=programs, seconds=60)

    job.refresh_from_db()
    store = FileSystemStorage(tmp_path / "var" / "media")
    with store.open(job.stored_name) as file:
        assert file.read() == b"0\n1\n2\n"


def test_a_worker_killed_in_the_middle_loses_nothing(start, editor_a, tmp_path):
    trace = tmp_path / "trace"
    job = dawdle(editor_a, trace, steps=40)
    worker, _beat = start()
    wait_until(lambda: len(steps_in(trace)) >= 5, seconds=60)

    os.killpg(worker.process.pid, signal.SIGKILL)
    again = start()
    # what the dead worker held comes free when its lease ends
    wait_until(lambda: status_of(job) == "done", programs=again, seconds=90)

    job.refresh_from_db()
    by_process: dict[str, list[int]] = {}
    for pid, step in steps_in(trace):
        by_process.setdefault(pid, []).append(int(step))
    killed, second = by_process.values()
    assert killed == list(range(len(killed)))
    assert (len(killed) < 40, second, job.attempt_count) == (True, list(range(40)), 2)


def test_a_job_that_is_cancelled_stops_within_a_second(start, editor_a, tmp_path):
    trace = tmp_path / "trace"
    job = dawdle(editor_a, trace, steps=600)
    programs = start()
    wait_until(lambda: len(steps_in(trace)) >= 5, programs=programs, seconds=60)

    services.cancel(job, by=editor_a, at=timezone.now())
    time.sleep(1)
    after_a_second = len(steps_in(trace))
    time.sleep(1.5)

    assert (len(steps_in(trace)), status_of(job)) == (after_a_second, "cancelled")
    assert not list((tmp_path / "var" / "media").rglob("jobs/*/*"))
