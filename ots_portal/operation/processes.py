"""Several programs run as one: started together, watched, and ended so that none is left behind."""

import contextlib
import os
import signal
import subprocess
import sys
import time
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

STOP_TIMEOUT_SECONDS = 10
LAST_LINES_COUNT = 15


class Died(Exception):
    """A program that should run has ended; the text says which, how, and its last words."""


@dataclass(frozen=True)
class Program:
    """A program to run: `name` is for people, and names its log."""

    name: str
    command: Sequence[str]


@dataclass(frozen=True)
class Running:
    """A started program, the leader of a session and process group of its own."""

    program: Program
    process: subprocess.Popen[bytes]
    log: Path

    @property
    def last_lines(self) -> str:
        text = self.log.read_text(encoding="utf-8", errors="replace")
        return "\n".join(text.splitlines()[-LAST_LINES_COUNT:])


def web_server(*, port: int, workers: int = 1) -> Program:
    command = [sys.executable, "-m", "granian", "--interface", "wsgi", "--host", "127.0.0.1"]
    command += ["--port", str(port), "--workers", str(workers), "--blocking-threads", "4"]
    command += ["--no-ws"]
    return Program("web", [*command, "ots_portal.wsgi:application"])


def celery_worker() -> Program:
    """
    Delivers, seals, checks: what is short and must not wait.

    In production alerts have a worker of their own (docs/operations.md); here one does both.
    """
    return worker("worker", queues="alerts,celery")


def jobs_worker() -> Program:
    """
    Does what takes long, one after the other, beside the deliveries.

    In production webhooks have a worker of their own (docs/operations.md); here they take turns with jobs.
    """
    return worker("jobs", queues="jobs,webhooks")


def worker(name: str, *, queues: str) -> Program:
    """Work on the queues, whose names are parted by commas, one task after the other."""
    command = [sys.executable, "-m", "celery", "-A", "ots_portal", "worker", "--pool", "solo"]
    # Workers have nothing to gossip about, and the folder broker cannot carry it.
    quiet = ["--without-gossip", "--without-mingle", "--without-heartbeat"]
    named = ["--queues", queues, "--hostname", f"{name}@%h"]
    return Program(name, [*command, *quiet, *named, "--loglevel", "INFO"])


def celery_beat() -> Program:
    command = [sys.executable, "-m", "celery", "-A", "ots_portal", "beat"]
    # A pid file left by a power cut would keep beat from starting again.
    return Program("beat", [*command, "--pidfile=", "--loglevel", "WARNING"])


@contextmanager
def running(
    programs: Sequence[Program], *, folder: Path, environment: Mapping[str, str], logs: Path
) -> Iterator[list[Running]]:
    """Run the programs in `folder`; on leaving, whatever the reason, none of them is left."""
    logs.mkdir(parents=True, exist_ok=True)
    started: list[Running] = []
    try:
        for program in programs:
            started.append(_start(program, folder=folder, environment=environment, logs=logs))  # noqa: PERF401 -- those before a failing start must be stopped
        yield started
    finally:
        stop(started)


def refuse_dead(programs: Sequence[Running]) -> None:
    """:raises Died: when one of the programs, which should run, has ended."""
    for one in programs:
        if one.process.poll() is not None:
            raise Died(_last_words(one))


def refuse_failed(one: Running) -> None:
    """:raises Died: when the program, which should have ended by now, did not end well."""
    if one.process.poll() != 0:
        raise Died(_last_words(one))


def _last_words(one: Running) -> str:
    code = one.process.returncode
    return (
        f"The {one.program.name} process ended (exit code {code})."
        f" The end of {one.log}:\n{one.last_lines}"
    )


def stop(programs: Sequence[Running]) -> None:
    """Ask every program to end, wait, then end what is still there with all its children."""
    for one in programs:
        if one.process.poll() is None:
            one.process.terminate()
    deadline = time.monotonic() + STOP_TIMEOUT_SECONDS
    for one in programs:
        with contextlib.suppress(subprocess.TimeoutExpired):
            one.process.wait(timeout=max(0.0, deadline - time.monotonic()))
    for one in programs:
        # The leader was waited for only if it ended, so its group's number cannot be another's yet.
        with contextlib.suppress(ProcessLookupError):
            os.killpg(one.process.pid, signal.SIGKILL)
        one.process.wait()


def _start(
    program: Program, *, folder: Path, environment: Mapping[str, str], logs: Path
) -> Running:
    log = logs / f"{program.name}.log"
    with log.open("wb") as output:
        process = subprocess.Popen(
            program.command,
            cwd=folder,
            env=environment,
            stdin=subprocess.DEVNULL,
            stdout=output,
            stderr=subprocess.STDOUT,
            start_new_session=True,  # so that Ctrl-C reaches the runner alone, which ends them in order
        )
    return Running(program, process, log)
