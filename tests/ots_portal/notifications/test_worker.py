"""Real workers: what was accepted is delivered once, whatever happens to the worker or the broker."""

import os
import signal

import pytest
import redis
from django.db import connection

from incidents.services import incidents
from ots_portal.notifications.models import Delivery
from tests.factories.incidents import reported
from tests.servers import wait_until

pytestmark = [pytest.mark.slow, pytest.mark.both, pytest.mark.django_db(transaction=True)]
COUNT = 12


@pytest.fixture(params=["folder", "redis"])
def environment(request, outside_environment, smtp_sink):
    """The environment of a worker that mails to the sink, on either broker."""
    more = (
        {"OTS_REDIS_URL": request.getfixturevalue("redis_server")}
        if request.param == "redis"
        else {}
    )
    return {**outside_environment, "OTS_EMAIL_URL": smtp_sink.url, **more}


def verify_some(by, second, *, at):
    for _ in range(COUNT):
        incidents.verify(reported(by=by, at=at), by=second, at=at)


def ids_of(mails):
    return sorted(received.message["Message-ID"].strip() for received in mails)


def delivered() -> int:
    connection.close()  # what the worker commits is seen by a new transaction
    return Delivery.objects.filter(channel="mail", status="sent").count()


def test_a_worker_and_beat_tell_everybody_once(
    environment, celery_processes, smtp_sink, editor_a, second_editor_a, editor_b, now
):
    verify_some(editor_a, second_editor_a, at=now)

    programs = celery_processes(environment)
    # each report tells the colleague who verifies, each verification the officer on duty elsewhere
    wait_until(lambda: delivered() == 2 * COUNT, programs=programs, seconds=60)

    assert len(set(ids_of(smtp_sink.received))) == len(smtp_sink.received) == 2 * COUNT
    assert Delivery.objects.filter(channel="inbox", recipient=editor_b).count() == COUNT


def test_a_worker_killed_in_the_middle_loses_nothing(
    environment, celery_processes, smtp_sink, editor_a, second_editor_a, editor_b, now
):
    verify_some(editor_a, second_editor_a, at=now)
    worker, _beat = celery_processes(environment)
    wait_until(lambda: len(smtp_sink.received) >= 3, seconds=60)

    os.killpg(worker.process.pid, signal.SIGKILL)
    again = celery_processes(environment)
    # what the dead worker held comes free when its lease ends
    wait_until(lambda: delivered() == 2 * COUNT, programs=again, seconds=120)

    ids = ids_of(smtp_sink.received)
    assert len(set(ids)) == 2 * COUNT
    assert (
        len(ids) <= 2 * COUNT + 1
    )  # a crash between "250" and the record may send one twice, by one id


def test_what_redis_forgot_the_sweep_delivers(
    celery_processes,
    redis_server,
    outside_environment,
    smtp_sink,
    editor_a,
    second_editor_a,
    editor_b,
    now,
):
    environment = {
        **outside_environment,
        "OTS_EMAIL_URL": smtp_sink.url,
        "OTS_REDIS_URL": redis_server,
    }
    programs = celery_processes(environment)
    verify_some(editor_a, second_editor_a, at=now)

    with redis.Redis.from_url(redis_server) as client:
        client.flushall()

    wait_until(lambda: delivered() == 2 * COUNT, programs=programs, seconds=60)
    assert len(smtp_sink.received) == 2 * COUNT
