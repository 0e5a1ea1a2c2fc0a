"""Make .venv from the hash-locked requirements, with what the computer has: uv, venv or pip alone.

Run by the system's Python before anything is installed, so it uses the standard library only:
    python3 ots_portal/operation/bootstrap.py [--production | --dev]
The whole file must parse on Python 3.6, so that an old Python gets a sentence and no traceback.
"""

import sys

if sys.version_info < (3, 11):  # noqa: UP036 -- the sentence for an old Python
    sys.exit(
        f"The portal needs Python 3.11 or newer; {sys.executable} is Python"
        f" {sys.version_info[0]}.{sys.version_info[1]}.\n"
        "If a newer one is installed, name it: make demo PYTHON=python3.12"
    )

import argparse
import fcntl
import hashlib
import importlib.util
import json
import os
import shutil
import subprocess
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
RUN_TIME = "requirements.lock"
PRODUCTION = "requirements-production.lock"  # all of the run time, and what only a host installs
DEVELOPMENT = "requirements-dev.lock"  # all of both, and what tests and checks need
LOCKS = (RUN_TIME, PRODUCTION, DEVELOPMENT)  # each holds the pins of those before it
INSTALL_PIP = "sudo apt-get install -y python3-venv"

# In the caller's environment these make an installer put packages elsewhere, or find some that are
# not in .venv.
MISLEADING = ("PYTHONHOME", "PYTHONPATH", "PIP_TARGET", "PIP_PREFIX", "PIP_USER", "VIRTUAL_ENV")

Command = tuple[str, ...]


class CannotInstall(Exception):
    """No way of installing worked; the text is for the person at the terminal."""


@dataclass(frozen=True)
class Tools:
    """What this computer can install with; `python` is the interpreter .venv is made from."""

    python: str
    uv: str | None
    has_ensurepip: bool
    has_pip: bool


@dataclass(frozen=True)
class Way:
    """One way to an environment: the commands that make it, and those that fill it."""

    name: str
    make: Command
    fill: tuple[Command, ...]


def find_tools() -> Tools:
    # When a virtual environment is active, perhaps the very .venv to be replaced, this is the Python
    # under it.
    python = getattr(sys, "_base_executable", None) or sys.executable
    return Tools(
        python=python,
        uv=shutil.which("uv"),
        has_ensurepip=importlib.util.find_spec("ensurepip") is not None,
        has_pip=_run((python, "-m", "pip", "--version")).returncode == 0,
    )


def ways(tools: Tools, *, venv: Path, lock: Path) -> list[Way]:
    """Return the ways this computer offers, the fastest first."""
    inside = str(venv / "bin" / "python")
    locked = ("--require-hashes", "-r", str(lock))
    pip_install = ("install", "--quiet", "--no-input", "--no-compile", "--no-deps", *locked)
    plain_venv = (tools.python, "-I", "-m", "venv", "--without-pip", str(venv))
    found = []
    if tools.uv:
        make = (tools.uv, "venv", "--quiet", "--no-project", "--python", tools.python, str(venv))
        sync = (tools.uv, "pip", "sync", "--quiet", "--python", inside, *locked[:1], locked[2])
        found.append(Way("uv", make, (sync,)))
    if tools.has_ensurepip:
        put_pip = (inside, "-I", "-m", "ensurepip")
        found.append(Way("pip", plain_venv, (put_pip, (inside, "-I", "-m", "pip", *pip_install))))
    if tools.has_pip:
        # Debian without python3-venv: there is venv, but no pip to put into it. The system's pip
        # can install into another environment (pip 22.3 and newer).
        outside = (tools.python, "-m", "pip", "--python", inside, *pip_install)
        found.append(Way("the system's pip", plain_venv, (outside,)))
    return found


def install(tools: Tools, *, venv: Path, lock: Path, onto: bool) -> None:
    """Fill `venv` from `lock` by the first way that works.

    :param onto: what is in `venv` is right and only lacks something, so it need not be made again.
    :raises CannotInstall: telling what each way said.
    """
    failures: list[str] = []
    for way in ways(tools, venv=venv, lock=lock):
        commands = way.fill if onto and not failures else (way.make, *way.fill)
        if commands[0] is way.make:
            shutil.rmtree(venv, ignore_errors=True)
        _say(f"Installing {_count(lock)} packages into {venv.name} with {way.name} …")
        started = time.monotonic()
        failure = _first_failure(commands)
        if failure is None:
            _say(f"Installed in {time.monotonic() - started:.0f} s.")
            return
        failures.append(f"{way.name} said:\n{failure}")
    raise CannotInstall("\n".join(failures) + "\n" + _advice(tools))


def stamp_for(*, root: Path, lock: str) -> dict[str, str]:
    """Return what .venv must have been made of: Python, place (scripts name it) and locks."""
    locks = LOCKS[: LOCKS.index(lock) + 1]
    stamp = {"python": f"{sys.version_info[0]}.{sys.version_info[1]}", "place": str(root / ".venv")}
    stamp.update((lock, hashlib.sha256((root / lock).read_bytes()).hexdigest()) for lock in locks)
    return stamp


def bootstrap(*, root: Path, lock: str) -> None:
    """Bring .venv up to date with one of the LOCKS; return at once when it is.

    :raises CannotInstall:
    """
    venv = root / ".venv"
    with _alone(root):
        wanted = stamp_for(root=root, lock=lock)
        found = _read_stamp(venv)
        if wanted.items() <= found.items():
            return
        onto = stamp_for(root=root, lock=RUN_TIME).items() <= found.items()
        # Whatever stops the installation, a .venv without a stamp is never taken for a whole one.
        _stamp_file(venv).unlink(missing_ok=True)
        install(find_tools(), venv=venv, lock=root / lock, onto=onto)
        _stamp_file(venv).write_text(json.dumps(wanted, indent=1), encoding="utf-8")


def _stamp_file(venv: Path) -> Path:
    return venv / "installed.json"


def _read_stamp(venv: Path) -> dict[str, str]:
    if not (venv / "bin" / "python").exists():  # also false where the system's Python has gone
        return {}
    try:
        stamp: dict[str, str] = json.loads(_stamp_file(venv).read_text(encoding="utf-8"))
    except (OSError, ValueError):
        return {}
    return stamp


@contextmanager
def _alone(root: Path) -> Iterator[None]:
    """Let a second `make` wait until the first has finished installing."""
    (root / "var").mkdir(exist_ok=True)
    with (root / "var" / "bootstrap.lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        yield


def _first_failure(commands: tuple[Command, ...]) -> str | None:
    """Run the commands one after another; return the end of what the first failing one said."""
    for command in commands:
        done = _run(command)
        if done.returncode:
            said = [line for line in done.stdout.splitlines() if line.strip()]
            return "\n".join(said[-12:]) or f"{command[0]} ended with {done.returncode}"
    return None


def _run(command: Command) -> subprocess.CompletedProcess[str]:
    kept = {name: value for name, value in os.environ.items() if name not in MISLEADING}
    return subprocess.run(
        command,
        env={**kept, "PIP_DISABLE_PIP_VERSION_CHECK": "1"},
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        check=False,
    )


def _advice(tools: Tools) -> str:
    if tools.uv or tools.has_pip or tools.has_ensurepip:
        return "The packages could not be installed. Is there a network, and room on the disk?"
    return (
        f"{tools.python} has neither pip nor venv. Type this line, then the same command again:\n"
        f"    {INSTALL_PIP}"
    )


def _count(lock: Path) -> int:
    return sum("==" in line for line in lock.read_text(encoding="utf-8").splitlines())


def _say(sentence: str) -> None:
    print(sentence, flush=True)


def main() -> None:
    parser = argparse.ArgumentParser(description="Make .venv from the locked requirements.")
    which = parser.add_mutually_exclusive_group()
    for option, lock, more in (
        ("--production", PRODUCTION, "what a production host needs, too"),
        ("--dev", DEVELOPMENT, "what tests and checks need, too"),
    ):
        which.add_argument(option, dest="lock", action="store_const", const=lock, help=more)
    lock = parser.parse_args().lock or RUN_TIME
    try:
        bootstrap(root=ROOT, lock=lock)
    except CannotInstall as problem:
        sys.exit(str(problem))
    except KeyboardInterrupt:
        sys.exit("Stopped; the next start installs again.")


if __name__ == "__main__":
    main()
