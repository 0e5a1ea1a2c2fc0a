"""The page that leads developers in: its examples do what they say, run as they stand."""

import html
import re
import subprocess
import sys

import pytest

from incidents.models import Incident
from tests.factories.api import SECRET, ClientFactory
from tests.factories.incidents import IncidentFactory
from tests.factories.people import MachineFactory

START = "/api/v1/docs/start/"


def blocks(client, portal):
    page = client.get(START, HTTP_HOST=portal.removeprefix("http://")).content.decode()
    found = re.findall(r"<pre[^>]*>(.*?)</pre>", page, re.DOTALL)
    return [html.unescape(block) for block in found]


@pytest.mark.slow
@pytest.mark.django_db(transaction=True)
def test_the_examples_run_as_they_stand(client, live_server, azerbaijan, tmp_path):
    machine = MachineFactory(participant=azerbaijan)
    partner = ClientFactory(user=machine)
    seen = IncidentFactory(participant=azerbaijan, status="active")
    token, calls, python, _receiver = blocks(client, live_server.url)

    shell = f"CLIENT_ID={partner.client_id} CLIENT_SECRET={SECRET}\n{token}\n{calls}"
    called = subprocess.run(
        ["/bin/sh", "-c", shell], capture_output=True, text=True, check=True, timeout=60
    )
    program = python.replace('"…", "…"', f'"{partner.client_id}", "{SECRET}"')
    listed = subprocess.run(
        [sys.executable, "-c", program], capture_output=True, text=True, check=True, timeout=60
    )

    made = Incident.objects.get(titles__en="Flood on the Kura")
    assert (made.is_exercise, made.status, made.participant) == (True, "draft", azerbaijan)
    assert str(made.pk) in called.stdout
    assert seen.number in called.stdout
    assert seen.number in listed.stdout
