"""
The child that sets pages: a job as JSON on standard input, the PDF on standard output.

It is started as a file, ``python -I typesetting.py``, and imports nothing of the portal: no database, no
keys, no environment. Sources and content come with the job; it reads no file but the typefaces.
"""

import json
import resource
import sys
from typing import Any

MOST_MEMORY_BYTES = 1024 * 1024 * 1024
MOST_CPU_SECONDS = 10  # less than the parent waits: a busy host is no reason to stop it
# To be read in fifty years, and by those who do not see it.
STANDARDS = ("a-2a", "ua-1")
NOT_INSTALLED, NOT_SET = 3, 4  # how it ends


def _confine() -> None:
    limits = {
        resource.RLIMIT_AS: MOST_MEMORY_BYTES,
        resource.RLIMIT_CPU: MOST_CPU_SECONDS,
        resource.RLIMIT_CORE: 0,
        resource.RLIMIT_FSIZE: 0,  # pipes are no files
    }
    for limit, value in limits.items():
        resource.setrlimit(limit, (value, value))


def _set(job: dict[str, Any]) -> bytes:
    import typst  # noqa: PLC0415 -- its absence has an answer of its own

    files = {name: source.encode() for name, source in job["sources"].items()}
    pages: bytes = typst.compile(
        files,  # type: ignore[call-overload]  # the published types lack the dictionary
        format="pdf",
        # Only what the packages bring: the same letters, and bytes, on every host.
        font_paths=typst.Fonts(
            include_system_fonts=False, include_embedded_fonts=True, font_paths=[job["fonts"]]
        ),
        ignore_system_fonts=True,
        sys_inputs=job["inputs"],
        pdf_standards=list(STANDARDS),
        timestamp=job["made_at"],
    )
    return pages


def main() -> int:
    _confine()
    try:
        pages = _set(json.load(sys.stdin.buffer))
    except ImportError:
        return NOT_INSTALLED
    except RuntimeError as error:  # TypstError is one; its words are for the log
        sys.stderr.write(f"{error}\n{getattr(error, 'diagnostic', '')}")
        return NOT_SET
    sys.stdout.buffer.write(pages)
    return 0


if __name__ == "__main__":
    sys.exit(main())
