"""The sample receiver of docs/samples, run as a program against what the portal really sends."""

import json
import os
import re
import subprocess
import sys
from contextlib import contextmanager
from http.client import HTTPConnection
from pathlib import Path
from urllib.error import HTTPError
from urllib.request import Request, urlopen

import pytest
from django.conf import settings

from ots_portal.notifications.models import Delivery
from ots_portal.webhooks import services
from tests.factories.people import MachineFactory
from tests.factories.webhooks import SECRET, EndpointFactory
from tests.ots_portal.webhooks.story import Clock, statuses, tell

SAMPLE = Path(settings.BASE_DIR) / "docs" / "samples" / "webhook_receiver.py"
OTHER_SECRET = "whsec_" + "A" * 43 + "="
DEADLINE_SECONDS = 20


@contextmanager
def running(folder, secret):
    """The program, with its port and what it has written."""
    place = folder / "messages.sqlite3"
    environment = {**os.environ, "WEBHOOK_SECRET": secret, "MESSAGES": str(place)}
    command = [sys.executable, str(SAMPLE), "0"]
    output = folder / "output.txt"
    with output.open("w") as written:
        program = subprocess.Popen(
            command, env=environment, stdout=subprocess.PIPE, stderr=written, text=True
        )
        try:
            first = program.stdout.readline()
            yield int(re.search(r"\d+", first)[0]), program
        finally:
            program.terminate()
            program.wait(timeout=DEADLINE_SECONDS)
            program.stdout.close()


@pytest.fixture
def clock():
    from django.utils import timezone  # noqa: PLC0415 -- the program's clock is the real one

    return Clock(timezone.now())


@pytest.fixture
def endpoint(azerbaijan, _own_computer):
    machine = MachineFactory(participant=azerbaijan)
    return EndpointFactory(owner=machine, url="http://127.0.0.1:1/hook")


def lead_to(endpoint, port):
    endpoint.url = f"http://127.0.0.1:{port}/hook"
    endpoint.save()


def test_it_takes_what_the_portal_signed(tmp_path, endpoint, clock, head_b):
    with running(tmp_path, SECRET) as (port, program):
        lead_to(endpoint, port)
        services.test(endpoint, by=head_b, at=clock.at)
        tell(clock)
        line = program.stdout.readline()

    assert statuses(endpoint) == ["sent"]
    assert line.startswith("webhooks.endpoint.tested: ")


def test_it_takes_what_either_secret_signed_while_one_is_changed(tmp_path, endpoint, clock, head_b):
    with running(tmp_path, f"{OTHER_SECRET} {SECRET}") as (port, _program):
        lead_to(endpoint, port)
        services.rotate(endpoint, by=head_b, at=clock.at)  # the former one signs along
        services.test(endpoint, by=head_b, at=clock.at)
        tell(clock)

    assert "sent" in statuses(endpoint)


def test_it_refuses_what_another_secret_signed(tmp_path, endpoint, clock, head_b):
    with running(tmp_path, OTHER_SECRET) as (port, _program):
        lead_to(endpoint, port)
        services.test(endpoint, by=head_b, at=clock.at)
        tell(clock)

    delivery = Delivery.objects.get(endpoint=endpoint)
    assert delivery.status != "sent"
    assert "401" in str(delivery.attempts.get().failure)


@pytest.mark.parametrize(
    ("fields", "body"),
    [
        ({}, b"{}"),
        ({"webhook-id": "x", "webhook-timestamp": "1", "webhook-signature": "v1,x"}, b"{}"),
        ({"webhook-id": "x", "webhook-timestamp": "soon", "webhook-signature": ""}, b"no JSON"),
        ({"webhook-timestamp": "²", "webhook-signature": "v1,ü"}, b""),
    ],
)
def test_it_refuses_what_nobody_signed_and_goes_on(tmp_path, fields, body):
    with running(tmp_path, SECRET) as (port, program):
        coded = {name: value.encode().decode("latin-1") for name, value in fields.items()}
        for _twice in range(2):
            request = Request(f"http://127.0.0.1:{port}/", body, coded)
            with pytest.raises(HTTPError) as refused:
                urlopen(request, timeout=DEADLINE_SECONDS)  # noqa: S310 -- this computer
            refused.value.close()
            assert refused.value.code == 401
        assert program.poll() is None


def test_the_page_hands_out_this_very_program(client):
    answer = client.get("/api/v1/docs/webhook-receiver/")

    assert (answer.status_code, answer.content) == (200, SAMPLE.read_bytes())
    assert answer["Content-Disposition"] == 'attachment; filename="webhook_receiver.py"'


def test_the_same_message_is_kept_once(tmp_path):
    program = {"__name__": "sample"}
    exec(compile(SAMPLE.read_text("utf-8"), str(SAMPLE), "exec"), program)  # noqa: S102 -- our own file
    messages = program["Messages"](tmp_path / "messages.sqlite3")

    kept = [messages.keep("one", {"type": "a"}), messages.keep("one", {"type": "a"})]

    assert (kept, messages.all()) == ([True, False], [{"type": "a"}])
    assert json.dumps(messages.all())


@pytest.mark.parametrize(
    "secret", ["whsec_", "whsec_AAAA", "whsec_not base64", f"{SECRET} whsec_ü", ""]
)
def test_it_does_not_start_with_a_secret_that_cannot_be_one(tmp_path, secret):
    environment = {**os.environ, "WEBHOOK_SECRET": secret, "MESSAGES": str(tmp_path / "kept")}

    ended = subprocess.run(
        [sys.executable, str(SAMPLE), "0"],
        env=environment,
        capture_output=True,
        text=True,
        timeout=DEADLINE_SECONDS,
        check=False,
    )

    assert (ended.returncode, ended.stdout) == (1, "")
    assert "WEBHOOK_SECRET" in ended.stderr
    assert "Traceback" not in ended.stderr


@pytest.mark.parametrize("length", ["²", "9" * 5_000, "-1", "1000001"])
def test_it_answers_to_a_length_that_is_none(tmp_path, length):
    with running(tmp_path, SECRET) as (port, _program):
        asked = HTTPConnection("127.0.0.1", port, timeout=DEADLINE_SECONDS)
        asked.putrequest("POST", "/")
        asked.putheader("Content-Length", length.encode("latin-1"))
        asked.endheaders()
        answer = asked.getresponse()
        answer.read()
        asked.close()

    assert answer.status == 413
