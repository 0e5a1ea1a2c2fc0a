from argparse import ArgumentParser
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError
from django.db import connection

from ots_portal.operation.backup.manifest import BackupProblem
from ots_portal.operation.backup.restoring import check


class Command(BaseCommand):
    help = "Check that a backup is whole and unaltered, without restoring it."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("backup", type=Path)

    def handle(self, *args: Any, **options: Any) -> None:
        try:
            found = check(options["backup"], connection=connection)
        except BackupProblem as problem:
            raise CommandError(str(problem)) from problem
        self.stdout.write(
            f"Whole and unaltered: taken {found.taken_at:%Y-%m-%d %H:%M:%S} UTC from portal"
            f" {found.portal_version} on {found.vendor}; {found.row_count} rows,"
            f" {len(found.files)} files, audit chain up to seal {found.head.number}."
        )
