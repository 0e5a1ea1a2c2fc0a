"""
Running an inspection in a process of its own, with little memory, little time and nothing to steal.

A PDF, a zip or a picture is a program for its parser; qpdf, libxml2 and the picture decoders are large.
Here such a file can only hurt a child that lives for one file: no database, no keys, no environment.
"""

import subprocess
import sys
from dataclasses import dataclass
from tempfile import TemporaryFile
from typing import IO

from django.conf import settings

from ots_portal.documents.inspection.findings import Finding

TIMEOUT_SECONDS = 40
_CHUNK_BYTES = 64 * 1024


@dataclass(frozen=True)
class Inspected:
    """``finding`` is None where nothing is wrong; ``clean`` are the bytes to keep instead of those sent."""

    finding: Finding | None
    clean: bytes | None = None


def inspect(kind: str, content: IO[bytes]) -> Inspected:
    with TemporaryFile() as sent, TemporaryFile() as answer:
        content.seek(0)
        while chunk := content.read(_CHUNK_BYTES):
            sent.write(chunk)
        sent.seek(0)
        if not _ran(kind, sent, answer):
            return Inspected(Finding.TOO_HEAVY)
        answer.seek(0)
        word = answer.readline().decode().strip()
        if word != "ok":
            return Inspected(Finding(word))
        return Inspected(None, answer.read() or None)


def _ran(kind: str, sent: IO[bytes], answer: IO[bytes]) -> bool:
    """Return whether the child came to an end by itself; one that was stopped found too much."""
    try:
        done = subprocess.run(  # noqa: S603 -- this very Python, a module of ours, a word of ours
            [sys.executable, "-B", "-m", "ots_portal.documents.inspection", kind],
            stdin=sent,
            stdout=answer,
            stderr=subprocess.DEVNULL,
            cwd=settings.BASE_DIR,
            env={"LC_ALL": "C.UTF-8"},
            timeout=TIMEOUT_SECONDS,
            check=False,
        )
    except subprocess.TimeoutExpired:
        return False
    return done.returncode == 0
