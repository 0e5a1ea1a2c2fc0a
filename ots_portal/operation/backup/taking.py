"""
Making a backup: the database first, then the files its rows name.

Files are written before their rows and never change, so every file that the copied database names is
there. Nothing looks like a backup until it is whole: it is made under another name, forced to the disk,
and renamed.
"""

import errno
import fcntl
import os
import shutil
import sqlite3
import tomllib
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

from django.conf import settings
from django.core.files.storage import Storage
from django.db import Error as DatabaseProblem
from django.db.backends.base.base import BaseDatabaseWrapper

from ots_portal.operation.backup import databases, keys, manifest
from ots_portal.operation.backup.databases import StoredFile
from ots_portal.operation.backup.manifest import FILES, BackupProblem, Manifest, Part

DATABASE_NAMES = {"sqlite": "database.sqlite3", "postgresql": "database.dump"}
FULL = (errno.ENOSPC, errno.EDQUOT)


@dataclass(frozen=True)
class Taken:
    folder: Path
    manifest: Manifest
    keys_file: Path | None
    pruned: list[Path]


def take(  # noqa: PLR0913 -- keywords only, each named where it is called
    directory: Path,
    *,
    at: datetime,
    connection: BaseDatabaseWrapper,
    storage: Storage,
    keys_to: Path | None = None,
    keep: int | None = None,
) -> Taken:
    """
    Make a backup in a folder of its own below ``directory``.

    ``keep`` removes all but the newest, unless files are missing or altered in the one just made.

    :raises BackupProblem: then nothing is left behind
    """
    name = f"portal-{at:%Y%m%dT%H%M%SZ}"
    if keys_to and keys_to.resolve().is_relative_to(directory.resolve()):
        raise BackupProblem(
            "The keys belong in another directory than the backup: together they open everything."
        )
    with saying_why(directory), _private(), _alone(directory):
        folder = directory / name
        if folder.exists():
            raise BackupProblem(f"{folder} exists already: wait a second and try again.")
        with _made_whole(folder) as partial:
            made = _fill(partial, at=at, connection=connection, storage=storage)
            keys_file = _write_keys(keys_to, name) if keys_to else None
        # An older backup may be the last place where a file lies that this one could not copy.
        pruned = _prune(directory, keep) if keep and made.has_all_files else []
    return Taken(folder, made, keys_file, pruned)


def _fill(
    folder: Path, *, at: datetime, connection: BaseDatabaseWrapper, storage: Storage
) -> Manifest:
    copy = folder / DATABASE_NAMES[connection.vendor]
    if connection.vendor == "postgresql":
        contents = databases.dump_postgresql(connection, copy)
    else:
        contents = databases.copy_sqlite(connection, copy)
    files, missing, altered = _copy_files(contents.files, folder, storage)
    made = Manifest(
        taken_at=at,
        vendor=connection.vendor,
        portal_version=portal_version(),
        migrations=contents.migrations,
        row_counts=contents.row_counts,
        head=contents.head,
        waiting_count=contents.waiting_count,
        key_mark=keys.mark(settings.SECRET_KEY),
        database=manifest.part_of(folder, copy),
        files=files,
        missing=missing,
        altered=altered,
    )
    manifest.write(made, folder)
    return made


def portal_version() -> str:
    project = tomllib.loads((Path(settings.BASE_DIR) / "pyproject.toml").read_text("utf-8"))
    return str(project["project"]["version"])


def _copy_files(
    stored: list[StoredFile], folder: Path, storage: Storage
) -> tuple[list[Part], list[str], list[str]]:
    """Copy each file of the storage; return the parts, and the names that are missing or altered."""
    parts, missing, altered = [], [], []
    for file in sorted(stored, key=lambda file: file.name):
        part = _copy_file(file.name, folder, storage)
        if part is None:
            missing.append(file.name)
            continue
        parts.append(part)
        if file.sha256 not in ("", part.sha256):
            altered.append(file.name)
    return parts, missing, altered


def _copy_file(name: str, folder: Path, storage: Storage) -> Part | None:
    target = folder / FILES / name
    if not target.resolve().is_relative_to(folder.resolve()):
        raise BackupProblem(f"A row names a file outside of the storage: {name!r}.")
    target.parent.mkdir(parents=True, exist_ok=True)
    try:
        source = storage.open(name)
    except FileNotFoundError:
        return None
    with source, target.open("wb") as copy:
        size_bytes, sha256 = manifest.copy(source, copy)
    return Part(f"{FILES}/{name}", size_bytes, sha256)


def _write_keys(directory: Path, name: str) -> Path:
    directory.mkdir(mode=0o700, parents=True, exist_ok=True)
    file = directory / f"{name}.env"
    keys.write(file, os.environ)
    return file


# ── whole or not at all ─────────────────────────────────────────────────────────────────────────
@contextmanager
def _made_whole(folder: Path) -> Iterator[Path]:
    """Give a folder to fill; it gets its name once everything in it lies on the disk."""
    partial = folder.with_name(f".{folder.name}.partial")
    partial.mkdir(mode=0o700)
    try:
        yield partial
        for path in [*partial.rglob("*"), partial]:
            force_to_disk(path)
        partial.rename(folder)
        force_to_disk(folder.parent)
    except BaseException:
        shutil.rmtree(partial, ignore_errors=True)
        raise


def force_to_disk(path: Path) -> None:
    handle = os.open(path, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)


@contextmanager
def _alone(directory: Path) -> Iterator[None]:
    """Make one backup at a time; what an interrupted one left is removed."""
    directory.mkdir(mode=0o700, parents=True, exist_ok=True)
    with (directory / ".lock").open("a") as lock:
        try:
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError as error:
            raise BackupProblem(f"Another backup is being made in {directory}.") from error
        for left in directory.glob(".portal-*.partial"):
            shutil.rmtree(left)
        yield


@contextmanager
def _private() -> Iterator[None]:
    """What is written can be read by the operator alone."""
    before = os.umask(0o077)
    try:
        yield
    finally:
        os.umask(before)


@contextmanager
def saying_why(directory: Path) -> Iterator[None]:
    """Turn what the system, the store of files or the database says into a sentence."""
    try:
        yield
    except OSError as error:
        if error.errno in FULL:
            raise BackupProblem(_full_sentence(directory)) from error
        if (
            error.strerror is None
        ):  # one of the portal's own, as StoreUnavailable: a sentence already
            raise BackupProblem(str(error)) from error
        raise BackupProblem(f"{error.filename or directory}: {error.strerror}.") from error
    except (sqlite3.Error, DatabaseProblem) as error:
        if "disk is full" in str(error):
            raise BackupProblem(_full_sentence(directory)) from error
        first_line = str(error).partition("\n")[0].rstrip(".")
        raise BackupProblem(f"The database refuses: {first_line}.") from error


def _full_sentence(directory: Path) -> str:
    return f"The disk of {directory} is full: nothing was kept. Free some space, or choose another directory."


def _prune(directory: Path, keep: int) -> list[Path]:
    """Remove all whole backups but the newest ``keep``."""
    whole = sorted(path.parent for path in directory.glob("portal-*Z/manifest.json"))
    old = whole[: max(len(whole) - keep, 0)]
    for folder in old:
        # First out of sight: half a backup must not look whole.
        shutil.rmtree(folder.rename(folder.with_name(f".{folder.name}.partial")))
    return old
