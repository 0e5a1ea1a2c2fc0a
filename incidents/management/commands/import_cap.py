"""``manage.py import_cap FILE…``: take alerts in the Common Alerting Protocol in."""

import sys
from argparse import ArgumentParser
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand

from incidents.formats.cap.parsing import MAX_BYTES
from incidents.services.received_alerts import Answer, Outcome, take_in
from ots_portal.clock import database_now


class Command(BaseCommand):
    help = (
        "Take in files of CAP 1.2 messages. Exit 0: taken in (accepted, in quarantine, or there already: said "
        "which); 1: refused, one sentence per problem; 2: wrong use."
    )

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("files", nargs="+", type=Path, metavar="FILE")

    def handle(self, *args: Any, **options: Any) -> None:
        results = [self._take_in(path) for path in options["files"]]
        if not all(results):
            sys.exit(1)

    def _take_in(self, path: Path) -> bool:
        """Take one file in; say what became of it."""
        try:
            with path.open("rb") as file:
                content = file.read(MAX_BYTES + 1)
        except OSError as error:
            return self._refused(path, str(error))
        answer = take_in(content, source="file", by=None, at=database_now())
        if answer.alert is None:
            return self._refused(path, *answer.sentences)
        self.stdout.write(f"{path}: {answer.outcome.label}: {answer.alert.get_absolute_url()}")
        self._tell(path, answer)
        return True

    def _tell(self, path: Path, answer: Answer) -> None:
        stream = self.stdout if answer.outcome == Outcome.ACCEPTED else self.stderr
        for sentence in answer.sentences:
            stream.write(f"{path}: {sentence}")

    def _refused(self, path: Path, *sentences: str) -> bool:
        for sentence in sentences:
            self.stderr.write(f"{path}: {sentence}")
        return False
