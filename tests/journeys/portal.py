"""A whole portal for a story: its own folder and database, demonstration data, real processes."""

import os
import shutil
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from http.client import HTTPConnection
from pathlib import Path

from django.conf import settings
from playwright.sync_api import Browser, BrowserContext, Page

from ots_portal.operation.processes import (
    Running,
    celery_beat,
    celery_worker,
    jobs_worker,
    running,
    web_server,
)
from ots_portal.people.demo import DEMO_PASSWORD
from tests.servers import SmtpSink, free_port, wait_until

ROOT = Path(settings.BASE_DIR)
PREPARATIONS = ("migrate", "build_assets", "load_reference_data")


@dataclass(frozen=True)
class RunningPortal:
    address: str
    environment: dict[str, str]
    programs: list[Running]
    mails: SmtpSink

    def manage(self, *arguments: str) -> subprocess.CompletedProcess[str]:
        return _manage(self.environment, *arguments)


@contextmanager
def running_portal(
    folder: Path, mails: SmtpSink, *, host: str = "127.0.0.1", demo: bool = True
) -> Iterator[RunningPortal]:
    """
    Prepare and start everything that `make demo` starts, with mail going to ``mails``.

    Without ``demo`` it is a portal on its first day: nobody is in it, and a second factor is demanded.
    """
    port = free_port()
    address = f"http://{host}:{port}"
    kept = {name: value for name, value in os.environ.items() if not name.startswith("OTS_")}
    environment = {
        **kept,
        "DJANGO_SETTINGS_MODULE": "ots_portal.settings",
        "OTS_DEMO": "1" if demo else "0",
        "OTS_VAR_DIR": str(folder / "var"),
        "OTS_ADDRESS": address,
        "OTS_EMAIL_URL": mails.url,
    }
    _prepare(folder, environment, demo=demo)
    programs = [web_server(port=port), celery_worker(), jobs_worker(), celery_beat()]
    with running(programs, folder=ROOT, environment=environment, logs=folder / "log") as started:
        wait_until(lambda: _is_healthy(port), programs=started, seconds=60)
        yield RunningPortal(address, environment, started, mails)


def _prepare(folder: Path, environment: dict[str, str], *, demo: bool) -> None:
    """Put what a portal needs into ``folder``: made once a session, kept beside it, and copied."""
    kept = folder.parent / f"prepared-{'demo' if demo else 'empty'}"
    if not kept.exists():
        making = kept.with_suffix(".unfinished")
        for command in (*PREPARATIONS, *(["load_demo_data"] if demo else [])):
            done = _manage({**environment, "OTS_VAR_DIR": str(making)}, command)
            assert done.returncode == 0, done.stderr
        making.rename(kept)
    shutil.copytree(kept, folder / "var")


def _manage(environment: dict[str, str], *arguments: str) -> subprocess.CompletedProcess[str]:
    command = [sys.executable, "manage.py", *arguments]
    return subprocess.run(
        command, cwd=ROOT, env=environment, capture_output=True, text=True, check=False
    )


def _is_healthy(port: int) -> bool:
    connection = HTTPConnection("127.0.0.1", port, timeout=2)
    try:
        connection.request("GET", "/healthz")
        return connection.getresponse().status == 200
    except OSError:
        return False
    finally:
        connection.close()


class Visit:
    """One person's browser: a profile of its own, so that several take part in one story."""

    def __init__(self, browser: Browser, portal: RunningPortal, *, width: int = 1280) -> None:
        self.portal = portal
        self.context: BrowserContext = browser.new_context(
            base_url=portal.address,
            viewport={"width": width, "height": 900},
            locale="en-GB",
            reduced_motion="reduce",
        )
        self.context.set_default_timeout(15_000)
        self.page: Page = self.context.new_page()
        self.messages: list[str] = []
        self.page.on("console", lambda message: self._note(message.type, message.text))
        self.page.on("pageerror", lambda error: self.messages.append(str(error)))

    def _note(self, kind: str, text: str) -> None:
        # The browser tells also what the story meets on purpose: a page that is not there (404), a report
        # that seems to be known already (409). That is no fault of the page.
        is_answer = "status of 404" in text or "status of 409" in text
        if kind in ("error", "warning") and not is_answer:
            self.messages.append(text)

    def sign_in(self, email: str) -> "Visit":
        self.page.goto("/accounts/login/")
        self.page.fill("input[name=login]", email)
        self.page.fill("input[name=password]", DEMO_PASSWORD)
        self.page.click('form[action="/accounts/login/"] button[type=submit]')
        self.page.wait_for_url("**/")
        return self

    def take_step(self, verb: str) -> None:
        """Press the button of a step on the record's page."""
        self.page.click(f'form[action$="/{verb}/"] button[type=submit]')
        self.page.wait_for_load_state()
