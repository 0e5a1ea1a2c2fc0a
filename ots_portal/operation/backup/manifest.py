"""What a backup says of itself: manifest.json, and how its parts are checked against it."""

import hashlib
import json
from collections.abc import Iterator
from dataclasses import asdict, dataclass, field
from datetime import datetime
from pathlib import Path
from typing import IO, Any

FORMAT_VERSION = 1
MANIFEST = "manifest.json"
FILES = "files"
CHUNK_BYTES = 1024 * 1024


class BackupProblem(Exception):
    """The backup cannot be made, trusted or restored; the text is a sentence for the operator."""


@dataclass(frozen=True)
class Part:
    """A file of the backup: its path below the backup's folder, its size and digest."""

    path: str
    size_bytes: int
    sha256: str

    @property
    def name(self) -> str:
        """The name of a stored file in its storage."""
        return self.path.removeprefix(f"{FILES}/")


@dataclass(frozen=True)
class Head:
    """The last link of the audit chain; number 0 where nothing was sealed yet."""

    number: int = 0
    digest: str = ""


@dataclass(frozen=True)
class Manifest:
    """
    What was copied, and how it stood at that moment.

    ``files`` are stored under their names in the storage, below files/. ``missing`` are names that rows
    hold and the storage does not, ``altered`` those whose bytes are not those their row was written for.
    ``key_mark`` tells whether two keys are the same without telling the key.
    """

    taken_at: datetime
    vendor: str
    portal_version: str
    migrations: list[list[str]]
    row_counts: dict[str, int]
    head: Head
    waiting_count: int
    key_mark: str
    database: Part
    files: list[Part] = field(default_factory=list)
    missing: list[str] = field(default_factory=list)
    altered: list[str] = field(default_factory=list)
    format_version: int = FORMAT_VERSION

    @property
    def has_all_files(self) -> bool:
        return not (self.missing or self.altered)

    @property
    def row_count(self) -> int:
        return sum(self.row_counts.values())

    @property
    def size_bytes(self) -> int:
        return self.database.size_bytes + sum(part.size_bytes for part in self.files)


def write(manifest: Manifest, folder: Path) -> None:
    values = asdict(manifest) | {"taken_at": manifest.taken_at.isoformat()}
    text = json.dumps(values, ensure_ascii=False, indent=1, sort_keys=True)
    (folder / MANIFEST).write_text(text + "\n", encoding="utf-8")


def read(folder: Path) -> Manifest:
    """:raises BackupProblem: where it is no backup, not whole, or of a format this portal does not know"""
    if folder.name.endswith(".partial"):
        raise BackupProblem(
            f"{folder} was interrupted while it was made: it is not a whole backup."
        )
    try:
        values = json.loads((folder / MANIFEST).read_text(encoding="utf-8"))
    except FileNotFoundError as error:
        raise BackupProblem(f"{folder} is not a backup: it has no {MANIFEST}.") from error
    except (OSError, ValueError) as error:
        raise BackupProblem(f"{folder / MANIFEST} cannot be read: {error}.") from error
    return _understood(values, folder)


def _understood(values: Any, folder: Path) -> Manifest:
    known = isinstance(values, dict) and values.get("format_version")
    if isinstance(known, int) and known > FORMAT_VERSION:
        raise BackupProblem(
            f"{folder} was made by a newer portal (format {known}, this one reads {FORMAT_VERSION}):"
            " restore it with that version."
        )
    try:
        return Manifest(
            **{
                **values,
                "taken_at": datetime.fromisoformat(values["taken_at"]),
                "head": Head(**values["head"]),
                "database": Part(**values["database"]),
                "files": [Part(**part) for part in values["files"]],
            }
        )
    except (KeyError, TypeError, ValueError) as error:
        raise BackupProblem(f"{folder / MANIFEST} is damaged: {error}.") from error


def check(folder: Path) -> Manifest:
    """
    Compare every file of the backup with the manifest, and return it.

    :raises BackupProblem: with the first that is missing, shorter, altered or not listed
    """
    manifest = read(folder)
    for part in [manifest.database, *manifest.files]:
        _check_part(folder, part)
    listed = {MANIFEST, manifest.database.path, *(part.path for part in manifest.files)}
    for path in _paths(folder):
        if path not in listed:
            raise BackupProblem(f"{folder / path} does not belong to this backup.")
    return manifest


def _check_part(folder: Path, part: Part) -> None:
    path = folder / part.path
    if not path.resolve().is_relative_to(folder.resolve()):
        raise BackupProblem(f"{part.path!r} points out of the backup's folder.")
    if not path.is_file():
        raise BackupProblem(f"{path} is missing.")
    size_bytes = path.stat().st_size
    if size_bytes != part.size_bytes:
        raise BackupProblem(f"{path} has {size_bytes} bytes instead of {part.size_bytes}.")
    if digest_of(path) != part.sha256:
        raise BackupProblem(f"{path} was altered: its checksum is another.")


def _paths(folder: Path) -> Iterator[str]:
    return (str(path.relative_to(folder)) for path in folder.rglob("*") if path.is_file())


def part_of(folder: Path, path: Path) -> Part:
    return Part(str(path.relative_to(folder)), path.stat().st_size, digest_of(path))


def digest_of(path: Path) -> str:
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


def copy(source: IO[bytes], target: IO[bytes]) -> tuple[int, str]:
    """Copy to the end; return how many bytes, and their digest."""
    digest = hashlib.sha256()
    size_bytes = 0
    while chunk := source.read(CHUNK_BYTES):
        target.write(chunk)
        digest.update(chunk)
        size_bytes += len(chunk)
    return size_bytes, digest.hexdigest()
