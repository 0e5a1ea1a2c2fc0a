"""What makes a backup, what makes it whole, and everything that is refused with its sentence."""

import errno
import fcntl
import json
import os
import re
import shutil
import stat
import subprocess
from datetime import timedelta
from io import StringIO

import pytest
from django.core.files.base import ContentFile
from django.core.files.storage import InMemoryStorage, default_storage
from django.core.management import CommandError, call_command
from django.db import connection

from ots_portal.documents.models import Document
from ots_portal.operation.backup import keys, manifest, restoring, taking
from ots_portal.operation.backup.databases import libpq_environment, refuse_used_postgresql
from ots_portal.operation.backup.manifest import BackupProblem, Part
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
        with pytest.raises(BackupProblem, match="connections to the database .* are open"):
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
