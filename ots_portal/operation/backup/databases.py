"""
Copying the database while the portal writes, and putting a copy back: one way per vendor.

Each copy is of one instant, and what the manifest says of it is read from that same instant.
"""

import os
import shutil
import sqlite3
import subprocess
from collections.abc import Iterator, Mapping, Sequence
from contextlib import closing, contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Protocol

from django.apps import apps
from django.db import transaction
from django.db.backends.base.base import BaseDatabaseWrapper
from django.db.models import FileField

from ots_portal.operation.backup.manifest import BackupProblem, Head

# libpq's own variables; a password on a command line could be read by everybody on the host.
LIBPQ = {
    "HOST": "PGHOST",
    "PORT": "PGPORT",
    "USER": "PGUSER",
    "PASSWORD": "PGPASSWORD",
    "NAME": "PGDATABASE",
}
LIBPQ_OPTIONS = {
    "sslmode": "PGSSLMODE",
    "sslrootcert": "PGSSLROOTCERT",
    "sslcert": "PGSSLCERT",
    "sslkey": "PGSSLKEY",
    "passfile": "PGPASSFILE",
    "service": "PGSERVICE",
}

# Whoever restores owns what comes in: the roles of another host need not exist here.
NOBODYS = ("--no-owner", "--no-privileges")


class Cursor(Protocol):
    """What both vendors' cursors have in common."""

    def execute(self, sql: str, /) -> Any: ...
    def fetchall(self) -> list[Any]: ...


@dataclass(frozen=True)
class StoredFile:
    """A name in the storage that a row holds; ``sha256`` is what the row says of it, or ""."""

    name: str
    sha256: str


@dataclass(frozen=True)
class Contents:
    """What a copy of the database holds."""

    migrations: list[list[str]]
    row_counts: dict[str, int]
    head: Head
    waiting_count: int
    files: list[StoredFile]


def contents(cursor: Cursor, tables: Sequence[str]) -> Contents:
    def rows(sql: str, *needed: str) -> list[Any]:
        # A backup is read by later portals too, and made while one of the tables is not there yet.
        if not set(needed) <= set(tables):
            return []
        cursor.execute(sql)
        return cursor.fetchall()

    heads = rows(
        "SELECT number, digest FROM audit_sealblock ORDER BY number DESC LIMIT 1", "audit_sealblock"
    )
    waiting = rows(
        "SELECT count(*) FROM notifications_delivery WHERE status IN ('waiting', 'unknown')",
        "notifications_delivery",
    )
    outbox = rows(
        "SELECT count(*) FROM notifications_outboxrow WHERE fanned_out_at IS NULL",
        "notifications_outboxrow",
    )
    migrations = rows(
        "SELECT app, name FROM django_migrations ORDER BY app, name", "django_migrations"
    )
    return Contents(
        migrations=[list(row) for row in migrations],
        row_counts={table: _count(cursor, table) for table in sorted(tables)},
        head=Head(*heads[0]) if heads else Head(),
        waiting_count=sum(row[0] for row in [*waiting, *outbox]),
        files=[StoredFile(*row) for query, table in _file_queries() for row in rows(query, table)],
    )


def _count(cursor: Cursor, table: str) -> int:
    cursor.execute(f'SELECT count(*) FROM "{table}"')  # noqa: S608 -- a table's own name
    return int(cursor.fetchall()[0][0])


def _file_queries() -> Iterator[tuple[str, str]]:
    """Answer a query of names and digests per column that holds names of stored files, and its table."""
    for model in apps.get_models():
        table = model._meta.db_table
        fields = {field.name: field for field in model._meta.concrete_fields}
        for field in fields.values():
            if isinstance(field, FileField):
                digest = '"sha256"' if "sha256" in fields else "''"
                query = f'SELECT DISTINCT "{field.column}", {digest} FROM "{table}" WHERE "{field.column}" <> \'\''  # noqa: S608 -- names from the model
                yield query, table


# ── SQLite ──────────────────────────────────────────────────────────────────────────────────────
def copy_sqlite(connection: BaseDatabaseWrapper, target: Path) -> Contents:
    """Copy the database page by page under one read lock; writers go on (WAL)."""
    with (
        closing(sqlite3.connect(connection.settings_dict["NAME"], timeout=60)) as source,
        closing(sqlite3.connect(target)) as copy,
    ):
        source.backup(copy)
        # One file that opens read-only, without a -wal beside it.
        copy.execute("PRAGMA journal_mode=DELETE")
    with reading_sqlite(target) as copy:
        refuse_damaged_sqlite(copy, target)
        return contents(copy.cursor(), sqlite_tables(copy))


@contextmanager
def reading_sqlite(file: Path) -> Iterator[sqlite3.Connection]:
    with closing(
        sqlite3.connect(f"{file.resolve().as_uri()}?mode=ro&immutable=1", uri=True)
    ) as copy:
        yield copy


def refuse_damaged_sqlite(copy: sqlite3.Connection, file: Path) -> None:
    try:
        ((found,),) = copy.execute("PRAGMA quick_check(1)").fetchall()
    except sqlite3.DatabaseError as error:
        found = str(error)
    if found != "ok":
        raise BackupProblem(f"{file} is not a sound database: {found}.")


def sqlite_tables(copy: sqlite3.Connection) -> list[str]:
    found = copy.execute(
        "SELECT name FROM sqlite_master WHERE type = 'table' AND name NOT LIKE 'sqlite\\_%' ESCAPE '\\'"
    )
    return [name for (name,) in found]


# ── PostgreSQL ──────────────────────────────────────────────────────────────────────────────────
def dump_postgresql(connection: BaseDatabaseWrapper, target: Path) -> Contents:
    """Run pg_dump on one snapshot, and read what the manifest says from the same one."""
    reader = connection.copy("backup")
    try:
        reader.set_autocommit(False)
        with reader.cursor() as cursor:
            cursor.execute("SET TRANSACTION ISOLATION LEVEL REPEATABLE READ, READ ONLY")
            # The portal's own limits are for requests, not for copying everything.
            cursor.execute("SET LOCAL statement_timeout = 0")
            cursor.execute("SET LOCAL idle_in_transaction_session_timeout = 0")
            cursor.execute("SELECT pg_export_snapshot()")
            ((snapshot,),) = cursor.fetchall()
            same_instant = [f"--snapshot={snapshot}", f"--file={target}"]
            run_postgresql(connection, ["pg_dump", *NOBODYS, "--format=custom", *same_instant])
            return contents(cursor, postgresql_tables(cursor))
    finally:
        reader.close()


def postgresql_tables(cursor: Cursor) -> list[str]:
    cursor.execute(
        "SELECT tablename FROM pg_tables WHERE schemaname = current_schema() ORDER BY tablename"
    )
    return [name for (name,) in cursor.fetchall()]


def run_postgresql(connection: BaseDatabaseWrapper, command: list[str]) -> str:
    """
    Run one of PostgreSQL's programs on the portal's database; return what it prints.

    :raises BackupProblem: where it is not installed, or fails: with its last words
    """
    program = shutil.which(command[0])
    if program is None:
        raise BackupProblem(
            f"{command[0]} is not installed: sudo apt-get install -y postgresql-client"
        )
    done = subprocess.run(
        [program, *command[1:]],
        env=libpq_environment(connection.settings_dict),
        stdin=subprocess.DEVNULL,
        capture_output=True,
        text=True,
        check=False,
    )
    if done.returncode:
        words = done.stderr.strip().splitlines() or ["it said nothing"]
        raise BackupProblem(f"{command[0]} failed: {words[-1]}")
    return done.stdout


def libpq_environment(place: Mapping[str, Any]) -> dict[str, str]:
    """Return the environment in which PostgreSQL's programs find the portal's database."""
    found = {name: str(place[key]) for key, name in LIBPQ.items() if place.get(key)}
    options = place.get("OPTIONS", {})
    found |= {name: str(options[key]) for key, name in LIBPQ_OPTIONS.items() if options.get(key)}
    return {**os.environ, **found}


def refuse_damaged_dump(connection: BaseDatabaseWrapper, dump: Path) -> None:
    run_postgresql(connection, ["pg_restore", "--list", str(dump)])


def refuse_used_postgresql(connection: BaseDatabaseWrapper) -> None:
    """
    A worker that is still connected could send before deliveries are paused.

    The kind of another role's session is hidden from an ordinary role; whose it is, is not, and
    PostgreSQL's own processes are nobody's.
    """
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT count(*) FROM pg_stat_activity WHERE datname = current_database()"
            " AND pid <> pg_backend_pid() AND usesysid IS NOT NULL"
        )
        (others,) = cursor.fetchone()
    if others:
        raise BackupProblem(
            f"{others} other connections to the database {connection.settings_dict['NAME']} are open:"
            " stop the portal’s web server, worker and beat first."
        )


def empty_postgresql(connection: BaseDatabaseWrapper) -> None:
    """Drop the portal's tables and functions; the schema and its extensions stay."""
    with transaction.atomic(using=connection.alias), connection.cursor() as cursor:
        for table in postgresql_tables(cursor):
            cursor.execute(f'DROP TABLE "{table}" CASCADE')
        cursor.execute(
            "SELECT p.oid::regprocedure FROM pg_proc p"
            " WHERE p.pronamespace = current_schema()::regnamespace AND NOT EXISTS"
            " (SELECT 1 FROM pg_depend d WHERE d.objid = p.oid AND d.deptype = 'e')"
        )
        for (signature,) in cursor.fetchall():
            cursor.execute(f"DROP FUNCTION {signature} CASCADE")


def restore_postgresql(connection: BaseDatabaseWrapper, dump: Path) -> None:
    """Fill the empty database, in one transaction."""
    connection.close()
    whole = ["--single-transaction", "--exit-on-error"]
    place = f"--dbname={connection.settings_dict['NAME']}"
    run_postgresql(connection, ["pg_restore", *NOBODYS, *whole, place, str(dump)])
