"""``manage.py import_gdacs FILE…``: take in what GDACS says, as proposals."""

import sys
from argparse import ArgumentParser
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand

from incidents.management.importing import take_in_file
from incidents.services.feeds import read_gdacs


class Command(BaseCommand):
    help = (
        "Take in files of GDACS (its RSS feed, or the JSON of an event) as proposals for a person to take up; "
        "nothing is published. Exit 0: taken in; 1: refused, one sentence per problem; 2: wrong use."
    )

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("files", nargs="+", type=Path, metavar="FILE")
        parser.add_argument(
            "--all", action="store_true", help="keep also what is far from every participant"
        )

    def handle(self, *args: Any, **options: Any) -> None:
        results = [
            take_in_file(
                path, read_gdacs, keep_all=options["all"], out=self.stdout, err=self.stderr
            )
            for path in options["files"]
        ]
        if not all(results):
            sys.exit(1)
