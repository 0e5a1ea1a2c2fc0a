"""``manage.py import_text FILE``: read a treaty's text into its tree, and say what became of each line."""

import sys
from argparse import ArgumentParser
from pathlib import Path
from typing import Any, NoReturn

from django.core.exceptions import ValidationError
from django.core.management.base import BaseCommand, CommandError
from django.utils.translation import gettext as _

from agreements.formats.reading import TextFormat, read_text
from agreements.formats.tree import FormatError, Node, ParsedText, Remark
from agreements.models import Instrument
from agreements.services import text_imports as services
from agreements.vocabularies.languages import VERSIONS
from ots_portal.clock import database_now
from ots_portal.lifecycle import WrongStatus
from ots_portal.people.models import User
from ots_portal.verdicts import Refused

_SHOWN = 60
MOST_REMARKS = 200


class Command(BaseCommand):
    help = (
        "Read the text of a treaty (plain text, Markdown, DOCX, Akoma Ntoso 3.0) and say what was found; the last "
        "line counts articles, paragraphs, annexes and the lines not recognised. Exit 0: read; 1: refused, with a "
        "sentence; 2: wrong use."
    )

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("file", type=Path, metavar="FILE")
        parser.add_argument(
            "--format", choices=[form.value for form in TextFormat], default="", help="instead of what name and content say"
        )  # fmt: skip
        parser.add_argument(
            "--encoding",
            default="",
            help="of a text file, where the guess is wrong: cp1251, utf-16 …",
        )
        parser.add_argument(
            "--instrument", metavar="CODE", help="make it the text of this instrument"
        )
        parser.add_argument(
            "--by", metavar="EMAIL", help="who does it: an officer of the secretariat"
        )
        parser.add_argument(
            "--language", default="", help="of the text; where it cannot be told: en"
        )
        parser.add_argument("--tree", action="store_true", help="print every provision")
        parser.add_argument("--quiet", action="store_true", help="print the last line only")

    def handle(self, *args: Any, **options: Any) -> None:
        path: Path = options["file"]
        try:
            parsed = read_text(
                path.read_bytes(), path.name, form=options["format"], encoding=options["encoding"]
            )
        except (OSError, FormatError) as error:
            self._refuse(path, [str(error)])
        if options["tree"]:
            self._print_tree(parsed.nodes, 0)
        if not options["quiet"]:
            self._print_report(parsed)
        if options["instrument"]:
            self._take_in(path, parsed, options)
        self.stdout.write(parsed.summary)

    def _take_in(self, path: Path, parsed: ParsedText, options: dict[str, Any]) -> None:
        """Make what was read the text of the instrument, as the page does."""
        by = User.objects.filter(email__iexact=options["by"] or "", is_active=True).first()
        instrument = Instrument.objects.filter(code=options["instrument"]).first()
        if by is None or instrument is None:
            missing = _("There is no such instrument.") if by else _("Say by --by who does it: nobody has this address.")  # fmt: skip
            raise CommandError(missing, returncode=2)
        language = options["language"] or parsed.language
        try:
            read = services.keep_parsed(
                instrument,
                parsed,
                name=path.name,
                language=language if language in VERSIONS else "en",
                by=by,
                at=(at := database_now()),
            )
            services.take_in(read, instrument_version=instrument.version, by=by, at=at)
        except (Refused, WrongStatus) as error:
            self._refuse(path, [str(error)])
        except ValidationError as error:
            self._refuse(path, error.messages)
        revision = read.revision
        self.stdout.write(
            _("Taken in as revision %(number)s.") % {"number": revision.number if revision else ""}
        )

    def _refuse(self, path: Path, sentences: list[str]) -> NoReturn:
        for sentence in sentences:
            self.stderr.write(f"{path}: {sentence}")
        sys.exit(1)

    def _print_tree(self, nodes: list[Node], depth: int) -> None:
        waiting = [(node, depth) for node in reversed(nodes)]
        while waiting:
            node, deep = waiting.pop()
            words = (node.heading or node.text)[:_SHOWN]
            self.stdout.write(f"{'  ' * deep}{node.key}  {node.number}  {words}".rstrip())
            waiting.extend((child, deep + 1) for child in reversed(node.children))

    def _print_report(self, parsed: ParsedText) -> None:
        if parsed.title:
            self.stdout.write(_("Title: %(title)s") % {"title": parsed.title})
        self._print_remarks(_("Not recognised:"), parsed.not_recognised)
        self._print_remarks(_("To be looked at:"), parsed.questions)
        self._print_remarks(_("No part of the text:"), parsed.passed_over)

    def _print_remarks(self, heading: str, remarks: list[Remark]) -> None:
        if not remarks:
            return
        self.stdout.write(heading)
        for remark in remarks[:MOST_REMARKS]:
            self.stdout.write(f"  {remark}")
        if len(remarks) > MOST_REMARKS:
            left = len(remarks) - MOST_REMARKS
            self.stdout.write("  " + _("… and %(count)s more.") % {"count": left})
