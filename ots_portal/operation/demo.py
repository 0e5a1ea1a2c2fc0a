"""`make demo`: set up the portal with demo data, run its processes, and stop them together."""

import errno
import fcntl
import http.client
import os
import shutil
import signal
import socket
import sys
import threading
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from types import FrameType
from typing import NoReturn

from ots_portal.operation.processes import (
    Died,
    Running,
    celery_beat,
    celery_worker,
    jobs_worker,
    refuse_dead,
    running,
    web_server,
)
from ots_portal.operation.set_up import ROOT, Account, Prepared, set_up

READY_TIMEOUT_SECONDS = 60
LAST_PORT = 65535

# What a person leaves behind in var/; RESET=1 removes these, and keeps built assets and the key.
LEFT_BEHIND = ("portal.sqlite3*", "celerybeat-schedule*", "broker", "mail", "media")

_asked_to_stop = threading.Event()


class CannotStart(Exception):
    """The demo cannot start; the text is for the person at the terminal."""


class Stopped(Exception):
    """The person, or the system, asked the demo to stop."""


def chosen_port(text: str) -> int:
    """Read PORT and make sure that nothing listens there.

    :raises CannotStart:
    """
    if not text.isdecimal() or not 1 <= int(text) <= LAST_PORT:
        message = (
            f"PORT must be a number from 1 to {LAST_PORT}, and is “{text}”: make demo PORT=8001"
        )
        raise CannotStart(message)
    port = int(text)
    with socket.socket() as probe:
        # As the server does: connections that have just been closed do not count.
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind(("127.0.0.1", port))
        except OSError as problem:
            raise CannotStart(_why_not(port, problem)) from problem
    return port


def _why_not(port: int, problem: OSError) -> str:
    if problem.errno == errno.EADDRINUSE:
        another = port + 1 if port < LAST_PORT else 8000
        return (
            f"Port {port} of this computer is busy, perhaps with another `make demo`."
            f" Choose a free one: make demo PORT={another}"
        )
    return f"Port {port} cannot be used ({problem.strerror}). Choose another: make demo PORT=8001"


def use_demo_environment(*, port: int) -> Path:
    """Set what settings.py reads, and return the folder of the demo's data.

    Whatever a deployment set is put aside: the demo must never load its data into a real database.
    """
    var = os.environ.get("OTS_VAR_DIR") or str(ROOT / "var")
    for name in [name for name in os.environ if name.startswith("OTS_")]:
        del os.environ[name]
    os.environ["DJANGO_SETTINGS_MODULE"] = "ots_portal.settings"
    os.environ["OTS_DEMO"] = "1"
    os.environ["OTS_ADDRESS"] = f"http://127.0.0.1:{port}"
    os.environ["OTS_VAR_DIR"] = var
    return Path(var)


@contextmanager
def alone(var: Path) -> Iterator[None]:
    """Keep a second demo from using, or removing, the same data.

    :raises CannotStart:
    """
    var.mkdir(parents=True, exist_ok=True)
    with (var / "demo.lock").open("a+") as lock:
        try:
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError as problem:
            message = "A demo is running from this folder already. Stop it with Ctrl-C first."
            raise CannotStart(message) from problem
        yield


def forget(var: Path) -> None:
    """Remove what earlier demos left in `var`."""
    print("RESET=1: removing the demo's database, mail, files and waiting jobs.", flush=True)
    for pattern in LEFT_BEHIND:
        for left in var.glob(pattern):
            if left.is_dir():
                shutil.rmtree(left)
            else:
                left.unlink()


def table(rows: Sequence[Account]) -> str:
    header = Account("Account", "Role", "Participant")
    lines = [header, *rows]
    email = max(len(line.email) for line in lines)
    role = max(len(line.role) for line in lines)
    return "\n".join(
        f"  {line.email:<{email}}  {line.role:<{role}}  {line.participant}" for line in lines
    )


def banner(prepared: Prepared, *, port: int, mail: Path) -> str:
    return (
        f"Portal ready at http://127.0.0.1:{port}/\n\n"
        "DEMO DATA: accounts, incidents and texts are invented. Never run this for real work.\n\n"
        f"{table(prepared.accounts)}\n\n"
        f"  Password of each: {prepared.password}\n\n"
        f"Mail that the portal sends is kept in {mail}. Ctrl-C stops everything.\n"
    )


def wait_until_ready(programs: Sequence[Running], *, port: int) -> None:
    """Return once the portal says that it is well.

    :raises Died: when a program ends meanwhile
    :raises Stopped: when somebody asks meanwhile
    :raises CannotStart: when it takes too long
    """
    deadline = time.monotonic() + READY_TIMEOUT_SECONDS
    while time.monotonic() < deadline:
        _look_round(programs)
        if _is_well(port):
            return
        time.sleep(0.1)
    logs = ", ".join(str(one.log) for one in programs)
    message = f"The portal did not answer within {READY_TIMEOUT_SECONDS} s. See {logs}"
    raise CannotStart(message)


def watch(programs: Sequence[Running]) -> NoReturn:
    """Stay until somebody asks to stop, or a program ends.

    :raises Died:
    :raises Stopped:
    """
    while True:
        _look_round(programs)
        time.sleep(0.2)


def _look_round(programs: Sequence[Running]) -> None:
    if _asked_to_stop.is_set():
        raise Stopped
    refuse_dead(programs)


def _is_well(port: int) -> bool:
    connection = http.client.HTTPConnection("127.0.0.1", port, timeout=5)
    try:
        connection.request("GET", "/healthz")
        return connection.getresponse().status == http.HTTPStatus.OK
    except (OSError, http.client.HTTPException):
        return False
    finally:
        connection.close()


def demo(*, port: int, var: Path) -> None:
    """Run the demo until it is stopped.

    :raises CannotStart:
    :raises Died:
    :raises Stopped:
    """
    prepared = set_up(var)
    programs = [web_server(port=port), celery_worker(), jobs_worker(), celery_beat()]
    # From here on nothing is torn out of the middle: a program just started must not be forgotten.
    _on_signals(lambda *_: _asked_to_stop.set())
    with running(programs, folder=ROOT, environment=os.environ, logs=var / "log") as started:
        try:
            wait_until_ready(started, port=port)
            print(f"\n{banner(prepared, port=port, mail=var / 'mail')}", flush=True)
            watch(started)
        finally:
            print("\nStopping …", flush=True)


def _stop_now(*_: object) -> NoReturn:
    raise Stopped


def _on_signals(handler: Callable[[int, FrameType | None], object]) -> None:
    for number in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
        signal.signal(number, handler)


def main() -> int:
    """Return the exit code: 0 when it was stopped by the person, 1 when it could not run."""
    _on_signals(_stop_now)
    try:
        port = chosen_port(os.environ.get("PORT") or "8000")
        var = use_demo_environment(port=port)
        with alone(var):
            if os.environ.get("RESET") == "1":
                forget(var)
            demo(port=port, var=var)
    except (CannotStart, Died) as problem:
        print(problem, file=sys.stderr)
        return 1
    except Stopped:
        print("Stopped. What you did is kept; RESET=1 starts over.", flush=True)
    return 0


if __name__ == "__main__":
    sys.exit(main())
