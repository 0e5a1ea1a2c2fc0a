from argparse import ArgumentParser
from pathlib import Path
from typing import Any

from django.core.files.storage import default_storage
from django.core.management.base import BaseCommand, CommandError
from django.db import connection
from django.template.defaultfilters import filesizeformat

from ots_portal.clock import database_now
from ots_portal.operation.backup.manifest import BackupProblem
from ots_portal.operation.backup.taking import Taken, take

NOT_ALL_FILES = 3  # exit code: the backup is whole, the storage is not


class Command(BaseCommand):
    help = "Copy database and files into a new folder below DIRECTORY, while the portal goes on."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("directory", type=Path)
        parser.add_argument(
            "--keys-to",
            type=Path,
            metavar="OTHER_DIRECTORY",
            help="write the secret key and settings there; without it they are not copied at all",
        )
        parser.add_argument(
            "--keep", type=_at_least_one, metavar="N", help="remove all but the newest N backups"
        )

    def handle(self, *args: Any, **options: Any) -> None:
        try:
            taken = take(
                options["directory"],
                at=database_now(),
                connection=connection,
                storage=default_storage,
                keys_to=options["keys_to"],
                keep=options["keep"],
            )
        except BackupProblem as problem:
            raise CommandError(str(problem)) from problem
        self._tell(taken)
        self._tell_what_is_wrong(taken, keep=options["keep"])

    def _tell(self, taken: Taken) -> None:
        made = taken.manifest
        self.stdout.write(str(taken.folder))
        self.stdout.write(
            f"{made.row_count} rows in {len(made.row_counts)} tables, {len(made.files)} files,"
            f" {filesizeformat(made.size_bytes)}; audit chain up to seal {made.head.number};"
            f" {made.waiting_count} messages not delivered yet."
        )
        if taken.keys_file:
            self.stdout.write(f"Keys: {taken.keys_file}. Keep them away from the backup.")
        else:
            self.stdout.write("Keys: not copied. --keys-to OTHER_DIRECTORY copies them.")
        for folder in taken.pruned:
            self.stdout.write(f"Removed: {folder}")

    def _tell_what_is_wrong(self, taken: Taken, *, keep: int | None) -> None:
        for name in taken.manifest.missing:
            self.stderr.write(f"A row names a file that the storage does not hold: {name}")
        for name in taken.manifest.altered:
            self.stderr.write(f"A file is not the one that was attached: {name}")
        if not taken.manifest.has_all_files:
            if keep:
                self.stderr.write("No older backup was removed: one may hold the file as it was.")
            raise CommandError(
                "The backup is whole; the storage of the files is not.", returncode=NOT_ALL_FILES
            )


def _at_least_one(text: str) -> int:
    number = int(text)
    if number < 1:
        raise ValueError(text)
    return number
