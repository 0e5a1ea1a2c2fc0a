"""``manage.py entry_into_force``: when a treaty enters into force, with the proof."""

import json
import sys
from argparse import ArgumentParser, ArgumentTypeError
from datetime import date
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand

from agreements.formats.ledgers import MAX_BYTES, WrongLedger, read_ledger
from agreements.formats.proofs import as_data, as_text
from agreements.formats.written import WrongCell, read_day
from agreements.rules.entry_into_force import (
    Act,
    Rule,
    WrongRule,
    calculate,
    parse_rule,
    suppose,
)
from agreements.vocabularies.acts import ActKind
from ots_portal.clock import database_now

MAX_RULE_BYTES = 100_000


def _day(text: str) -> date:
    try:
        return read_day(text, "date")
    except WrongCell as error:
        raise ArgumentTypeError(str(error)) from None


def _deposit(text: str) -> tuple[str, date, str]:
    """Read PARTICIPANT=DATE or PARTICIPANT=DATE=KIND."""
    parts = [part.strip() for part in text.split("=")]
    if len(parts) not in (2, 3) or not parts[0]:
        raise ArgumentTypeError(f"{text}: write PARTICIPANT=DATE, such as Kazakhstan=2026-03-01.")
    kind = parts[2] if len(parts) == 3 else ""  # noqa: PLR2004 -- the longer one
    if kind and kind not in ActKind.values:
        raise ArgumentTypeError(f"{kind}: none of {', '.join(ActKind.values)}.")
    return parts[0], _day(parts[1]), kind


class Command(BaseCommand):
    help = (
        "Print when a treaty enters into force, and the proof. Exit 0: calculated, whether the rule is met or "
        "not; 1: the rule or the ledger was refused, one sentence per problem; 2: wrong use."
    )

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--rule", required=True, type=Path, metavar="RULE.json")
        parser.add_argument("--ledger", required=True, type=Path, metavar="LEDGER.csv")
        parser.add_argument(
            "--as-of",
            type=_day,
            metavar="DATE",
            help="what was known on that day; today by default",
        )
        parser.add_argument(
            "--what-if",
            action="append",
            default=[],
            type=_deposit,
            metavar="PARTICIPANT=DATE[=KIND]",
            help="suppose a deposit; may be given several times",
        )
        parser.add_argument(
            "--deposit",
            action="append",
            default=[],
            type=_deposit,
            metavar="PARTICIPANT=DATE[=KIND]",
            help="a deposit that the table does not have, such as a dissolved State's",
        )
        parser.add_argument("--json", action="store_true", help="the same as JSON")

    def handle(self, *args: Any, **options: Any) -> None:
        rule, acts = self._rule(options["rule"]), self._acts(options["ledger"])
        if rule is None or acts is None:
            sys.exit(1)
        acts += [self._entered(rule, acts, *told) for told in options["deposit"]]
        acts += [
            suppose(rule, acts, name, day, kind=kind) for name, day, kind in options["what_if"]
        ]
        as_of = options["as_of"] or database_now().date()
        result = calculate(rule, acts, as_of=as_of)
        if options["json"]:
            self.stdout.write(json.dumps(as_data(result), ensure_ascii=False, indent=2))
        else:
            self.stdout.write(as_text(result))

    def _entered(self, rule: Rule, acts: list[Act], name: str, day: date, kind: str) -> Act:
        act = suppose(rule, acts, name, day, kind=kind)
        return Act(act.participant, act.kind, act.date, key=act.key, note="entered by hand")

    def _rule(self, path: Path) -> Rule | None:
        content = self._content(path, MAX_RULE_BYTES)
        if content is None:
            return None
        try:
            return parse_rule(json.loads(content))
        except (ValueError, RecursionError) as error:
            self._refused(path, f"The rule is no JSON: {error}.")
        except WrongRule as error:
            self._refused(path, *(sentence for _field, sentence in error.problems))
        return None

    def _acts(self, path: Path) -> list[Act] | None:
        content = self._content(path, MAX_BYTES)
        if content is None:
            return None
        try:
            return list(read_ledger(content).acts)
        except WrongLedger as error:
            self._refused(path, *error.sentences)
        return None

    def _content(self, path: Path, most: int) -> bytes | None:
        """Return what is in the file; one byte too many is read, so that the reader can refuse it."""
        try:
            with path.open("rb") as file:
                return file.read(most + 1)
        except OSError as error:
            self._refused(path, str(error))
        return None

    def _refused(self, path: Path, *sentences: str) -> None:
        for sentence in sentences:
            self.stderr.write(f"{path}: {sentence}")
