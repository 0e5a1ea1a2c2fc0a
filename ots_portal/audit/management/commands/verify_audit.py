from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser

from ots_portal.audit.verification import Anchor, head, verify


class Command(BaseCommand):
    help = (
        "Check every audit entry against its digest and every seal against its entries. Ends with 1 and "
        "names the first broken entry, or with 0. --anchor prints the newest seal, to be written down "
        "outside of the database; --expect takes one that was."
    )

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument(
            "--anchor", action="store_true", help="print NUMBER:DIGEST of the newest seal"
        )
        parser.add_argument(
            "--expect",
            action="append",
            default=[],
            metavar="NUMBER:DIGEST",
            help="a seal as it was written down; may be given several times",
        )

    def handle(self, *args: Any, **options: Any) -> None:
        found = verify(expected=_anchors(options["expect"]))
        if found.fault:
            raise CommandError(found.broken)
        if options["anchor"]:
            self.stdout.write(str(head() or "No entry has been sealed yet."))
            return
        self.stdout.write(
            f"{found.entry_count} entries, {found.block_count} seals, "
            f"{found.unsealed_count} entries not sealed yet: nothing was touched."
        )


def _anchors(texts: list[str]) -> tuple[Anchor, ...]:
    try:
        return tuple(Anchor.parse(text) for text in texts)
    except ValueError as error:
        raise CommandError(str(error), returncode=2) from error
