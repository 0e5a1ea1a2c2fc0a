from typing import Any

from django.core.management.base import BaseCommand, CommandError

from ots_portal.audit.services import verify


class Command(BaseCommand):
    help = "Check every audit entry against its digest and every seal against its entries."

    def handle(self, *args: Any, **options: Any) -> None:
        found = verify()
        if found.broken:
            raise CommandError(found.broken)
        self.stdout.write(
            f"{found.entry_count} entries, {found.block_count} seals, "
            f"{found.unsealed_count} entries not sealed yet: nothing was touched."
        )
