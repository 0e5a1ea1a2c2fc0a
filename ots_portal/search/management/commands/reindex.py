from argparse import ArgumentParser
from typing import Any

from django.core.management.base import BaseCommand, CommandError

from ots_portal import plugs
from ots_portal.search import index, services


class Command(BaseCommand):
    help = "Build the search's index anew, of all kinds of records or of those named; the portal may run meanwhile."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("kinds", nargs="*", help=", ".join(sorted(plugs.searchables)))

    def handle(self, *args: Any, kinds: list[str], **options: Any) -> None:
        if unknown := sorted(set(kinds) - set(plugs.searchables)):
            message = f"There is no such kind: {', '.join(unknown)}. There are: {', '.join(sorted(plugs.searchables))}."
            raise CommandError(message)
        index.install()
        if not kinds:
            services.forget_unknown_kinds()
        for kind in kinds or sorted(plugs.searchables):
            count = services.reindex(plugs.searchables[kind])
            self.stdout.write(f"{kind}: {count}")
