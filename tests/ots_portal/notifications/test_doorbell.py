"""The doorbell carries the id of the request that rang, and nothing else about it."""

import queue

import pytest
import structlog
from django_structlog.celery.receivers import CeleryReceiver

from ots_portal.notifications import doorbell

REQUEST_ID = "0123456789abcdef0123456789abcdef"


@pytest.fixture
def marks(monkeypatch) -> queue.Queue:
    """The queue, with nobody listening."""
    marks = queue.Queue(maxsize=1)
    monkeypatch.setattr(doorbell.bell, "_marks", marks)
    monkeypatch.setattr(doorbell.bell, "_start_listening", lambda: None)
    return marks


def publish() -> dict:
    """What Celery would send beside the task."""
    headers: dict = {}
    CeleryReceiver().receiver_before_task_publish(headers=headers, body={})
    return headers["__django_structlog__"]


def test_the_worker_learns_which_request_woke_it_and_not_whose(marks):
    with structlog.contextvars.bound_contextvars(
        request_id=REQUEST_ID, person="3f2b8c1e", route="incidents:verify"
    ):
        doorbell.ring()

    assert marks.get_nowait().run(publish) == {"request_id": REQUEST_ID}


def test_outside_a_request_there_is_no_id(marks):
    with structlog.contextvars.bound_contextvars():
        structlog.contextvars.clear_contextvars()
        doorbell.ring()

    assert marks.get_nowait().run(publish) == {}


def test_who_rings_twice_is_heard_once(marks):
    doorbell.ring()
    doorbell.ring()

    assert marks.qsize() == 1
