"""
The child: reads a file of a kind from standard input, writes a word and, of pictures, the clean bytes.

``python -m ots_portal.documents.inspection pdf < file``; the word is "ok" or a finding.
"""

import resource
import sys
from collections.abc import Callable
from typing import BinaryIO

from ots_portal.documents.inspection.findings import Finding, Refused

MOST_MEMORY_BYTES = 640 * 1024 * 1024
MOST_CPU_SECONDS = 20


def _confine() -> None:
    """Give up what an inspection does not need, before the first byte is read."""
    limits = {
        resource.RLIMIT_AS: MOST_MEMORY_BYTES,
        resource.RLIMIT_CPU: MOST_CPU_SECONDS,
        resource.RLIMIT_CORE: 0,
        resource.RLIMIT_NPROC: 0,
    }
    for limit, value in limits.items():
        resource.setrlimit(limit, (value, value))


def _inspector(kind: str) -> Callable[[BinaryIO], bytes | None]:
    # Each format's library costs time to load and only one is needed.
    if kind == "pdf":
        from ots_portal.documents.inspection.pdf import inspect_pdf  # noqa: PLC0415 -- slow import

        return inspect_pdf
    if kind in ("png", "jpeg"):
        from ots_portal.documents.inspection import pictures  # noqa: PLC0415 -- slow import

        return pictures.clean_png if kind == "png" else pictures.clean_jpeg
    if kind in ("word", "excel"):
        from ots_portal.documents.inspection import office  # noqa: PLC0415 -- slow import

        return office.inspect_word if kind == "word" else office.inspect_excel
    from ots_portal.documents.inspection import texts  # noqa: PLC0415 -- beside the others

    return {
        "text": texts.inspect_text,
        "table": texts.inspect_table,
        "json": texts.inspect_json,
        "geojson": texts.inspect_geojson,
    }[kind]


def main() -> None:
    inspect = _inspector(sys.argv[1])
    _confine()
    try:
        clean = inspect(sys.stdin.buffer)
        word = "ok"
    except Refused as refusal:
        clean, word = None, str(refusal.finding)
    except (MemoryError, RecursionError):
        clean, word = None, str(Finding.TOO_HEAVY)
    sys.stdout.buffer.write(word.encode() + b"\n" + (clean or b""))


if __name__ == "__main__":
    main()
