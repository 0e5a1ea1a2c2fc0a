"""Bring the translators' files up to the words of code and templates."""

import shutil
from pathlib import Path
from typing import Any

import polib
from django.conf import settings
from django.core.management.base import CommandError
from django.core.management.commands import makemessages

NOT_TRANSLATED = ["var/*", "tests/*", "docs/*"]


class Command(makemessages.Command):
    """Sorted, without line numbers and dates: a diff shows words only."""

    help = "Update django.po of every language."
    msgmerge_options = [*makemessages.Command.msgmerge_options, "--sort-output", "--no-location"]

    def handle(self, *args: Any, **options: Any) -> None:
        if shutil.which("msgmerge") is None:
            message = "gettext is missing. Type: sudo apt-get install -y gettext"
            raise CommandError(message)
        languages = [code for code, _ in settings.LANGUAGES if code != settings.LANGUAGE_CODE]
        wanted = {"locale": languages, "ignore_patterns": NOT_TRANSLATED, "no_location": True}
        super().handle(*args, **{**options, **wanted})
        for path in settings.LOCALE_PATHS:
            for catalogue in sorted(Path(path).glob("*/LC_MESSAGES/django.po")):
                forget_date(catalogue)


def forget_date(catalogue: Path) -> None:
    """Drop the date of extraction, which would change the file on every run."""
    entries = polib.pofile(str(catalogue), wrapwidth=78)
    entries.metadata.pop("POT-Creation-Date", None)
    entries.save(str(catalogue))
