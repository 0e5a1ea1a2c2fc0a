"""
Loads the participants, their authorities and emergency numbers from the project's data file.

Run it after every update: rows that the file has changed since the last time are applied, all others
stay as they are, corrections of an operator included (ots_portal/participants/reference.py says how).
"""

from typing import Any

from django.core.management.base import BaseCommand

from ots_portal.participants import reference


class Command(BaseCommand):
    help = "Load participants, authorities and emergency numbers; safe to run again."

    def handle(self, *args: Any, **options: Any) -> None:
        loaded = reference.load()
        if options["verbosity"]:
            self.stdout.write(
                f"Reference data: {loaded.row_count} rows, {loaded.applied_count} new or changed."
            )
