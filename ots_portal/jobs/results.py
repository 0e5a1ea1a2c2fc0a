"""The file that work leaves: written beside, put into the file store when it is whole, gone with its job."""

import hashlib
import logging
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from functools import partial
from typing import IO, Any, BinaryIO, cast

from django.core.files.base import File
from django.core.files.storage import default_storage
from django.db import transaction

from ots_portal.jobs.models import Job

logger = logging.getLogger(__name__)

# More than this of a result lies in a temporary file, not in memory.
IN_MEMORY_BYTES = 1024 * 1024
LONGEST_NAME = 150


@dataclass(frozen=True)
class Result:
    """A file in the store, as the job will tell of it."""

    stored_name: str
    file_name: str
    content_type: str
    size_bytes: int
    sha256: str


class ResultGone(Exception):
    """There is no file to fetch: it has expired, or a restored portal never had it."""


@dataclass
class _Draft:
    file_name: str
    content_type: str
    content: IO[bytes]


class Writer:
    """What the work of one attempt writes; nothing of it is in the store before ``store``."""

    def __init__(self) -> None:
        self._draft: _Draft | None = None

    @contextmanager
    def opened(self, name: str, content_type: str) -> Iterator[BinaryIO]:
        content = tempfile.SpooledTemporaryFile(max_size=IN_MEMORY_BYTES)  # noqa: SIM115 -- closed by ``close``
        try:
            yield cast("BinaryIO", content)
        except BaseException:
            content.close()
            raise
        self.close()
        self._draft = _Draft(name[:LONGEST_NAME], content_type, content)

    def store(self, job: Job) -> Result | None:
        """
        Put the file into the store, under a name of this attempt's own; None where there is none.

        :raises OSError: when the disk is full or the store does not answer
        """
        if self._draft is None:
            return None
        size_bytes, digest = _measured(self._draft.content)
        wanted = name_of(job, job.attempt_count)
        stored = default_storage.save(wanted, File(self._draft.content, name=wanted))
        return Result(stored, self._draft.file_name, self._draft.content_type, size_bytes, digest)

    def close(self) -> None:
        if self._draft:
            self._draft.content.close()
            self._draft = None


def _measured(content: IO[bytes]) -> tuple[int, str]:
    digest, size_bytes = hashlib.sha256(), 0
    content.seek(0)
    while piece := content.read(64 * 1024):
        digest.update(piece)
        size_bytes += len(piece)
    content.seek(0)
    return size_bytes, digest.hexdigest()


def name_of(job: Job, attempt: int) -> str:
    """Name the stored file after the job and the attempt, never after what it is called."""
    return f"jobs/{job.pk.hex[:2]}/{job.pk}-{attempt}"


def open_stored(job: Job) -> "File[Any]":
    """:raises ResultGone: where the store does not have it (any more)"""
    try:
        return default_storage.open(job.stored_name, "rb")
    except FileNotFoundError as error:
        raise ResultGone from error


def remove_after_commit(job: Job) -> None:
    """Remove what any attempt may have left, once the transaction stands."""
    names = {name_of(job, attempt) for attempt in range(1, job.attempt_count + 1)}
    transaction.on_commit(partial(_remove, {*names, job.stored_name} - {""}))


def remove(result: Result) -> None:
    _remove({result.stored_name})


def _remove(names: set[str]) -> None:
    for name in names:
        try:
            default_storage.delete(name)
        except OSError:
            # The row says already that there is no result; the file is nobody's.
            logger.exception("The file %s of a job could not be removed.", name)
