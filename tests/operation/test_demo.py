"""`make demo` in one piece, on a free port and in a folder of its own."""

import os
import re
import shutil
import signal
import socket
import subprocess
import sys
import urllib.request
from contextlib import contextmanager
from pathlib import Path

import pytest
from django.conf import settings

from ots_portal.operation import demo
from tests.servers import free_port

ROOT = Path(settings.BASE_DIR)
READY = "Portal ready at http://127.0.0.1:{port}/\n"


@contextmanager
def demo_running(var: Path, *, port: int, **environment: str):
    """Start the demo, with the map and typeface built already; whatever the test does, it is ended."""
    if not (var / "static").exists():
        shutil.copytree(settings.VAR_DIR / "static", var / "static")
    process = subprocess.Popen(
        [sys.executable, "-m", "ots_portal.operation.demo"],
        cwd=ROOT,
        env={**os.environ, "OTS_VAR_DIR": str(var), "PORT": str(port), **environment},
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        start_new_session=True,
    )
    try:
        yield process
    finally:
        process.terminate()
        process.communicate(timeout=60)


def read_until(process: subprocess.Popen[str], *, end: str) -> str:
    lines = []
    for line in process.stdout:
        lines.append(line)
        if end in line:
            break
    return "".join(lines)


def processes_of(var: Path) -> dict[int, str]:
    """Return the living processes that were given this folder of data, with their command lines."""
    mark = f"OTS_VAR_DIR={var}\0".encode()
    found = {}
    for process in Path("/proc").glob("[0-9]*"):
        try:
            if mark in (process / "environ").read_bytes():
                line = (process / "cmdline").read_text()
                found[int(process.name)] = line.replace("\0", " ")
        except OSError:  # it has just ended
            continue
    return found


@pytest.fixture(scope="module")
def var(tmp_path_factory) -> Path:
    """The folder of one demo that is started again and again: only the first start prepares it."""
    return tmp_path_factory.mktemp("demo")


@pytest.mark.slow
@pytest.mark.parametrize("ask", [signal.SIGINT, signal.SIGTERM, signal.SIGHUP])
def test_the_demo_says_where_it_is_and_leaves_no_process_when_asked_to_stop(var, ask):
    port = free_port()

    with demo_running(var, port=port) as process:
        said = read_until(process, end="Ctrl-C")
        with urllib.request.urlopen(f"http://127.0.0.1:{port}/healthz") as answer:
            health = answer.status
        alive = processes_of(var)
        process.send_signal(ask)
        rest, _ = process.communicate(timeout=30)

    assert READY.format(port=port) in said
    assert all(name in " ".join(alive.values()) for name in ("granian", "worker@", "jobs@", "beat"))
    assert (health, process.returncode, processes_of(var)) == (200, 0, {})
    assert "RESET=1" in rest


@pytest.mark.slow
def test_a_worker_that_dies_stops_the_demo_with_its_last_words(var):
    with demo_running(var, port=free_port()) as process:
        read_until(process, end="Ctrl-C")
        lines = processes_of(var).items()
        (worker,) = (pid for pid, line in lines if "--hostname worker@" in line)
        os.kill(worker, signal.SIGKILL)
        said, _ = process.communicate(timeout=30)

    assert (process.returncode, processes_of(var)) == (1, {})
    assert f"The worker process ended (exit code -9). The end of {var}/log/worker.log:" in said


@pytest.mark.slow
def test_a_second_demo_of_the_same_folder_is_refused_with_a_sentence(var):
    with demo_running(var, port=free_port()) as first:
        read_until(first, end="Ctrl-C")
        with demo_running(var, port=free_port(), RESET="1") as second:
            said, _ = second.communicate(timeout=30)
        still_there = (var / "portal.sqlite3").exists()

    assert (second.returncode, said, still_there) == (
        1,
        "A demo is running from this folder already. Stop it with Ctrl-C first.\n",
        True,
    )


def test_a_busy_port_is_refused_with_the_port_to_type():
    with socket.create_server(("127.0.0.1", 0)) as busy:
        port = busy.getsockname()[1]

        with pytest.raises(demo.CannotStart) as refused:
            demo.chosen_port(str(port))

    assert str(refused.value) == (
        f"Port {port} of this computer is busy, perhaps with another `make demo`."
        f" Choose a free one: make demo PORT={port + 1}"
    )


@pytest.mark.parametrize("text", ["0", "65536", "-1", "eight", "8000 ", "¹"])
def test_what_is_no_port_is_refused_with_an_example(text):
    with pytest.raises(demo.CannotStart, match=re.escape(f"“{text}”: make demo PORT=8001")):
        demo.chosen_port(text)


def test_a_port_left_by_a_closed_connection_can_be_used_at_once():
    with socket.create_server(("127.0.0.1", 0)) as server:
        port = server.getsockname()[1]
        with socket.create_connection(("127.0.0.1", port)):
            server.accept()[0].close()

    assert demo.chosen_port(str(port)) == port


def test_reset_forgets_what_a_person_left_and_keeps_key_and_assets(tmp_path, capsys):
    for name in ("portal.sqlite3", "portal.sqlite3-wal", "secret.key", "celerybeat-schedule.dat"):
        (tmp_path / name).touch()
    for name in ("broker/messages", "mail", "media/2026", "static"):
        (tmp_path / name).mkdir(parents=True)

    demo.forget(tmp_path)

    assert sorted(path.name for path in tmp_path.iterdir()) == ["secret.key", "static"]


def test_reset_knows_where_the_settings_keep_things():
    var = Path(settings.VAR_DIR)
    kept = [
        settings.PORTAL_MAIL_FOLDER,
        settings.BROKER_DIR,
        settings.CELERY_BEAT_SCHEDULE_FILENAME,
        var / "portal.sqlite3",
        var / "media",
    ]

    forgotten = [
        any(Path(path).relative_to(var).match(pattern) for pattern in demo.LEFT_BEHIND)
        for path in kept
    ]

    assert forgotten == [True] * len(kept)


def test_the_demo_never_uses_what_a_deployment_has_set(monkeypatch, tmp_path):
    monkeypatch.setattr(
        os, "environ", {"OTS_DATABASE_URL": "postgres://live", "OTS_PRODUCTION": "1"}
    )
    monkeypatch.setitem(os.environ, "OTS_VAR_DIR", str(tmp_path))

    var = demo.use_demo_environment(port=8001)

    assert (var, os.environ) == (
        tmp_path,
        {
            "DJANGO_SETTINGS_MODULE": "ots_portal.settings",
            "OTS_DEMO": "1",
            "OTS_ADDRESS": "http://127.0.0.1:8001",
            "OTS_VAR_DIR": str(tmp_path),
        },
    )


def test_the_table_lines_up():
    rows = [
        demo.Account("duty@turkiye.example", "Editor", "turkiye"),
        demo.Account("a@b.example", "Head of authority", "hungary"),
    ]

    assert demo.table(rows).splitlines() == [
        "  Account               Role               Participant",
        "  duty@turkiye.example  Editor             turkiye",
        "  a@b.example           Head of authority  hungary",
    ]
