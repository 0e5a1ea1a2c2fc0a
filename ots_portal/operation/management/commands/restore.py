from argparse import ArgumentParser
from pathlib import Path
from typing import Any

from django.core.files.storage import default_storage
from django.core.management.base import BaseCommand, CommandError
from django.db import connection

from ots_portal.clock import database_now
from ots_portal.operation.backup.manifest import BackupProblem
from ots_portal.operation.backup.restoring import Restored, restore

BROKEN_AUDIT = 3  # exit code: restored, with a broken chain
LOST = """\
Lost is what happened after {taken:%Y-%m-%d %H:%M:%S} UTC, and the portal cannot know it:
- changes of rights: whoever was suspended, or lost a role or a second factor since, has it again;
- invitations and one-time links used since can be used again until they end;
- numbers given out since will be given out again: compare with what was sent or printed."""
OTHER_KEY = """\
Key: another than the backup's. Links that were mailed (calendars, acknowledgements, invitations,
passwords) do not work, nor what was encrypted with the key; marks of addresses in failed sign-ins
cannot be compared. With the old key: set OTS_SECRET_KEY from the file of --keys-to."""
NEXT = """\
Deliveries are paused: {count} messages may have been sent already, and nothing is sent again by itself.
Start the portal, then decide: page "Deliveries", or `manage.py deliveries resume`."""


class Command(BaseCommand):
    help = "Make a backup the portal that the settings name (OTS_DATABASE_URL, OTS_VAR_DIR)."
    # The database that the checks would ask is about to be made.
    requires_system_checks: list[str] = []
    requires_migrations_checks = False

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("backup", type=Path)
        parser.add_argument(
            "--replace",
            action="store_true",
            help="destroy what the database holds; asks for its name first",
        )

    def handle(self, *args: Any, **options: Any) -> None:
        try:
            restored = restore(
                options["backup"],
                at=database_now,
                connection=connection,
                storage=default_storage,
                may_replace=self._confirmed if options["replace"] else lambda _name: False,
            )
        except BackupProblem as problem:
            raise CommandError(str(problem)) from problem
        self._tell(restored)

    def _confirmed(self, name: str) -> bool:
        self.stdout.write(f"Everything in {name} will be destroyed. Type its name to go on:")
        try:
            typed = input().strip()
        except EOFError:
            typed = ""
        if typed != name:
            raise CommandError("That is not its name: nothing was changed.")
        return True

    def _tell(self, restored: Restored) -> None:
        found, after = restored.manifest, restored.aftermath
        self.stdout.write(
            f"Restored: {found.row_count} rows in {len(found.row_counts)} tables, {len(found.files)} files."
        )
        if restored.migrated:
            self.stdout.write(f"Brought up to date: {', '.join(restored.migrated)}.")
        checked = restored.verification
        self.stdout.write(
            f"Audit: {checked.entry_count} entries, {checked.block_count} seals,"
            f" {checked.broken or 'nothing was touched.'} Its tables refuse changes."
        )
        self.stdout.write(
            f"Ended: {after.session_count} sessions, {after.token_count} tokens of partner systems."
        )
        for name in found.missing:
            self.stderr.write(f"This file was missing when the backup was made: {name}")
        for name in found.altered:
            self.stderr.write(
                f"This file was not the one attached when the backup was made: {name}."
                " Where the storage had one of its name, that one was left."
            )
        self.stdout.write("Key: the same." if restored.is_same_key else OTHER_KEY)
        self.stdout.write(LOST.format(taken=found.taken_at))
        self.stdout.write(NEXT.format(count=after.unknown_count))
        if checked.broken:
            raise CommandError(
                f"The audit was broken when the backup was made: {checked.broken}",
                returncode=BROKEN_AUDIT,
            )
