"""The demonstration's folder of outgoing mail: files that are too old, or that name somebody."""

from collections.abc import Iterable, Iterator
from datetime import datetime
from email import message_from_bytes, policy
from pathlib import Path


def older_than(folder: Path, before: datetime) -> list[Path]:
    return [file for file in _files(folder) if file.stat().st_mtime < before.timestamp()]


def remove(files: Iterable[Path]) -> int:
    removed = 0
    for file in files:
        file.unlink(missing_ok=True)
        removed += 1
    return removed


def remove_those_that_name(folder: Path, words: Iterable[str]) -> int:
    """Remove every file in which one of the words stands, in whatever encoding the mail has it."""
    wanted = [word.casefold() for word in words if word]
    return remove(file for file in _files(folder) if any(word in _text_of(file) for word in wanted))


def _files(folder: Path) -> list[Path]:
    return sorted(folder.glob("*.log"))


def _text_of(file: Path) -> str:
    """Return headers and bodies as a person reads them; a file may hold several messages."""
    raw = file.read_bytes()
    parts = raw.split(b"\n" + b"-" * 79 + b"\n")
    return " ".join([raw.decode(errors="replace"), *map(_decoded, parts)]).casefold()


def _decoded(raw: bytes) -> str:
    message = message_from_bytes(raw.lstrip(b"\n"), policy=policy.default)
    return " ".join([*map(str, message.values()), *_bodies(message)])


def _bodies(message: object) -> Iterator[str]:
    for part in message.walk():  # type: ignore[attr-defined]
        if part.get_content_maintype() == "text":
            yield str(part.get_content())
