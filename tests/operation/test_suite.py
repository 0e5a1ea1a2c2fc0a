"""`make test` itself: two rounds at once, told one after the other; nothing is left and nothing touched."""

import os
import re
import signal
import subprocess
import sys

import pytest
from django.conf import settings

from tests import servers
from tests.run import environment
from tests.servers import wait_until

# As `python -m tests.run`, with nothing to make before.
RUN = (
    "import sys; from tests import run; run.prepare = lambda var: var.mkdir();"
    "sys.exit(run.main(sys.argv[1:]))"
)
ON_SQLITE_ONLY = """
from django.db import connection

def test_this_is_sqlite(db):
    assert connection.vendor == "sqlite"
"""
WITHOUT_DATABASE = """
def test_it_asks_for_none():
    pass
"""
ONE_OF_EACH = """
import pytest

def test_quick(db): pass

@pytest.mark.browser
def test_story(db): pass

@pytest.mark.slow
def test_with_programs(db): pass

@pytest.mark.slow
@pytest.mark.both
def test_with_programs_on_both(db): pass
"""
WAITING = """
import os, pathlib, time
from django.db import connection

def test_it_waits(db):
    pathlib.Path(__file__).with_name(connection.vendor).write_text(str(os.getpid()))
    time.sleep(600)
"""

pytestmark = [
    pytest.mark.slow,
    pytest.mark.skipif(servers.POSTGRESQL.is_missing, reason=servers.POSTGRESQL.how_to_get_it),
]


def started(tmp_path, *, module: str) -> subprocess.Popen[str]:
    """Begin a run of the suite that has one module; its words come through a pipe."""
    (tmp_path / "test_module.py").write_text(module)
    arguments = ["-p", "no:cacheprovider", "-c", "pyproject.toml", str(tmp_path / "test_module.py")]
    return subprocess.Popen(
        [sys.executable, "-c", RUN, *arguments],
        cwd=settings.BASE_DIR,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
    )


def test_the_whole_is_played_in_three_parts_none_left_out_and_none_twice(tmp_path):
    (tmp_path / "test_module.py").write_text(ONE_OF_EACH)
    options = f"-p no:cacheprovider -c pyproject.toml -v {tmp_path / 'test_module.py'}"

    done = subprocess.run(
        [sys.executable, "-c", f"from tests import run; run.check.main = lambda: 0; {RUN}"],
        cwd=settings.BASE_DIR,
        env={**os.environ, "PYTEST_ADDOPTS": options},
        capture_output=True,
        text=True,
        check=False,
        timeout=240,
    )

    parts = re.findall(r"(?s)== The suite on (.+?) ==\n(.*?)(?===\sThe suite on|\Z)", done.stdout)
    played = {name: re.findall(r"::test_(\w+) PASSED", said) for name, said in parts}
    assert played == {
        "SQLite": ["quick", "story"],
        "PostgreSQL": ["quick", "with_programs_on_both"],
        "SQLite, programs": ["with_programs", "with_programs_on_both"],
    }, done.stdout
    assert done.returncode == 0


def is_alive(pid: int) -> bool:
    try:
        os.kill(pid, 0)
    except ProcessLookupError:
        return False
    return True


def test_what_is_said_on_postgresql_comes_after_sqlite_and_counts(tmp_path):
    run = started(tmp_path, module=ON_SQLITE_ONLY)

    said, _ = run.communicate(timeout=120)

    first, _, second = said.partition("== The suite on PostgreSQL ==")
    assert ("1 passed" in first, "1 failed" in second, run.returncode) == (True, True, 1), said
    assert "Suite: SQLite passed in " in second
    assert "; PostgreSQL FAILED (1) in " in second


def test_asked_to_end_it_leaves_neither_round(tmp_path):
    run = started(tmp_path, module=WAITING)
    files = [tmp_path / "sqlite", tmp_path / "postgresql"]
    try:
        wait_until(lambda: all(file.exists() and file.read_text() for file in files), seconds=120)
    finally:
        run.send_signal(signal.SIGTERM)
        run.communicate(timeout=120)

    assert run.returncode == 1
    assert [pid for pid in (int(file.read_text()) for file in files) if is_alive(pid)] == []


def test_the_portals_own_database_is_not_touched_where_no_test_wants_one(tmp_path):
    (tmp_path / "test_module.py").write_text(WITHOUT_DATABASE)
    command = [sys.executable, "-m", "pytest", "-p", "no:cacheprovider", "-c", "pyproject.toml"]

    done = subprocess.run(
        [*command, str(tmp_path / "test_module.py")],
        cwd=settings.BASE_DIR,
        env=environment(tmp_path / "var"),
        capture_output=True,
        text=True,
        check=False,
    )

    assert "1 passed" in done.stdout, done.stdout + done.stderr
    assert list((tmp_path / "var").glob("portal.sqlite3*")) == []
