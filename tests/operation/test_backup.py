"""What makes a backup, what makes it whole, and everything that is refused with its sentence."""

import errno
import fcntl
import json
import os
import re
import shutil
import sqlite3
import stat
import subprocess
from contextlib import closing
from dataclasses import replace
from datetime import timedelta
from io import StringIO
from pathlib import Path
from types import SimpleNamespace

import pytest
from django.core.files.base import ContentFile
from django.core.files.storage import InMemoryStorage, default_storage
from django.core.management import CommandError, call_command
from django.db import ProgrammingError, connection

from ots_portal.audit.verification import Verification
from ots_portal.documents.models import Document
from ots_portal.documents.storage import StoreUnavailable
from ots_portal.operation.backup import keys, manifest, restoring, taking
from ots_portal.operation.backup.aftermath import Aftermath
from ots_portal.operation.backup.databases import (
    libpq_environment,
    refuse_used_postgresql,
    sqlite_tables,
)
from ots_portal.operation.backup.manifest import BackupProblem, Part
from ots_portal.operation.backup.restoring import Restored
from ots_portal.operation.management.commands.restore import Command as RestoreCommand
from tests.factories.documents import PDF, DocumentFactory
from tests.factories.incidents import IncidentFactory

committing = pytest.mark.django_db(transaction=True)


@pytest.fixture
def directory(tmp_path):
    return tmp_path / "backups"


@pytest.fixture
def take(directory, now):
    """Make a backup of the test's database; what the test has not committed is not in it."""

    def made(**options):
        options = {"at": now, "connection": connection, "storage": default_storage, **options}
        return taking.take(directory, **options)

    return made


def restore(folder, **options):
    return restoring.restore(
        folder,
        **{
            "at": lambda: None,
            "connection": connection,
            "storage": default_storage,
            "may_replace": lambda _name: False,
            **options,
        },
    )


def rewrite(folder, **changes):
    path = folder / manifest.MANIFEST
    path.write_text(json.dumps(json.loads(path.read_text()) | changes))


def left_in(directory):
    return sorted(path.name for path in directory.iterdir() if path.name != ".lock")


# ── making ──────────────────────────────────────────────────────────────────────────────────────
def test_a_backup_is_checked_as_whole(take):
    taken = take()

    assert restoring.check(taken.folder, connection=connection) == taken.manifest


def test_a_backup_is_for_its_owner_alone(take):
    folder = take().folder

    modes = {stat.S_IMODE(path.stat().st_mode) & 0o077 for path in [folder, *folder.rglob("*")]}
    assert modes == {0}


@committing
def test_files_lie_in_it_under_their_names_with_their_digests(take):
    document = DocumentFactory(owner=IncidentFactory(), content=PDF)

    taken = take()

    part = Part(f"files/{document.file.name}", document.size_bytes, document.sha256)
    assert (taken.manifest.files, taken.manifest.missing) == ([part], [])
    assert (taken.folder / part.path).read_bytes() == PDF


@committing
def test_files_of_a_storage_without_folders_are_copied_and_put_back(take, monkeypatch):
    shelf, other_shelf = InMemoryStorage(), InMemoryStorage()
    monkeypatch.setattr(Document._meta.get_field("file"), "storage", shelf)
    document = DocumentFactory(owner=IncidentFactory(), content=PDF)

    taken = take(storage=shelf)
    restoring._restore_file(taken.folder, taken.manifest.files[0], other_shelf)

    assert other_shelf.open(document.file.name).read() == PDF


@committing
def test_a_file_that_the_storage_lost_is_named_and_the_rest_is_copied(directory):
    lost = DocumentFactory(owner=IncidentFactory())
    default_storage.delete(lost.file.name)
    out, complaints = StringIO(), StringIO()

    with pytest.raises(CommandError, match="The backup is whole; the storage") as refusal:
        call_command("backup", directory, stdout=out, stderr=complaints)

    assert (refusal.value.returncode, len(left_in(directory))) == (3, 1)
    assert lost.file.name in complaints.getvalue()


@committing
def test_a_file_that_is_not_the_one_attached_is_named(take):
    document = DocumentFactory(owner=IncidentFactory())
    default_storage.delete(document.file.name)
    default_storage.save(document.file.name, ContentFile(b"something else"))

    assert take().manifest.altered == [document.file.name]


def test_a_backup_alone_opens_nothing(take, settings):
    settings.SECRET_KEY = "the key that nobody may find"

    folder = take().folder

    holding = [path for path in folder.rglob("*") if path.is_file() and b"nobody may find" in path.read_bytes()]  # fmt: skip
    assert holding == []


def test_keys_go_elsewhere_as_an_environment_file_of_their_owner(
    take, tmp_path, settings, monkeypatch
):
    settings.SECRET_KEY = 'a "quoted" key'
    monkeypatch.setenv("OTS_EMAIL_URL", "smtp://portal:secret@mail.example")
    monkeypatch.setenv("PATH_OF_SOMEBODY", "else")

    file = take(keys_to=tmp_path / "keys").keys_file

    assert stat.S_IMODE(file.stat().st_mode) == 0o600
    lines = file.read_text().splitlines()
    assert r'OTS_SECRET_KEY="a \"quoted\" key"' in lines
    assert 'OTS_EMAIL_URL="smtp://portal:secret@mail.example"' in lines
    assert {line[:4] for line in lines} == {"OTS_"}


def test_a_shell_reads_the_values_that_were_written(tmp_path, settings):
    settings.SECRET_KEY = "a #key $HOME $(date) `date` \"quoted\" \\ '%s' 1\\$2"
    file = tmp_path / "keys.env"
    keys.write(file, {"OTS_MAIL_FROM": "OTS <portal@mail.example>; # all of it "})

    read = subprocess.run(
        ["/bin/sh", "-c", '. "$0"; printf "%s\\n" "$OTS_SECRET_KEY" "$OTS_MAIL_FROM"', file],
        capture_output=True, text=True, check=True,
    ).stdout  # fmt: skip

    assert read == f"{settings.SECRET_KEY}\nOTS <portal@mail.example>; # all of it \n"


def test_keys_beside_the_backup_are_refused(take, directory):
    with pytest.raises(BackupProblem, match="another directory"):
        take(keys_to=directory / "keys")

    assert not directory.exists()


def test_two_keys_are_told_apart_by_marks_that_do_not_tell_them():
    assert keys.mark("one") != keys.mark("other")
    assert re.fullmatch("[0-9a-f]{16}", keys.mark("one"))


def test_the_password_of_the_database_is_in_no_command_line():
    place = {"HOST": "db", "PORT": 5432, "USER": "ots", "PASSWORD": "secret", "NAME": "ots"}

    environment = libpq_environment({**place, "OPTIONS": {"sslmode": "verify-full"}})

    names = ("PGHOST", "PGPORT", "PGUSER", "PGPASSWORD", "PGDATABASE", "PGSSLMODE")
    assert [environment[name] for name in names] == [
        "db", "5432", "ots", "secret", "ots", "verify-full",
    ]  # fmt: skip


# ── whole or not at all ─────────────────────────────────────────────────────────────────────────
def test_a_full_disk_is_said_and_nothing_half_is_left(take, directory, monkeypatch):
    def full(*_):
        raise OSError(errno.ENOSPC, "No space left on device")

    monkeypatch.setattr(manifest, "write", full)

    with pytest.raises(BackupProblem, match="is full: nothing was kept"):
        take()

    assert left_in(directory) == []


def test_an_interrupted_backup_leaves_nothing(take, directory, monkeypatch):
    def interrupt(*_):
        raise KeyboardInterrupt

    monkeypatch.setattr(manifest, "write", interrupt)

    with pytest.raises(KeyboardInterrupt):
        take()

    assert left_in(directory) == []


def test_what_a_power_cut_left_is_no_backup_and_the_next_one_removes_it(take, directory):
    left = directory / ".portal-20261119T120000Z.partial"
    left.mkdir(parents=True)
    (left / manifest.MANIFEST).write_text("{}")

    with pytest.raises(BackupProblem, match="was interrupted"):
        manifest.read(left)
    taken = take()

    assert left_in(directory) == [taken.folder.name]


def test_two_backups_at_once_are_refused(take, directory):
    directory.mkdir()
    with (directory / ".lock").open("a") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)

        with pytest.raises(BackupProblem, match="Another backup is being made"):
            take()


def test_a_directory_that_cannot_be_written_is_said(take, directory):
    directory.write_text("a file, not a directory")

    with pytest.raises(BackupProblem, match="File exists"):
        take()


def test_only_the_newest_are_kept(take, directory, now):
    for day in range(3):
        taken = take(at=now + timedelta(days=day), keep=2)

    assert left_in(directory) == ["portal-20261121T120000Z", "portal-20261122T120000Z"]
    assert [folder.name for folder in taken.pruned] == ["portal-20261120T120000Z"]


@committing
@pytest.mark.parametrize("fault", ["missing", "altered"])
def test_while_the_storage_is_not_whole_no_older_backup_is_removed(take, directory, now, fault):
    document = DocumentFactory(owner=IncidentFactory())
    older = take(at=now - timedelta(days=1)).folder
    default_storage.delete(document.file.name)
    if fault == "altered":
        default_storage.save(document.file.name, ContentFile(b"something else"))
    complaints = StringIO()

    with pytest.raises(CommandError):
        call_command("backup", directory, "--keep", "1", stdout=StringIO(), stderr=complaints)

    assert (older.is_dir(), len(left_in(directory))) == (True, 2)
    assert "No older backup was removed" in complaints.getvalue()


@pytest.mark.parametrize(
    ("error", "sentence"),
    [
        (StoreUnavailable("The file store refuses: SlowDown."), "The file store refuses: SlowDown."),
        (
            ProgrammingError("must be owner of table people_user\nCONTEXT: …"),
            "The database refuses: must be owner of table people_user.",
        ),
        (sqlite3.OperationalError("database or disk is full"), "The disk of /x is full"),
    ],
)  # fmt: skip
def test_what_the_store_and_the_database_say_is_kept(error, sentence):
    with (
        pytest.raises(BackupProblem, match=f"^{re.escape(sentence)}"),
        taking.saying_why(Path("/x")),
    ):
        raise error


# ── putting back ────────────────────────────────────────────────────────────────────────────────
@committing
def test_a_copy_known_to_be_altered_does_not_replace_what_the_storage_has(take, monkeypatch):
    shelf, empty_shelf = InMemoryStorage(), InMemoryStorage()
    monkeypatch.setattr(Document._meta.get_field("file"), "storage", shelf)
    name = DocumentFactory(owner=IncidentFactory(), content=PDF).file.name
    shelf.delete(name)
    shelf.save(name, ContentFile(b"something else"))
    taken = take(storage=shelf)
    shelf.delete(name)
    shelf.save(name, ContentFile(PDF))

    for each in (shelf, empty_shelf):
        restoring._restore_files(taken.folder, taken.manifest, each)

    assert (shelf.open(name).read(), empty_shelf.open(name).read()) == (PDF, b"something else")


def test_a_restore_names_what_was_missing_or_altered_already(take):
    found = replace(take().manifest, missing=["lost.pdf"], altered=["other.pdf"])
    done = Restored(
        found,
        [],
        Verification(0, 0, 0, fault=None, head=None),
        Aftermath(0, 0, 0),
        is_same_key=True,
    )
    complaints = StringIO()

    RestoreCommand(stdout=StringIO(), stderr=complaints)._tell(done)

    missing, altered = complaints.getvalue().splitlines()
    assert missing.endswith(": lost.pdf")
    assert "not the one attached when the backup was made: other.pdf." in altered


@pytest.fixture
def place(tmp_path):
    """A database of SQLite whose last writer died: its last row lies in the -wal."""
    file, dead = tmp_path / "portal.sqlite3", tmp_path / "dead.sqlite3"
    with closing(sqlite3.connect(dead, isolation_level=None)) as there:
        there.execute("PRAGMA journal_mode=WAL")
        there.execute("CREATE TABLE old (id)")
        shutil.copy(dead, file)
        shutil.copy(f"{dead}-wal", f"{file}-wal")
    return file


def portal_at(file):
    """What restoring asks of a connection."""
    return SimpleNamespace(vendor="sqlite", settings_dict={"NAME": str(file)}, close=lambda: None)


def tables_in(file):
    with closing(sqlite3.connect(file)) as there:
        return sqlite_tables(there)


def test_nobody_opens_the_database_while_its_successor_is_made(place):
    with restoring._kept_from_others(portal_at(place)):
        assert not place.with_name("portal.sqlite3-wal").exists()
        with (
            closing(sqlite3.connect(place, timeout=0)) as other,
            pytest.raises(sqlite3.OperationalError, match="locked"),
        ):
            other.execute("SELECT * FROM old")

    assert tables_in(place) == ["old"]


def test_nobody_makes_a_database_where_one_is_about_to_be_restored(tmp_path):
    file = tmp_path / "new" / "portal.sqlite3"

    with restoring._kept_from_others(portal_at(file)):
        assert list(file.parent.iterdir()) == [file]
    with (
        restoring._kept_from_others(portal_at(file)),
        closing(sqlite3.connect(file, timeout=0)) as other,
        pytest.raises(sqlite3.OperationalError, match="locked"),
    ):
        other.execute("CREATE TABLE mine (id)")

    assert list(file.parent.iterdir()) == []


def test_the_successor_does_not_inherit_what_another_database_left_beside(place, tmp_path):
    copy = tmp_path / "copy.sqlite3"
    with closing(sqlite3.connect(copy)) as made:
        made.execute("CREATE TABLE new (id)")
    portal = portal_at(place)
    beside = place.with_name("portal.sqlite3-wal")

    with (
        pytest.raises(BackupProblem, match="-wal is there"),
        restoring._kept_from_others(portal),
        restoring._filled(copy, portal),
    ):
        beside.touch()
    beside.unlink()
    assert tables_in(place) == ["old"]

    with restoring._kept_from_others(portal), restoring._filled(copy, portal):
        pass
    assert tables_in(place) == ["new"]


# ── what is refused ─────────────────────────────────────────────────────────────────────────────
def alter(folder):
    path = folder / taking.DATABASE_NAMES[connection.vendor]
    path.write_bytes(path.read_bytes()[:-1] + b"\xff")


def truncate(folder):
    path = folder / taking.DATABASE_NAMES[connection.vendor]
    os.truncate(path, 100)


DAMAGES = {
    "altered": (alter, "was altered"),
    "truncated": (truncate, "has 100 bytes instead of"),
    "missing": (
        lambda folder: (folder / taking.DATABASE_NAMES[connection.vendor]).unlink(),
        "is missing",
    ),
    "added": (lambda folder: (folder / "files").mkdir() or (folder / "files" / "x").touch(), "does not belong"),
    "no manifest": (lambda folder: (folder / manifest.MANIFEST).unlink(), "is not a backup"),
    "manifest cut off": (lambda folder: os.truncate(folder / manifest.MANIFEST, 100), "cannot be read"),
    "manifest without a line": (lambda folder: rewrite(folder, head={}, database={}), "is damaged"),
    "manifest that points elsewhere": (
        lambda folder: rewrite(
            folder, files=[{"path": "files/../../x", "size_bytes": 1, "sha256": "0"}]
        ),
        "points out of",
    ),
    "newer format": (lambda folder: rewrite(folder, format_version=2), "by a newer portal"),
}  # fmt: skip


@pytest.mark.parametrize("damage", DAMAGES)
@pytest.mark.parametrize("command", ["check_backup", "restore"])
def test_a_damaged_backup_is_refused_with_its_sentence(take, damage, command):
    folder = take().folder
    do_it, sentence = DAMAGES[damage]
    do_it(folder)

    with pytest.raises(CommandError, match=sentence):
        call_command(command, folder)


def test_a_manifest_that_counts_otherwise_than_the_database_is_refused(take):
    folder = take().folder
    rewrite(folder, row_counts={"people_user": 7})
    found = restoring.manifest.read(folder)
    contents = restoring.Contents([], {"people_user": 0}, found.head, 0, [])

    with pytest.raises(BackupProblem, match="people_user holds 0 rows; the manifest says 7"):
        restoring._refuse_other_contents(contents, found)


def test_a_backup_of_another_kind_of_database_is_refused(take):
    folder = take().folder
    other = "sqlite" if connection.vendor == "postgresql" else "postgresql"
    rewrite(folder, vendor=other)

    with pytest.raises(BackupProblem, match=f"This is a backup of {other}"):
        restore(folder)


def test_a_backup_of_a_newer_portal_is_refused(take):
    folder = take().folder
    rewrite(folder, migrations=[["people", "9999_the_future"]])

    with pytest.raises(BackupProblem, match="does not know its migrations people 9999_the_future"):
        restore(folder)


def test_a_database_that_is_not_empty_is_not_touched(take):
    folder = take().folder

    with pytest.raises(CommandError, match="is not empty"):
        call_command("restore", folder)


def test_replacing_without_typing_the_name_is_refused(take, monkeypatch):
    folder = take().folder
    monkeypatch.setattr("builtins.input", lambda: "yes")

    with pytest.raises(CommandError, match="nothing was changed"):
        call_command("restore", folder, "--replace", stdout=StringIO())


def test_a_missing_program_is_named(take, monkeypatch):
    if connection.vendor != "postgresql":
        pytest.skip("SQLite needs no program")
    monkeypatch.setattr(shutil, "which", lambda _name: None)

    with pytest.raises(BackupProblem, match="pg_dump is not installed"):
        take()


@committing
def test_a_session_of_another_role_is_seen_by_a_role_without_privileges():
    if connection.vendor != "postgresql":
        pytest.skip("SQLite has no roles")
    with connection.cursor() as cursor:
        cursor.execute("CREATE ROLE ordinary LOGIN PASSWORD 'of the test'")
    ordinary = connection.copy("ordinary")
    ordinary.settings_dict |= {"USER": "ordinary", "PASSWORD": "of the test"}
    try:
        with pytest.raises(BackupProblem, match="other connections to the database"):
            refuse_used_postgresql(ordinary)
    finally:
        ordinary.close()
        with connection.cursor() as cursor:
            cursor.execute("DROP ROLE ordinary")


@committing
def test_somebody_who_comes_during_the_restore_is_noticed_before_deliveries_are_paused(
    take, monkeypatch
):
    if connection.vendor != "postgresql":
        pytest.skip("SQLite's restored file has another name until its end")
    found = take().manifest
    monkeypatch.setattr(restoring.aftermath, "hold_back", lambda **_: pytest.fail("too late"))
    somebody = connection.copy("somebody")
    somebody.ensure_connection()
    try:
        with pytest.raises(BackupProblem, match="other connections"):
            restoring._brought_to_life(found, [], at=lambda: None, connection=connection)
    finally:
        somebody.close()
