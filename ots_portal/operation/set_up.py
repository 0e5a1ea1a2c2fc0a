"""What `make demo` prepares before it starts: files, database, data; skipped when nothing changed."""

import hashlib
import json
import logging
import os
import sys
from collections.abc import Iterator, Sequence
from dataclasses import asdict, dataclass
from pathlib import Path

from ots_portal.operation.processes import Program, refuse_failed, running

ROOT = Path(__file__).resolve().parents[2]
DATABASE = "portal.sqlite3"
DONE = "set-up.json"

# What the prepared files and data are made from.
SOURCES = ("ots_portal", "meetings", "agreements", "incidents", "requirements.lock")

STEPS = (
    ("Compiling translations", "compile_translations"),
    ("Bringing the database up to date", "migrate"),
    ("Loading reference data", "load_reference_data"),
    ("Loading demo data", "load_demo_data"),
)
ASSETS = Program("assets", [sys.executable, "manage.py", "build_assets"])


@dataclass(frozen=True)
class Account:
    """A row of the table of demo accounts."""

    email: str
    role: str
    participant: str


@dataclass(frozen=True)
class Prepared:
    """The accounts that the demo data holds, and their one password."""

    accounts: Sequence[Account]
    password: str


def set_up(var: Path) -> Prepared:
    """
    Prepare files and database, and keep what is there already.

    When nothing changed since the last time, it costs milliseconds and Django is not even loaded.

    :raises Died: when the map or the typeface could not be built
    """
    known = _read(var)
    if known is not None:
        return known
    _run_steps(var)
    prepared = _demo_accounts()
    done = {"made_from": fingerprint(var), **asdict(prepared)}
    (var / DONE).write_text(json.dumps(done, ensure_ascii=False), encoding="utf-8")
    return prepared


def fingerprint(var: Path) -> str:
    """Return a digest that changes with any source, with Python, or with what was built from them."""
    found = hashlib.sha256(sys.version.encode())
    for path in _files([*(ROOT / name for name in SOURCES), var / "static"]):
        stat = path.stat()
        found.update(f"{path}\0{stat.st_size}\0{stat.st_mtime_ns}\n".encode())
    return found.hexdigest()


def _files(places: Sequence[Path]) -> Iterator[Path]:
    for place in places:
        if place.is_file():
            yield place
        for folder, below, names in os.walk(place):
            below[:] = sorted(name for name in below if name != "__pycache__")
            yield from (Path(folder) / name for name in sorted(names))


def _read(var: Path) -> Prepared | None:
    """Return what the last set-up prepared, or None where it must be done again."""
    try:
        done = json.loads((var / DONE).read_text(encoding="utf-8"))
    except (OSError, ValueError):
        return None
    if not (var / DATABASE).exists() or done["made_from"] != fingerprint(var):
        return None
    return Prepared([Account(**row) for row in done["accounts"]], done["password"])


def _run_steps(var: Path) -> None:
    import django  # noqa: PLC0415 -- needs the demo's environment
    from django.core.management import call_command  # noqa: PLC0415 -- as above
    from django.db import connections  # noqa: PLC0415 -- as above

    django.setup()
    logging.disable(logging.INFO)  # the sentences below tell the person enough
    print("Building the map and the typeface, meanwhile:", flush=True)
    with running([ASSETS], folder=ROOT, environment=os.environ, logs=var / "log") as (assets,):
        for doing, command in STEPS:
            print(f"{doing} …", flush=True)
            call_command(command, verbosity=0)
        connections.close_all()
        assets.process.wait()
        refuse_failed(assets)


def _demo_accounts() -> Prepared:
    from ots_portal.people import demo  # noqa: PLC0415 -- needs Django to be set up

    rows = [
        Account(
            account.email,
            f"{account.role.label}, on duty" if account.is_on_duty else str(account.role.label),
            account.participant,
        )
        for account in demo.DEMO_ACCOUNTS
    ]
    return Prepared(rows, demo.DEMO_PASSWORD)
