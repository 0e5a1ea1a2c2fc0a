"""
`make check`: form, types, imports, dependencies, migrations; nothing that needs a running program.

Every check runs, so that one start shows all there is to do.
"""

import os
import subprocess
import sys
import tempfile
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from pathlib import Path

from tests import locks

ROOT = Path(__file__).resolve().parents[1]
PROGRAMS = Path(sys.executable).parent

COMMANDS = {
    "types (mypy)": ("mypy", "--no-error-summary"),
    "lint (ruff)": ("ruff", "check", "--quiet"),
    "form (ruff)": ("ruff", "format", "--check", "--quiet"),
    "templates' lint (djlint)": ("djlint", "--lint", "--quiet", "templates"),
    "templates' form (djlint)": ("djlint", "--check", "templates"),
    "imports (import-linter)": ("lint-imports",),
    "dependencies (deptry)": ("deptry", "."),
    "migrations": ("python", "manage.py", "makemigrations", "--check", "--dry-run"),
    "Django's own checks": ("python", "manage.py", "check", "--fail-level", "WARNING"),
}


@dataclass(frozen=True)
class Finding:
    """What one check said; nothing when all is well."""

    name: str
    said: str


def run(name: str, command: tuple[str, ...], *, environment: dict[str, str]) -> Finding:
    program, *arguments = command
    done = subprocess.run(
        [str(PROGRAMS / program), *arguments],
        cwd=ROOT,
        env=environment,
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        check=False,
    )
    return Finding(name, done.stdout or "failed" if done.returncode else "")


def compare_locks() -> Finding:
    return Finding("locks in step with pyproject.toml", "\n".join(locks.differences(ROOT)))


def findings(environment: dict[str, str]) -> Iterator[Finding]:
    """Run the checks side by side; give what they said in the order of the table."""
    with ThreadPoolExecutor(max_workers=os.cpu_count()) as pool:
        tasks: list[Callable[[], Finding]] = [
            pool.submit(run, name, command, environment=environment).result
            for name, command in COMMANDS.items()
        ]
        yield compare_locks()
        for result in tasks:
            yield result()


def main() -> int:
    failed = []
    with tempfile.TemporaryDirectory(prefix="ots-check-") as var:
        kept = {name: value for name, value in os.environ.items() if not name.startswith("OTS_")}
        for finding in findings({**kept, "OTS_VAR_DIR": var, "NO_COLOR": "1"}):
            print(f"{'FAILED' if finding.said else 'ok':6}  {finding.name}", flush=True)
            if finding.said:
                failed.append(finding)
    for finding in failed:
        print(f"\n== {finding.name} ==\n{finding.said.rstrip()}", flush=True)
    return int(bool(failed))


if __name__ == "__main__":
    sys.exit(main())
