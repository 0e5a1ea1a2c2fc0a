from argparse import ArgumentParser
from datetime import datetime
from typing import Any

from django.core.management.base import BaseCommand, CommandError

from ots_portal.clock import database_now, parse_moment
from ots_portal.operation.backup.aftermath import hold_back


class Command(BaseCommand):
    help = (
        "After the database itself was recovered (WAL, snapshot of a disk): pause deliveries, end sessions,"
        " revoke tokens, as restore does."
    )

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument(
            "--recovered-to",
            metavar="MOMENT",
            help="what the database was recovered to, as 2026-11-25T02:00:00Z (default: now)",
        )

    def handle(self, *args: Any, **options: Any) -> None:
        now = database_now()
        after = hold_back(backup_taken_at=_moment(options["recovered_to"]) or now, at=now)
        self.stdout.write(
            f"Ended: {after.session_count} sessions, {after.token_count} tokens of partner systems."
        )
        self.stdout.write(
            f"Deliveries are paused: {after.unknown_count} messages may have been sent already."
            " Decide at the page Deliveries, or with `manage.py deliveries resume`."
        )


def _moment(text: str | None) -> datetime | None:
    if not text:
        return None
    moment = parse_moment(text)
    if moment is None:
        raise CommandError(f"“{text}” is no moment with its zone, such as 2026-11-25T02:00:00Z.")
    return moment
