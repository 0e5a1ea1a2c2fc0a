"""
Making a portal of a backup: checked first, then files, then the database, and nothing is sent.

On SQLite everything happens in a file beside the database, which takes its place at the very end. On
PostgreSQL the dump goes in as one transaction, while nobody else is connected.
"""

import os
import shutil
import sqlite3
from collections.abc import Callable, Iterator
from contextlib import closing, contextmanager
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

from django.conf import settings
from django.core.files import File
from django.core.files.storage import Storage
from django.core.management import call_command
from django.db.backends.base.base import BaseDatabaseWrapper
from django.db.migrations.loader import MigrationLoader

from ots_portal.audit import append_only
from ots_portal.audit.verification import Verification, verify
from ots_portal.operation.backup import aftermath, databases, keys, manifest
from ots_portal.operation.backup.aftermath import Aftermath
from ots_portal.operation.backup.databases import Contents
from ots_portal.operation.backup.manifest import BackupProblem, Manifest, Part
from ots_portal.operation.backup.taking import DATABASE_NAMES, force_to_disk, saying_why


@dataclass(frozen=True)
class Restored:
    """
    What a restore did; ``migrated`` are the migrations that the backup did not have yet.

    A chain that is broken now was broken when the backup was made: the checksums say so.
    """

    manifest: Manifest
    migrated: list[str]
    verification: Verification
    aftermath: Aftermath
    is_same_key: bool


def check(folder: Path, *, connection: BaseDatabaseWrapper) -> Manifest:
    """
    Check a backup as far as it goes without restoring it.

    :raises BackupProblem: with the first thing that is wrong
    """
    found = manifest.check(folder)
    copy = folder / found.database.path
    if DATABASE_NAMES.get(found.vendor) != found.database.path:
        raise BackupProblem(f"{folder} holds a database of an unknown kind: {found.vendor}.")
    if found.vendor == "postgresql":
        databases.refuse_damaged_dump(connection, copy)
        return found
    with databases.reading_sqlite(copy) as reader:
        databases.refuse_damaged_sqlite(reader, copy)
        contents = databases.contents(reader.cursor(), databases.sqlite_tables(reader))
    _refuse_other_contents(contents, found)
    return found


def restore(
    folder: Path,
    *,
    at: Callable[[], datetime],
    connection: BaseDatabaseWrapper,
    storage: Storage,
    may_replace: Callable[[str], bool],
) -> Restored:
    """
    Restore the backup into the portal that the settings name.

    ``may_replace(name)`` is asked where that database holds something: only if it answers True is it
    destroyed.

    :raises BackupProblem: then the database holds what it held, or nothing
    """
    _refuse_other_vendor(manifest.read(folder), connection)
    found = check(folder, connection=connection)
    missing = _refuse_newer(found)
    with saying_why(Path(settings.VAR_DIR)):
        _refuse_used_or_full(connection, may_replace)
        with _kept_from_others(connection):
            _restore_files(folder, found, storage)
            with _filled(folder / found.database.path, connection):
                return _brought_to_life(found, missing, at=at, connection=connection)


def _brought_to_life(
    found: Manifest,
    missing: list[str],
    *,
    at: Callable[[], datetime],
    connection: BaseDatabaseWrapper,
) -> Restored:
    with connection.cursor() as cursor:
        if connection.vendor == "postgresql":
            cursor.execute("SET statement_timeout = 0")  # the portal's own limit is for requests
            tables = databases.postgresql_tables(cursor)
        else:
            tables = connection.introspection.table_names(cursor)
        contents = databases.contents(
            cursor, [name for name in tables if not name.startswith("sqlite_")]
        )
    _refuse_other_contents(contents, found)
    # Also where nothing is missing: it installs the triggers that keep the audit append-only.
    call_command("migrate", database=connection.alias, interactive=False, verbosity=0)
    if connection.vendor == "postgresql":
        databases.refuse_used_postgresql(connection)  # somebody may have come meanwhile
    after = aftermath.hold_back(backup_taken_at=found.taken_at, at=at())
    for problem in append_only.check_triggers(None, databases=[connection.alias]):
        raise BackupProblem(problem.msg)
    return Restored(
        found,
        migrated=missing,
        verification=verify(),
        aftermath=after,
        is_same_key=keys.mark(settings.SECRET_KEY) == found.key_mark,
    )


# ── what is refused ─────────────────────────────────────────────────────────────────────────────
def _refuse_other_vendor(found: Manifest, connection: BaseDatabaseWrapper) -> None:
    if found.vendor != connection.vendor:
        raise BackupProblem(
            f"This is a backup of {found.vendor}, and OTS_DATABASE_URL names {connection.vendor}:"
            " a backup is restored into the kind of database it was made from."
        )


def _refuse_newer(found: Manifest) -> list[str]:
    """Return the migrations that the backup lacks; refuse one that has some that this portal lacks."""
    loader = MigrationLoader(None, ignore_no_migrations=True)
    known = set(loader.disk_migrations)
    for migration in loader.disk_migrations.values():
        known |= set(migration.replaces)
    applied = {(app, name) for app, name in found.migrations}
    if unknown := sorted(applied - known):
        names = ", ".join(f"{app} {name}" for app, name in unknown[:3])
        raise BackupProblem(
            f"This backup was made by a newer portal ({found.portal_version}): this one does not know"
            f" its migrations {names}. Install that version first."
        )
    return [f"{app} {name}" for app, name in sorted(set(loader.disk_migrations) - applied)]


def _refuse_other_contents(contents: Contents, found: Manifest) -> None:
    for table, count in found.row_counts.items():
        now = contents.row_counts.get(table)
        if now != count:
            raise BackupProblem(
                f"The table {table} holds {now or 0} rows; the manifest says {count}."
            )
    if contents.head != found.head:
        raise BackupProblem(
            f"The audit chain ends with seal {contents.head.number}; the manifest says {found.head.number}."
        )


def _refuse_used_or_full(
    connection: BaseDatabaseWrapper, may_replace: Callable[[str], bool]
) -> None:
    name = str(connection.settings_dict["NAME"])
    if connection.vendor == "postgresql":
        databases.refuse_used_postgresql(connection)
        is_full = bool(connection.introspection.table_names())
    else:
        is_full = _has_tables(Path(name))
    if is_full and not may_replace(name):
        raise BackupProblem(
            f"The database {name} is not empty. Restore into an empty one, or destroy what is in it"
            " with --replace."
        )


def _has_tables(file: Path) -> bool:
    if not file.exists() or not file.stat().st_size:
        return False
    with closing(sqlite3.connect(file)) as there:
        return bool(databases.sqlite_tables(there))


# ── putting it in its place ─────────────────────────────────────────────────────────────────────
@contextmanager
def _kept_from_others(connection: BaseDatabaseWrapper) -> Iterator[None]:
    """
    Keep everybody out of SQLite's file until its successor is in its place.

    Leaving WAL needs the file alone; it also brings the -wal into the file and takes it away. Where there
    is no file yet, an empty one is held, so that nobody makes one meanwhile.
    """
    if connection.vendor != "sqlite":
        yield
        return
    connection.close()
    place = Path(connection.settings_dict["NAME"])
    place.parent.mkdir(parents=True, exist_ok=True)
    is_new = not place.exists()
    with closing(sqlite3.connect(place, timeout=1, isolation_level=None)) as held:
        try:
            held.execute("PRAGMA journal_mode=DELETE").fetchall()
            # On an empty file the transaction writes: a -journal would be played into the successor.
            held.execute("PRAGMA journal_mode=MEMORY").fetchall()
            held.execute("BEGIN EXCLUSIVE")
        except sqlite3.OperationalError as error:
            raise BackupProblem(
                f"The database {place} is in use ({error}): stop the portal’s web server, worker and"
                " beat first."
            ) from error
        try:
            yield
        finally:
            if is_new and place.exists() and not place.stat().st_size:
                place.unlink()


def _refuse_left_beside(file: Path) -> None:
    """What SQLite wrote beside another database would be played into this one."""
    for ending in ("-wal", "-shm", "-journal"):
        beside = file.with_name(file.name + ending)
        if beside.exists():
            raise BackupProblem(
                f"{beside} is there: either somebody still uses the database, or it was left by another"
                " one. Stop the portal’s web server, worker and beat; then move it away."
            )


def _restore_files(folder: Path, found: Manifest, storage: Storage) -> None:
    """A file known to be altered goes in only where the storage has none: there may be a good one."""
    for part in found.files:
        if part.name not in found.altered or not storage.exists(part.name):
            _restore_file(folder, part, storage)


def _restore_file(folder: Path, part: Part, storage: Storage) -> None:
    """Store a file under its name; one that is there with the same bytes stays."""
    name = part.name
    if storage.exists(name):
        with storage.open(name) as there, Path(os.devnull).open("wb") as nowhere:
            if manifest.copy(there, nowhere) == (part.size_bytes, part.sha256):
                return
        storage.delete(name)
    with (folder / part.path).open("rb") as source:
        stored = storage.save(name, File(source))
    if stored != name:
        raise BackupProblem(f"The storage keeps {name} as {stored}: its rows would not find it.")


@contextmanager
def _filled(copy: Path, connection: BaseDatabaseWrapper) -> Iterator[None]:
    """Let the connection be to the restored database; it is in its place when the block ends well."""
    if connection.vendor == "postgresql":
        databases.empty_postgresql(connection)
        databases.restore_postgresql(connection, copy)
        try:
            yield
        except BaseException:
            databases.empty_postgresql(connection)
            raise
        return
    place = Path(connection.settings_dict["NAME"])
    beside = place.with_name(f"{place.name}.restoring")
    connection.close()
    try:
        shutil.copyfile(copy, beside)
        connection.settings_dict["NAME"] = str(beside)
        yield
        connection.close()  # the last one to close brings the -wal into the file
        force_to_disk(beside)
        _refuse_left_beside(beside)
        _refuse_left_beside(place)
        beside.rename(place)
        force_to_disk(place.parent)
    finally:
        connection.close()
        connection.settings_dict["NAME"] = str(place)
        for left in place.parent.glob(f"{beside.name}*"):
            left.unlink()
