"""Compile the translators' files, which are committed, into what Django reads."""

import os
from pathlib import Path
from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand


def is_up_to_date(source: Path, *, compiled: Path) -> bool:
    return compiled.exists() and compiled.stat().st_mtime_ns > source.stat().st_mtime_ns


def compile_translation(source: Path, *, compiled: Path) -> None:
    """Write `compiled` in one step, so that a portal that starts meanwhile never reads half of it."""
    import polib  # noqa: PLC0415 -- slow import, and mostly there is nothing to compile

    unfinished = compiled.with_suffix(f".{os.getpid()}")
    polib.pofile(str(source)).save_as_mofile(str(unfinished))
    unfinished.replace(compiled)


class Command(BaseCommand):
    """Needs no gettext; leaves alone what is newer than its source."""

    help = "Compile every django.po of LOCALE_PATHS whose django.mo is missing or older."
    requires_system_checks: list[str] = []

    def handle(self, *args: Any, **options: Any) -> None:
        sources = [
            source
            for folder in settings.LOCALE_PATHS
            for source in sorted(Path(folder).glob("*/LC_MESSAGES/django.po"))
        ]
        for source in sources:
            compiled = source.with_suffix(".mo")
            if not is_up_to_date(source, compiled=compiled):
                compile_translation(source, compiled=compiled)
                self.stdout.write(f"Compiled {compiled}")
