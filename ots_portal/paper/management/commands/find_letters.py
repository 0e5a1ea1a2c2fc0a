"""``manage.py find_letters``: after an update of typst or of the typeface, which letters they have."""

import json
import unicodedata
from collections.abc import Iterable, Iterator
from typing import Any

import typst
from django.core.management.base import BaseCommand

from ots_portal.paper.letters import RANGES
from ots_portal.paper.typesetting import STANDARDS
from ots_portal.ui.assets import font_source

# Everything but the ideographs and syllables of East Asia, which no typeface here has.
_SEARCHED = (
    (0x20, 0x3400),
    (0xA640, 0xAC00),
    (0xFB00, 0x10400),
    (0x1D400, 0x1D800),
    (0x1F000, 0x1FB00),
)
_PROBE = b"""
#set document(title: "Letters")
#set text(font: "Source Sans 3")
#json(bytes(sys.inputs.text))
"""


class Command(BaseCommand):
    help = "Find out which letters the typefaces have, and write them down (takes a minute)."
    requires_system_checks: list[str] = []

    def handle(self, *_args: Any, **_options: Any) -> None:
        lines = [_line(first, last) for first, last in ranges(filter(is_printed, _searched()))]
        RANGES.write_text("\n".join(lines) + "\n", "ascii")
        self.stdout.write(f"Written: {RANGES.name}, {len(lines)} ranges.")


def is_printed(code: int) -> bool:
    """Return whether typst makes a PDF/A with the letter in it."""
    try:
        typst.compile(
            {"main.typ": _PROBE},  # type: ignore[call-overload]  # the published types lack the dictionary
            format="pdf",
            font_paths=_fonts(),
            ignore_system_fonts=True,
            sys_inputs={"text": json.dumps(f"a{chr(code)}a")},
            pdf_standards=list(STANDARDS),
        )
    except typst.TypstError:
        return False
    return True


def ranges(codes: Iterable[int]) -> list[tuple[int, int]]:
    """Return rising codes as (first, last) of what hangs together."""
    found: list[tuple[int, int]] = []
    for code in codes:
        if found and found[-1][1] == code - 1:
            found[-1] = (found[-1][0], code)
        else:
            found.append((code, code))
    return found


def _searched() -> Iterator[int]:
    for first, behind in _SEARCHED:
        for code in range(first, behind):
            if unicodedata.category(chr(code)) not in {"Cc", "Cf", "Cn", "Co", "Cs", "Zl", "Zp"}:
                yield code


def _fonts() -> typst.Fonts:
    return typst.Fonts(
        include_system_fonts=False,
        include_embedded_fonts=True,
        font_paths=[str(font_source().parent)],
    )


def _line(first: int, last: int) -> str:
    return f"{first:04X}-{last:04X}" if last > first else f"{first:04X}"
