"""
The servers a test may ask for by name; a test whose program is not installed is skipped and says so.

Loaded as a pytest plugin (pyproject.toml, addopts). `make test` tells at the end what was left out.
"""

import os
import signal
import subprocess
import sys
import tempfile
from collections.abc import Callable, Iterator, Sequence
from contextlib import ExitStack
from pathlib import Path
from typing import TYPE_CHECKING, NoReturn

import pytest
from django.conf import settings
from django.core.management import call_command
from django.db import connection
from django.test import TransactionTestCase
from pytest_django.plugin import DjangoDbBlocker

from ots_portal.operation.processes import Program, Running, celery_beat, celery_worker, running
from tests import pristine, servers

if TYPE_CHECKING:
    from playwright.sync_api import Browser, BrowserContext, Page

# Chromium alone on a machine without a network: no look-ups, no updates, no telemetry.
CHROMIUM_ARGUMENTS = [
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
]


# ── the second database ─────────────────────────────────────────────────────────────────────────
def pytest_addoption(parser: pytest.Parser) -> None:
    parser.addoption(
        "--second-database",
        action="store_true",
        help="leave out what one database is enough for: browser and slow tests not marked both",
    )


@pytest.hookimpl(trylast=True)
def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    # Slow tests start programs and wait for them: they come when the other database's round is nearly over.
    # Playwright keeps an event loop in the thread from its first test to its last: with the stories in
    # the browser at the end, no other test runs beside it.
    items.sort(
        key=lambda item: [item.get_closest_marker(name) is not None for name in ("browser", "slow")]
    )
    if not config.getoption("--second-database"):
        return
    once = [item for item in items if _runs_once(item)]
    config.hook.pytest_deselected(items=once)
    items[:] = [item for item in items if item not in once]


def _runs_once(item: pytest.Item) -> bool:
    marks = {mark.name for mark in item.iter_markers()}
    return bool(marks & {"browser", "slow"}) and "both" not in marks


# ── the test database ───────────────────────────────────────────────────────────────────────────
OF_THE_PORTAL = pytest.StashKey[str]()


@pytest.hookimpl(trylast=True)
def pytest_configure(config: pytest.Config) -> None:
    config.stash[OF_THE_PORTAL] = connection.settings_dict["NAME"]
    # Made from the models in a second; tests/operation/test_migrations.py holds the migrations against it.
    connection.settings_dict["TEST"]["MIGRATE"] = False
    # SQLite's test database lies in a file, as the portal's does: in memory its locks are others.
    if connection.vendor == "sqlite":
        folder = tempfile.TemporaryDirectory(prefix="ots-test-database-")
        config.add_cleanup(folder.cleanup)
        connection.settings_dict["TEST"]["NAME"] = str(Path(folder.name) / "test.sqlite3")


def pytest_sessionstart(session: pytest.Session) -> None:
    def end_as_by_ctrl_c(*_: object) -> NoReturn:
        """Let pytest tear down, so that no server stays behind; once, however often it is asked."""
        signal.signal(signal.SIGTERM, signal.SIG_IGN)
        # The clean-up of the test in hand may fail and take the interrupt's place: then it is the last one.
        session.shouldstop = "asked to end"
        raise KeyboardInterrupt

    signal.signal(signal.SIGTERM, end_as_by_ctrl_c)


@pytest.fixture(scope="session", autouse=True)
def _pristine_database(
    request: pytest.FixtureRequest,
    django_db_setup: None,
    django_db_blocker: DjangoDbBlocker,
    tmp_path_factory: pytest.TempPathFactory,
) -> Iterator[None]:
    """
    Give transactional tests the migrated database back after each, as it was.

    Django would flush every table, which the append-only ones refuse, and rows that migrations wrote
    would be lost.
    """
    if connection.settings_dict["NAME"] == request.config.stash[OF_THE_PORTAL]:
        yield  # no test wants a database, so none was made
        return
    with django_db_blocker.unblock():
        # The portal asks which migrations were applied: those that the models stand for.
        call_command("migrate", fake=True, verbosity=0)
        copy = pristine.copy_of(connection, folder=tmp_path_factory.mktemp("pristine"))
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(TransactionTestCase, "_fixture_teardown", lambda _: copy.restore())
        yield
    with django_db_blocker.unblock():
        copy.remove()


# ── servers ─────────────────────────────────────────────────────────────────────────────────────
def _require(part: servers.Part) -> None:
    if part.is_missing:
        pytest.skip(part.how_to_get_it)


@pytest.fixture(scope="session")
def redis_server() -> Iterator[str]:
    """The address of a Redis that is empty at the start of the session."""
    _require(servers.REDIS)
    with servers.redis_server() as address:
        yield address


@pytest.fixture
def gettext() -> None:
    """Ask for it where the test runs gettext's programs."""
    _require(servers.GETTEXT)


@pytest.fixture
def smtp_sink() -> Iterator[servers.SmtpSink]:
    """A mail server on a free port; ``settings`` are left alone."""
    with servers.smtp_sink() as sink:
        yield sink


@pytest.fixture
def outside_environment(tmp_path: Path) -> dict[str, str]:
    """
    The environment for a process of the portal that works on this test's database.

    The test must commit what that process is to see: ``@pytest.mark.django_db(transaction=True)``.
    """
    kept = {name: value for name, value in os.environ.items() if not name.startswith("OTS_")}
    return {
        **kept,
        "DJANGO_SETTINGS_MODULE": "ots_portal.settings",
        "OTS_DATABASE_URL": _address_of_test_database(),
        "OTS_SECRET_KEY": settings.SECRET_KEY,
        "OTS_VAR_DIR": str(tmp_path / "var"),
    }


@pytest.fixture
def new_place(outside_environment: dict[str, str], tmp_path: Path) -> Iterator[dict[str, str]]:
    """The environment of a portal elsewhere, with an empty database."""
    environment = {**outside_environment, "OTS_VAR_DIR": str(tmp_path / "new")}
    if connection.vendor == "sqlite":
        yield {
            **environment,
            "OTS_DATABASE_URL": f"sqlite:///{tmp_path / 'new' / 'portal.sqlite3'}",
        }
        return
    name = f"{connection.settings_dict['NAME']}_restored"
    copy = pristine.PostgresqlCopy(connection, name=name)
    copy._execute(f'CREATE DATABASE "{name}"')
    yield {**environment, "OTS_DATABASE_URL": outside_environment["OTS_DATABASE_URL"] + "_restored"}
    copy.remove()


@pytest.fixture
def with_settings(tmp_path: Path) -> Callable[..., "subprocess.CompletedProcess[str]"]:
    """
    Call it with Python lines and OTS_… variables: they run in a process that was given no others.

    ``settings`` is imported there already; what they print comes back.
    """

    def run(lines: str, **variables: str) -> "subprocess.CompletedProcess[str]":
        kept = {name: value for name, value in os.environ.items() if not name.startswith("OTS_")}
        environment = {
            **kept,
            "DJANGO_SETTINGS_MODULE": "ots_portal.settings",
            "OTS_VAR_DIR": str(tmp_path / "var"),
            **variables,
        }
        code = f"import django; django.setup(); from django.conf import settings\n{lines}"
        return subprocess.run(
            [sys.executable, "-c", code],
            cwd=settings.BASE_DIR,
            env=environment,
            capture_output=True,
            text=True,
            check=False,
        )

    return run


def _address_of_test_database() -> str:
    place = connection.settings_dict
    if connection.vendor == "sqlite":
        return f"sqlite:///{place['NAME']}"
    return "postgres://{USER}:{PASSWORD}@{HOST}:{PORT}/{NAME}".format(**place)


@pytest.fixture
def celery_processes(tmp_path: Path) -> Iterator[Callable[..., list[Running]]]:
    """Call it with an environment to start a real worker and beat, or other programs; they end with the test."""
    root = Path(settings.BASE_DIR)
    with ExitStack() as to_stop:

        def start(environment: dict[str, str], programs: Sequence[Program] = ()) -> list[Running]:
            wanted = programs or [celery_worker(), celery_beat()]
            return to_stop.enter_context(
                running(wanted, folder=root, environment=environment, logs=tmp_path / "log")
            )

        yield start


# ── the browser ─────────────────────────────────────────────────────────────────────────────────
@pytest.fixture(scope="session")
def browser() -> Iterator["Browser"]:
    """The system's Chromium without a window, the same for the whole session."""
    _require(servers.CHROMIUM)
    from playwright.sync_api import sync_playwright  # noqa: PLC0415 -- slow import

    with pytest.MonkeyPatch.context() as patch, sync_playwright() as playwright:
        # Playwright keeps an event loop in this thread, which Django takes for asynchronous code.
        patch.setenv("DJANGO_ALLOW_ASYNC_UNSAFE", "true")
        chromium = playwright.chromium.launch(
            executable_path=servers.chromium_program(), args=CHROMIUM_ARGUMENTS
        )
        yield chromium
        chromium.close()


@pytest.fixture
def browser_context(browser: "Browser") -> Iterator["BrowserContext"]:
    """A browser profile of its own: no cookies, 1280 by 900, English, no motion."""
    context = browser.new_context(
        viewport={"width": 1280, "height": 900}, locale="en", reduced_motion="reduce"
    )
    context.set_default_timeout(10_000)
    yield context
    context.close()


@pytest.fixture
def chromium_page(browser_context: "BrowserContext") -> "Page":
    """An empty page; a second person in the same story opens ``browser.new_context()``."""
    return browser_context.new_page()
