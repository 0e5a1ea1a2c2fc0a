from typing import Any

from django.core.management.base import BaseCommand, CommandParser

from ots_portal.clock import database_now
from ots_portal.privacy import retention


class Command(BaseCommand):
    help = (
        "Forget what settings.PORTAL_RETENTION says is due, as the daily task does. --dry-run only counts; "
        "--table prints the periods as docs/retention.md has them."
    )

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--dry-run", action="store_true", help="only say what would go")
        parser.add_argument("--table", action="store_true", help="print the table of periods")

    def handle(self, *args: Any, **options: Any) -> None:
        if options["table"]:
            self.stdout.write(retention.table())
            return
        at = database_now()
        is_dry = options["dry_run"]
        counts = retention.due_counts(at=at) if is_dry else retention.forget_what_is_due(at=at)
        for kind, count in counts.items():
            if count:
                self.stdout.write(f"{kind}: {count}")
        total = sum(counts.values())
        self.stdout.write(f"{total} would be forgotten." if is_dry else f"{total} forgotten.")
