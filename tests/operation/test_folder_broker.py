"""The folder of messages is read by one program while another writes to it."""

import queue
from pathlib import Path

import pytest
from kombu import Connection, Exchange, Queue

from ots_portal.celery import app
from ots_portal.operation import folder_broker
from tests.together import together


@pytest.fixture
def folder(tmp_path):
    for name in ("messages", "processed", "control"):
        (tmp_path / name).mkdir()
    return tmp_path


def opened(folder):
    options = {
        "data_folder_in": str(folder / "messages"),
        "data_folder_out": str(folder / "messages"),
        "processed_folder": str(folder / "processed"),
        "control_folder": str(folder / "control"),
        "store_processed": False,
    }
    return Connection(
        "filesystem://", transport=folder_broker.Transport, transport_options=options
    ).default_channel


def test_a_message_cannot_be_taken_before_it_is_whole(folder, monkeypatch):
    writer, reader, looked = opened(folder), opened(folder), []

    def look_first(part, file):
        looked.append(part.stat().st_size > 0)
        with pytest.raises(queue.Empty):
            reader._get("celery")
        return part.rename(file)

    monkeypatch.setattr(Path, "replace", look_first)
    writer._put("celery", {"number": 1})

    assert (looked, reader._get("celery")) == ([True], {"number": 1})


def test_messages_are_taken_in_the_order_they_were_put(folder):
    channel = opened(folder)
    clock = iter((0.009, 0.010, 0.011))
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(folder_broker, "monotonic", lambda: next(clock) + 1000)
        for number in (1, 2, 3):
            channel._put("celery", {"number": number})

    assert [channel._get("celery")["number"] for _ in range(3)] == [1, 2, 3]


def test_programs_that_start_together_all_find_their_queue(folder):
    names = [f"queue-{number}" for number in range(8)]

    def bind(name):
        exchange = Exchange("portal", type="direct")
        Queue(name, exchange, routing_key=name, channel=opened(folder)).declare()

    problems = together([lambda name=name: bind(name) for name in names])

    assert problems == [None] * 8
    assert sorted(row.queue for row in opened(folder).get_table("portal")) == names


def test_the_embedded_default_uses_it(settings):
    if settings.REDIS_URL:
        pytest.skip("with Redis there is no folder")

    assert type(app.connection_for_write().transport) is folder_broker.Transport
