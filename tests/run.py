"""
`make test`: form, types and imports first, then the whole suite on every database that is installed,
and a word on what was left out. With arguments only the suite runs.

    python -m tests.run [arguments for pytest]
"""

import os
import shutil
import signal
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from concurrent.futures import FIRST_COMPLETED, Future, ThreadPoolExecutor, wait
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import IO

from tests import check, servers

ROOT = Path(__file__).resolve().parents[1]
NOTHING_COLLECTED = 5  # pytest's exit code
# They are played once, on SQLite, and use little of a processor (pyproject.toml tells the marks).
STARTING_PROGRAMS = "slow and not browser"


@dataclass(frozen=True)
class Round:
    """One run of the suite, or of a part of it, on the database that its name begins with."""

    name: str
    exit_code: int
    seconds: float

    @property
    def failed(self) -> bool:
        return self.exit_code != 0

    def __str__(self) -> str:
        outcome = f"FAILED ({self.exit_code})" if self.failed else "passed"
        return f"{self.name} {outcome} in {self.seconds:.0f} s"


def environment(var: Path, **more: str) -> dict[str, str]:
    """Return an environment in which nothing of a deployment or of the demo can be touched."""
    kept = {name: value for name, value in os.environ.items() if not name.startswith("OTS_")}
    return {**kept, "OTS_VAR_DIR": str(var), **more}


def prepare(var: Path) -> None:
    """Make what the pages under test need and git does not hold."""
    for command in ("compile_translations", "build_assets"):
        done = subprocess.run(
            [sys.executable, "manage.py", command],
            cwd=ROOT,
            env=environment(var),
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
            check=False,
        )
        if done.returncode:
            sys.exit(f"manage.py {command} failed:\n{done.stdout}")


@contextmanager
def under_way(
    name: str, arguments: list[str], *, output: IO[bytes] | None = None, **env: str
) -> Iterator["Future[Round]"]:
    """
    Play the suite while the block runs; give its round to come.

    Its words go to ``output``, and nobody can answer them there; None: it has the terminal.
    """
    started = time.monotonic()
    pytest = subprocess.Popen(
        [sys.executable, "-m", "pytest", *arguments],
        cwd=ROOT,
        env=env,
        stdin=output and subprocess.DEVNULL,
        stdout=output,
        stderr=output and subprocess.STDOUT,
    )
    # The pool is left when pytest has ended. Ctrl-C reached it, too, and it needs a moment for its servers.
    with ThreadPoolExecutor(max_workers=1) as pool:
        try:
            yield pool.submit(lambda: Round(name, pytest.wait(), time.monotonic() - started))
        except SystemExit:
            pytest.terminate()
            raise


def rounds(arguments: list[str], *, var: Path) -> Iterator[Round]:
    """
    Play on SQLite and, where it is installed, on PostgreSQL at the same time: each takes a processor.

    Of the whole suite (no ``arguments``) the processor that is free first takes the tests that start
    programs and wait for them. Only SQLite's round is told as it goes, the others when it is done. Each
    round has a folder of its own in ``var``.
    """
    with ExitStack() as stack:
        prepare(var / "made")

        def begin(name: str, *options: str, output: IO[bytes] | None, **more: str) -> Future[Round]:
            folder = var / name
            shutil.copytree(var / "made", folder)
            env = environment(folder, **more)
            return stack.enter_context(under_way(name, [*options], output=output, **env))

        print("\n== The suite on SQLite ==", flush=True)
        if servers.POSTGRESQL.is_missing:
            yield begin("SQLite", *arguments, output=None).result()
            return
        said = [stack.enter_context(tempfile.TemporaryFile()) for _ in range(2)]
        address = stack.enter_context(servers.postgresql_cluster())
        choice = arguments or ["-m", f"not ({STARTING_PROGRAMS})"]
        first = begin("SQLite", *choice, output=None)
        others = [
            begin(
                "PostgreSQL",
                "--second-database",
                *arguments,
                output=said[0],
                OTS_DATABASE_URL=address,
            )
        ]
        if not arguments:
            wait([first, *others], return_when=FIRST_COMPLETED)
            others.append(begin("SQLite, programs", "-m", STARTING_PROGRAMS, output=said[1]))
        yield first.result()
        for other, words in zip(others, said, strict=False):
            played = other.result()
            print(f"\n== The suite on {played.name} ==", flush=True)
            words.seek(0)
            shutil.copyfileobj(words, sys.stdout.buffer)
            # A choice of tests (ARGS) may well hold none that PostgreSQL would run.
            if not (arguments and played.exit_code == NOTHING_COLLECTED):
                yield played


def summary(played: list[Round], missing: list[servers.Part]) -> str:
    ran = "; ".join(map(str, played))
    if not missing:
        return f"Suite: {ran}. Nothing was left out."
    names = ", ".join(part.name for part in missing)
    return f"Suite: {ran}. Left out: {names}; to run these too: {servers.install_line(missing)}"


def end_properly_when_asked() -> None:
    """Turn the signals that end a process into exceptions, so that servers are stopped."""
    for number in (signal.SIGTERM, signal.SIGHUP):
        signal.signal(number, lambda *_: sys.exit(1))


def main(arguments: list[str]) -> int:
    missing = [part for part in servers.PARTS if part.is_missing]
    end_properly_when_asked()
    is_untidy = not arguments and check.main() != 0
    with tempfile.TemporaryDirectory(prefix="ots-test-") as folder:
        played = list(rounds(arguments, var=Path(folder)))
    print(f"\n{summary(played, missing)}", flush=True)
    if missing and os.environ.get("CI") == "true":
        print("In continuous integration nothing may be left out.", flush=True)
        return 1
    if is_untidy:
        print("`make check` has something to say: see the beginning.", flush=True)
    return int(is_untidy or any(each.failed for each in played))


if __name__ == "__main__":
    try:
        sys.exit(main(sys.argv[1:]))
    except KeyboardInterrupt:
        sys.exit("Stopped.")
